"""Load word vectors: words with a similar meaning have similar vectors.

`tools/vectors.py` distilled them from all-MiniLM-L6-v2 (Apache-2.0; Reimers and Gurevych,
"Sentence-BERT", EMNLP 2019). They give a model weights for words outside of its training texts:
"overhaul" counts like "rewrite".
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files

import numpy as np
from numpy.typing import NDArray

SHIPPED = files("rules") / "text_model" / "data" / "vectors.npz"


@cache
def words() -> Mapping[str, int]:
    """Return the row of each English word, and of each pair of words with a space."""
    with as_file(SHIPPED) as path, np.load(path, allow_pickle=False) as parts:
        names = parts["names"].tobytes().decode().split("\n")
    return {name: row for row, name in enumerate(names)}


@cache
def shipped() -> NDArray[np.float32]:
    """Return the vectors, a row per word. Most rows have a length of about 1."""
    with as_file(SHIPPED) as path, np.load(path, allow_pickle=False) as parts:
        return np.asarray(parts["vectors"] * parts["step"], np.float32)


@cache
def digest() -> str:
    """Return twelve hex digits over the words, to detect a model with other rows."""
    return hashlib.sha256("\n".join(words()).encode()).hexdigest()[:12]
