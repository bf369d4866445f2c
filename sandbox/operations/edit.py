"""Edit an issue: check the entire body first, then apply all of it or nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sandbox.operations.comments import CommentStep, apply_comments, read_steps
from sandbox.operations.field_values import LISTS, BadValue, id_and_text, not_on_screen, parse_value
from sandbox.state.accounts import Account
from sandbox.state.model import Model
from sandbox.state.records import Event, Issue, Json, Project
from sandbox.state.refusals import Refused, refuse
from sandbox.state.rights import EDIT
from sandbox.state.seed import Field

PROPERTY_LIMIT = 32768
PROPERTY_TOO_LONG = (
    "The property value is too long. The maximum allowed length is 32768 characters."
)


@dataclass
class Edit:
    """A checked edit, ready to apply."""

    values: Json = field(default_factory=dict)
    comments: list[CommentStep] = field(default_factory=list)
    properties: Json = field(default_factory=dict)


def plan_edit(
    model: Model, project: Project, issue: Issue | None, body: Json, account: Account
) -> Edit:
    """Check the body of a create or an edit; raise Refused with every error."""
    errors: dict[str, str] = {}
    fields = _object(body, "fields")
    update = _object(body, "update")
    edit = Edit()
    if issue is not None and "project" in fields:
        fields = {k: v for k, v in fields.items() if k != "project"}
        check_project(model, issue, body["fields"]["project"], errors)
    for name, raw in fields.items():
        if name in update:
            errors[name] = f"Field '{name}' cannot appear in both 'fields' and 'update'"
        else:
            _plan(model, project, issue, edit, errors, name, [{"set": raw}])
    for name, operations in update.items():
        if name == "comment":
            edit.comments = read_steps(model, issue, operations, errors, account)
        elif name not in fields:
            _plan(model, project, issue, edit, errors, name, operations)
    if errors:
        raise Refused(400, [], errors)
    edit.properties = read_properties(body.get("properties"))
    return edit


def check_editable(model: Model, issue: Issue, body: Json, account: Account) -> None:
    """Refuse an edit that names nothing, that the account may not make, or of a read-only status.

    Jira answers alike where the right lacks and where the status has `jira.issue.editable=false`.
    """
    if not body.keys() & {"fields", "update", "properties", "historyMetadata"}:
        refuse(400, "one of 'fields' or 'update' required")
    model.must_be_allowed(account, "EDIT_ISSUES", issue.project)
    if not model.editable(issue):
        refuse(400, EDIT)


def _object(body: Json, name: str) -> Json:
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        refuse(400, f"'{name}' must be an object.")
    return value


def _plan(
    model: Model,
    project: Project,
    issue: Issue | None,
    edit: Edit,
    errors: dict[str, str],
    name: str,
    operations: Any,
) -> None:
    spec = model.fields.get(name)
    if spec is None or name == "comment" or not model.on_screen(spec, project, _kind(issue, edit)):
        errors[name] = not_on_screen(name)
        return
    if not isinstance(operations, list) or not operations:
        errors[name] = "data was not an array"
        return
    value = issue.values.get(name) if issue else None
    try:
        for operation in operations:
            value = _operate(model, project, spec, value, operation)
    except BadValue as bad:
        errors[name] = str(bad)
        return
    edit.values[name] = value


def _kind(issue: Issue | None, edit: Edit) -> str | None:
    """Return the id of the issue type whose screen an edit goes through."""
    kind = (issue.values if issue else edit.values).get("issuetype")
    return kind["id"] if kind else None


def check_project(model: Model, issue: Issue, raw: Any, errors: dict[str, str]) -> None:
    """Accept the issue's own project in an edit; report any other, since an edit moves nothing."""
    ident = (raw.get("id") or raw.get("key")) if isinstance(raw, dict) else None
    found = model.project(ident) if ident else None
    if found is None:
        errors["project"] = "Could not find project by id or key."
    elif found is not issue.project:
        errors["project"] = not_on_screen("project")


