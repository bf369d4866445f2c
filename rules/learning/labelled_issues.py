"""Labelled issues to learn from and to be measured by: JSON Lines, `summary` and `cls` a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rules.assess.classify import as_text
from rules.facts.jsonl import RowError, read_rows
from rules.learning.training_extra import require_training_extra
from rules.text_model.model import TextModel
from rules.vocabulary.classes import KINDS

WRITTEN = 1.5
"""How much a text counts that was written to learn from, beside an issue of a tracker."""


@dataclass(frozen=True)
class Sample:
    """A labelled issue; `source` is the tracker it comes from, `weight` how much it counts.

    `written`: it was written to learn from, and is of no tracker. `borrowed`: its text may not be
    passed on, so that a model keeps nothing of it but how common words are used.
    """

    summary: str
    description: str
    kind: str
    source: str
    weight: float = 1.0
    written: bool = False
    key: str = ""
    project: str = ""
    borrowed: bool = False

    @property
    def text(self) -> str:
        """As text models take it."""
        return as_text(self.summary, self.description)


def read(path: Path, written: bool = False) -> list[Sample]:
    """The samples of a file; RowError names the first line that is none."""
    found = []
    for number, row in enumerate(read_rows(path), 1):
        kind = row.get("cls")
        if kind not in KINDS:
            raise RowError(f'{path}: row {number}: "cls" has to be one of {", ".join(KINDS)}')
        source, key = row.get("source") or path.stem, row.get("key") or f"row {number}"
        one = sample_of({**row, "source": source, "key": key}, kind)
        found.append(replace(one, weight=WRITTEN, written=True) if written else one)
    return found


def sample_of(row: Mapping[str, Any], kind: str) -> Sample:
    """An issue of a class, from a row of JSON."""
    return Sample(
        row["summary"],
        str(row.get("description") or ""),
        kind,
        source=str(row.get("source") or ""),
        key=str(row.get("key") or ""),
        project=str(row.get("project") or "").rpartition(":")[2],
    )


def unrelated(known: Iterable[Sample], tested: Sequence[Sample]) -> list[Sample]:
    """Those of other trackers and of other projects than the tested ones."""
    sources = {sample.source for sample in tested}
    projects = {sample.project for sample in tested if sample.project}
    return [s for s in known if s.source not in sources and s.project not in projects]


def trained(
    samples: Sequence[Sample],
    about: Iterable[str] = (),
    figures: Mapping[str, object] | None = None,
) -> TextModel:
    """A model of these samples, calibrated on sources that it was not shown.

    `about` and `figures` are kept in it for `sluice model info`. Raises ModelError.
    """
    require_training_extra()
    from rules.text_model.train import train  # takes a second to import

    return train(
        [sample.text for sample in samples],
        [sample.kind for sample in samples],
        weights=[sample.weight for sample in samples],
        # Written text is easier than a tracker: calibrated on it, a model would be too sure.
        groups=[None if sample.written else sample.source for sample in samples],
        borrowed=[sample.borrowed for sample in samples],
        info={"trained on": list(about), **({"figures": dict(figures)} if figures else {})},
    )
