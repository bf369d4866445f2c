"""Serve the worklogs of issues."""

from __future__ import annotations

from flask import Blueprint, Response

from sandbox.http.answers import answer, nothing, query_int, read_object
from sandbox.http.request_checks import State, account
from sandbox.operations.worklogs import (
    add_worklog,
    check,
    edit_worklog,
    find_worklog,
    remove_worklog,
)
from sandbox.render.issue_json import with_adf
from sandbox.rest.rich_text import text_of, wants_adf
from sandbox.state.model import Model
from sandbox.state.records import Json

PAGE = 5000


def routes(state: State) -> Blueprint:
    """Return the blueprint of these routes."""
    api = Blueprint("worklogs", __name__)
    _read(api, state.model)
    _write(api, state.model)
    return api


def _shown(worklog: Json) -> Json:
    return with_adf(worklog, "comment") if wants_adf() else worklog


def _body() -> Json:
    body = read_object()
    return body | {"comment": text_of(body.get("comment"), "comment")}


def _read(api: Blueprint, model: Model) -> None:
    @api.get("/issue/<issue>/worklog")
    def worklogs(issue: str) -> Response:
        start, size = query_int("startAt", 0), query_int("maxResults", PAGE, top=PAGE)
        found = model.issue(issue).worklogs
        page = [_shown(each) for each in found[start : start + size]]
        return answer({"startAt": start, "maxResults": size, "total": len(found), "worklogs": page})

    @api.get("/issue/<issue>/worklog/<ident>")
    def worklog(issue: str, ident: str) -> Response:
        return answer(_shown(find_worklog(model.issue(issue), ident)))


def _write(api: Blueprint, model: Model) -> None:
    @api.post("/issue/<issue>/worklog")
    def add(issue: str) -> Response:
        parts = check(_body())
        with model.lock:
            found = model.issue(issue)
            model.must_be_allowed(account(), "WORK_ON_ISSUES", found.project)
            return answer(_shown(add_worklog(model, found, parts, account())), 201)

    @api.put("/issue/<issue>/worklog/<ident>")
    def edit(issue: str, ident: str) -> Response:
        body = _body()
        with model.lock:
            found = model.issue(issue)
            parts = check(body, find_worklog(found, ident))
            return answer(_shown(edit_worklog(model, found, ident, parts, account())))

    @api.delete("/issue/<issue>/worklog/<ident>")
    def remove(issue: str, ident: str) -> Response:
        with model.lock:
            remove_worklog(model, model.issue(issue), ident, account())
        return nothing()
