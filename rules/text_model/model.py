"""The text classifier: save, load, predict. Any set of labels.

Trained with scikit-learn: logistic regression over tf-idf features and, to judge texts of other
groups, multinomial naive Bayes over the same, their log-odds averaged, as in Wang and Manning,
"Baselines and Bigrams" (ACL 2012, which interpolates the two in another way). Both are linear, so
what ships is one matrix, and predicting needs numpy alone: scikit-learn takes a second to import, a
worker's process has better to do.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import as_file, files
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules.problem import Problem
from rules.text_model import word_vectors
from rules.text_model.features import BLOCKS, BODY, TITLE, features, overlap, shown

Floats = NDArray[np.float32]

MIN_TEXTS = 2
"""A feature that fewer texts have is left out: it would be a name, a number, a typing error."""

FORMAT = 2

MEANT = (TITLE, BODY)
"""The blocks of whole words, of which it is known what they mean."""

LEAST = 1 / 3
"""A word that adds less than this, measured by the one that adds most, is no reason."""

SEAL = "#"
"""What the digest of a feature begins with; no feature does."""

SHIPPED = files("rules") / "text_model" / "data" / "default.npz"

Name = tuple[str, str]
"""Of a feature: its block, and the words or letters that it is made of."""


class ModelError(ValueError):
    """A model can't be trained of this, or a file is no model; the message says why."""


class ModelFileError(ModelError):
    """A file can't be used as a model; `problem` says which one and why."""

    def __init__(self, file: Path, message: str) -> None:
        self.problem = Problem(str(file), 0, message)
        super().__init__(str(self.problem))


@dataclass(frozen=True)
class TextModel:
    """A classifier of texts; the first line of a text is its title.

    `weights` has a row a feature and a column a label, `idf` the rarity of each feature, `bias` one
    number a label. `info` says what it was trained on. Features that a team's own issues brought
    have a digest in place of their name. The last names are those of the `vocabulary`.
    """

    labels: tuple[str, ...]
    names: tuple[Name, ...] = field(repr=False)
    idf: Floats = field(repr=False)
    weights: Floats = field(repr=False)
    bias: Floats = field(repr=False)
    info: Mapping[str, Any] = field(default_factory=dict)

    def probabilities(self, text: str) -> dict[str, float]:
        """How likely each label is; they sum up to 1."""
        return self.look(text).probabilities()

    def predict(self, text: str) -> str:
        """The likeliest label."""
        likely = self.probabilities(text)
        return max(likely, key=lambda label: likely[label])

    def look(self, text: str) -> Look:
        """A text as the model sees it."""
        rows, values = [], []
        names: list[Name] = []
        for block, counts in features(text).items():
            there = self._known(block, counts)
            if there:
                found, often, known = zip(*there, strict=True)
                row = np.array(found)
                weighed = (1 + np.log(often)) * self.idf[row]
                rows.append(row)
                values.append(weighed * (BLOCKS[block] / math.sqrt(weighed @ weighed)))
                names += [(block, name) for name in known]
        if not rows:
            return Look(self, np.zeros(0, np.int64), np.zeros(0))
        return Look(self, np.concatenate(rows), np.concatenate(values), tuple(names))

    def _known(self, block: str, counts: Mapping[str, int]) -> list[tuple[int, int, str]]:
        """Of each feature that the model knows: its row, how often it occurs, its name."""
        get = self._rows[block].get
        if self._has_sealed:
            rows = ((get(x, get(sealed(block, x))), n, x) for x, n in counts.items())
            return [(row, n, name) for row, n, name in rows if row is not None]
        return [(row, n, x) for x, n in counts.items() if (row := get(x)) is not None]

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
        """The features that its texts brought: all but the vocabulary."""
        return self.names[: len(self.names) - len(vocabulary())]

    @cached_property
    def digest(self) -> str:
        """Twelve hex digits over all that could change a prediction."""
        found = hashlib.sha256(
            json.dumps([self.labels, self.learned, word_vectors.digest()]).encode()
        )
        for part in (self.idf, self.weights, self.bias):
            found.update(np.ascontiguousarray(part, "<f4").tobytes())
        return found.hexdigest()[:12]

    def as_bytes(self) -> bytes:
        """The model as a file holds it: arrays and JSON, nothing that loading would run."""
        head = {
            "format": FORMAT,
            "vocabulary": word_vectors.digest(),
            "digest": self.digest,
            "labels": self.labels,
            "info": {**self.info},
        }
        names = "\n".join(f"{block}\t{name}" for block, name in self.learned)
        file = BytesIO()
        np.savez_compressed(
            file,
            head=_bytes(json.dumps(head, ensure_ascii=False)),
            names=_bytes(names),
            idf=self.idf.astype(np.float16),
            weights=self.weights.astype(np.float16),
            bias=self.bias.astype(np.float32),
        )
        return file.getvalue()

    def save(self, path: Path) -> None:
        """Write the model to a file, its digest with it."""
        path.write_bytes(self.as_bytes())

    @classmethod
    def load(cls, path: Path) -> TextModel:
        """Read a model; ModelFileError where the file is none, or of another version."""
        try:
            with np.load(path, allow_pickle=False) as parts:
                head = json.loads(_text(parts["head"]))
                lines = _text(parts["names"]).split("\n") if len(parts["names"]) else []
                arrays = [np.asarray(parts[n], np.float32) for n in ("idf", "weights", "bias")]
        except OSError as error:
            raise ModelFileError(path, f"can't be read: {error.strerror or error}") from None
        except Exception:  # on a garbled file numpy may raise anything, a SyntaxError for one
            raise ModelFileError(path, "is no text model: remove it, then train anew") from None
        if (head.get("format"), head.get("vocabulary")) != (FORMAT, word_vectors.digest()):
            said = "is of another version of Sluice: remove it, then train anew"
            raise ModelFileError(path, said)
        pairs = [line.partition("\t") for line in lines]
        labels = tuple(head["labels"])
        learned = tuple((block, name) for block, _, name in pairs)
        found = cls(
            labels, (*learned, *vocabulary()), arrays[0], arrays[1], arrays[2], head["info"]
        )
        if found.digest != head.get("digest"):
            raise ModelFileError(path, "was changed after training: remove it, then train anew")
        return found


