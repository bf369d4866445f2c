"""Read the annotated classes of tracker issues (training/readings.csv, one issue a line)."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from rules.assess.assessment import Classification
from rules.facts.jsonl import RowError, read_rows
from rules.learning.evaluation.labelled_issues import Sample, sample_of
from rules.vocabulary.classes import KINDS, UNDECIDED, Kind

COLUMNS = ("key", "source", "cls", "or")

ARGUABLE = 0.3
"""Weight of an issue with several acceptable classes."""


@dataclass(frozen=True)
class Annotation:
    """The annotated class of an issue, and other acceptable classes.

    `source` is the tracker of the issue.
    """

    source: str
    kind: Kind
    others: tuple[Kind, ...] = ()

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """Return all acceptable classes."""
        return (self.kind, *self.others)


Annotations = Mapping[str, Annotation]
"""Annotations by issue key."""


def read_annotations(path: Path) -> Annotations:
    """Read a CSV file of annotations; raise RowError for the first invalid line."""
    found: dict[str, Annotation] = {}
    with path.open(encoding="utf-8-sig", newline="") as lines:  # a spreadsheet may write a BOM
        rows = csv.DictReader(lines, strict=True)
        try:
            if tuple(rows.fieldnames or ()) != COLUMNS:
                raise RowError(f"{path}: the first line must be {','.join(COLUMNS)}")
            for row in rows:
                annotation = _annotation(row, f"{path}:{rows.line_num}")
                if found.setdefault(row["key"], annotation) is not annotation:
                    raise RowError(
                        f"{path}:{rows.line_num}: {row['key']} is there twice. Remove one"
                    )
        except csv.Error as error:
            raise RowError(f"{path}:{rows.line_num + 1}: not valid CSV: {error}") from None
        except UnicodeDecodeError:
            raise RowError(f"{path}: not UTF-8: save the file as UTF-8") from None
    return found


def _annotation(row: Mapping[str, str | None], at: str) -> Annotation:
    kinds = [row["cls"] or "", *(row["or"] or "").split()]
    valid = {*kinds} <= {*KINDS} and len({*kinds}) == len(kinds)
    if None in row or not row["key"] or not row["source"] or not valid:
        raise RowError(f"{at}: use a key, a source, a class and other classes: {', '.join(KINDS)}")
    first, *others = cast("list[Kind]", kinds)
    return Annotation(row["source"], first, tuple(others))


def annotation_of(sample: Sample, annotations: Annotations) -> Annotation | None:
    """Return the annotation of an issue, or None. A key of another tracker does not count."""
    read = annotations.get(sample.key)
    return read if read and read.source == sample.source else None


def apply_annotations(samples: Sequence[Sample], annotations: Annotations) -> list[Sample]:
    """Return the samples with annotated classes in place of contradicted labels.

    Samples with several acceptable classes get less weight.
    """
    return [_apply(sample, annotation_of(sample, annotations)) for sample in samples]


def _apply(sample: Sample, read: Annotation | None) -> Sample:
    if read is None:
        return sample
    kind = sample.kind if sample.kind in read.kinds else read.kind
    return replace(sample, kind=kind, weight=ARGUABLE if read.others else 1.0)


def read_annotated(path: Path, annotations: Annotations) -> list[Sample]:
    """Return the annotated issues of a file, with the annotated class in place of any label."""
    found = []
    for row in read_rows(path):
        if read := annotations.get(str(row.get("key") or "")):
            sample = sample_of({**row, "source": read.source}, read.kind)
            found += apply_annotations([sample], annotations)
    return found


@dataclass(frozen=True)
class Agreement:
    """Shares of the annotated issues whose label, or decided class, is an acceptable class."""

    issues: int
    labels: float
    decided: float


def agreement(
    samples: Sequence[Sample], found: Sequence[Classification], annotations: Annotations
) -> Agreement | None:
    """Compare labels and classifications with the annotations; None if no issue is annotated."""
    read = [
        (sample.kind in its.kinds, one.kind in its.kinds, one)
        for sample, one in zip(samples, found, strict=True)
        if (its := annotation_of(sample, annotations))
    ]
    if not read:
        return None
    labels = [label for label, _, _ in read]
    decided = [right for _, right, one in read if one.kind != UNDECIDED]
    return Agreement(len(read), _share(labels), _share(decided))


def _share(true: Sequence[bool]) -> float:
    return round(sum(true) / len(true), 3) if true else 0.0
