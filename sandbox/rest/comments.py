"""Serve the comments of issues, and the properties of comments."""

from __future__ import annotations

from flask import Blueprint, Response, request

from sandbox.http.answers import answer, nothing, query_int, read_json, read_object, words
from sandbox.http.request_checks import State, account
from sandbox.operations.comments import (
    COMMENT_LIMIT,
    CommentStep,
    check_body,
    check_more,
    find_comment,
    lacking,
    set_property,
    visible,
)
from sandbox.operations.edit import Edit, apply_edit, check_property
from sandbox.render.issue_json import with_adf
from sandbox.rest.rich_text import text_of, wants_adf
from sandbox.state.model import Model
from sandbox.state.records import Issue, Json
from sandbox.state.refusals import Refused, refuse
from sandbox.state.rights import REFUSALS


def routes(state: State) -> Blueprint:
    """Return the blueprint of these routes."""
    api = Blueprint("comments", __name__)
    _read(api, state.model)
    _write(api, state.model)
    _properties(api, state.model)
    return api


def _shown(model: Model, comment: Json) -> Json:
    """Return a comment as Jira shows it: with its properties, if they are asked for."""
    comment = with_adf(comment, "body") if wants_adf() else comment
    if "properties" not in words(request.args.getlist("expand")):
        return comment
    kept = model.comment_properties.get(comment["id"], {})
    return comment | {"properties": [{"key": k, "value": v} for k, v in kept.items()]}


def _found(model: Model, issue: Issue, ident: str) -> Json:
    """Return a comment that the account may see; 404 if there is none."""
    found = find_comment(issue, ident)
    if found not in visible(model, issue, account()):
        raise Refused(404, [f"Can not find a comment for the id: {ident[:100]}."])
    return found


def _read(api: Blueprint, model: Model) -> None:
    @api.get("/issue/<issue>/comment")
    def comments(issue: str) -> Response:
        start, size = query_int("startAt", 0), query_int("maxResults", 5000, top=5000)
        found = visible(model, model.issue(issue), account())
        if request.args.get("orderBy", "").startswith("-"):
            found = found[::-1]
        return answer(
            {
                "startAt": start,
                "maxResults": size,
                "total": len(found),
                "comments": [_shown(model, each) for each in found[start : start + size]],
            }
        )

    @api.get("/issue/<issue>/comment/<comment>")
    def comment(issue: str, comment: str) -> Response:
        return answer(_shown(model, _found(model, model.issue(issue), comment)))


def _text(body: Json) -> str:
    return check_body(text_of(body.get("body"), "comment"))


def _write(api: Blueprint, model: Model) -> None:
    def take(issue: Issue, step: CommentStep) -> None:
        right = lacking(model, issue, step, account())
        if right:
            status, message = REFUSALS[right]
            refuse(status, message.format(account().display))
        apply_edit(model, issue, Edit(comments=[step]), account())

    @api.post("/issue/<issue>/comment")
    def add_comment(issue: str) -> Response:
        body = read_object()
        with model.lock:
            found = model.issue(issue)
            text, more = (
                check_body(text_of(body.get("body"), "comment")),
                check_more(model, body, account()),
            )
            if len(found.comments) >= COMMENT_LIMIT:
                refuse(400, "This issue has reached its limit of 5000 comments.")
            take(found, CommentStep("add", "", text, more))
            return answer(_shown(model, found.comments[-1]), 201)

    @api.put("/issue/<issue>/comment/<comment>")
    def edit_comment(issue: str, comment: str) -> Response:
        body = read_object()
        with model.lock:
            found = model.issue(issue)
            _found(model, found, comment)
            text, more = (
                check_body(text_of(body.get("body"), "comment")),
                check_more(model, body, account()),
            )
            take(found, CommentStep("edit", comment, text, more))
            return answer(_shown(model, find_comment(found, comment)))

    @api.delete("/issue/<issue>/comment/<comment>")
    def delete_comment(issue: str, comment: str) -> Response:
        with model.lock:
            found = model.issue(issue)
            _found(model, found, comment)
            take(found, CommentStep("remove", comment, ""))
        return nothing()


def _owner(model: Model, ident: str) -> Issue:
    for issue in model.issues.values():
        if any(comment["id"] == ident for comment in visible(model, issue, account())):
            return issue
    raise Refused(404, [f"Can not find a comment for the id: {ident[:100]}."])


def _kept(model: Model, ident: str, key: str | None = None) -> Json:
    """Return the properties of a comment; 404 if it lacks the one with this key."""
    _owner(model, ident)
    found = model.comment_properties.get(ident, {})
    if key is not None and key not in found:
        refuse(404, f"The property {key} does not exist.")
    return found


def _properties(api: Blueprint, model: Model) -> None:
    @api.get("/comment/<ident>/properties")
    def keys(ident: str) -> Response:
        link = f"{model.base_url}/rest/api/2/comment/{ident}/properties"
        return answer({"keys": [{"self": f"{link}/{k}", "key": k} for k in _kept(model, ident)]})

    @api.get("/comment/<ident>/properties/<path:key>")
    def read_property(ident: str, key: str) -> Response:
        return answer({"key": key, "value": _kept(model, ident, key)[key]})

    @api.put("/comment/<ident>/properties/<path:key>")
    def write_property(ident: str, key: str) -> Response:
        value = read_json()
        check_property(key, value)
        with model.lock:
            new = key not in _kept(model, ident)
            set_property(model, _owner(model, ident), ident, key, value)
        return answer({}, 201 if new else 200)

    @api.delete("/comment/<ident>/properties/<path:key>")
    def remove_property(ident: str, key: str) -> Response:
        with model.lock:
            del _kept(model, ident, key)[key]
        return nothing()
