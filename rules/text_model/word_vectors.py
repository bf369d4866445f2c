"""What words mean, as vectors: words that stand in like sentences lie close to each other.

They were distilled from all-MiniLM-L6-v2 (Apache-2.0; Reimers and Gurevych, "Sentence-BERT", EMNLP
2019) by `tools/vectors.py`. A model that is trained with them has an opinion of words that no text
of its training had: "overhaul" says what "rewrite" does.
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
    """The row of each word and of each pair of words, which has a space between; English."""
    with as_file(SHIPPED) as path, np.load(path, allow_pickle=False) as parts:
        names = parts["names"].tobytes().decode().split("\n")
    return {name: row for row, name in enumerate(names)}


@cache
def shipped() -> NDArray[np.float32]:
    """A row a word; the usual row is as long as 1."""
    with as_file(SHIPPED) as path, np.load(path, allow_pickle=False) as parts:
        return np.asarray(parts["vectors"] * parts["step"], np.float32)


@cache
def digest() -> str:
    """Twelve hex digits over the words: by these, models know their rows again."""
    return hashlib.sha256("\n".join(words()).encode()).hexdigest()[:12]
