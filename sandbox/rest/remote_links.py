"""Serve the links of issues to things outside of Jira."""

from __future__ import annotations

from flask import Blueprint, Response, request

from sandbox.http.answers import answer, nothing, read_object
from sandbox.http.request_checks import State, account
from sandbox.state.model import Model
from sandbox.state.records import Issue, Json
from sandbox.state.refusals import Refused

PARTS = ("globalId", "application", "relationship", "object")


def routes(state: State) -> Blueprint:
    """Return the blueprint of these routes."""
    api = Blueprint("remote_links", __name__)
    _many(api, state.model)
    _one(api, state.model)
    return api


def _checked(body: Json) -> Json:
    """Return the parts of a link; 400 if it has no title or address."""
    thing = body.get("object")
    thing = thing if isinstance(thing, dict) else {}
    errors = {
        name: f"'{name}' is required."
        for name in ("title", "url")
        if not isinstance(thing.get(name), str) or not thing[name].strip()
    }
    if errors:
        raise Refused(400, [], errors)
    return {k: body[k] for k in PARTS if body.get(k) is not None}


def _find(issue: Issue, ident: str) -> Json:
    for link in issue.remote_links:
        if str(link["id"]) == ident:
            return link
    raise Refused(404, [f"A remote link with id '{ident[:50]}' does not exist."])


def _many(api: Blueprint, model: Model) -> None:
    @api.get("/issue/<issue>/remotelink")
    def links(issue: str) -> Response:
        found, wanted = model.issue(issue).remote_links, request.args.get("globalId")
        if wanted is None:
            return answer(found)
        one = next((link for link in found if link.get("globalId") == wanted), None)
        if one is None:
            raise Refused(404, [f"A remote link with global id '{wanted[:50]}' does not exist."])
        return answer(one)

    @api.post("/issue/<issue>/remotelink")
    def put_in(issue: str) -> Response:
        parts = _checked(read_object())
        with model.lock:
            found = model.issue(issue)
            model.must_be_allowed(account(), "LINK_ISSUES", found.project)
            same = _same(found, parts)
            link = _link(model, found, same["id"] if same else int(model.next_id("remotelink")))
            kept = [each for each in found.remote_links if each is not same]
            found.remote_links = [*kept, link | parts]
        return answer(link, 200 if same else 201)

    @api.delete("/issue/<issue>/remotelink")
    def remove_by_global_id(issue: str) -> Response:
        with model.lock:
            found, wanted = model.issue(issue), request.args.get("globalId")
            kept = [link for link in found.remote_links if link.get("globalId") != wanted]
            if len(kept) == len(found.remote_links):
                raise Refused(404, [f"No remote link has the global id '{str(wanted)[:50]}'."])
            found.remote_links = kept
        return nothing()


def _same(issue: Issue, parts: Json) -> Json | None:
    """Return the link that a new one takes the place of: that with the same global id."""
    wanted = parts.get("globalId")
    return next((x for x in issue.remote_links if wanted and x.get("globalId") == wanted), None)


def _link(model: Model, issue: Issue, ident: int) -> Json:
    base = f"{model.base_url}/rest/api/2/issue/{issue.key}/remotelink"
    return {"id": ident, "self": f"{base}/{ident}"}


def _one(api: Blueprint, model: Model) -> None:
    @api.get("/issue/<issue>/remotelink/<ident>")
    def link(issue: str, ident: str) -> Response:
        return answer(_find(model.issue(issue), ident))

    @api.put("/issue/<issue>/remotelink/<ident>")
    def replace(issue: str, ident: str) -> Response:
        parts = _checked(read_object())
        with model.lock:
            found = model.issue(issue)
            old = _find(found, ident)
            new = _link(model, found, old["id"]) | parts
            found.remote_links = [new if each is old else each for each in found.remote_links]
        return nothing()

    @api.delete("/issue/<issue>/remotelink/<ident>")
    def remove(issue: str, ident: str) -> Response:
        with model.lock:
            found = model.issue(issue)
            gone = _find(found, ident)
            found.remote_links = [each for each in found.remote_links if each is not gone]
        return nothing()
