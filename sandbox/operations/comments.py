"""Add, edit and remove comments, alone or as a part of an edit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.operations.field_values import TEXT_LIMIT, TOO_LONG
from sandbox.state.accounts import Account
from sandbox.state.model import Model
from sandbox.state.records import Issue, Json
from sandbox.state.refusals import Refused, refuse, refuse_field
from sandbox.state.rights import REFUSALS, ROLES

COMMENT_LIMIT = 5000
INTERNAL = "sd.public.comment"


@dataclass(frozen=True)
class CommentStep:
    """One checked step; `verb` is add, edit or remove. `more` has visibility and properties."""

    verb: str
    ident: str
    body: str
    more: Json = field(default_factory=dict)


def check_body(raw: Any) -> str:
    """Return the text of a comment; 400 if it is empty, too long or ADF (ADF needs REST v3)."""
    if isinstance(raw, dict):
        refuse_field("comment", "Comment body is not valid!")
    if not isinstance(raw, str) or not raw.strip():
        refuse_field("comment", "Comment body can not be empty!")
    if len(raw) > TEXT_LIMIT:
        refuse_field("comment", TOO_LONG)
    return raw


def check_more(model: Model, raw: Json, account: Account) -> Json:
    """Return the visibility and the properties of a comment's body; 400 if one is wrong."""
    more: Json = {}
    if raw.get("visibility") is not None:
        more["visibility"] = _visibility(model, raw["visibility"], account)
    properties = raw.get("properties")
    if properties is not None:
        if not isinstance(properties, list) or not all(isinstance(p, dict) for p in properties):
            refuse(400, "'properties' must be a list of objects with a key and a value.")
        more["properties"] = [
            {"key": str(p.get("key")), "value": p.get("value")} for p in properties
        ]
    return more


def _visibility(model: Model, raw: Any, account: Account) -> Json | None:
    kind = raw.get("type") if isinstance(raw, dict) else None
    named = (raw.get("value") or raw.get("identifier")) if isinstance(raw, dict) else None
    if raw == {}:
        return None
    if kind not in ("role", "group") or not isinstance(named, str):
        refuse_field("commentLevel", "A comment's visibility must name a role or a group.")
    if kind == "role" and not model.rights.in_role(account.name, named):
        missing = "not a member of" if named in ROLES else "unable to find"
        words = f"You are currently {missing} the project role: {named[:100]}."
        refuse_field("commentLevel", words)
    more = {"identifier": named} if model.deployment == "cloud" else {}
    return {"type": kind, "value": named} | more


def find_comment(issue: Issue, ident: str) -> Json:
    """Return a comment by id; 404 if the issue has none with this id."""
    for comment in issue.comments:
        if comment["id"] == ident:
            return comment
    raise Refused(404, [f"Can not find a comment for the id: {ident[:100]}."])


def visible(model: Model, issue: Issue, account: Account | None) -> list[Json]:
    """Return the comments that an account may see: those of its roles, and those of all."""
    if not any(comment.get("visibility") for comment in issue.comments):
        return issue.comments
    return [c for c in issue.comments if _may_see(model, c, account)]


def _may_see(model: Model, comment: Json, account: Account | None) -> bool:
    level = comment.get("visibility")
    if not level or level["type"] == "group":
        return True
    return account is not None and model.rights.in_role(account.name, level["value"])


def read_steps(
    model: Model, issue: Issue | None, operations: Any, errors: dict[str, str], account: Account
) -> list[CommentStep]:
    """Return the checked steps of `update.comment`. Errors go to `errors`."""
    if not isinstance(operations, list):
        errors["comment"] = "data was not an array"
        return []
    steps = [_read_step(model, issue, each, account) for each in operations]
    if issue is not None:
        for step in steps:
            right = lacking(model, issue, step, account)
            if right:
                errors["comment"] = REFUSALS[right][1].format(account.display)
    return steps


