"""Check field values of clients and convert them to Jira's form."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import Any

from sandbox.state.catalog import pick
from sandbox.state.model import Model
from sandbox.state.records import Json, Project
from sandbox.state.seed import Field
from sandbox.state.times import seconds_of

TEXT_LIMIT = 32767
LINE_TOO_LONG = "The entered text is too long. It exceeds the allowed limit of 255 characters."
TOO_LONG = "The entered text is too long. It exceeds the allowed limit of 32,767 characters."


class BadValue(ValueError):
    """A value that the field refuses. The text is Jira's message."""


def parse_value(model: Model, project: Project, spec: Field, raw: Any) -> Any:
    """Return the value to store for `raw`; raise BadValue with Jira's message."""
    reader = READERS.get(spec.kind)
    if reader is None:
        raise BadValue(not_on_screen(spec.id))
    return reader(model, project, spec, raw)


def not_on_screen(field_id: str) -> str:
    """Return Jira's message for a field that is not on the screen."""
    return f"Field '{field_id}' cannot be set. It is not on the appropriate screen, or unknown."


def _string(raw: Any) -> str | None:
    if raw is not None and not isinstance(raw, str):
        raise BadValue("Operation value must be a string")
    return raw or None


def _summary(model: Model, project: Project, spec: Field, raw: Any) -> str:
    text = (_string(raw) or "").strip()
    if not text:
        raise BadValue("You must specify a summary of the issue.")
    if "\n" in text or "\r" in text:
        raise BadValue("The summary is invalid because it contains newline characters.")
    if len(text) > 255:
        raise BadValue("Summary must be less than 255 characters.")
    return text


def _line(model: Model, project: Project, spec: Field, raw: Any) -> str | None:
    text = _string(raw)
    if text and len(text) > 255:
        raise BadValue(LINE_TOO_LONG)
    return text


def _text(model: Model, project: Project, spec: Field, raw: Any) -> str | None:
    if isinstance(raw, dict):
        raise BadValue("Operation value must be a string")
    text = _string(raw)
    if text and len(text) > TEXT_LIMIT:
        raise BadValue(TOO_LONG)
    return text


def _number(model: Model, project: Project, spec: Field, raw: Any) -> float | None:
    if raw is None:
        return None
    try:
        number = float(raw)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if isinstance(raw, str | bool) or not math.isfinite(number) or abs(number) > 1e14:
        raise BadValue("Operation value must be a number")
    return number


def _option(model: Model, project: Project, spec: Field, raw: Any) -> Json | None:
    if raw is None:
        return None
    if not isinstance(raw, dict) or not ({"id", "value"} & raw.keys()):
        raise BadValue("Could not find valid 'id' or 'value' in the Parent Option object.")
    by = "id" if raw.get("id") is not None else "value"
    wanted = str(raw[by]) if by == "id" else raw[by]
    if by == "value" and wanted is None:
        return None
    for option in spec.options:
        if option[by] == wanted and model.screens.offers(option["id"], project.id):
            return option
    word = "value" if by == "value" else "id"
    raise BadValue(f"Option {word} '{_brief(wanted)}' is not valid")


def _checkboxes(model: Model, project: Project, spec: Field, raw: Any) -> list[Json]:
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise BadValue("data was not an array")
    found = [option for each in raw if (option := _option(model, project, spec, each))]
    return [option for place, option in enumerate(found) if option not in found[:place]]


def _any(model: Model, project: Project, spec: Field, raw: Any) -> Any:
    return raw


def _brief(raw: Any) -> str:
    text = str(raw)
    return text if len(text) <= 100 else text[:100] + "…"


def _date(model: Model, project: Project, spec: Field, raw: Any) -> str | None:
    if raw is None or raw == "":
        return None
    try:
        return date.fromisoformat(raw).isoformat()
    except (TypeError, ValueError):
        raise BadValue(f"Error parsing date string: {_brief(raw)}") from None


def _time(model: Model, project: Project, spec: Field, raw: Any) -> str | None:
    if raw is None or raw == "":
        return None
    try:
        seconds_of(raw)
    except (TypeError, ValueError, AttributeError, OverflowError):
        raise BadValue(f"Error parsing time: {_brief(raw)}") from None
    return str(raw)


def _user(model: Model, project: Project, spec: Field, raw: Any) -> Json | None:
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise BadValue("data was not an object")
    names = ("accountId", "id") if model.deployment == "cloud" else ("name", "key")
    ident = next((raw[n] for n in names if n in raw), None)
    if ident in (None, "", "-1"):
        return None
    account = model.accounts.find(ident) if isinstance(ident, str) else None
    if account is None:
        raise BadValue(f"User '{_brief(ident)}' does not exist.")
    return model.accounts.json(account)


