"""Read signals: save, load and apply the model that gives each signal a probability.

Each signal has a logistic regression of its own over the features of one statement. All are linear,
so the model is one matrix, and reading needs numpy only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import as_file, files
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules.text_model import model_file, word_vectors
from rules.text_model.features import is_cjk
from rules.text_model.model_file import Floats, ModelFileError, digest_of
from rules.text_model.signals import thesaurus
from rules.text_model.signals.features import WEIGHTS, plain, readable
from rules.text_model.signals.rows import Rows
from rules.text_model.signals.said import STATED, Said, whole
from rules.vocabulary.signals import SIGNALS

FORMAT = 1
SHIPPED = files("rules") / "text_model" / "data" / "signals.npz"

LANGUAGES = ("en", "zh")
MOST_WORDS = 4
_LEAST = 1 / 3
"""A word with less than this share of the best word's gain is not reported as a reason."""


@dataclass(frozen=True)
class Signal:
    """What a text says of one signal: its probability, and the statement that says most of it.

    `sure`: the probability is not below the limit of the signal; else the model abstains.
    """

    name: str
    probability: float
    sure: bool
    statement: int
    said: Said
    model: SignalModel = field(repr=False, compare=False)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Return the words of the statement that moved the signal most."""
        return self.model.words(self.said, self.name)


@dataclass(frozen=True)
class SignalModel:
    """The weights of each signal: a row per feature, a column per signal.

    `meanings` are weights of what words mean: a row per number of a word vector.

    `scales` and `shifts` turn log-odds to calibrated ones, and `limits` are the least probabilities
    that count: a row per language, a column per signal.
    """

    signals: tuple[str, ...]
    names: tuple[str, ...] = field(repr=False)
    weights: Floats = field(repr=False)
    meanings: Floats = field(repr=False)
    bias: Floats = field(repr=False)
    scales: Floats = field(repr=False)
    shifts: Floats = field(repr=False)
    limits: Floats = field(repr=False)
    info: Mapping[str, Any] = field(default_factory=dict)

    def read(self, statements: Sequence[Said]) -> dict[str, Signal]:
        """Return each signal of a text; the title is its first statement."""
        if not statements:
            return {}
        text = whole(statements)
        limits = self.limits_of(language(text.text)).tolist()
        stated = [n for n, one in enumerate(statements) if one.mark in STATED]
        texts = [*(statements[n] for n in stated), text]
        likely = self.likely(texts)
        of_whole = len(texts) - 1
        best = likely[:of_whole].argmax(axis=0).tolist() if stated else [of_whole] * len(limits)
        table = likely.tolist()
        signals = {}
        for column, name in enumerate(self.signals):
            row = of_whole if SIGNALS[name].whole else best[column]
            probability = table[row][column]
            sure = probability >= limits[column]
            at = 0 if row == of_whole else stated[row]
            signals[name] = Signal(name, round(probability, 3), sure, at, texts[row], self)
        return signals

    def limits_of(self, spoken: str) -> Floats:
        """Return the limit of each signal in a language."""
        return np.asarray(self.limits[LANGUAGES.index(spoken)])

    def likely(self, texts: Sequence[Said]) -> NDArray[Any]:
        """Return the probability that each text states a signal: a row per text."""
        # Beyond these odds a float has no other probability, and exp() would overflow.
        odds = np.minimum(np.maximum(self._odds(texts), -60), 60)
        return np.asarray(1 / (1 + np.exp(-odds)))

    def _odds(self, texts: Sequence[Said]) -> NDArray[Any]:
        """Return log-odds, a row per text. One sum for all texts is the fastest."""
        named, meant = zip(*map(self._rows.of, texts), strict=True)
        # Not `@`: BLAS would start threads on other cores for these small sums.
        sums = _sums(self._weighed, [*named, *meant])
        meaning = sums[len(texts) :] / np.sqrt([[len(one) or 1] for one in meant])
        odds = self.bias + sums[: len(texts)] + meaning
        spoken = [LANGUAGES.index(language(one.text)) for one in texts]
        return np.asarray(odds * self.scales[spoken] + self.shifts[spoken])

    def words(self, said: Said, signal: str) -> tuple[str, ...]:
        """Return the words without which a statement would state a signal least."""
        column = self.signals.index(signal)
        text = plain(said.text)
        tried = readable(text)
        odds = self._odds([said, *(_without(word, said, text) for word in tried)])[:, column]
        gains = {word: float(odds[0] - less) for word, less in zip(tried, odds[1:], strict=True)}
        return tuple(_best(gains))

    @cached_property
    def _rows(self) -> Rows:
        return Rows(self.names)

    @cached_property
    def _weighed(self) -> Floats:
        """Return the weights of each feature times its value, and below them those of word vectors.

        A row of zeros is the last.
        """
        values = np.array([WEIGHTS[name[0]] for name in self.names], np.float32)
        meant = word_vectors.shipped() @ self.meanings
        zeros = np.zeros((1, len(self.signals)))
        return np.concatenate([values[:, None] * self.weights, meant, zeros]).astype(np.float32)

    @cached_property
    def digest(self) -> str:
        """Return twelve hex digits over everything that affects the signals."""
        described = [self.signals, self.names, _terms(), word_vectors.digest()]
        return digest_of(described, (self.weights, *self._small.values()))

    @property
    def _small(self) -> dict[str, Floats]:
        """Return the arrays that a file keeps in full precision."""
        return {name: getattr(self, name) for name in _SMALL}

    def as_bytes(self) -> bytes:
        """Return the model as a file."""
        head = {
            "format": FORMAT,
            "digest": self.digest,
            "thesaurus": _terms(),
            "signals": self.signals,
            "info": {**self.info},
        }
        weights = self.weights.astype(np.float16)
        return model_file.as_bytes(head, self.names, weights=weights, **self._small)

    @classmethod
    def load(cls, path: Path) -> SignalModel:
        """Read a model; raise ModelFileError if the file is not one, or of another version."""
        damaged = "is not a model of signals. Build it again"
        head, names, arrays = model_file.read(path, ("weights", *_SMALL), damaged)
        if (head.get("format"), head.get("thesaurus")) != (FORMAT, _terms()):
            raise ModelFileError(path, "is of another version of Sluice. Build it again")
        found = cls(tuple(head["signals"]), names, info=head["info"], **arrays)
        if found.digest != head.get("digest"):
            raise ModelFileError(path, "was changed after training. Build it again")
        return found


_SMALL = ("meanings", "bias", "scales", "shifts", "limits")


def language(text: str) -> str:
    """Return the language of a text, as far as signals distinguish them."""
    return "zh" if is_cjk(text) else "en"


@cache
def shipped() -> SignalModel:
    """Return the model that ships with Sluice."""
    with as_file(SHIPPED) as path:
        return SignalModel.load(path)


@cache
def _terms() -> str:
    """Return twelve hex digits over the thesaurus, to detect a model with other concepts."""
    return hashlib.sha256(thesaurus.SHIPPED.read_bytes()).hexdigest()[:12]


def _without(word: str, said: Said, text: str) -> Said:
    """Return what is said without a word; its text is plain already."""
    affirmed = None if said.affirmed is None else plain(said.affirmed).replace(word, " ")
    return Said(text.replace(word, " "), said.mark, affirmed)


def _best(gains: Mapping[str, float]) -> Iterator[str]:
    """Yield the words with most gain; of words that contain each other, only the first."""
    ranked = sorted(gains.items(), key=lambda one: (-one[1], -len(one[0]), one[0]))
    shown: list[str] = []
    for word, gain in ranked:
        if gain <= 0 or gain < ranked[0][1] * _LEAST or len(shown) == MOST_WORDS:
            return
        if not any(word in other or other in word for other in shown):
            shown.append(word)
            yield word


def _sums(table: Floats, rows: Sequence[Sequence[int]]) -> Floats:
    """Return the sum of some rows of a table, for each list of rows; a list may be empty."""
    places = [*chain.from_iterable((*some, -1) for some in rows)]
    starts = [*accumulate((len(some) + 1 for some in rows[:-1]), initial=0)]
    return np.asarray(np.add.reduceat(table[places], starts, axis=0))
