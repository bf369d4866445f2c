"""Labelled issues to learn from and to be measured by: JSON Lines, `summary` and `cls` a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rules.classify import as_text
from rules.issue import KINDS
from rules.rows import RowError, read_rows
from rules.textmodel import TextModel

WRITTEN, WEAK = 3.0, 0.3
"""How much a text counts that was written for this, and one whose label was guessed from it."""


@dataclass(frozen=True)
class Sample:
    """A labelled issue; `source` is the tracker it comes from, `weight` how much it counts.

    `written`: it was written to learn from, and is of no tracker.
    """

    summary: str
    description: str
    kind: str
    source: str
    weight: float = 1.0
    written: bool = False
    key: str = ""

    @property
    def text(self) -> str:
        """As text models take it."""
        return as_text(self.summary, self.description)


def read(path: Path, weight: float = 1.0, written: bool = False) -> list[Sample]:
    """The samples of a file; RowError names the first line that is none."""
    found = []
    for number, row in enumerate(read_rows(path), 1):
        kind = row.get("cls")
        if kind not in KINDS:
            raise RowError(f'{path}: row {number}: "cls" has to be one of {", ".join(KINDS)}')
        source, key = str(row.get("source") or path.stem), str(row.get("key") or f"row {number}")
        description = str(row.get("description") or "")
        found.append(Sample(row["summary"], description, kind, source, weight, written, key))
    return found


def trained(
    samples: Sequence[Sample],
    about: Iterable[str] = (),
    figures: Mapping[str, object] | None = None,
) -> TextModel:
    """A model of these samples, calibrated on sources that it was not shown.

    `about` and `figures` are kept in it for `sluice model info`.
    """
    return TextModel.train(
        [sample.text for sample in samples],
        [sample.kind for sample in samples],
        [sample.weight for sample in samples],
        # Written text is easier than a tracker: calibrated on it, a model would be too sure.
        [None if sample.written else sample.source for sample in samples],
        {"trained on": list(about), **({"figures": dict(figures)} if figures else {})},
    )
