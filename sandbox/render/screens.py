"""Render the edit and create screens: their fields, operations and allowed values."""

from __future__ import annotations

from sandbox.operations.field_values import OPERATIONS
from sandbox.state.model import Model
from sandbox.state.records import Issue, Json, Project


def editmeta(model: Model, issue: Issue) -> Json:
    """Return the fields of the edit screen, with their operations and allowed values."""
    if not model.editable(issue):
        return {"fields": {}}
    return {"fields": screen_fields(model, issue.project, issue.values["issuetype"]["id"])}


def screen_fields(model: Model, project: Project, kind: str | None = None) -> Json:
    """Return the fields that a project's issues accept, as in editmeta and createmeta."""
    fields = {}
    for spec in model.fields.values():
        if not model.on_screen(spec, project, kind):
            continue
        meta: Json = {
            "required": spec.id in ("summary", "issuetype"),
            "schema": spec.schema(),
            "name": spec.name,
            "key": spec.id,
            "operations": OPERATIONS.get(spec.kind, ["add", "edit", "remove"]),
        }
        allowed = _allowed(model, project, spec.kind, spec.options)
        if allowed is not None:
            meta["allowedValues"] = allowed
        fields[spec.id] = meta
    return fields


def _allowed(model: Model, project: Project, kind: str, options: list[Json]) -> list[Json] | None:
    offered = [o for o in options if model.screens.offers(o["id"], project.id)]
    lists = {
        "option": offered,
        "checkboxes": offered,
        "priority": list(model.catalog.priorities.values()),
        "type": list(model.catalog.types.values()),
        "components": project.components,
        "versions": project.versions,
    }
    return lists.get(kind)
