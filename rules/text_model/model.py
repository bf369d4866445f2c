"""Classify texts: save, load and apply a model with any set of labels.

Training uses scikit-learn: logistic regression over tf-idf features. For texts of unseen groups,
the log-odds of multinomial naive Bayes over the same features are averaged with it, similar to Wang
and Manning, "Baselines and Bigrams" (ACL 2012). Both are linear, so the model is one matrix and
predicting needs numpy only. That saves the workers a second: importing scikit-learn takes that
long.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules.text_model import model_file, word_vectors
from rules.text_model.features import BLOCKS, BODY, TITLE, features, known, readable, strongest
from rules.text_model.model_file import Floats, ModelFileError, digest_of

MIN_TEXTS = 2
"""Features of fewer texts are left out: most are names, numbers or typing errors."""

FORMAT = 2

RARE = 8.0
"""The idf of a feature that few issues have."""

MEANT = (TITLE, BODY)
"""The blocks of whole words. Word vectors exist for them."""

SEAL = "#"
"""The first character of a feature's hash. No feature begins with it."""

SHIPPED = files("rules") / "text_model" / "data" / "default.npz"

Name = tuple[str, str]
"""A feature: its block, and its words or letters."""


@dataclass(frozen=True)
class TextModel:
    """A text classifier. The first line of a text is its title.

    `weights` has a row per feature and a column per label, `idf` a number per feature, `bias` a
    number per label. `info` describes the training. Features from a team's own issues have a hash
    instead of their name. The features of the `vocabulary` come last.
    """

    labels: tuple[str, ...]
    names: tuple[Name, ...] = field(repr=False)
    idf: Floats = field(repr=False)
    weights: Floats = field(repr=False)
    bias: Floats = field(repr=False)
    info: Mapping[str, Any] = field(default_factory=dict)

    def probabilities(self, text: str) -> dict[str, float]:
        """Return the probability of each label. They sum up to 1."""
        return self.look(text).probabilities()

    def predict(self, text: str) -> str:
        """Return the most likely label."""
        likely = self.probabilities(text)
        return max(likely, key=lambda label: likely[label])

    def look(self, text: str) -> Look:
        """Return the features of a text with their weights in this model."""
        rows: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
        values: list[NDArray[Any]] = [np.zeros(0)]
        words: list[tuple[str, list[str]]] = []
        for block, counts in features(text).items():
            here, often, names = self._find(block, counts)
            if names:
                weighed = often * self.idf[here]
                rows.append(here)
                values.append(weighed * (BLOCKS[block] / math.sqrt(weighed @ weighed)))
                words.append((block, names))
        return Look(self, np.concatenate(rows), np.concatenate(values), tuple(words))

    def _find(
        self, block: str, counts: Mapping[str, int]
    ) -> tuple[NDArray[np.int64], NDArray[Any], list[str]]:
        """Return the rows of the features that are in the model, 1 + log of each count, names."""
        rows = self._rows[block]
        if not self._has_sealed:
            return known(rows, counts)
        places = {name: rows.get(name, rows.get(sealed(block, name), -1)) for name in counts}
        return known({name: row for name, row in places.items() if row >= 0}, counts)

    @cached_property
    def _has_sealed(self) -> bool:
        return any(name.startswith(SEAL) for _, name in self.names)

    @cached_property
    def _rows(self) -> dict[str, dict[str, int]]:
        rows: dict[str, dict[str, int]] = {block: {} for block in BLOCKS}
        for row, (block, name) in enumerate(self.names):
            rows[block][name] = row
        return rows

    @property
    def learned(self) -> tuple[Name, ...]:
        """Return the features from the training texts, without the vocabulary."""
        return self.names[: len(self.names) - len(vocabulary())]

    def rarity(self, name: Name) -> float:
        """Return how rare a feature is in issues of any team, from 0 to 1, the rarest."""
        block, word = name
        row = self._rows.get(block, {}).get(word)
        return 1.0 if row is None else min(float(self.idf[row]), RARE) / RARE

    @cached_property
    def digest(self) -> str:
        """Return twelve hex digits over everything that affects predictions."""
        described = [self.labels, self.learned, word_vectors.digest()]
        return digest_of(described, (self.idf, self.weights, self.bias))

    def as_bytes(self) -> bytes:
        """Return the model as a file."""
        head = {
            "format": FORMAT,
            "vocabulary": word_vectors.digest(),
            "digest": self.digest,
            "labels": self.labels,
            "info": {**self.info},
        }
        names = (f"{block}\t{name}" for block, name in self.learned)
        return model_file.as_bytes(
            head,
            names,
            idf=self.idf.astype(np.float16),
            weights=self.weights.astype(np.float16),
            bias=self.bias.astype(np.float32),
        )

    def save(self, path: Path) -> None:
        """Write the model and its digest to a file."""
        path.write_bytes(self.as_bytes())

    @classmethod
    def load(cls, path: Path) -> TextModel:
        """Read a model; raise ModelFileError if the file is not one, or of another version."""
        damaged = "is not a text model. Remove it and train again"
        head, names, arrays = model_file.read(path, ("idf", "weights", "bias"), damaged)
        if (head.get("format"), head.get("vocabulary")) != (FORMAT, word_vectors.digest()):
            wrong = "is of another version of Sluice. Remove it and train again"
            raise ModelFileError(path, wrong)
        pairs = (line.partition("\t") for line in names)
        learned = tuple((block, name) for block, _, name in pairs)
        labels = tuple(head["labels"])
        found = cls(labels, (*learned, *vocabulary()), info=head["info"], **arrays)
        if found.digest != head.get("digest"):
            raise ModelFileError(path, "was changed after training. Remove it and train again")
        return found


