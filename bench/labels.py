"""Measure the text model with other labels: `python -m bench.labels TRAIN.csv TEST.csv`.

The files have the columns `repo`, `label`, `title`, `body`, as in NLBSE'24's competition on issue
reports: issues_train.csv, issues_test.csv of github.com/nlbse2024/issue-report-classification.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline

from rules.text_model.train import train

Row = dict[str, str]
Trained = Callable[[Sequence[str], Sequence[str]], Callable[[Sequence[str]], Sequence[str]]]
"""A function that trains on texts with labels, and returns a function that predicts labels."""


def measure(train: Path, test: Path) -> Iterator[str]:
    """Yield the macro-F1 of each project and their mean, beside tf-idf with logistic regression."""
    training, tested = _rows(train), _rows(test)
    projects = sorted({row["repo"] for row in tested})
    parts = [([r for r in training if r["repo"] == p], [p]) for p in projects]
    for name, way in (("text model", _ours), ("tf-idf, logistic regression", _plain)):
        for what, shares in (("a model for each", parts), ("one for all", [(training, projects)])):
            began = time.perf_counter()
            found = {p: f1 for rows, of in shares for p, f1 in _scores(way, rows, tested, of)}
            each = ", ".join(f"{p} {f1:.3f}" for p, f1 in found.items())
            mean = sum(found.values()) / len(found)
            yield f"{name}, {what}: {mean:.3f} in {time.perf_counter() - began:.0f} s ({each})"


def _rows(path: Path) -> list[Row]:
    csv.field_size_limit(10_000_000)  # a body can contain a long log
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _scores(
    way: Trained, training: Sequence[Row], tested: Sequence[Row], projects: Sequence[str]
) -> Iterator[tuple[str, float]]:
    predict = way([_text(row) for row in training], [row["label"] for row in training])
    for project in projects:
        rows = [row for row in tested if row["repo"] == project]
        guess = predict([_text(row) for row in rows])
        yield project, float(f1_score([row["label"] for row in rows], guess, average="macro"))


def _text(row: Row) -> str:
    return f"{' '.join(row['title'].split())}\n{row['body']}"


def _ours(texts: Sequence[str], labels: Sequence[str]) -> Callable[[Sequence[str]], Sequence[str]]:
    model = train(texts, labels)
    return lambda others: [model.predict(text) for text in others]


def _plain(texts: Sequence[str], labels: Sequence[str]) -> Callable[[Sequence[str]], Sequence[str]]:
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    found = make_pipeline(words, LogisticRegression(C=10, max_iter=2000)).fit(texts, labels)
    return lambda others: list(found.predict(others))


if __name__ == "__main__":
    print(*measure(*map(Path, sys.argv[1:3])), sep="\n")