def lacking(model: Model, issue: Issue, step: CommentStep, account: Account) -> str | None:
    """Return the right that an account lacks for a step, or None."""
    if step.verb == "add":
        return None if model.may(account, "ADD_COMMENTS", issue.project) else "ADD_COMMENTS"
    verb = "EDIT" if step.verb == "edit" else "DELETE"
    own = find_comment(issue, step.ident)["author"] == model.accounts.json(account)
    rights = [f"{verb}_ALL_COMMENTS", *([f"{verb}_OWN_COMMENTS"] if own else [])]
    if any(model.may(account, right, issue.project) for right in rights):
        return None
    return f"{verb}_OWN_COMMENTS"


def _read_step(model: Model, issue: Issue | None, operation: Any, account: Account) -> CommentStep:
    good = isinstance(operation, dict) and operation
    verb, raw = next(iter(operation.items())) if good else ("", None)
    if verb not in ("add", "edit", "remove") or not isinstance(raw, dict):
        refuse_field("comment", "A comment operation must be add, edit or remove, of an object.")
    more = check_more(model, raw, account)
    if verb == "add":
        if issue is not None and len(issue.comments) >= COMMENT_LIMIT:
            refuse_field("comment", "This issue has reached its limit of 5000 comments.")
        return CommentStep("add", "", check_body(raw.get("body")), more)
    ident = str(raw.get("id"))
    if issue is None or all(c["id"] != ident for c in issue.comments):
        refuse_field("comment", f"Can not find a comment for the id: {ident[:100]}.")
    return CommentStep(verb, ident, check_body(raw.get("body")) if verb == "edit" else "", more)


def apply_comments(
    model: Model, issue: Issue, steps: list[CommentStep], account: Account
) -> list[tuple[str, Json]]:
    """Apply checked steps. Return the events to publish, as (name, comment)."""
    events = []
    for step in steps:
        if step.verb == "add":
            events.append(("comment_created", _add(model, issue, step, account)))
        elif step.verb == "edit":
            events += _edit(model, issue, step, account)
        else:
            gone = find_comment(issue, step.ident)
            issue.comments = [c for c in issue.comments if c is not gone]
            events.append(("comment_deleted", gone))
    if events:
        issue.values = issue.values | {"updated": model.now()}
    return events


def _add(model: Model, issue: Issue, step: CommentStep, account: Account) -> Json:
    ident = model.next_id("comment")
    user, now = model.accounts.json(account), model.now()
    comment: Json = {
        "self": f"{model.base_url}/rest/api/2/issue/{issue.id}/comment/{ident}",
        "id": ident,
        "author": user,
        "body": step.body,
        "updateAuthor": user,
        "created": now,
        "updated": now,
    }
    comment = _with_more(model, comment, step.more)
    issue.comments = [*issue.comments, comment]
    return comment


def _with_more(model: Model, comment: Json, more: Json) -> Json:
    """Return a comment with its visibility and properties; on Cloud with what customers see."""
    for item in more.get("properties", []):
        model.comment_properties.setdefault(comment["id"], {})[item["key"]] = item["value"]
    if "visibility" in more:
        comment = {k: v for k, v in comment.items() if k != "visibility"}
        comment |= {"visibility": more["visibility"]} if more["visibility"] else {}
    if model.deployment == "cloud":
        comment = comment | {"jsdPublic": not is_internal(model, comment["id"])}
    return comment


def is_internal(model: Model, ident: str) -> bool:
    """Return whether customers of a service desk do not see a comment."""
    value = model.comment_properties.get(ident, {}).get(INTERNAL)
    return isinstance(value, dict) and value.get("internal") is True


def set_property(model: Model, issue: Issue, ident: str, key: str, value: Any) -> None:
    """Set a property of a comment."""
    old = find_comment(issue, ident)
    new = _with_more(model, old, {"properties": [{"key": key, "value": value}]})
    issue.comments = [new if c is old else c for c in issue.comments]


def _edit(
    model: Model, issue: Issue, step: CommentStep, account: Account
) -> list[tuple[str, Json]]:
    old = find_comment(issue, step.ident)
    if old["body"] == step.body and not step.more:
        return []
    user = model.accounts.json(account)
    new = old | {"body": step.body, "updateAuthor": user, "updated": model.now()}
    new = _with_more(model, new, step.more)
    issue.comments = [new if c is old else c for c in issue.comments]
    return [("comment_updated", new)]
