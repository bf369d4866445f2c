"""Tell how urgent people called issues with the words of a text, from 0 to 100.

The model learned the order in which people of public trackers put their issues. It is one sum over
words, topics and traits, so each word has its part in it, and predicting needs numpy only.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import as_file, files
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules.text_model import model_file
from rules.text_model.features import BODY, TITLE, features, is_cjk, known, readable, strongest
from rules.text_model.model import Name
from rules.text_model.model_file import Floats, ModelFileError, digest_of, rounded
from rules.text_model.urgency.topics import TOPICS
from rules.text_model.urgency.traits import traits

FORMAT = 1
WORDS = (TITLE, BODY)
"""The blocks of features that the model uses."""

USUAL = 50.0
"""The urgency of an issue in the middle."""

FEWEST = 3
"""A text with fewer known words than this, and without a topic, has no urgency."""

MOST_CJK = 0.2
"""A text with a greater share of Chinese, Japanese or Korean words has no urgency: the trackers
are English."""

SHIPPED = files("rules") / "text_model" / "data" / "urgency.npz"


@dataclass(frozen=True)
class UrgencyModel:
    """A model of urgency. The first line of a text is its title.

    `idf` and `weights` have a number per name, `more` has the weights of topics and traits, and
    `edges` the sums that separate equal shares of issues, lowest first.
    """

    names: tuple[Name, ...] = field(repr=False)
    idf: Floats = field(repr=False)
    weights: Floats = field(repr=False)
    more: Floats = field(repr=False)
    edges: Floats = field(repr=False)
    info: Mapping[str, Any] = field(default_factory=dict)

    def look(self, text: str, kind: str = "") -> Urgency | None:
        """Return the urgency of a text and issue type; None if the text has too little English."""
        counted = features(text)
        rows, values, words = self.terms(counted)
        more, said = traits(counted, text.partition("\n")[2], kind)
        if (len(rows) < FEWEST and not said) or _foreign(counted):
            return None
        # Not `@`: BLAS would start threads on other cores for this small sum.
        parts, others = values * self.weights[rows], more * self.more
        total = float(parts.sum() + others.sum())
        return Urgency(self.percent(total), total, parts, words, others, said)

    def percent(self, total: float) -> float:
        """Return the share of issues below a sum, in percent with one decimal."""
        return round(float(np.interp(total, self.edges, self._steps)), 1)

    @cached_property
    def _steps(self) -> NDArray[Any]:
        return np.linspace(0.0, 100.0, len(self.edges))

    def terms(
        self, counted: Mapping[str, Counter[str]]
    ) -> tuple[NDArray[np.int64], NDArray[Any], list[tuple[str, list[str]]]]:
        """Return the rows of a text's words, their tf-idf values, and the words by block."""
        rows: list[NDArray[Any]] = [np.zeros(0, np.int64)]
        values: list[NDArray[Any]] = [np.zeros(0)]
        found: list[tuple[str, list[str]]] = []
        for block in WORDS:
            here, often, words = known(self._rows[block], counted[block])
            if words:
                weighed = often * self.idf[here]
                rows.append(here)
                values.append(weighed / math.sqrt((weighed * weighed).sum()))
                found.append((block, words))
        return np.concatenate(rows), np.concatenate(values), found

    @cached_property
    def _rows(self) -> dict[str, dict[str, int]]:
        rows: dict[str, dict[str, int]] = {block: {} for block in WORDS}
        for row, (block, name) in enumerate(self.names):
            rows[block][name] = row
        return rows

    @cached_property
    def digest(self) -> str:
        """Return twelve hex digits over everything that affects predictions."""
        arrays = (self.idf, self.weights, self.more, self.edges)
        return digest_of([self.names, [*TOPICS.items()]], arrays)

    def as_bytes(self) -> bytes:
        """Return the model as a file."""
        head = {"format": FORMAT, "digest": self.digest, "info": {**self.info}}
        names = (f"{block}\t{name}" for block, name in self.names)
        return model_file.as_bytes(
            head,
            names,
            idf=self.idf.astype(np.float16),
            weights=self.weights.astype(np.float16),
            more=self.more.astype(np.float32),
            edges=self.edges.astype(np.float32),
        )

    @classmethod
    def load(cls, path: Path) -> UrgencyModel:
        """Read a model; raise ModelFileError if the file is not one, or of another version."""
        damaged = "is not a model of urgency. Remove it and train again"
        head, lines, arrays = model_file.read(path, ("idf", "weights", "more", "edges"), damaged)
        pairs = (line.partition("\t") for line in lines)
        names = tuple((block, name) for block, _, name in pairs)
        found = cls(names, info=head.get("info", {}), **arrays)
        if head.get("format") != FORMAT or found.digest != head.get("digest"):
            wrong = "is of another version of Sluice, or was changed after training. Train it again"
            raise ModelFileError(path, wrong)
        return found


@dataclass(frozen=True)
class Urgency:
    """The urgency of a text: `value` from 0 to 100, the `total` behind it, and its parts."""

    value: float
    total: float
    _parts: NDArray[Any] = field(repr=False)
    _words: list[tuple[str, list[str]]] = field(repr=False)
    _others: NDArray[Any] = field(repr=False)
    _said: Mapping[str, str] = field(repr=False)

    def moved(self, most: int = 4) -> list[tuple[str, float]]:
        """Return the words that moved the value to its side of 50, and their part in the sum."""
        side = 1.0 if self.value >= USUAL else -1.0
        gains: dict[str, float] = {}
        names = ((block, name) for block, words in self._words for name in words)
        for (block, name), part in zip(names, self._parts.tolist(), strict=True):
            if word := readable(block, name):
                gains[word] = gains.get(word, 0.0) + part
        for place, topic in enumerate(TOPICS):
            if topic in self._said and (word := readable(TITLE, self._said[topic])):
                part = float(self._others[place] + self._others[len(TOPICS) + place])
                gains[word] = gains.get(word, 0.0) + part
        return [(word, round(part, 3)) for word, part in strongest(gains, most, side)]


@cache
def shipped() -> UrgencyModel:
    """Return the model that ships with Sluice."""
    with as_file(SHIPPED) as path:
        return UrgencyModel.load(path)


def model_of(
    names: tuple[Name, ...], arrays: tuple[NDArray[Any], ...], info: Mapping[str, Any]
) -> UrgencyModel:
    """Return a model that predicts the same before and after saving."""
    idf, weights, more, edges = arrays
    return UrgencyModel(
        names,
        rounded(idf),
        rounded(weights),
        more.astype(np.float32),
        edges.astype(np.float32),
        info,
    )


def _foreign(counted: Mapping[str, Counter[str]]) -> bool:
    """Return whether too many words of a text are Chinese, Japanese or Korean."""
    if "".join(chain(*(counted[block] for block in WORDS))).isascii():
        return False
    words = [word for block in WORDS for word in counted[block] if " " not in word]
    return sum(map(is_cjk, words)) > MOST_CJK * len(words)