def _priority(model: Model, project: Project, spec: Field, raw: Any) -> Json | None:
    if raw is None:
        return None
    found = pick(model.catalog.priorities, raw) if isinstance(raw, dict) else None
    if found is None:
        raise BadValue(
            "Specify the Priority (name) in string format"
            if isinstance(raw, str)
            else "The priority selected is invalid."
        )
    return found


def _type(model: Model, project: Project, spec: Field, raw: Any) -> Json:
    found = pick(model.catalog.types, raw) if isinstance(raw, dict) else None
    if found is None:
        raise BadValue("Specify a valid issue type")
    return found


def _labels(model: Model, project: Project, spec: Field, raw: Any) -> list[str]:
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise BadValue("data was not an array")
    for label in raw:
        _label(label)
    return sorted(set(raw), key=raw.index)


def _label(raw: Any) -> str:
    if not isinstance(raw, str) or not raw:
        raise BadValue("string expected at index 0")
    if len(raw) > 255:
        raise BadValue(f"The label '{_brief(raw)}' exceeds the maximum length of 255 characters.")
    if any(c.isspace() for c in raw):
        raise BadValue(f"The label '{raw}' contains spaces which is invalid.")
    return raw


def _named(kind: str) -> Callable[[Model, Project, Field, Any], list[Json]]:
    def read(model: Model, project: Project, spec: Field, raw: Any) -> list[Json]:
        if raw is None:
            return []
        if not isinstance(raw, list):
            raise BadValue("data was not an array")
        entries = project.components if kind == "Component" else project.versions
        found = [_one_named(kind, entries, each) for each in raw]
        return [e for i, e in enumerate(found) if e not in found[:i]]

    return read


def _one_named(kind: str, entries: list[Json], raw: Any) -> Json:
    entry = pick({e["id"]: e for e in entries}, raw) if isinstance(raw, dict) else None
    if entry is None:
        ident = raw.get("name", raw.get("id")) if isinstance(raw, dict) else raw
        raise BadValue(f"{kind} name '{_brief(ident)}' is not valid")
    return entry


def _parent(model: Model, project: Project, spec: Field, raw: Any) -> Json | None:
    if raw is None:
        return None
    ident = (raw.get("key") or raw.get("id")) if isinstance(raw, dict) else None
    issue = model.find(str(ident)) if ident else None
    if issue is None or issue.project is not project:
        raise BadValue("Could not find issue by id or key.")
    return {"id": issue.id}


def _sprint(model: Model, project: Project, spec: Field, raw: Any) -> list[Json]:
    if raw is None:
        return []
    if isinstance(raw, bool) or not str(raw).isdecimal():
        raise BadValue("Number value expected as the Sprint id.")
    found = model.sprints.get(int(raw))
    if found is None or found.state == "closed":
        raise BadValue("The sprint does not exist, or it is closed.")
    return [{"id": str(found.id), "name": found.name}]


READERS: dict[str, Callable[[Model, Project, Field, Any], Any]] = {
    "summary": _summary,
    "line": _line,
    "text": _text,
    "number": _number,
    "points": _number,
    "option": _option,
    "checkboxes": _checkboxes,
    "any": _any,
    "date": _date,
    "time": _time,
    "user": _user,
    "priority": _priority,
    "type": _type,
    "labels": _labels,
    "components": _named("Component"),
    "versions": _named("Version"),
    "parent": _parent,
    "sprint": _sprint,
}
LISTS = {"labels", "components", "versions", "checkboxes"}
OPERATIONS: dict[str, list[str]] = {kind: ["set"] for kind in READERS} | {
    kind: ["add", "set", "remove"] for kind in LISTS
}


def id_and_text(value: Any) -> tuple[str | None, str | None]:
    """Return (id, text) of a stored value, as in the changelog."""
    if value is None or value == []:
        return None, None
    if isinstance(value, list) and all(isinstance(v, dict) and "id" in v for v in value):
        names = (str(v.get("name") or v.get("value")) for v in value)
        return ",".join(str(v["id"]) for v in value), ", ".join(names)
    if isinstance(value, list):
        return None, " ".join(map(str, value))
    if isinstance(value, dict):
        text = value.get("name") or value.get("value") or value.get("displayName")
        ident = value.get("accountId") or value.get("key") or value.get("id") or str(value)
        if "displayName" in value:
            text = value["displayName"]
        return ident, text or ident
    if isinstance(value, float):
        return None, f"{value:g}" if abs(value) < 1e6 else repr(value)
    return None, str(value)