@dataclass(frozen=True)
class Look:
    """The features of a text that are in a model: their rows, tf-idf values and words by block."""

    model: TextModel
    rows: NDArray[np.int64]
    values: NDArray[Any]
    words: tuple[tuple[str, Sequence[str]], ...] = ()

    @property
    def known(self) -> bool:
        """Return whether the model knows any feature of the text."""
        return len(self.rows) > 0

    def probabilities(self) -> dict[str, float]:
        """Return the probability of each label. They sum up to 1."""
        # Not `@`: BLAS would start threads on other cores for this small sum.
        odds = self.model.bias + (self.values[:, None] * self.model.weights[self.rows]).sum(axis=0)
        likely = np.exp(odds - np.max(odds))
        return dict(zip(self.model.labels, map(float, likely / likely.sum()), strict=True))

    def moved(self, label: str, most: int = 5) -> list[tuple[str, float]]:
        """Return the words with the most evidence for a label, and their gain in log-odds.

        Words with little evidence beside the first are left out, since nearly every word has some.
        """
        weights = self.model.weights[self.rows]
        evidence = self.values * (weights[:, self.model.labels.index(label)] - weights.mean(axis=1))
        names = [(block, name) for block, words in self.words for name in words]
        gains: dict[str, float] = {}
        for row in np.argsort(-evidence, kind="stable")[: 10 * most].tolist():
            if evidence[row] <= 0:
                break
            if word := readable(*names[row]):
                gains[word] = gains.get(word, 0.0) + float(evidence[row])
        return [(word, round(gain, 3)) for word, gain in strongest(gains, most)]


@cache
def vocabulary() -> tuple[Name, ...]:
    """Return the features that every model has, independent of its training texts."""
    return tuple((block, word) for block in MEANT for word in word_vectors.words())


@cache
def shipped() -> TextModel:
    """Return the model that ships with Sluice."""
    with as_file(SHIPPED) as path:
        return TextModel.load(path)


def sealed(block: str, name: str) -> str:
    """Return the hash of a feature: it can be recognised, but not read."""
    return (
        SEAL
        + hashlib.blake2b(f"{block}\t{name}".encode("utf-8", "replace"), digest_size=8).hexdigest()
    )
