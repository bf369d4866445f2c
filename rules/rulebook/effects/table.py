"""List all effects. To add one, add a file in this folder and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.facts.catalog import STAGES, Stage
from rules.rulebook.effects.effect import Effect
from rules.rulebook.effects.gate import GATE
from rules.rulebook.effects.points import POINTS
from rules.rulebook.effects.votes import CLASS

EFFECTS: Mapping[str, Effect[Any]] = {effect.key: effect for effect in (CLASS, POINTS, GATE)}
"""All effects by key, in the order of the keys in a formatted rule."""

ASKING = tuple(effect.key for effect in EFFECTS.values() if effect.takes_ask)


def given(rule: Mapping[str, Any]) -> list[Effect[Any]]:
    """Return the effects of a rule as written; an empty one does not count."""
    return [effect for key, effect in EFFECTS.items() if rule.get(key) is not None]


def latest_stage(rule: Mapping[str, Any]) -> Stage:
    """Return the stage of a rule as written; with several effects, a mistake, the latest stage."""
    stages = {effect.stage for effect in given(rule)} or set(STAGES)
    return max(stages, key=STAGES.index)
