"""Write an issue as JSON and read it back as it was, with its masked fields left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import datetime
from typing import Any

from rules.facts.catalog import ALIASES
from rules.facts.issue import (
    Answer,
    Choice,
    Fact,
    History,
    Issue,
    Managed,
    Note,
    Record,
    Scope,
    Statement,
    Version,
)

_TYPES: Mapping[str, type[Any]] = {
    one.__name__: one
    for one in (Answer, Choice, History, Issue, Managed, Note, Record, Scope, Statement, Version)
}

PEOPLE = "people"
COMMENTS = "comments"
_NAMES = ("reporter", "assignee", "creator", "voter", "watcher")
_OF_TEXT = frozenset(("summary", "description", "environment", "answers"))


def encode(value: Any) -> Any:
    """Return a value of an issue as JSON; parts of an issue leave out what has its default."""
    if isinstance(value, datetime):
        return {"$time": value.isoformat()}
    if isinstance(value, tuple):
        return [encode(one) for one in value]
    if isinstance(value, frozenset):
        return {"$set": [encode(one) for one in sorted(value)]}
    if isinstance(value, Mapping):
        return {"$map": [[key, encode(one)] for key, one in value.items()]}
    if is_dataclass(value) and not isinstance(value, type):
        given = ((one, getattr(value, one.name)) for one in fields(value))
        kept = {one.name: encode(part) for one, part in given if not _is_default(one, part)}
        return {"$": type(value).__name__, **kept}
    return value


def _is_default(field: Any, value: Any) -> bool:
    if field.default is not MISSING:
        return bool(value == field.default)
    return field.default_factory is not MISSING and bool(value == field.default_factory())


def decode(raw: Any) -> Any:
    """Read the result of `encode`. Raise KeyError, TypeError or ValueError for all else."""
    if isinstance(raw, list):
        return tuple(map(decode, raw))
    if not isinstance(raw, dict):
        return raw
    if "$time" in raw:
        return datetime.fromisoformat(raw["$time"])
    if "$set" in raw:
        return frozenset(map(decode, raw["$set"]))
    if "$map" in raw:
        return {str(key): decode(one) for key, one in raw["$map"]}
    return _TYPES[raw["$"]](**{name: decode(one) for name, one in raw.items() if name != "$"})


def hidden(mask: Collection[str]) -> frozenset[str]:
    """Return the names of fields that a mask hides, as facts have them."""
    names = {ALIASES.get(one.lower(), one.lower()) for one in mask}
    if "text" in names:
        names |= {"summary", "description", "environment"}
    if COMMENTS in names:
        names.add("answers")
    return frozenset({*names, *(_NAMES if PEOPLE in names else ())})


def masked(issue: Issue, mask: Collection[str]) -> Issue:
    """Return the issue without the masked fields, in all places that repeat them.

    Sluice's own comment quotes the text, and earlier versions have earlier texts.
    """
    names = hidden(mask)
    if not names:
        return issue
    issue = replace(
        issue, fields=_without(issue.fields, names), history=_history(issue.history, names)
    )
    if names & _OF_TEXT:
        record = issue.record and replace(issue.record, scope=None)
        note = issue.note and replace(issue.note, body="")
        issue = replace(issue, note=note, why=None, record=record)
    if "answers" in names:
        issue = replace(issue, answers=tuple(replace(one, text="") for one in issue.answers))
    return _without_people(issue) if PEOPLE in names else issue


def _without(values: Mapping[str, Fact], names: Collection[str]) -> dict[str, Fact]:
    """Return the values without the named ones, and without what Jira gives beside them."""
    return {n: v for n, v in values.items() if n not in names and n.split(".")[0] not in names}


def _history(history: History, names: Collection[str]) -> History:
    versions = (replace(one, fields=_without(one.fields, names)) for one in history.versions)
    accepted = history.accepted
    return replace(
        history,
        versions=tuple(versions),
        accepted=None if accepted is None else _without(accepted, names),
        choices=tuple(one for one in history.choices if one.field not in names),
    )


def _without_people(issue: Issue) -> Issue:
    choices = (replace(one, account="", name="") for one in issue.history.choices)
    history = replace(issue.history, decided_by="", choices=tuple(choices))
    record = issue.record and replace(issue.record, account="")
    note = issue.note and replace(issue.note, account="")
    return replace(issue, people=(), history=history, record=record, note=note)
