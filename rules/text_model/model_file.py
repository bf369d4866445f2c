"""Read and write the files of models: arrays and JSON, without code that loading could run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rules.problem import Problem

Floats = NDArray[np.float32]


class ModelError(ValueError):
    """A model cannot be trained on these texts, or a file is not a model."""


class ModelFileError(ModelError):
    """A file is not a usable model. `problem` has the file and the reason."""

    def __init__(self, file: Path, message: str) -> None:
        self.problem = Problem(str(file), 0, message)
        super().__init__(str(self.problem))


class Parts(NamedTuple):
    """The parts of a model's file: JSON, the names of its features, and arrays by their names."""

    head: Mapping[str, Any]
    names: tuple[str, ...]
    arrays: Mapping[str, Floats]


_OTHERS = ("head", "names")
"""The entries of a file that are text."""


def as_bytes(head: Mapping[str, Any], names: Iterable[str], **arrays: NDArray[Any]) -> bytes:
    """Return the parts of a model as a file; each array keeps its type."""
    file = BytesIO()
    described = _bytes(json.dumps(head, ensure_ascii=False))
    # numpy's types take the arrays for its own keyword arguments.
    np.savez_compressed(file, head=described, names=_bytes("\n".join(names)), **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def read(path: Path, arrays: Sequence[str] | None, wrong: str, raw: bytes | None = None) -> Parts:
    """Read the parts of a model; raise ModelFileError, which says `wrong` of a damaged file.

    `arrays` are the names of its arrays; None reads all. `raw` is the content of the file, if it is
    known already.
    """
    try:
        with np.load(path if raw is None else BytesIO(raw), allow_pickle=False) as parts:
            head = dict(json.loads(_text(parts["head"])))
            names = tuple(_text(parts["names"]).split("\n")) if len(parts["names"]) else ()
            wanted = [n for n in parts if n not in _OTHERS] if arrays is None else arrays
            return Parts(head, names, {n: np.asarray(parts[n], np.float32) for n in wanted})
    except OSError as error:
        raise ModelFileError(path, f"can't be read: {error.strerror or error}") from None
    except Exception:  # on a damaged file numpy raises anything, even SyntaxError
        raise ModelFileError(path, wrong) from None


def digest_of(described: object, arrays: Iterable[NDArray[Any]]) -> str:
    """Return twelve hex digits over a description and arrays."""
    found = hashlib.sha256(json.dumps(described).encode())
    for part in arrays:
        found.update(np.ascontiguousarray(part, "<f4").tobytes())
    return found.hexdigest()[:12]


def rounded(values: NDArray[Any]) -> Floats:
    """Round to a file's precision: a model predicts the same before and after saving."""
    return values.astype(np.float16).astype(np.float32)


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)


def _text(raw: NDArray[np.uint8]) -> str:
    return raw.tobytes().decode("utf-8", "surrogatepass")
