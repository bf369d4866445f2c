"""Serve issues: create, read, edit, move, delete."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request

from sandbox.http.answers import answer, nothing, query_int, read_object, words
from sandbox.http.request_checks import State, account
from sandbox.operations.create import create_issue, delete_issue, transition
from sandbox.operations.edit import apply_edit, check_editable, plan_edit
from sandbox.render.issue_json import View, choose_fields, render_issue
from sandbox.render.screens import editmeta
from sandbox.rest.rich_text import markup_of, wants_adf
from sandbox.state.model import Model
from sandbox.state.records import Issue, Json
from sandbox.state.refusals import Refused, refuse

BULK_LIMIT = 50
NOT_QUIET = (
    "To discard the user notification either admin or project admin permissions are required."
)


def routes(state: State) -> Blueprint:
    """Return the blueprint of the issue routes."""
    api = Blueprint("issues", __name__)
    _create(api, state.model)
    _read_and_edit(api, state.model)
    _delete(api, state.model)
    _transitions(api, state.model)
    _details(api, state.model)
    if state.model.deployment == "cloud":  # Data Center gives changes with the issue only
        _changelog(api, state.model)
    return api


def _create(api: Blueprint, model: Model) -> None:
    def created(issue: Issue) -> Json:
        link = f"{model.base_url}/rest/api/2/issue/{issue.id}"
        return {"id": issue.id, "key": issue.key, "self": link}

    @api.post("/issue")
    def create() -> Response:
        return answer(created(create_issue(model, markup_of(model, read_object()), account())), 201)

    @api.post("/issue/bulk")
    def create_many() -> Response:
        wanted = read_object().get("issueUpdates")
        if not isinstance(wanted, list) or not 0 < len(wanted) <= BULK_LIMIT:
            refuse(400, f"issueUpdates must hold 1 to {BULK_LIMIT} issues.")
        made, errors = [], []
        for place, body in enumerate(wanted):
            try:
                made.append(
                    created(create_issue(model, markup_of(model, _as_object(body)), account()))
                )
            except Refused as wrong:
                errors.append(
                    {
                        "status": wrong.status,
                        "elementErrors": wrong.body(),
                        "failedElementNumber": place,
                    }
                )
        return answer({"issues": made, "errors": errors}, 201 if made else 400)


def _read_and_edit(api: Blueprint, model: Model) -> None:
    @api.get("/issue/<issue>")
    def read(issue: str) -> Response:
        view = View(
            choose_fields(model, words(request.args.getlist("fields")), default="*all"),
            tuple(words(request.args.getlist("properties"))),
            tuple(words(request.args.getlist("expand"))),
            account(),
            wants_adf(),
        )
        with model.lock:
            return answer(render_issue(model, model.issue(issue), view))

    @api.put("/issue/<issue>")
    def edit(issue: str) -> Response:
        body = markup_of(model, read_object())
        with model.lock:
            found = model.issue(issue)
            _check_quiet(model, found)
            if body.get("transition") is not None:
                transition(model, found, body, account())
            else:
                check_editable(model, found, body, account())
                planned = plan_edit(model, found.project, found, body, account())
                apply_edit(model, found, planned, account())
            if request.args.get("returnIssue") == "true":
                return answer(render_issue(model, found, View(adf=wants_adf())))
        return nothing()


def _check_quiet(model: Model, issue: Issue) -> None:
    """Refuse `notifyUsers=false` of those who may not, on Data Center; Cloud ignores it."""
    quiet = request.args.get("notifyUsers") == "false"
    admin = model.may(account(), "ADMINISTER") or model.may(
        account(), "ADMINISTER_PROJECTS", issue.project
    )
    if quiet and not admin and model.deployment == "datacenter":
        refuse(403, NOT_QUIET)
    g.notified = not (quiet and admin)


def _delete(api: Blueprint, model: Model) -> None:
    @api.delete("/issue/<issue>")
    def remove(issue: str) -> Response:
        with model.lock:
            found = model.issue(issue)
            model.must_be_allowed(account(), "DELETE_ISSUES", found.project)
            children = [model.issues[i] for i in found.subtasks if i in model.issues]
            if children and request.args.get("deleteSubtasks") != "true":
                refuse(
                    400,
                    f"The issue '{found.key}' has subtasks.  You must specify the "
                    "'deleteSubtasks' parameter to delete this issue and all its subtasks.",
                )
            for each in [*children, found]:
                delete_issue(model, each, account())
        return nothing()


def _transitions(api: Blueprint, model: Model) -> None:
    @api.get("/issue/<issue>/transitions")
    def transitions(issue: str) -> Response:
        model.issue(issue)
        wanted = request.args.get("transitionId")
        steps = model.catalog.transition_list()
        chosen = [s for s in steps if wanted in (None, s["id"])]
        return answer({"expand": "transitions", "transitions": chosen})

    @api.post("/issue/<issue>/transitions")
    def do_transition(issue: str) -> Response:
        body = markup_of(model, read_object())
        with model.lock:
            transition(model, model.issue(issue), body, account())
        return nothing()


def _details(api: Blueprint, model: Model) -> None:
    @api.get("/issue/<issue>/editmeta")
    def edit_meta(issue: str) -> Response:
        with model.lock:
            found = model.issue(issue)
            # Jira: "For any fields to be editable the user must have the Edit issues permission."
            may = model.may(account(), "EDIT_ISSUES", found.project)
            return answer(editmeta(model, found) if may else {"fields": {}})

    @api.put("/issue/<issue>/assignee")
    def assign(issue: str) -> Response:
        body = read_object()
        with model.lock:
            found = model.issue(issue)
            planned = plan_edit(
                model, found.project, found, {"fields": {"assignee": body}}, account()
            )
            apply_edit(model, found, planned, account())
        return nothing()


def _changelog(api: Blueprint, model: Model) -> None:
    @api.get("/issue/<issue>/changelog")
    def changelog(issue: str) -> Response:
        start, size = query_int("startAt", 0), query_int("maxResults", 100, top=100)
        with model.lock:
            all_of_it = list(model.issue(issue).histories)
        page = all_of_it[start : start + size]
        return answer(
            {
                "self": request.base_url,
                "startAt": start,
                "maxResults": size,
                "total": len(all_of_it),
                "isLast": start + len(page) >= len(all_of_it),
                "values": page,
            }
        )


def _as_object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
