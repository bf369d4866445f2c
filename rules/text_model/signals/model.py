"""Read signals: save, load and apply the model that gives each signal a probability.

Each signal has a logistic regression of its own over the features of one statement. All are linear,
so the model is one matrix, and reading needs numpy only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import as_file, files
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules.text_model.features import is_cjk
from rules.text_model.model import ModelFileError
from rules.text_model.signals import thesaurus
from rules.text_model.signals.features import SHAPE, STEM, features
from rules.vocabulary.signals import SIGNALS

Floats = NDArray[np.float32]

Statement = tuple[str, str]
"""A sentence and its mark: `affirmed`, `negated`, `planned`, ..."""

FORMAT = 1
SHIPPED = files("rules") / "text_model" / "data" / "signals.npz"

STATED = frozenset(("affirmed", "negated"))
"""Marks of statements that can state a signal: "nobody can order" is a denial and an outage."""

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
    text: str
    model: SignalModel = field(repr=False, compare=False)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Return the words of the statement that moved the signal most."""
        return self.model.words(self.text, self.name)


@dataclass(frozen=True)
class SignalModel:
    """The weights of each signal: a row per feature, a column per signal.

    `scales` and `shifts` turn log-odds to calibrated ones, and `limits` are the least probabilities
    that count: a row per language, a column per signal.
    """

    signals: tuple[str, ...]
    names: tuple[str, ...] = field(repr=False)
    weights: Floats = field(repr=False)
    bias: Floats = field(repr=False)
    scales: Floats = field(repr=False)
    shifts: Floats = field(repr=False)
    limits: Floats = field(repr=False)
    info: Mapping[str, Any] = field(default_factory=dict)

    def read(self, statements: Sequence[Statement]) -> dict[str, Signal]:
        """Return each signal of a text; the title is its first statement."""
        if not statements:
            return {}
        whole = "\n".join(text for text, _ in statements)
        stated = [(n, text) for n, (text, mark) in enumerate(statements) if mark in STATED]
        limits = self.limits_of(language(whole))
        found = [(n, text, self.likely(text)) for n, text in stated]
        of_whole = [(0, whole, self.likely(whole))]
        signals = {}
        for column, name in enumerate(self.signals):
            some = of_whole if SIGNALS[name].whole or not found else found
            best, text, likely = max(some, key=lambda one: one[2][column])
            sure = bool(likely[column] >= limits[column])
            signals[name] = Signal(name, round(float(likely[column]), 3), sure, best, text, self)
        return signals

    def limits_of(self, spoken: str) -> Floats:
        """Return the limit of each signal in a language."""
        return np.asarray(self.limits[LANGUAGES.index(spoken)])

    def likely(self, text: str) -> NDArray[Any]:
        """Return the probability that one statement states a signal, for each signal."""
        rows, values = self._look(text)
        # Not `@`: BLAS would start threads on other cores for this small sum.
        odds = self.bias + (values[:, None] * self.weights[rows]).sum(axis=0)
        spoken = LANGUAGES.index(language(text))
        odds = odds * self.scales[spoken] + self.shifts[spoken]
        return np.asarray(1 / (1 + np.exp(-odds)))

    def words(self, text: str, signal: str) -> tuple[str, ...]:
        """Return the words of a statement that moved a signal most."""
        gains: dict[str, float] = {}
        column = self.signals.index(signal)
        for name, value in features(text).items():
            row = self._rows.get(name)
            word = _readable(name)
            if row is not None and word and word in text.lower():
                gains[word] = gains.get(word, 0.0) + float(value * self.weights[row, column])
        return tuple(_best(gains))

    def _look(self, text: str) -> tuple[NDArray[np.int64], NDArray[Any]]:
        get = self._rows.get
        found = [(row, x) for name, x in features(text).items() if (row := get(name)) is not None]
        rows, values = zip(*found, strict=True) if found else ((), ())
        return np.array(rows, np.int64), np.array(values, np.float32)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {name: row for row, name in enumerate(self.names)}

    @cached_property
    def digest(self) -> str:
        """Return twelve hex digits over everything that affects the signals."""
        found = hashlib.sha256(json.dumps([self.signals, self.names, _terms()]).encode())
        for part in (self.weights, self.bias, self.scales, self.shifts, self.limits):
            found.update(np.ascontiguousarray(part, "<f4").tobytes())
        return found.hexdigest()[:12]

    def as_bytes(self) -> bytes:
        """Return the model as a file: arrays and JSON, without code that loading could run."""
        head = {
            "format": FORMAT,
            "digest": self.digest,
            "thesaurus": _terms(),
            "signals": self.signals,
            "info": {**self.info},
        }
        file = BytesIO()
        np.savez_compressed(
            file,
            head=_bytes(json.dumps(head, ensure_ascii=False)),
            names=_bytes("\n".join(self.names)),
            weights=self.weights.astype(np.float16),
            **{name: getattr(self, name) for name in _SMALL},
        )
        return file.getvalue()

    @classmethod
    def load(cls, path: Path) -> SignalModel:
        """Read a model; raise ModelFileError if the file is not one, or of another version."""
        try:
            with np.load(path, allow_pickle=False) as parts:
                head = json.loads(parts["head"].tobytes().decode())
                names = tuple(parts["names"].tobytes().decode().split("\n"))
                weights = np.asarray(parts["weights"], np.float32)
                small = {name: np.asarray(parts[name], np.float32) for name in _SMALL}
        except OSError as error:
            raise ModelFileError(path, f"can't be read: {error.strerror or error}") from None
        except Exception:  # on a damaged file numpy raises anything, even SyntaxError
            raise ModelFileError(path, "is not a model of signals. Build it again") from None
        if (head.get("format"), head.get("thesaurus")) != (FORMAT, _terms()):
            raise ModelFileError(path, "is of another version of Sluice. Build it again")
        found = cls(tuple(head["signals"]), names, weights, info=head["info"], **small)
        if found.digest != head.get("digest"):
            raise ModelFileError(path, "was changed after training. Build it again")
        return found


_SMALL = ("bias", "scales", "shifts", "limits")


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


def _readable(name: str) -> str | None:
    """Return the words of a feature; None for shapes, concepts and parts of words."""
    if name[0] in (SHAPE, STEM, "c", "p"):
        return None
    word = name.rpartition(":")[2].strip("^$ *")
    return word if word.strip("0 ?") else None


def _best(gains: Mapping[str, float]) -> Iterator[str]:
    """Yield the words with most gain; of a word and a phrase that contains it, only the first."""
    ranked = sorted(gains.items(), key=lambda one: (-one[1], -len(one[0]), one[0]))
    shown: list[str] = []
    for word, gain in ranked:
        if gain <= 0 or gain < ranked[0][1] * _LEAST or len(shown) == MOST_WORDS:
            return
        if not any(word in other or other in word for other in shown):
            shown.append(word)
            yield word


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)
