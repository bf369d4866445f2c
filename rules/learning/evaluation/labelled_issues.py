"""Read labelled issues for training and evaluation: JSON Lines with `summary` and `cls`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from rules.assess.classify import as_text
from rules.facts.jsonl import RowError, read_rows
from rules.facts.times import moment
from rules.learning.training_extra import require_training_extra
from rules.text_model.model import TextModel
from rules.vocabulary.classes import KINDS

WRITTEN = 1.5
"""Weight of a text written for training; an issue of a tracker has 1."""


@dataclass(frozen=True)
class Sample:
    """A labelled issue; `source` is its tracker, `weight` its weight in training.

    `written`: the text was written for training and is from no tracker. `borrowed`: the text may
    not be redistributed, so a model learns from it only weights of words that it has from
    elsewhere. `by` is the account that set the class and `at` the time, where the file tells.
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
    by: str = ""
    at: datetime | None = None

    @property
    def text(self) -> str:
        """Return the text for a text model."""
        return as_text(self.summary, self.description)


def read(path: Path, written: bool = False) -> list[Sample]:
    """Read the samples of a file; raise RowError for the first invalid line."""
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
    """Return a sample from a row of JSON and its class."""
    return Sample(
        row["summary"],
        str(row.get("description") or ""),
        kind,
        source=str(row.get("source") or ""),
        key=str(row.get("key") or ""),
        project=str(row.get("project") or "").rpartition(":")[2],
        by=str(row.get("by") or ""),
        at=moment(row.get("at")),
    )


def unrelated(samples: Iterable[Sample], tested: Sequence[Sample]) -> list[Sample]:
    """Return the samples of other trackers and other projects than the tested ones."""
    sources = {sample.source for sample in tested}
    projects = {sample.project for sample in tested if sample.project}
    return [s for s in samples if s.source not in sources and s.project not in projects]


def trained(
    samples: Sequence[Sample],
    about: Iterable[str] = (),
    figures: Mapping[str, object] | None = None,
) -> TextModel:
    """Train a model on samples. Its calibration holds out whole sources.

    `about` and `figures` are stored in the model, for `sluice model info`. Raises ModelError.
    """
    require_training_extra()
    from rules.text_model.train import train  # takes a second to import

    return train(
        [sample.text for sample in samples],
        [sample.kind for sample in samples],
        weights=[sample.weight for sample in samples],
        # Written texts are easier than real issues: calibrated on them, a model is overconfident.
        groups=[None if sample.written else sample.source for sample in samples],
        borrowed=[sample.borrowed for sample in samples],
        info={"trained on": list(about), **({"figures": dict(figures)} if figures else {})},
    )
