"""Distil word vectors from a sentence encoder. `make vectors` installs the dependencies.

    python tools/vectors.py ENCODER DICTIONARY TEXTS.jsonl VECTORS.npz

Each word is encoded alone, as in Model2Vec (Tulkens and van Dongen, 2024), and principal components
shorten the vectors. Included are the encoder's words that are in the dictionary, and words and
pairs of words of the texts, which were written for training. Words with a capital in the dictionary
are left out as names.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from transformers import AutoModel, AutoTokenizer

from rules.text_model.features import BODY, TITLE, features
from rules.text_model.redact_names import MASK, names_in, pattern_of

LENGTH = 128
STEPS = 20
"""Root mean square of the values, in steps of a byte. Over six times this is clipped."""
MIN_TEXTS = 2
WORD = re.compile(r"[a-z]{2,20}")


def main(encoder: str, dictionary: Path, texts: Path, output: Path) -> None:
    """Write the vectors and print their number."""
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    written = {name for name, count in _counted(texts).items() if count >= MIN_TEXTS}
    words = _common(dictionary, written) & tokenizer.get_vocab().keys()
    words |= {name for name in written if WORD.fullmatch(name)}
    pairs = {name for name in written if " " in name and {*name.split()} <= words | {"a", "i"}}
    names = sorted(words | pairs)
    found = np.vstack([*_encoded(names, tokenizer, AutoModel.from_pretrained(encoder).eval())])
    usual = found[[name in written for name in names]]
    short = PCA(LENGTH, svd_solver="full").fit(usual)
    step = np.sqrt((short.transform(usual) ** 2).mean()) / STEPS
    np.savez_compressed(
        output,
        names=np.frombuffer("\n".join(names).encode(), np.uint8),
        vectors=np.clip(np.round(short.transform(found) / step), -127, 127).astype(np.int8),
        step=np.float32(1 / (STEPS * LENGTH**0.5)),  # makes the usual length of a vector 1
    )
    sys.stdout.write(f"{output}: {len(words)} words and {len(pairs)} pairs of words\n")


def _counted(texts: Path) -> Counter[str]:
    """Count the texts with each word and each pair of words; names are left out as in training."""
    rows = [json.loads(line) for line in texts.read_text("utf-8").splitlines()]
    whole = [f"{row['summary']}\n{row['description']}" for row in rows]
    hide = pattern_of(names_in(whole))
    found: Counter[str] = Counter()
    for text in whole:
        parts = features(hide.sub(MASK, text))
        found.update(parts[TITLE].keys() | parts[BODY].keys())
    return found


def _common(dictionary: Path, written: set[str]) -> set[str]:
    """Return the dictionary's words that are not also names: it has both "smith" and "Smith"."""
    lines = dictionary.read_text("utf-8").splitlines()
    names = {line.lower() for line in lines if re.fullmatch("[A-Z][a-z]+", line)}
    return {line for line in lines if WORD.fullmatch(line)} - (names - written)


def _encoded(names: list[str], tokenizer: Any, model: Any) -> Iterator[NDArray[np.float32]]:
    with torch.no_grad():
        for start in range(0, len(names), 512):
            batch = tokenizer(names[start : start + 512], padding=True, return_tensors="pt")
            states, mask = model(**batch).last_hidden_state, batch["attention_mask"][..., None]
            yield ((states * mask).sum(1) / mask.sum(1)).numpy()


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
