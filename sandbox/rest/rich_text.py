"""Take and give texts as the version of the API wants them: markup in v2, ADF in v3."""

from __future__ import annotations

from typing import Any

from flask import g

from sandbox.render.adf import is_adf, to_wiki
from sandbox.state.model import Model
from sandbox.state.records import Json
from sandbox.state.refusals import Refused, refuse_field

NOT_ADF = "Operation value must be an Atlassian Document (see the Atlassian Document Format)"


def wants_adf() -> bool:
    """Return whether the request is of v3, which takes and gives documents."""
    return bool(g.get("version") == "3")


def text_of(raw: Any, field: str) -> Any:
    """Return the markup of a comment's text; in v3 400 if it is no document."""
    if not wants_adf() or raw is None:
        return raw
    if not is_adf(raw):
        refuse_field(field, "Comment body is not valid!")
    return to_wiki(raw)


def markup_of(model: Model, body: Json) -> Json:
    """Return the body of a create or an edit with markup in place of documents."""
    if not wants_adf():
        return body
    errors: dict[str, str] = {}
    body = dict(body)
    for part, change in (("fields", _field), ("update", _update)):
        given = body.get(part)
        if isinstance(given, dict):
            body[part] = {name: change(model, name, raw, errors) for name, raw in given.items()}
    if errors:
        raise Refused(400, [], errors)
    return body


def _field(model: Model, name: str, raw: Any, errors: dict[str, str]) -> Any:
    spec = model.fields.get(name)
    if spec is None or spec.kind != "text" or raw is None:
        return raw
    if not is_adf(raw):
        errors[name] = NOT_ADF
        return raw
    return to_wiki(raw)


def _update(model: Model, name: str, raw: Any, errors: dict[str, str]) -> Any:
    return [_operation(model, name, each, errors) for each in raw] if isinstance(raw, list) else raw


def _operation(model: Model, name: str, raw: Any, errors: dict[str, str]) -> Any:
    if not isinstance(raw, dict):
        return raw
    if name in ("comment", "worklog"):
        key = "body" if name == "comment" else "comment"
        return {verb: _commented(value, key, name) for verb, value in raw.items()}
    return {verb: _field(model, name, value, errors) for verb, value in raw.items()}


def _commented(value: Any, key: str, field: str) -> Any:
    if not isinstance(value, dict) or key not in value:
        return value
    return value | {key: text_of(value[key], field)}
