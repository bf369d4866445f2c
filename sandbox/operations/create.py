"""Create issues, with dates in the past if asked; change their status; delete them."""

from __future__ import annotations

from typing import Any

from sandbox.operations.comments import apply_comments
from sandbox.operations.edit import Edit, apply_edit, plan_edit
from sandbox.operations.moves import apply_moves, plan_moves, status_values
from sandbox.state.accounts import Account
from sandbox.state.catalog import pick
from sandbox.state.model import Model
from sandbox.state.records import Event, Issue, Json, Project
from sandbox.state.refusals import Refused, refuse
from sandbox.state.times import seconds_of, stamp

SUBTASK_NEEDS_PARENT = "Issue type is a sub-task but parent issue key or id not specified."


def create_issue(model: Model, body: Json, account: Account) -> Issue:
    """Create an issue as POST /issue does, and notify the webhooks; raise Refused if invalid."""
    with model.lock:
        project, edit = plan_create(model, body, account)
        model.must_be_allowed(account, "CREATE_ISSUES", project)
        return finish_create(model, project, edit, account)


def plan_create(
    model: Model, body: Json, account: Account, *, historic: bool = False
) -> tuple[Project, Edit]:
    """Check the body of a create. `historic` allows a sub-task without its parent."""
    fields = body.get("fields")
    if not isinstance(fields, dict):
        fields = {}
    project = _project(model, fields.get("project"))
    first = {k: fields[k] for k in ("issuetype",) if k in fields}  # the others hang on its screen
    rest = first | {k: v for k, v in fields.items() if k != "project"}
    errors: dict[str, str] = {}
    if "summary" not in rest:
        errors["summary"] = "You must specify a summary of the issue."
    if "issuetype" not in rest:
        errors["issuetype"] = "Specify an issue type"
    try:
        edit = plan_edit(model, project, None, body | {"fields": rest}, account)
    except Refused as wrong:
        raise Refused(wrong.status, wrong.messages, errors | wrong.errors) from None
    if errors:
        raise Refused(400, [], errors)
    if edit.values["issuetype"]["subtask"] and not edit.values.get("parent") and not historic:
        raise Refused(400, [], {"parent": SUBTASK_NEEDS_PARENT})
    return project, edit


def _project(model: Model, raw: Any) -> Project:
    if raw is None:
        raise Refused(400, [], {"project": "Specify a valid project ID or key"})
    ident = (raw.get("id") or raw.get("key")) if isinstance(raw, dict) else None
    found = model.project(ident) if isinstance(ident, str | int) else None
    if found is None:
        raise Refused(400, [], {"project": "valid project is required"})
    return found


def finish_create(
    model: Model, project: Project, edit: Edit, account: Account, *, notify: bool = True
) -> Issue:
    """Insert a checked issue with its properties and comments."""
    values = {k: v for k, v in edit.values.items() if v is not None or k == "assignee"}
    issue = model.insert(project, values, account)
    issue.properties = dict(edit.properties)
    parent = model.issues.get((values.get("parent") or {}).get("id", ""))
    if parent and values["issuetype"]["subtask"]:
        parent.subtasks = [*parent.subtasks, issue.id]
    events = apply_comments(model, issue, edit.comments, account)
    if notify:
        model.emit(Event("jira:issue_created", "issue_created", issue, account))
        for name, comment in events:
            model.emit(Event(name, "", issue, account, None, comment))
    return issue


def create_historic(model: Model, body: Json, account: Account) -> Issue:
    """Create an old issue, with its own `created`, `resolutiondate`, `status` and `resolution`.

    `moves` are its changes since then, and end in its state of today. They notify no webhook.
    """
    with model.lock:
        plain, past = _split_past(body)
        project = _project(model, plain["fields"].get("project"))
        _make_components(model, project, plain["fields"].get("components"))
        project, edit = plan_create(model, plain, account, historic=True)
        edit.values.update(_past_values(model, past))
        moves = plan_moves(model, project, body.get("moves", []), account)
        notify = body.get("notify") is not False and not moves
        made = finish_create(model, project, edit, account, notify=notify)
        apply_moves(model, made, moves)
        return made


def _split_past(body: Json) -> tuple[Json, Json]:
    fields = body.get("fields")
    if not isinstance(fields, dict):
        refuse(400, "'fields' must be an object.")
    names = ("created", "updated", "resolutiondate", "status", "resolution")
    past = {n: body.get(n, fields.get(n)) for n in names}
    rest = {k: v for k, v in fields.items() if k not in names}
    return body | {"fields": rest}, {k: v for k, v in past.items() if v is not None}


def _make_components(model: Model, project: Project, raw: Any) -> None:
    names = {c["name"] for c in project.components}
    for each in raw if isinstance(raw, list) else []:
        name = each.get("name") if isinstance(each, dict) else None
        if isinstance(name, str) and name and name not in names:
            add_component(model, project, name)
            names.add(name)


def add_component(model: Model, project: Project, name: str) -> Json:
    """Add a component to a project."""
    cid = model.next_id("component")
    new = {"self": f"{model.base_url}/rest/api/2/component/{cid}", "id": cid, "name": name}
    project.components.append(new)
    return new


def _past_values(model: Model, past: Json) -> Json:
    values: Json = {}
    for when in ("created", "updated", "resolutiondate"):
        if when in past:
            try:
                values[when] = stamp(seconds_of(past[when]))
            except (TypeError, ValueError, AttributeError, OverflowError, OSError):
                raise Refused(400, [], {when: f"Error parsing time: {past[when]}"}) from None
    status: Any = past.get("status", "Done" if "resolutiondate" in past else "To Do")
    found = pick(model.catalog.statuses, status)
    if found is None:
        raise Refused(400, [], {"status": f"Status '{status}' does not exist."})
    values["status"] = found
    if found["statusCategory"]["key"] == "done":
        given = past.get("resolution", "Done")
        name = given.get("name") if isinstance(given, dict) else given
        values["resolution"] = model.catalog.add_resolution(str(name))
        values.setdefault("resolutiondate", model.now())
    if "created" in values:
        values.setdefault("updated", values.get("resolutiondate", values["created"]))
    return values


def transition(model: Model, issue: Issue, body: Json, account: Account) -> None:
    """Apply a transition. Done sets a resolution; leaving Done clears it."""
    model.must_be_allowed(account, "TRANSITION_ISSUES", issue.project)
    wanted = body.get("transition")
    ident = str(wanted.get("id")) if isinstance(wanted, dict) else None
    step = next((t for t in model.catalog.transition_list() if t["id"] == ident), None)
    if step is None:
        refuse(400, f"Transition id '{ident}' is not valid for this issue.")
    fields = body.get("fields")
    fields = dict(fields) if isinstance(fields, dict) else {}
    resolution = _resolution(model, fields.pop("resolution", None))
    edit = plan_edit(model, issue.project, issue, body | {"fields": fields}, account)
    edit.values |= status_values(model, issue, step["to"], resolution, model.now())
    apply_edit(model, issue, edit, account)


def _resolution(model: Model, raw: Any) -> Json | None:
    if raw is None:
        return None
    found = pick(model.catalog.resolutions, raw)
    if found is None:
        raise Refused(400, [], {"resolution": "The resolution selected is invalid."})
    return found


def delete_issue(model: Model, issue: Issue, account: Account) -> None:
    """Delete an issue and notify the webhooks."""
    model.emit(Event("jira:issue_deleted", "issue_deleted", issue, account))
    model.remove(issue)
