"""See an issue as a team's ranking does: sealed words and type, topics, form, rules, signals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rules.text_model.features import TITLE, features, readable
from rules.text_model.team.seal import Seal
from rules.text_model.team.view import RULE, SIGNAL
from rules.text_model.urgency.model import USUAL
from rules.text_model.urgency.topics import TOPICS
from rules.text_model.urgency.traits import TRAITS, traits

TYPE, TOPIC, BODY_TOPIC, FORM = "type:", "topic:", "body topic:", "form:"
URGENCY = "urgency:"
"""The beginnings of names that are no words."""

WORDS = "word"
"""The group of sealed words; their names are digests, without a colon."""

_NAMES_OF_TRAITS = (
    *(TOPIC + topic for topic in TOPICS),
    *(BODY_TOPIC + topic for topic in TOPICS),
    *(FORM + trait for trait in TRAITS),
)
"""The names of the values of `traits`, in their order."""

_SPREAD = 25.0
"""About the standard deviation of urgency, which runs from 0 to 100."""


@dataclass(frozen=True)
class RankView:
    """An issue as features. `text` has the title in its first line, `kind` is the issue type.

    `rules` are the ids of the rules that fired before the gate, which itself reads the score.
    `signals` has the probability of each signal that its model is sure of, `urgency` is 0 to 100;
    None if the text has none.
    """

    seal: Seal = field(repr=False)
    text: str
    kind: str = ""
    rules: tuple[str, ...] = ()
    signals: Mapping[str, float] = field(default_factory=dict)
    urgency: float | None = None

    @cached_property
    def values(self) -> dict[str, float]:
        """Return the value of each feature by its name. Words of title and body weigh the same."""
        found = {**self._sealed, **self._of_text}
        found |= {RULE + rule: 1.0 for rule in self.rules}
        found |= {SIGNAL + name: value for name, value in self.signals.items()}
        if self.urgency is not None:
            found[URGENCY] = (self.urgency - USUAL) / _SPREAD
        return found | ({self._type: 1.0} if self.kind else {})

    @cached_property
    def words(self) -> dict[str, str]:
        """Return what a person reads for each feature with words, for the issue at hand."""
        found = {name: readable(block, word) for name, (block, word) in self._named.items()}
        found |= {TOPIC + topic: readable(TITLE, word) for topic, word in self._traits[1].items()}
        found |= {BODY_TOPIC + one: readable(TITLE, word) for one, word in self._traits[1].items()}
        found |= {self._type: self.kind}
        return {name: word for name, word in found.items() if word}

    @property
    def _type(self) -> str:
        """Return the sealed name of the issue type: a site makes up its own."""
        return TYPE + self.seal.name("type", self.kind.lower())

    @cached_property
    def _named(self) -> Mapping[str, tuple[str, str]]:
        return self.seal.readable(features(self.text))

    @cached_property
    def _sealed(self) -> dict[str, float]:
        """Return the values of the sealed words; those of each block have a length of 1."""
        counted, found, squares = features(self.text), {}, dict[str, float]()
        for name, (block, word) in self._named.items():
            found[name] = 1 + math.log(counted[block][word])
            squares[block] = squares.get(block, 0.0) + found[name] ** 2
        return {n: x / math.sqrt(squares[self._named[n][0]]) for n, x in found.items()}

    @cached_property
    def _traits(self) -> tuple[list[float], dict[str, str]]:
        values, said = traits(features(self.text), self.text.partition("\n")[2], self.kind)
        return values.tolist(), said

    @cached_property
    def _of_text(self) -> dict[str, float]:
        pairs = zip(_NAMES_OF_TRAITS, self._traits[0], strict=True)
        return {name: value for name, value in pairs if value}


def rank_group(name: str) -> str:
    """Return the group of a feature: "word", "rule:", "signal:", "type:", "topic:" and so on."""
    return name[: name.index(":") + 1] if ":" in name else WORDS
