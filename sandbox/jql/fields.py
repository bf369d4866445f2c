"""Read the fields of issues and the operands of JQL for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sandbox.jql.parser import JqlError
from sandbox.jql.reader import FieldReader, missing
from sandbox.state.catalog import pick
from sandbox.state.model import Model
from sandbox.state.records import Issue, Json
from sandbox.state.seed import Field
from sandbox.state.times import seconds_of

_KEY = re.compile(r"([A-Za-z][A-Za-z0-9_]*)-(\d+)", re.A)
_PROPERTY = re.compile(r"issue\.property\s*\[\s*[\"']?([^\]\"']+)[\"']?\s*\](?:\.(.+))?", re.I)


def find_reader(model: Model, name: str) -> FieldReader:
    """Return the reader of a field by its name in a query; raise JqlError if none exists."""
    low = name.lower()
    if low in _KEYS:
        return _key_reader(model, name)
    if low == "text":
        return FieldReader("text", "text", _all_text)
    if low == "statuscategory":
        return _category_reader(model)
    match = _PROPERTY.fullmatch(name)
    if match and match[1].strip() in model.indexed_properties:
        return _property_reader(match[1].strip(), match[2])
    spec = _spec(model, low)
    maker = _MAKERS.get(spec.kind) if spec else None
    if spec is None or maker is None:
        raise JqlError(f"Field '{name}' does not exist or you do not have permission to view it.")
    return maker(model, spec)


_KEYS = ("key", "issuekey", "id", "issue")


def _spec(model: Model, low: str) -> Field | None:
    match = re.fullmatch(r"cf\s*\[\s*(\d+)\s*\]", low)
    if match:
        return model.fields.get(f"customfield_{match[1]}")
    for spec in model.fields.values():
        if low in (clause.lower() for clause in spec.clause_names()) or low == spec.id.lower():
            return spec if spec.clause_names() else None
    return None


def _all_text(issue: Issue) -> str:
    parts = [issue.values.get(n) or "" for n in ("summary", "description", "environment")]
    return "\n".join(parts + [c["body"] for c in issue.comments])


def _key_reader(model: Model, name: str) -> FieldReader:
    def parse(field: str, text: str) -> list[Any]:
        issue = model.find(text)
        if issue is not None:
            return [issue.id]
        match = _KEY.fullmatch(text)
        if match is None and not (text.isascii() and text.isdigit()):
            raise JqlError(f"The issue key '{text}' for field '{field}' is invalid.")
        raise JqlError(f"An issue with key '{text}' does not exist for field '{field}'.")

    def rank(ident: str) -> Any:
        issue = model.issues[ident]
        return int(ident) if name.lower() == "id" else (issue.project.key, issue.number)

    return FieldReader("key", "ordered", lambda i: i.id, parse, lambda i: rank(i.id), rank)


def _category_reader(model: Model) -> FieldReader:
    def parse(field: str, text: str) -> list[Any]:
        for each in model.catalog.categories.values():
            if text.lower() in (each["name"].lower(), each["key"], str(each["id"])):
                return [each["key"]]
        raise missing(field, text)

    return FieldReader(
        "statusCategory", "value", lambda i: i.values["status"]["statusCategory"]["key"], parse
    )


def _property_reader(key: str, path: str | None) -> FieldReader:
    def get(issue: Issue) -> Any:
        value = issue.properties.get(key)
        for part in (path or "").split(".") if path else []:
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def parse(field: str, text: str) -> list[Any]:
        literal = {"true": True, "false": False}.get(text.lower())
        if literal is not None:
            return [literal, text]
        try:
            return [float(text), text]
        except ValueError:
            return [text]

    def order(issue: Issue) -> Any:
        value = get(issue)
        return value if isinstance(value, int | float) else None

    def rank(value: Any) -> Any:
        return value if isinstance(value, float) else None

    return FieldReader(key, "any", get, parse, order, rank)


def _project(model: Model, spec: Field) -> FieldReader:
    def parse(field: str, text: str) -> list[Any]:
        found = model.project(text) or next(
            (p for p in model.projects.values() if p.name.lower() == text.lower()), None
        )
        if found is None:
            raise missing(field, text)
        return [found.id]

    return FieldReader("project", "value", lambda i: i.project.id, parse, lambda i: i.project.key)


def _from_list(entries: Callable[[Model], dict[str, Json]], kind: str = "value") -> Any:
    """Return a maker of readers for fields with values from a catalog list."""

    def make(model: Model, spec: Field) -> FieldReader:
        values = entries(model)
        sign = -1 if kind == "ordered" else 1
        places = {ident: sign * place for place, ident in enumerate(values)}

        def get(issue: Issue) -> Any:
            value = issue.values.get(spec.id)
            return value["id"] if value else None

        def parse(field: str, text: str) -> list[Any]:
            found = pick(values, text)
            if found is None:
                raise missing(field, text)
            return [found["id"]]

        return FieldReader(spec.id, kind, get, parse, lambda i: places.get(get(i)), places.get)

    return make


def _option(model: Model, spec: Field) -> FieldReader:
    def get(issue: Issue) -> Any:
        value = issue.values.get(spec.id)
        return value["id"] if value else None

    def parse(field: str, text: str) -> list[Any]:
        for option in spec.options:
            if text == option["id"] or text.lower() == option["value"].lower():
                return [option["id"]]
        raise JqlError(f"The option '{text}' for field '{field}' does not exist.")

    places = {option["id"]: place for place, option in enumerate(spec.options)}
    return FieldReader(spec.id, "value", get, parse, lambda i: places.get(get(i)))


def _checkboxes(model: Model, spec: Field) -> FieldReader:
    def get(issue: Issue) -> list[str]:
        return [one["id"] for one in issue.values.get(spec.id) or []]

    return FieldReader(spec.id, "set", get, _option(model, spec).parse)


def _user(model: Model, spec: Field) -> FieldReader:
    ids = {model.accounts.json(a)["self"]: a.name for a in model.accounts.by_name.values()}

    def get(issue: Issue) -> Any:
        value = issue.values.get(spec.id)
        return ids.get(value["self"]) if value else None

    def parse(field: str, text: str) -> list[Any]:
        for account in model.accounts.by_name.values():
            if text.lower() in (
                account.name,
                account.account_id,
                account.email,
                account.display.lower(),
            ):
                return [account.name]
        raise missing(field, text)

    return FieldReader(spec.id, "value", get, parse, holds_users=True)


def _number(model: Model, spec: Field) -> FieldReader:
    def get(issue: Issue) -> Any:
        if spec.id == "votes":
            return len(issue.voters)
        if spec.id == "watches":
            return len(issue.watchers)
        return issue.values.get(spec.id)

    def parse(field: str, text: str) -> list[Any]:
        try:
            return [float(text)]
        except ValueError:
            raise JqlError(f"Value '{text}' is invalid for the '{field}' field.") from None

    return FieldReader(spec.id, "ordered", get, parse, get)


def _time(model: Model, spec: Field) -> FieldReader:
    def get(issue: Issue) -> Any:
        value = issue.values.get(spec.id)
        return seconds_of(value) if value else None

    return FieldReader(spec.id, "date", get, order=get)


def _text(model: Model, spec: Field) -> FieldReader:
    if spec.kind == "comments":
        return FieldReader(spec.id, "text", lambda i: "\n".join(c["body"] for c in i.comments))
    return FieldReader(spec.id, "text", lambda i: i.values.get(spec.id))


def _labels(model: Model, spec: Field) -> FieldReader:
    return FieldReader(spec.id, "set", lambda i: i.values.get(spec.id) or [])


def _named(model: Model, spec: Field) -> FieldReader:
    def get(issue: Issue) -> list[str]:
        return [e["name"].lower() for e in issue.values.get(spec.id) or []]

    def parse(field: str, text: str) -> list[Any]:
        lists = [p.components + p.versions for p in model.projects.values()]
        if any(e["name"].lower() == text.lower() for each in lists for e in each):
            return [text.lower()]
        raise missing(field, text)

    return FieldReader(spec.id, "set", get, parse)


def _sprint(model: Model, spec: Field) -> FieldReader:
    def get(issue: Issue) -> list[str]:
        return [one["id"] for one in issue.values.get(spec.id) or []]

    def parse(field: str, text: str) -> list[Any]:
        found = [s for s in model.sprints.values() if text.lower() in (str(s.id), s.name.lower())]
        if not found:
            raise JqlError(f"Sprint with name '{text}' does not exist.")
        return [str(sprint.id) for sprint in found]

    return FieldReader("sprint", "set", get, parse)


def _parent(model: Model, spec: Field) -> FieldReader:
    return FieldReader(
        "parent",
        "value",
        lambda i: (i.values.get("parent") or {}).get("id"),
        _key_reader(model, "parent").parse,
    )


_MAKERS: dict[str, Callable[[Model, Field], FieldReader]] = {
    "project": _project,
    "type": _from_list(lambda m: m.catalog.types),
    "status": _from_list(lambda m: m.catalog.statuses),
    "priority": _from_list(lambda m: m.catalog.priorities, "ordered"),
    "resolution": _from_list(lambda m: m.catalog.resolutions),
    "option": _option,
    "checkboxes": _checkboxes,
    "user": _user,
    "number": _number,
    "points": _number,
    "votes": _number,
    "watches": _number,
    "time": _time,
    "date": _time,
    "text": _text,
    "summary": _text,
    "line": _text,
    "comments": _text,
    "labels": _labels,
    "components": _named,
    "versions": _named,
    "parent": _parent,
    "sprint": _sprint,
}
