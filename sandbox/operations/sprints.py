"""Make, start and close sprints, and put issues into them."""

from __future__ import annotations

from typing import Any

from sandbox.operations.edit import set_values
from sandbox.state.accounts import Account
from sandbox.state.model import Model
from sandbox.state.records import Event, Issue, Json, Sprint
from sandbox.state.refusals import refuse
from sandbox.state.seed import SPRINT_FIELD
from sandbox.state.times import seconds_of

TEXTS = ("name", "goal", "startDate", "endDate")
STATES = ("future", "active", "closed")


def find_sprint(model: Model, ident: object) -> Sprint:
    """Return a sprint by id; 404 if there is none."""
    found = model.sprints.get(int(str(ident))) if str(ident).isdecimal() else None
    if found is None:
        refuse(404, f"Sprint with id {str(ident)[:20]} does not exist or you cannot see it.")
    return found


def make_sprint(model: Model, body: Json) -> Sprint:
    """Make a future sprint on a board."""
    board = body.get("originBoardId")
    if not isinstance(board, int) or board not in model.boards:
        refuse(400, "The board with the given originBoardId does not exist.")
    if not isinstance(body.get("name"), str) or not body["name"].strip():
        refuse(400, "Sprint name must not be blank.")
    new = Sprint(int(model.next_id("sprint")) - 9999, board, str(body["name"]))
    change_sprint(model, new, {k: v for k, v in body.items() if k != "state"})
    model.sprints[new.id] = new
    return new


def change_sprint(model: Model, sprint: Sprint, body: Json) -> None:
    """Change what the body names; a sprint goes from future to active to closed."""
    for name in TEXTS:
        raw = body.get(name)
        if raw is not None:
            sprint.more[name] = _text(name, raw)
    sprint.name = sprint.more.get("name", sprint.name)
    state = body.get("state", sprint.state)
    if state != sprint.state:
        _move_on(model, sprint, state)


def _text(name: str, raw: Any) -> str:
    if not isinstance(raw, str) or len(raw) > 1000:
        refuse(400, f"{name} must be a text.")
    if name.endswith("Date"):
        try:
            seconds_of(raw)
        except (ValueError, OverflowError, OSError):
            refuse(400, f"{name} must be a date, such as 2026-11-30T09:00:00.000+0000.")
    return raw


def _move_on(model: Model, sprint: Sprint, state: Any) -> None:
    if state not in STATES or STATES.index(state) != STATES.index(sprint.state) + 1:
        refuse(400, f"A sprint that is {sprint.state} can't become {str(state)[:20]}.")
    if state == "active" and not {"startDate", "endDate"} <= sprint.more.keys():
        refuse(400, "A sprint needs a startDate and an endDate to be started.")
    sprint.state = state
    sprint.more["activatedDate" if state == "active" else "completeDate"] = model.now()


def put_issues(model: Model, wanted: Any, sprint: Sprint | None, account: Account) -> None:
    """Move issues into a sprint, or into the backlog; the closed sprints of an issue stay."""
    if not isinstance(wanted, list) or not 0 < len(wanted) <= 50:
        refuse(400, "issues must hold 1 to 50 issue ids or keys.")
    for issue in [model.issue(str(each)) for each in wanted]:
        put_issue(model, issue, sprint, account)


def put_issue(model: Model, issue: Issue, sprint: Sprint | None, account: Account) -> None:
    """Move one issue, and notify the webhooks."""
    value = sprint_value(model, issue, sprint)
    history = set_values(model, issue, {SPRINT_FIELD: value}, account)
    if history:
        model.emit(Event("jira:issue_updated", "issue_updated", issue, account, history))


def sprint_value(model: Model, issue: Issue | None, sprint: Sprint | None) -> list[Json]:
    """Return the sprint field's value: the closed sprints of an issue, and the new one."""
    old = (issue.values.get(SPRINT_FIELD) if issue else None) or []
    kept = [one for one in old if model.sprints[int(one["id"])].state == "closed"]
    return [*kept, {"id": str(sprint.id), "name": sprint.name}] if sprint else kept
