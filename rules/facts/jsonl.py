"""Read issues from JSON Lines (exports, examples, training data), one issue per line."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeGuard

from rules.facts.catalog import ALIASES, FIELDS, YES_NO, Field, FieldType
from rules.facts.facts import plain
from rules.facts.issue import Fact, Issue
from rules.facts.jira_json.issue_fields import PEOPLE
from rules.facts.jira_json.json_lines import OpenEnded, filled, no_object, parsed
from rules.facts.jira_json.json_lines import RowError as RowError
from rules.facts.jira_json.rows import FromJira, as_row, issues_in, lacking, with_names
from rules.facts.times import days_before, moment
from rules.problem import nearest

_TEXTS = ("summary", "description", "type", "status", "resolution", "priority", "reporter")
_LISTS = {"labels": "labels", "components": "component"}
_DATES = {"created": "created", "updated": "updated", "resolved": "resolved"}
_NUMBERS = ("votes", "watchers", "comments", "commenters", "links", "points", "attachments")

MAX_NUMBER = 1e15


def read_rows(path: Path, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON Lines file; raise RowError at the first bad line."""
    with path.open("rb") as lines:
        for _, row in islice(_rows(lines, str(path)), limit):
            if isinstance(row, RowError):
                raise row
            yield row


def read_issues(
    path: Path, now: datetime, custom: Collection[Field] = ()
) -> Iterator[Issue | RowError]:
    """Yield the issues of a JSON Lines file, as `each_issue` does."""
    with path.open("rb") as lines:
        yield from each_issue(lines, str(path), now, custom)


def each_issue(
    lines: Iterable[bytes], name: str, now: datetime, custom: Collection[Field] = ()
) -> Iterator[Issue | RowError]:
    """Yield the issue of each line, with a RowError in place of each bad line.

    Errors call the file `name`. A misspelt field or a value of the wrong type makes a line bad.
    A date such as `-52d` counts back from `now`.
    """
    declared = {**FIELDS, **{field.name: field for field in custom}}
    for number, (where, row) in enumerate(_rows(lines, name), 1):
        yield row if isinstance(row, RowError) else _issue(row, number, where, now, declared)


def _issue(
    row: dict[str, Any], number: int, where: str, now: datetime, declared: Mapping[str, Field]
) -> Issue | RowError:
    custom = [field for name, field in declared.items() if FIELDS.get(name) is not field]
    try:
        if isinstance(row, FromJira):
            return issue_from_row(row, number, custom)
        row = _dated(row, now, declared)
        _check(row, where, declared)
    except RowError as error:
        return RowError(f"{where}: {error}") if isinstance(row, FromJira) else error
    return issue_from_row(row, number, custom)


def each_object(
    lines: Iterable[bytes], name: str
) -> Iterator[tuple[str, dict[str, Any] | RowError]]:
    """Yield the JSON objects of an open file, each after its place, `name:line`."""
    for where, line in filled(lines, name):
        try:
            yield where, _object(line, where)
        except RowError as error:
            yield where, error


def no_issue(row: object) -> str:
    """Return why a row is no issue, or an empty text."""
    if not isinstance(row, dict) or "summary" not in row:
        return 'an issue must be an object with at least a "summary"'
    return "" if isinstance(row["summary"], str) else '"summary" has to be text'


def _rows(lines: Iterable[bytes], name: str) -> Iterator[tuple[str, dict[str, Any] | RowError]]:
    """Yield the row of each issue after its place: one a line, or a whole page of a search."""
    for where, line in filled(lines, name):
        try:
            value = parsed(line, where)
        except RowError as error:
            yield where, error
            if isinstance(error, OpenEnded):
                return
            continue
        for one in [value] if (page := issues_in(value)) is None else page:
            yield where, _row(one, where)


def _row(value: object, where: str) -> dict[str, Any] | RowError:
    if not isinstance(value, dict):
        return no_object(where)
    row = as_row(value)
    wrong = no_issue(row)
    return RowError(f"{where}: {wrong}") if wrong else row


def _object(line: bytes, where: str) -> dict[str, Any]:
    row = parsed(line, where)
    if not isinstance(row, dict):
        raise no_object(where)
    return row


def _dated(row: dict[str, Any], now: datetime, declared: Mapping[str, Field]) -> dict[str, Any]:
    """Return the row with a time in place of each date that counts back from `now`."""
    dates = [
        name for name in row if (found := declared.get(_column(name))) and found.type == "date"
    ]
    then = {name: days_before(row[name], now) for name in dates}
    return {**row, **{name: time.isoformat() for name, time in then.items() if time}}


def _check(row: Mapping[str, Any], where: str, declared: Mapping[str, Field]) -> None:
    """Raise RowError for a misspelt field and for a value that does not fit its field.

    A name that resembles no field may be a column for somebody else.
    """
    for name, value in row.items():
        field = declared.get(_column(name))
        if field is None and name not in _TAKEN:
            if hint := nearest(name, {*declared, *ALIASES}, cutoff=0.8):
                raise RowError(f'{where}: unknown field "{name}"{hint}')
        elif field and value not in (None, "") and not _fits(field, value):
            shown = json.dumps(value, ensure_ascii=False)[:40]
            raise RowError(f'{where}: "{name}" has to be {_EXPECTED[field.type]}, not {shown}')


