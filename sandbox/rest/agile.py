"""Serve boards, sprints and epics under /rest/agile/1.0, Jira Software's own API."""

from __future__ import annotations

from flask import Blueprint, Response, request

from sandbox.http.answers import answer, nothing, query_int, read_object, words
from sandbox.http.request_checks import State, account
from sandbox.operations.links import EPIC_LINK, emit_link
from sandbox.operations.sprints import (
    change_sprint,
    find_sprint,
    make_sprint,
    put_issues,
)
from sandbox.render.issue_json import View, choose_fields, project_json, render_issue
from sandbox.render.sprints import board_json, sprint_json
from sandbox.rest.search import run
from sandbox.rest.site_lists import page
from sandbox.state.model import Model
from sandbox.state.records import Board, Issue, Json
from sandbox.state.refusals import refuse
from sandbox.state.seed import SPRINT_FIELD

POINTS = "customfield_10016"


def routes(state: State) -> Blueprint:
    """Return the blueprint of these routes."""
    api = Blueprint("agile", __name__)
    for part in (_boards, _board_parts, _sprints, _sprint_issues, _epics):
        part(api, state.model)
    return api


def _find_board(model: Model, ident: str) -> Board:
    found = model.boards.get(int(ident)) if ident.isdecimal() else None
    if found is None:
        refuse(404, f"The requested board cannot be viewed: {ident[:20]} does not exist.")
    return found


def _issues(model: Model, found: list[Issue]) -> Response:
    """Return a page of issues, those that the `jql` of the query finds."""
    start, size = query_int("startAt", 0), query_int("maxResults", 50, top=1000)
    if request.args.get("jql"):
        wanted = {issue.id for issue in run(model, request.args["jql"], bounded=False)}
        found = [issue for issue in found if issue.id in wanted]
    names = words(request.args.getlist("fields"))
    fields = choose_fields(model, names, default="*navigable")
    view = View(fields, (), tuple(words(request.args.getlist("expand"))), account())
    shown = [render_issue(model, issue, view) for issue in found[start : start + size]]
    body: Json = {"expand": "schema,names", "startAt": start, "maxResults": size}
    return answer(body | {"total": len(found), "issues": shown})


def _boards(api: Blueprint, model: Model) -> None:
    @api.get("/board")
    def boards() -> Response:
        wanted, name = request.args.get("projectKeyOrId"), request.args.get("name", "").lower()
        project = model.project(wanted) if wanted else None
        if wanted and project is None:
            refuse(400, f"No project could be found with key or id '{wanted[:50]}'.")
        found = [
            board_json(model, board)
            for board in model.boards.values()
            if project in (None, board.project) and name in board.name.lower()
        ]
        return answer(page(found))

    @api.get("/board/<ident>")
    def board(ident: str) -> Response:
        return answer(board_json(model, _find_board(model, ident)))

    @api.get("/board/<ident>/project")
    def projects(ident: str) -> Response:
        return answer(page([project_json(model, _find_board(model, ident).project)]))

    @api.get("/board/<ident>/configuration")
    def configuration(ident: str) -> Response:
        found = board_json(model, _find_board(model, ident))
        points = model.fields.get(POINTS)
        named = {"fieldId": POINTS, "displayName": points.name} if points else {}
        return answer(found | {"estimation": {"type": "field", "field": named}})


def _board_parts(api: Blueprint, model: Model) -> None:
    def inside(ident: str) -> list[Issue]:
        project = _find_board(model, ident).project
        return [issue for issue in model.issues.values() if issue.project is project]

    @api.get("/board/<ident>/issue")
    def issues(ident: str) -> Response:
        with model.lock:
            return _issues(model, inside(ident))

    @api.get("/board/<ident>/backlog")
    def backlog(ident: str) -> Response:
        with model.lock:
            return _issues(model, [i for i in inside(ident) if _is_waiting(model, i)])

    @api.get("/board/<ident>/sprint")
    def sprints(ident: str) -> Response:
        board, states = _find_board(model, ident), words(request.args.getlist("state"))
        return answer(
            page(
                [
                    sprint_json(model, sprint)
                    for sprint in model.sprints.values()
                    if sprint.board == board.id and (not states or sprint.state in states)
                ]
            )
        )


