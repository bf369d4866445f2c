"""Classes that were read in issues of trackers, a line an issue: training/readings.csv."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from rules.assess.assessment import Classification
from rules.facts.jsonl import RowError, read_rows
from rules.learning.labelled_issues import Sample, sample_of
from rules.vocabulary.classes import KINDS, UNDECIDED, Kind

COLUMNS = ("key", "source", "cls", "or")

ARGUABLE = 0.3
"""How much an issue counts of which a careful reader may say either class."""


@dataclass(frozen=True)
class Reading:
    """What was read in an issue: its class, and those that would do as well.

    `source` is the tracker that the issue is from.
    """

    source: str
    kind: Kind
    others: tuple[Kind, ...] = ()

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """All classes that would do."""
        return (self.kind, *self.others)


Readings = Mapping[str, Reading]
"""By the key of the issue."""


def read_readings(path: Path) -> Readings:
    """The readings of a CSV file; RowError names the first line that is none."""
    found: dict[str, Reading] = {}
    with path.open(encoding="utf-8-sig", newline="") as lines:  # a spreadsheet may write a BOM
        rows = csv.DictReader(lines, strict=True)
        try:
            if tuple(rows.fieldnames or ()) != COLUMNS:
                raise RowError(f"{path}: its first line has to be {','.join(COLUMNS)}")
            for row in rows:
                reading = _reading(row, f"{path}:{rows.line_num}")
                if found.setdefault(row["key"], reading) is not reading:
                    raise RowError(f"{path}:{rows.line_num}: {row['key']} has a line already")
        except csv.Error as error:
            raise RowError(f"{path}:{rows.line_num + 1}: is no line of CSV: {error}") from None
        except UnicodeDecodeError:
            raise RowError(f"{path}: is not in UTF-8: save it as that") from None
    return found


def _reading(row: Mapping[str, str | None], at: str) -> Reading:
    kinds = [row["cls"] or "", *(row["or"] or "").split()]
    known = {*kinds} <= {*KINDS} and len({*kinds}) == len(kinds)
    if None in row or not row["key"] or not row["source"] or not known:
        raise RowError(f"{at}: has to be a key, a source, a class and others: {', '.join(KINDS)}")
    first, *others = cast("list[Kind]", kinds)
    return Reading(row["source"], first, tuple(others))


def reading_of(sample: Sample, readings: Readings) -> Reading | None:
    """What was read in an issue; a key of another tracker may be the same."""
    read = readings.get(sample.key)
    return read if read and read.source == sample.source else None


def taught(samples: Sequence[Sample], readings: Readings) -> list[Sample]:
    """Labelled issues as they are learned from, where some of them were read.

    A label that no reader found gives way; where either of two classes would do, it counts less.
    """
    return [_taught(sample, reading_of(sample, readings)) for sample in samples]


def _taught(sample: Sample, read: Reading | None) -> Sample:
    if read is None:
        return sample
    kind = sample.kind if sample.kind in read.kinds else read.kind
    return replace(sample, kind=kind, weight=ARGUABLE if read.others else 1.0)


def read_issues(path: Path, readings: Readings) -> list[Sample]:
    """The issues of a file that were read, with the class that was; whatever else it says of it."""
    found = []
    for row in read_rows(path):
        if read := readings.get(str(row.get("key") or "")):
            sample = sample_of({**row, "source": read.source}, read.kind)
            found += taught([sample], readings)
    return found


@dataclass(frozen=True)
class Agreement:
    """Shares of the issues that were read, of which a class is one that was read in them.

    `labels`: their labels; `decided`: the classes of those that are decided.
    """

    issues: int
    labels: float
    decided: float


def agreement(
    samples: Sequence[Sample], found: Sequence[Classification], readings: Readings
) -> Agreement | None:
    """How labels and classifications stand to the readings; None where nothing was read."""
    read = [
        (sample.kind in its.kinds, one.kind in its.kinds, one)
        for sample, one in zip(samples, found, strict=True)
        if (its := reading_of(sample, readings))
    ]
    if not read:
        return None
    labels = [label for label, _, _ in read]
    decided = [right for _, right, one in read if one.kind != UNDECIDED]
    return Agreement(len(read), _share(labels), _share(decided))


def _share(true: Sequence[bool]) -> float:
    return round(sum(true) / len(true), 3) if true else 0.0
