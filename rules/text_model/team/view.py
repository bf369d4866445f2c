"""See an issue as a team's model does: sealed words, the rules that fired, the signals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rules.text_model.features import features
from rules.text_model.team.seal import Name, Seal

BIAS, UNDECIDED = "bias", "undecided"
RULE, SIGNAL = "rule:", "signal:"
"""The names of features that are no words. They are not sealed: the rulebook has them anyway."""


@dataclass(frozen=True)
class View:
    """An issue as features. `text` has the title in its first line.

    `rules` has the ids of the rules that fired, each with the value of its feature. `signals` has
    the probability of each signal that the text model for signals is sure of. `undecided`: the
    votes of rules and text model do not decide the class.
    """

    seal: Seal
    text: str
    rules: Mapping[str, float] = field(default_factory=dict)
    signals: Mapping[str, float] | None = None
    undecided: bool = False

    @cached_property
    def values(self) -> dict[str, float]:
        """Return the value of each feature by its name."""
        found = {BIAS: 1.0, **self.seal.names(features(self.text))}
        found |= {UNDECIDED: 1.0} if self.undecided else {}
        found |= {RULE + rule: value for rule, value in self.rules.items()}
        return found | {SIGNAL + name: value for name, value in (self.signals or {}).items()}

    @cached_property
    def words(self) -> dict[str, Name]:
        """Return block and words of each sealed feature, to explain the issue at hand."""
        return self.seal.readable(features(self.text))


def group_of(name: str) -> str:
    """Return the group of a feature: "word", "rule", "signal", "undecided" or "bias"."""
    return name.partition(":")[0] if ":" in name or name in (BIAS, UNDECIDED) else "word"
