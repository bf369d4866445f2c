"""Learn from what people of a team decided: one value beside the rulebook and what ships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rules.learning.evidence.lessons import Example
from rules.learning.teach.count_reliability import count_reliability
from rules.learning.teach.learn_classes import learn_classes
from rules.learning.teach.learn_ranking import learn_ranking
from rules.text_model.team.model import TeamModel
from rules.text_model.team.seal import Seal


def learn(
    examples: Sequence[Example], key: bytes, info: Mapping[str, Any] | None = None
) -> TeamModel:
    """Return what these decisions teach, with all words sealed by the key. Raise ModelError.

    The order of the examples does not matter: newer ones weigh more by the weight of their lesson.
    `info` describes the training; it is stored in the file, so it must not hold text of issues.
    """
    seal = Seal(key)
    return TeamModel(
        seal,
        classes=learn_classes(examples, seal),
        ranking=learn_ranking(examples, seal),
        reliability=count_reliability(examples),
        info=dict(info or {}),
    )
