"""Write changes of a rulebook as admins write them: a book of one's own, or edits of its file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rules.learning.trust.changes import Change
from rules.learning.trust.suggestion import Suggestion
from rules.rulebook.formatter import edit
from rules.rulebook.formatter.edit import Override
from rules.rulebook.rulebook import Rule


def own_book(name: str, include: str, about: str, suggestions: Sequence[Suggestion]) -> str:
    """Return a rule file that includes a rulebook and has the changes, with their figures."""
    return edit.new_book(name, include, about, map(_override, suggestions))


def edited(raw: bytes, file: str, suggestions: Sequence[Suggestion]) -> str:
    """Return a rule file with the changes in it, and all else as it was.

    Raise YamlError for a file that can't be read, Untidy for one that can't be edited.
    """
    return edit.edited(raw, file, map(_override, suggestions))


def _override(one: Suggestion) -> Override:
    # Another effect in an override drops the question of the rule.
    lost = {} if one.change.drops or one.rule.ask is None else {"ask": one.rule.ask}
    return Override(one.rule.id, _keys(one.rule, one.change), lost, figures(one))


def figures(one: Suggestion) -> str:
    """Return how often the rule is right on later decisions, before and after its change."""
    new = "without the rule" if one.change.drops else "this"
    return f"{one.says} is right on {one.before} of {one.of} later decisions, {new} on {one.after}."


def _keys(rule: Rule, change: Change) -> dict[str, Any]:
    if change.drops:
        return {"off": True}
    return {
        rule.effect.key: change.value,
        **({"because": change.because} if change.because is not None else {}),
    }
