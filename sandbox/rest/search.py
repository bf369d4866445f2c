"""Serve search: pages by token on Cloud, by startAt on Data Center; bulk fetch and counts."""

from __future__ import annotations

import base64
import threading
import uuid
from collections import OrderedDict
from typing import Any

from flask import Blueprint, Response, request

from sandbox.http.answers import answer, read_object, whole, words
from sandbox.http.request_checks import State, account
from sandbox.jql.match import Context, search
from sandbox.jql.parser import TOO_DEEP, JqlError, parse
from sandbox.render.issue_json import View, choose_fields, field_names, render_issue
from sandbox.rest.rich_text import wants_adf
from sandbox.state.faults import Faults
from sandbox.state.model import NO_ISSUE, Model
from sandbox.state.records import Issue, Json
from sandbox.state.refusals import Refused, refuse

GONE = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. "
    "A full migration guideline is available at "
    "https://developer.atlassian.com/changelog/#CHANGE-2046"
)
UNBOUNDED = (
    "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
)
PAGE_LIMIT_CLOUD = 100
PAGE_LIMIT_SERVER = 1000
SNAPSHOTS = 256
BULK_CHANGELOGS, BULK_FIELDS = 1000, 10


class Snapshots:
    """The ids that each search found, kept for its next pages. Old searches are dropped."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, list[str]] = OrderedDict()
        self._count = 0

    def keep(self, ids: list[str]) -> str:
        """Keep the ids and return a name for them."""
        with self._lock:
            self._count += 1
            name = str(self._count)
            self._kept[name] = ids
            if len(self._kept) > SNAPSHOTS:
                self._kept.popitem(last=False)
            return name

    def get(self, name: str) -> list[str] | None:
        """Return the ids of a name, or None if it is unknown or dropped."""
        with self._lock:
            return self._kept.get(name)


def run(model: Model, jql: Any, *, bounded: bool) -> list[Issue]:
    """Return the issues of a query for the signed-in account; 400 with Jira's message."""
    if jql is not None and not isinstance(jql, str):
        refuse(400, "The value of 'jql' must be a string.")
    try:
        query = parse(jql or "")
        if bounded and query.where is None:
            refuse(400, UNBOUNDED)
        return search(Context(model, account(), model.clock()), query)
    except JqlError as wrong:
        refuse(400, str(wrong))
    except RecursionError:
        refuse(400, TOO_DEEP)


def routes(state: State) -> Blueprint:
    """Return the blueprint of the search routes."""
    api = Blueprint("search", __name__)
    if state.model.deployment == "cloud":
        _cloud(api, state.model, state.faults)
    else:
        _server(api, state.model)
    return api


def _parameters() -> Json:
    if request.method == "POST":
        return read_object()
    lists = {n: request.args.getlist(n) for n in ("fields", "properties", "expand")}
    return {**request.args.to_dict(), **lists}


def _view(model: Model, parameters: Json, default: str) -> View:
    """Return what a search asks for. The search of Data Center gives no properties."""
    cloud = model.deployment == "cloud"
    return View(
        choose_fields(model, words(parameters.get("fields")), default=default),
        tuple(words(parameters.get("properties"))) if cloud else (),
        tuple(words(parameters.get("expand"))),
        account(),
        wants_adf(),
    )


def _first_page(model: Model, parameters: Json) -> tuple[str, list[str], int]:
    ids = [issue.id for issue in run(model, parameters.get("jql"), bounded=True)]
    return "", ids, 0


def _next_page(snapshots: Snapshots, token: Any) -> tuple[str, list[str], int]:
    """Return the name and the ids of the search that a token belongs to, and the place in it."""
    try:
        name, _, start = base64.b64decode(str(token), validate=True).decode().partition(":")
        ids = snapshots.get(name)
        if ids is not None:
            return name, ids, int(start)
    except ValueError:
        pass
    raise Refused(400, ["The nextPageToken is not valid or has expired: search again."])


def _cloud(api: Blueprint, model: Model, faults: Faults) -> None:
    snapshots = Snapshots()

    @api.route("/search/jql", methods=["GET", "POST"])
    def by_token() -> Response:
        parameters = _parameters()
        size = whole("maxResults", parameters.get("maxResults"), 50, top=PAGE_LIMIT_CLOUD) or 50
        properties = words(parameters.get("properties"))
        if len(properties) > 5:
            refuse(400, "A maximum of 5 issue property keys can be specified.")
        with model.lock:
            token = parameters.get("nextPageToken")
            lost = faults.settings.search == "empty_pages"
            found = token and not lost
            name, ids, start = (
                _next_page(snapshots, token) if found else _first_page(model, parameters)
            )
            page = [model.issues[i] for i in ids[start : start + size] if i in model.issues]
            view = _view(model, parameters, "id")
            body: Json = {"issues": [_show(model, issue, view, parameters) for issue in page]}
            stuck = faults.settings.search == "same_token"
            more = stuck or start + size < len(ids)
            if more:
                name = name or snapshots.keep(ids)
                mark = f"{name}:{start if stuck else start + size}".encode()
                body["nextPageToken"] = base64.b64encode(mark).decode()
            if "names" in view.expand and page:
                body["names"] = field_names(model, page[0], view)
            if lost:
                more, fresh = True, str(uuid.uuid4()).encode()
                body |= {"issues": [], "nextPageToken": base64.b64encode(fresh).decode()}
            return answer(body | {"isLast": not more})

    _cloud_rest(api, model)
    _changelogs(api, model)