@dataclass(frozen=True)
class Look:
    """A text as a model sees it: the features that it knows, their rows and tf-idf."""

    model: TextModel
    rows: NDArray[np.int64]
    values: NDArray[Any]
    names: tuple[Name, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the model knows anything of the text."""
        return len(self.rows) > 0

    def probabilities(self) -> dict[str, float]:
        """How likely each label is; they sum up to 1."""
        # Not `@`: BLAS would wake threads on other cores for a sum this small.
        odds = self.model.bias + (self.values[:, None] * self.model.weights[self.rows]).sum(axis=0)
        likely = np.exp(odds - odds.max())
        return dict(zip(self.model.labels, map(float, likely / likely.sum()), strict=True))

    def moved(self, label: str, most: int = 5) -> list[tuple[str, float]]:
        """The words that spoke most for a label, and how much each added to its log-odds.

        Left out is what says little beside the first: nearly every word says a little.
        """
        weights = self.model.weights[self.rows]
        speaks = self.values * (weights[:, self.model.labels.index(label)] - weights.mean(axis=1))
        gains: dict[str, float] = {}
        for row in np.argsort(-speaks, kind="stable")[: 10 * most].tolist():
            if speaks[row] <= 0:
                break
            if word := shown(*self.names[row]):
                gains[word] = gains.get(word, 0.0) + float(speaks[row])
        ranked = sorted(gains.items(), key=lambda one: (-one[1], -len(one[0]), one[0]))
        # One of a word and a phrase with it is enough: the one that says more.
        best = (
            (word, round(gain, 3))
            for n, (word, gain) in enumerate(ranked)
            if gain >= ranked[0][1] * LEAST
            and not any(overlap(word, other) for other, _ in ranked[:n])
        )
        return [*islice(best, most)]


@cache
def vocabulary() -> tuple[Name, ...]:
    """The features that each model has, whatever texts it learned from."""
    return tuple((block, word) for block in MEANT for word in word_vectors.words())


@cache
def shipped() -> TextModel:
    """The model that comes with Sluice."""
    with as_file(SHIPPED) as path:
        return TextModel.load(path)


def sealed(block: str, name: str) -> str:
    """A feature's name as it can be told again, but not read."""
    return (
        SEAL
        + hashlib.blake2b(f"{block}\t{name}".encode("utf-8", "replace"), digest_size=8).hexdigest()
    )


def rounded(values: NDArray[Any]) -> Floats:
    """As a file holds it: a model that was just trained predicts as it will when it is read."""
    return values.astype(np.float16).astype(np.float32)


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)


def _text(raw: NDArray[np.uint8]) -> str:
    return raw.tobytes().decode("utf-8", "surrogatepass")
