"""Read issues with the priority that people set, and learn from them what people call urgent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rules.facts.jsonl import RowError, read_rows
from rules.facts.statements.reader import read_statements
from rules.learning.training_extra import require_training_extra
from rules.text_model.urgency.model import UrgencyModel

LOWEST, HIGHEST = 0, 4
"""The ranks of priorities."""


@dataclass(frozen=True)
class Ranked:
    """An issue and the rank of its priority, 0 (lowest) to 4; `preset`: nobody chose it."""

    summary: str
    description: str
    type: str
    rank: int
    source: str
    key: str
    preset: bool = False

    @property
    def text(self) -> str:
        """Return the text for a text model."""
        return read_statements(self.summary, self.description).undenied


def read(path: Path) -> tuple[list[Ranked], int]:
    """Return the issues with a rank, and the number of rows without one; raise RowError."""
    found, skipped = [], 0
    for number, row in enumerate(read_rows(path), 1):
        rank = row.get("priority_rank")
        if rank is None:
            skipped += 1
            continue
        if type(rank) is not int or not LOWEST <= rank <= HIGHEST:
            wrong = f'"priority_rank" has to be a whole number from {LOWEST} to {HIGHEST}'
            raise RowError(f"{path}: row {number}: {wrong}")
        found.append(_ranked(row, rank, path.stem, number))
    return found, skipped


def _ranked(row: Mapping[str, Any], rank: int, name: str, number: int) -> Ranked:
    return Ranked(
        row["summary"],
        str(row.get("description") or ""),
        str(row.get("type") or ""),
        rank,
        str(row.get("source") or name),
        str(row.get("key") or f"row {number}"),
        bool(row.get("default")),
    )


def learn_urgency(issues: Sequence[Ranked], about: Iterable[str] = ()) -> UrgencyModel:
    """Train a model of urgency on issues, also on those with a preset rank; raise ModelError."""
    require_training_extra()
    from rules.text_model.urgency.train import train  # takes a second to import

    return train(
        [one.text for one in issues],
        [one.type for one in issues],
        [one.rank for one in issues],
        [one.source for one in issues],
        {"trained on": list(about)} if about else None,
    )


def licensed(issues: Iterable[Ranked], sources: Collection[str]) -> list[Ranked]:
    """Return the issues of these sources; all if none is named."""
    return [one for one in issues if not sources or one.source in sources]
