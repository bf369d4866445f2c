"""Add, edit and remove comments, alone or as a part of an edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.operations.field_values import TEXT_LIMIT, TOO_LONG
from sandbox.state.accounts import Account
from sandbox.state.model import Issue, Json, Model
from sandbox.state.refusals import Refused, refuse_field

COMMENT_LIMIT = 5000


@dataclass(frozen=True)
class CommentStep:
    """One checked step; `verb` is add, edit or remove."""

    verb: str
    ident: str
    body: str


def check_body(raw: Any) -> str:
    """Return the text of a comment; 400 if it is empty, too long or ADF (ADF needs REST v3)."""
    if isinstance(raw, dict):
        refuse_field("comment", "Comment body is not valid: this sandbox takes text (REST v2).")
    if not isinstance(raw, str) or not raw.strip():
        refuse_field("comment", "Comment body can not be empty!")
    if len(raw) > TEXT_LIMIT:
        refuse_field("comment", TOO_LONG)
    return raw


def find_comment(issue: Issue, ident: str) -> Json:
    """Return a comment by id; 404 if the issue has none with this id."""
    for comment in issue.comments:
        if comment["id"] == ident:
            return comment
    raise Refused(404, [f"Can not find a comment for the id: {ident[:100]}."])


def read_steps(
    model: Model, issue: Issue | None, operations: Any, errors: dict[str, str]
) -> list[CommentStep]:
    """Return the checked steps of `update.comment`. Errors go to `errors`."""
    if not isinstance(operations, list):
        errors["comment"] = "data was not an array"
        return []
    return [_read_step(issue, each) for each in operations]


def _read_step(issue: Issue | None, operation: Any) -> CommentStep:
    good = isinstance(operation, dict) and operation
    verb, raw = next(iter(operation.items())) if good else ("", None)
    if verb not in ("add", "edit", "remove") or not isinstance(raw, dict):
        refuse_field("comment", "A comment operation must be add, edit or remove, of an object.")
    if verb == "add":
        if issue is not None and len(issue.comments) >= COMMENT_LIMIT:
            refuse_field("comment", "This issue has reached its limit of 5000 comments.")
        return CommentStep("add", "", check_body(raw.get("body")))
    ident = str(raw.get("id"))
    if issue is None or all(c["id"] != ident for c in issue.comments):
        refuse_field("comment", f"Can not find a comment for the id: {ident[:100]}.")
    return CommentStep(verb, ident, check_body(raw.get("body")) if verb == "edit" else "")


def apply_comments(
    model: Model, issue: Issue, steps: list[CommentStep], account: Account
) -> list[tuple[str, Json]]:
    """Apply checked steps. Return the events to publish, as (name, comment)."""
    events = []
    for step in steps:
        if step.verb == "add":
            events.append(("comment_created", _add(model, issue, step.body, account)))
        elif step.verb == "edit":
            events += _edit(model, issue, step, account)
        else:
            gone = find_comment(issue, step.ident)
            issue.comments = [c for c in issue.comments if c is not gone]
            events.append(("comment_deleted", gone))
    if events:
        issue.values = issue.values | {"updated": model.now()}
    return events


def _add(model: Model, issue: Issue, body: str, account: Account) -> Json:
    ident = model.next_id("comment")
    user, now = model.accounts.json(account), model.now()
    comment: Json = {
        "self": f"{model.base_url}/rest/api/2/issue/{issue.id}/comment/{ident}",
        "id": ident,
        "author": user,
        "body": body,
        "updateAuthor": user,
        "created": now,
        "updated": now,
    }
    if model.deployment == "cloud":
        comment["jsdPublic"] = True
    issue.comments = [*issue.comments, comment]
    return comment


def _edit(
    model: Model, issue: Issue, step: CommentStep, account: Account
) -> list[tuple[str, Json]]:
    old = find_comment(issue, step.ident)
    if old["body"] == step.body:
        return []
    user = model.accounts.json(account)
    new = old | {"body": step.body, "updateAuthor": user, "updated": model.now()}
    issue.comments = [new if c is old else c for c in issue.comments]
    return [("comment_updated", new)]