def _is_waiting(model: Model, issue: Issue) -> bool:
    """Return whether an issue is undone, and in no sprint that is not closed."""
    sprints = [model.sprints[int(one["id"])] for one in issue.values.get(SPRINT_FIELD) or []]
    done = issue.values["status"]["statusCategory"]["key"] == "done"
    return not done and all(sprint.state == "closed" for sprint in sprints)


def _sprints(api: Blueprint, model: Model) -> None:
    @api.post("/sprint")
    def create() -> Response:
        with model.lock:
            return answer(sprint_json(model, make_sprint(model, read_object())), 201)

    @api.get("/sprint/<ident>")
    def read(ident: str) -> Response:
        return answer(sprint_json(model, find_sprint(model, ident)))

    @api.route("/sprint/<ident>", methods=["PUT", "POST"])
    def change(ident: str) -> Response:
        with model.lock:
            found = find_sprint(model, ident)
            change_sprint(model, found, read_object())
            return answer(sprint_json(model, found))

    @api.delete("/sprint/<ident>")
    def delete(ident: str) -> Response:
        with model.lock:
            gone = find_sprint(model, ident)
            for issue in model.issues.values():
                kept = [s for s in issue.values.get(SPRINT_FIELD) or [] if s["id"] != str(gone.id)]
                issue.values = issue.values | {SPRINT_FIELD: kept or None}
            del model.sprints[gone.id]
        return nothing()


def _sprint_issues(api: Blueprint, model: Model) -> None:
    @api.get("/board/<board>/sprint/<ident>/issue")
    @api.get("/sprint/<ident>/issue", endpoint="issues_of_any_sprint")
    def issues_of_sprint(ident: str, board: str = "") -> Response:
        with model.lock:
            sprint = str(find_sprint(model, ident).id)
            held = [(i, i.values.get(SPRINT_FIELD) or []) for i in model.issues.values()]
            return _issues(model, [i for i, s in held if any(one["id"] == sprint for one in s)])

    @api.post("/sprint/<ident>/issue")
    def put_in(ident: str) -> Response:
        with model.lock:
            sprint = find_sprint(model, ident)
            put_issues(model, read_object().get("issues"), sprint, account())
        return nothing()

    @api.post("/backlog/issue")
    def take_out() -> Response:
        with model.lock:
            put_issues(model, read_object().get("issues"), None, account())
        return nothing()


def _epics(api: Blueprint, model: Model) -> None:
    @api.get("/epic/<ident>/issue")
    def issues_of_epic(ident: str) -> Response:
        with model.lock:
            epic = model.issue(ident)
            below = [i for i in model.issues.values() if _epic_of(i) == epic.id]
            return _issues(model, below)

    @api.post("/epic/<ident>/issue")
    def put_under(ident: str) -> Response:
        """Put issues under an epic. Jira tells the webhooks of a link only, from epic to issue."""
        wanted = read_object().get("issues")
        if not isinstance(wanted, list) or not 0 < len(wanted) <= 50:
            refuse(400, "issues must hold 1 to 50 issue ids or keys.")
        with model.lock:
            epic = model.issue(ident)
            for issue in [model.issue(str(each)) for each in wanted]:
                issue.values = issue.values | {"parent": {"id": epic.id}}
                link = model.next_id("link")
                who = account()
                emit_link(model, "issuelink_created", link, EPIC_LINK, epic, issue, who)
        return nothing()


def _epic_of(issue: Issue) -> str | None:
    found: str | None = (issue.values.get("parent") or {}).get("id")
    return found
