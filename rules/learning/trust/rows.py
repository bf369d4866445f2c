"""Read what people decided from the rows of a file: `cls`, `gate` and `priority`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from rules.facts.issue import Issue
from rules.facts.jsonl import RowError, issue_from_row
from rules.learning.evidence.lessons import Lesson
from rules.rulebook.rulebook import Rulebook
from rules.vocabulary.classes import KINDS, work_class
from rules.vocabulary.managed_fields import ManagedName
from rules.vocabulary.verdicts import VERDICTS, gate_verdict

COLUMNS: Mapping[str, ManagedName] = {"cls": "kind", "gate": "verdict", "priority": "priority"}
"""The columns with the values that people decided."""

_NAMES: Mapping[ManagedName, Mapping[str, str]] = {
    "kind": {work_class(kind).shown.lower(): kind for kind in KINDS} | {k: k for k in KINDS},
    "verdict": {gate_verdict(one).shown.lower(): one for one in VERDICTS}
    | {v: v for v in VERDICTS},
}
"""Our names by the words that a row may have: ours, or those of Jira's field."""


def lessons_of_rows(
    rows: Iterable[Mapping[str, Any]], name: str, book: Rulebook
) -> Iterator[tuple[Issue, list[Lesson]]]:
    """Yield the issue of each row without what people decided, and its lessons.

    Errors call the file `name`. The time of a decision is that of the last update.
    """
    for number, row in enumerate(rows, 1):
        chosen = {
            field: _value(row, column, f"{name}: row {number}") for column, field in COLUMNS.items()
        }
        bare = {key: value for key, value in row.items() if key not in COLUMNS}
        issue = issue_from_row(bare, number, book.custom)
        yield (
            issue,
            [
                Lesson(issue, field, value, "correction", at=_time(issue))
                for field, value in chosen.items()
                if value
            ],
        )


def _value(row: Mapping[str, Any], column: str, where: str) -> str | None:
    value = row.get(column)
    if value is None or value == "":
        return None
    names = _NAMES.get(COLUMNS[column])
    found = names.get(str(value).lower()) if names is not None else str(value)
    if found is None:
        expected = ", ".join(dict.fromkeys((names or {}).values()))
        raise RowError(f'{where}: "{column}" has to be one of {expected}, or missing')
    return found


def _time(issue: Issue) -> datetime | None:
    found = issue.fields.get("updated") or issue.fields.get("created")
    return found if isinstance(found, datetime) else None