def _cloud_rest(api: Blueprint, model: Model) -> None:
    @api.post("/search/approximate-count")
    def count() -> Response:
        with model.lock:
            return answer({"count": len(run(model, read_object().get("jql"), bounded=True))})

    @api.route("/search", methods=["GET", "POST"])
    def gone() -> Response:
        refuse(410, GONE)

    @api.post("/issue/bulkfetch")
    def bulk() -> Response:
        parameters = read_object()
        wanted = parameters.get("issueIdsOrKeys")
        if not isinstance(wanted, list) or not 0 < len(wanted) <= 100:
            refuse(400, "issueIdsOrKeys must hold 1 to 100 issue ids or keys.")
        with model.lock:
            view = _view(model, parameters, "*navigable")
            found = {str(w): model.find(str(w)) for w in wanted}
            issues = {i.id: i for i in found.values() if i}
            errors = [{"id": w, "errorMessage": NO_ISSUE} for w, i in found.items() if not i]
            rendered = [render_issue(model, i, view) for i in issues.values()]
            return answer({"expand": "schema,names", "issues": rendered, "issueErrors": errors})


def _changelogs(api: Blueprint, model: Model) -> None:
    @api.post("/changelog/bulkfetch")
    def changes_of_many() -> Response:
        if request.path.startswith("/rest/api/2/"):
            refuse(404, "No endpoint POST /rest/api/2/changelog/bulkfetch.")
        parameters = read_object()
        wanted, only = parameters.get("issueIdsOrKeys"), words(parameters.get("fieldIds"))
        if not isinstance(wanted, list) or not 0 < len(wanted) <= BULK_CHANGELOGS:
            refuse(400, f"issueIdsOrKeys must hold 1 to {BULK_CHANGELOGS} issue ids or keys.")
        if len(only) > BULK_FIELDS:
            refuse(400, f"fieldIds must hold at most {BULK_FIELDS} field ids.")
        size = whole("maxResults", parameters.get("maxResults"), 1000, top=10_000) or 1000
        start = whole("nextPageToken", parameters.get("nextPageToken"), 0)
        with model.lock:
            found = sorted({i.id: i for w in wanted if (i := model.find(str(w)))}.items())
            changes = [(id, change) for id, issue in found for change in _changes(issue, only)]
        page: dict[str, list[Json]] = {}
        for id, change in changes[start : start + size]:
            page.setdefault(id, []).append(change)
        body: Json = {
            "issueChangeLogs": [{"issueId": id, "changeHistories": c} for id, c in page.items()]
        }
        more = {"nextPageToken": str(start + size)} if start + size < len(changes) else {}
        return answer(body | more)


def _changes(issue: Issue, only: list[str]) -> list[Json]:
    """Return the changes of an issue, the oldest first, with the items of some fields."""
    found = []
    for change in issue.histories:
        items = [one for one in change["items"] if not only or one.get("fieldId") in only]
        if items:
            found.append({**change, "items": items})
    return found


def _show(model: Model, issue: Issue, view: View, parameters: Json) -> Json:
    rendered = render_issue(model, issue, view)
    if words(parameters.get("fields")):
        return rendered
    kept = ("id", "properties", "changelog") if view.properties or view.expand else ("id",)
    return {k: v for k, v in rendered.items() if k in kept}


def _server(api: Blueprint, model: Model) -> None:
    @api.route("/search", methods=["GET", "POST"])
    def by_start() -> Response:
        parameters = _parameters()
        start = whole("startAt", parameters.get("startAt"), 0)
        size = whole("maxResults", parameters.get("maxResults"), 50, top=PAGE_LIMIT_SERVER)
        with model.lock:
            found = run(model, parameters.get("jql"), bounded=False)
            view = _view(model, parameters, "*navigable")
            page = found[start : start + size]
            body: Json = {
                "expand": "schema,names",
                "startAt": start,
                "maxResults": size,
                "total": len(found),
                "issues": [render_issue(model, issue, view) for issue in page],
            }
            if "names" in view.expand and page:
                body["names"] = field_names(model, page[0], view)
            return answer(body)