_EXPECTED: dict[FieldType, str] = {
    "text": "text",
    "name": "text",
    "rank": "text",
    "names": "a list of texts",
    "number": "a number",
    "date": "a day or time such as 2026-11-23, 2026-11-23T10:00:00Z or -7d (7 days ago)",
}


def _fits(field: Field, value: object) -> bool:
    """Return whether a value is of the type of its field. A text may be written as a number."""
    if field.type == "number":
        return _is_number(value)
    if field.type == "date":
        return moment(value) is not None
    if field.type == "names":
        return value == [] or bool(listed(value))
    return not isinstance(value, list | dict)


def issue_from_row(row: Mapping[str, Any], number: int = 0, custom: Iterable[Field] = ()) -> Issue:
    """Return the issue of a row that has at least a `summary`.

    Columns have the names of fields in conditions; a rulebook's `custom` fields have their own
    names. A value that does not fit its field is left out. Raise RowError if Jira's JSON does not
    tell which of its fields one of `custom` is.
    """
    custom = list(custom)
    names = [field.name for field in custom]
    row = with_names(as_row(row), names)
    if wrong := lacking(row, names):
        raise RowError(f"{row.get('key')}: {wrong}")
    declared = {**FIELDS, **{field.name: field for field in custom}}
    key = _kept(row.get("key") or f"ROW-{number}")
    project = _kept(row.get("project") or key.rsplit("-", 1)[0])
    # A field of the rulebook hides a built-in one, also if the row has no value for it.
    values: dict[str, Fact] = {field.name: None for field in custom if field.name in FIELDS}
    values |= {"key": key, "project": project}
    values |= {name: _kept(row[name]) for name in _TEXTS if row.get(name)}
    values |= {to: listed(row.get(name)) for name, to in _LISTS.items()}
    values |= {to: moment(row.get(name)) for name, to in _DATES.items()}
    numbers = ((name, row.get(name)) for name in _NUMBERS)
    # An issue without a status counts as new.
    values["statuscategory"] = values.get("status") or "To Do"
    values |= {name: float(n) for name, n in numbers if _is_number(n)}
    others = ((_column(name), value) for name, value in row.items() if name not in _TAKEN)
    read = _read if isinstance(row, FromJira) else _fact
    found = ((name, read(declared.get(name), value)) for name, value in others)
    values |= {name: fact for name, fact in found if fact is not None}
    people = tuple(str(row[name]) for name in PEOPLE if isinstance(row.get(name), str))
    return Issue(
        id=str(row.get("id") or number), key=key, project=project, fields=values, people=people
    )


_TAKEN = {"id", "key", "project", *_TEXTS, *_LISTS, *_DATES, *_NUMBERS}


def _column(name: str) -> str:
    return ALIASES.get(name.lower(), name.lower())


def _kept(value: object) -> str:
    """Return a value as text; a text keeps its other names."""
    return value if isinstance(value, str) else str(value)


def _read(field: Field | None, value: object) -> Fact:
    """Return a value that was read from Jira's JSON as the facts have it."""
    if field and field.type == "date":
        return moment(value)
    if isinstance(value, list):
        return tuple(map(_kept, value)) or None
    return float(value) if _is_number(value) else value if isinstance(value, str) else None


def _fact(field: Field | None, value: object) -> Fact:
    """Return a value in the type of its field, or unchanged if no field has this name."""
    kind = field.type if field else None
    if kind == "names":
        return listed(value) or None
    if kind == "date":
        return moment(value)
    if _is_number(value) and kind in (None, "number"):
        return float(value)
    if isinstance(value, list | tuple):
        return None if kind else tuple(map(_name, value))
    return None if kind == "number" else _text(field, value)


def _text(field: Field | None, value: object) -> str | None:
    """Return a text or name that YAML or JSON may have parsed as a number or boolean."""
    if isinstance(value, bool) and field and field.choices == YES_NO:
        return "yes" if value else "no"
    if isinstance(value, bool) or _is_number(value):
        return _name(value)
    return value if isinstance(value, str) and value else None


def _name(value: object) -> str:
    """Return a name as written: true, and 5 for 5.0; a text keeps its other names."""
    if isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else plain(value)


def listed(value: object) -> tuple[str, ...]:
    """Return the names in a list. A text or number is a list of one; anything else is empty."""
    if isinstance(value, str) or _is_number(value):
        return (_name(value),) if value != "" else ()
    names = map(_name, value) if isinstance(value, list | tuple) else ()
    return tuple(name for name in names if name)


def _is_number(value: object) -> TypeGuard[float]:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return plain and -MAX_NUMBER < value < MAX_NUMBER  # type: ignore[operator]