def _operate(model: Model, project: Project, spec: Field, value: Any, operation: Any) -> Any:
    if not isinstance(operation, dict) or len(operation) != 1:
        raise BadValue(f"Each operation of '{spec.id}' must be an object with one verb.")
    verb, raw = next(iter(operation.items()))
    if verb == "set":
        return parse_value(model, project, spec, raw)
    if verb not in ("add", "remove") or spec.kind not in LISTS:
        raise BadValue(f"Field '{spec.id}' does not support operation '{verb}'.")
    given = parse_value(model, project, spec, [raw])
    old = value or []
    if verb == "add":
        return old + [each for each in given if each not in old]
    return [each for each in old if each not in given]


def read_properties(raw: Any) -> Json:
    """Return the `properties` of an edit body by key; 400 if one is invalid."""
    if raw is None:
        return {}
    if not isinstance(raw, list) or not all(isinstance(p, dict) and "key" in p for p in raw):
        refuse(400, "'properties' must be a list of objects with a key and a value.")
    for each in raw:
        check_property(each["key"], each.get("value"))
    return {each["key"]: each.get("value") for each in raw}


def check_property(key: Any, value: Any) -> None:
    """Check a property's key and value; 400 if Jira would refuse them."""
    if not isinstance(key, str) or not 0 < len(key) <= 255:
        refuse(400, "The property key must be between 1 and 255 characters long.")
    try:
        size = len(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
    except (ValueError, RecursionError):
        refuse(400, "The property value is not valid JSON.")
    if size > PROPERTY_LIMIT:
        refuse(400, PROPERTY_TOO_LONG)


def apply_edit(model: Model, issue: Issue, edit: Edit, account: Account) -> None:
    """Apply a checked edit. Notify the webhooks if anything changed."""
    history = set_values(model, issue, edit.values, account)
    issue.properties = issue.properties | edit.properties if edit.properties else issue.properties
    events = apply_comments(model, issue, edit.comments, account)
    if history or events:
        first = events[0][1] if events else None
        kind = update_type(history, events[0][0] if events else None)
        model.emit(Event("jira:issue_updated", kind, issue, account, history, first))
    for name, comment in events:
        model.emit(Event(name, "", issue, account, None, comment))


def update_type(history: Json | None, comment_event: str | None) -> str:
    """Return the issue_event_type_name of an update."""
    if comment_event:
        return {
            "comment_created": "issue_commented",
            "comment_updated": "issue_comment_edited",
            "comment_deleted": "issue_comment_deleted",
        }[comment_event]
    fields = [item["field"] for item in (history or {}).get("items", [])]
    if "status" in fields:
        return "issue_generic"
    return "issue_assigned" if fields == ["assignee"] else "issue_updated"


def set_values(
    model: Model, issue: Issue, values: Json, account: Account, at: str | None = None
) -> Json | None:
    """Set checked values, now or `at` a time. Return the changelog entry, or None without one."""
    changed = {k: v for k, v in values.items() if issue.values.get(k) != v}
    if not changed:
        return None
    now = at or model.now()
    items = [_item(model, name, issue.values.get(name), new) for name, new in changed.items()]
    history = {
        "id": model.next_id("history"),
        "author": model.accounts.json(account),
        "created": now,
        "items": [item for item in items if item],
    }
    issue.values = issue.values | changed | {"updated": now}
    issue.histories.append(history)
    return history


def note_change(model: Model, issue: Issue, name: str, change: Json, account: Account) -> None:
    """Record a change outside the field values (attachment, link) and notify the webhooks."""
    blank = {"from": None, "fromString": None, "to": None, "toString": None}
    history = {
        "id": model.next_id("history"),
        "author": model.accounts.json(account),
        "created": model.now(),
        "items": [{"field": name, "fieldtype": "jira", "fieldId": name.lower()} | blank | change],
    }
    issue.values = issue.values | {"updated": history["created"]}
    issue.histories.append(history)
    model.emit(Event("jira:issue_updated", "issue_updated", issue, account, history))


def _item(model: Model, name: str, old: Any, new: Any) -> Json | None:
    if name in ("resolutiondate", "statuscategorychangedate"):
        return None
    spec = model.fields[name]
    (old_id, old_text), (new_id, new_text) = id_and_text(old), id_and_text(new)
    return {
        "field": spec.name if spec.custom else name,
        "fieldtype": "custom" if spec.custom else "jira",
        **({"fieldId": name} if model.deployment == "cloud" else {}),  # Data Center tells no id
        "from": old_id,
        "fromString": old_text,
        "to": new_id,
        "toString": new_text,
    }
