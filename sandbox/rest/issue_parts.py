"""Serve the parts of an issue: properties, attachments, links, watchers."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, request

from sandbox.http.answers import answer, nothing, read_json, read_object
from sandbox.http.request_checks import State, account
from sandbox.operations.edit import check_property, note_change
from sandbox.operations.links import link_issues
from sandbox.operations.links import unlink as unlink_issues
from sandbox.render.issue_json import short_issue
from sandbox.state.catalog import pick
from sandbox.state.model import Model
from sandbox.state.records import Issue, Json
from sandbox.state.refusals import Refused, refuse
from sandbox.state.rights import EDIT


def routes(state: State) -> Blueprint:
    """Return the blueprint of these routes."""
    api = Blueprint("parts", __name__)
    _properties(api, state.model)
    _attachments(api, state.model)
    _links(api, state.model)
    _link(api, state.model)
    _counts(api, state.model)
    return api


def _properties(api: Blueprint, model: Model) -> None:
    def _may_write(issue: Issue) -> None:
        # Of properties Jira asks the right to edit only, whatever the status says.
        if not model.may(account(), "EDIT_ISSUES", issue.project):
            refuse(403, EDIT)

    def link(issue: Issue, key: str) -> str:
        return f"{model.base_url}/rest/api/2/issue/{issue.id}/properties/{key}"

    @api.get("/issue/<issue>/properties")
    def keys(issue: str) -> Response:
        found = model.issue(issue)
        return answer({"keys": [{"self": link(found, k), "key": k} for k in found.properties]})

    @api.get("/issue/<issue>/properties/<path:key>")
    def read_property(issue: str, key: str) -> Response:
        found = model.issue(issue)
        if key not in found.properties:
            refuse(404, f"The property {key} does not exist.")
        return answer({"key": key, "value": found.properties[key]})

    @api.put("/issue/<issue>/properties/<path:key>")
    def write_property(issue: str, key: str) -> Response:
        value = read_json()
        check_property(key, value)
        with model.lock:
            found = model.issue(issue)
            _may_write(found)
            new = key not in found.properties
            found.properties = found.properties | {key: value}
        return answer({}, 201 if new else 200)

    @api.delete("/issue/<issue>/properties/<path:key>")
    def remove_property(issue: str, key: str) -> Response:
        with model.lock:
            found = model.issue(issue)
            _may_write(found)
            if key not in found.properties:
                refuse(404, f"The property {key} does not exist.")
            found.properties = {k: v for k, v in found.properties.items() if k != key}
        return nothing()


def find_file(model: Model, ident: str) -> Json:
    """Return an attachment by id; 404 if there is none."""
    every = (each for issue in model.issues.values() for each in issue.attachments)
    found = next((each for each in every if each["id"] == ident), None)
    if found is None:
        raise Refused(404, [f"The attachment with id '{ident[:50]}' does not exist"])
    return found


def file_routes(state: State) -> Blueprint:
    """Return the blueprint of the contents of files: in the API on Cloud, else in the site."""
    files = Blueprint("files", __name__)
    model = state.model
    cloud = '/rest/api/<any("2","3","latest"):version>/attachment/content/<ident>'

    @files.get(cloud if model.deployment == "cloud" else "/secure/attachment/<ident>/<name>")
    def content(ident: str, name: str = "") -> Response:
        found = find_file(model, ident)
        safe = {"X-Content-Type-Options": "nosniff", "Content-Disposition": "attachment"}
        return Response(model.contents[ident], 200, safe, content_type=str(found["mimeType"]))

    return files


def _attachments(api: Blueprint, model: Model) -> None:
    def keep(name: str, data: bytes, kind: str) -> Json:
        if not model.takes_files:
            refuse(403, "You do not have permission to create attachments for this issue.")
        ident = model.next_id("attachment")
        model.contents[ident] = data
        return {
            "self": f"{model.base_url}/rest/api/2/attachment/{ident}",
            "id": ident,
            "filename": name,
            "author": model.accounts.json(account()),
            "created": model.now(),
            "size": len(data),
            "mimeType": kind,
            "content": content_url(model, ident, name),
        }

    @api.post("/issue/<issue>/attachments")
    def attach(issue: str) -> Response:
        if request.headers.get("X-Atlassian-Token") not in ("no-check", "nocheck"):
            return answer("XSRF check failed", 403)
        files = request.files.getlist("file")
        if not files:
            refuse(400, "No file was attached: send it as the form field 'file'.")
        with model.lock:
            found = model.issue(issue)
            model.must_be_allowed(account(), "CREATE_ATTACHMENTS", found.project)
            new = [keep(f.filename or "file", f.read(), f.mimetype) for f in files]
            found.attachments = found.attachments + new
            for each in new:
                change = {"to": each["id"], "toString": each["filename"]}
                note_change(model, found, "Attachment", change, account())
        return answer(new)

    _attachment(api, model)


def content_url(model: Model, ident: str, name: str) -> str:
    """Return where a file's content lies: in the API on Cloud, in the site on Data Center."""
    if model.deployment == "cloud":
        return f"{model.base_url}/rest/api/2/attachment/content/{ident}"
    return f"{model.base_url}/secure/attachment/{ident}/{quote(name, safe='')}"


def _attachment(api: Blueprint, model: Model) -> None:
    @api.get("/attachment/<ident>")
    def meta(ident: str) -> Response:
        found = find_file(model, ident)
        public_id = int(ident) if model.deployment == "cloud" else ident
        return answer(found | {"id": public_id})

    @api.delete("/attachment/<ident>")
    def remove_attachment(ident: str) -> Response:
        with model.lock:
            find_file(model, ident)
            for issue in model.issues.values():
                issue.attachments = [a for a in issue.attachments if a["id"] != ident]
            model.contents.pop(ident, None)
        return nothing()


def _links(api: Blueprint, model: Model) -> None:
    def side(body: Json, name: str) -> Issue:
        raw = body.get(name)
        ident = (raw.get("id") or raw.get("key")) if isinstance(raw, dict) else None
        return model.issue(str(ident))

    @api.post("/issueLink")
    def link() -> Response:
        body = read_object()
        kind = pick(model.catalog.link_types, body.get("type"))
        if kind is None:
            refuse(404, "No issue link type with that name found.")
        with model.lock:
            inward, outward = side(body, "inwardIssue"), side(body, "outwardIssue")
            model.must_be_allowed(account(), "LINK_ISSUES", inward.project)
            link_issues(model, kind, inward, outward, account())
        return nothing(201)


def _link(api: Blueprint, model: Model) -> None:
    @api.get("/issueLink/<ident>")
    def read_link(ident: str) -> Response:
        with model.lock:
            for issue in model.issues.values():
                for each in issue.links:
                    if each["id"] == ident and each["side"] == "outward":
                        ends: dict[str, Any] = {
                            "inwardIssue": short_issue(model, issue),
                            "outwardIssue": short_issue(model, model.issues[each["other"]]),
                        }
                        return answer({"id": ident, "type": each["type"], **ends})
        raise Refused(404, [f"No issue link with id '{ident[:50]}' exists."])

    @api.delete("/issueLink/<ident>")
    def unlink(ident: str) -> Response:
        with model.lock:
            unlink_issues(model, ident, account())
        return nothing()

    @api.get("/issueLinkType")
    def link_types() -> Response:
        return answer({"issueLinkTypes": list(model.catalog.link_types.values())})


def _counts(api: Blueprint, model: Model) -> None:
    def people(names: list[str]) -> list[Json]:
        return [model.accounts.json(model.accounts.by_name[n]) for n in names]

    @api.get("/issue/<issue>/watchers")
    def watchers(issue: str) -> Response:
        found = model.issue(issue)
        return answer(
            {
                "self": f"{model.base_url}/rest/api/2/issue/{found.key}/watchers",
                "isWatching": account().name in found.watchers,
                "watchCount": len(found.watchers),
                "watchers": people(found.watchers),
            }
        )

    @api.post("/issue/<issue>/watchers")
    def watch(issue: str) -> Response:
        ident = read_json(required=False)
        with model.lock:
            who = model.accounts.find(ident) if ident else account()
            if who is None:
                refuse(400, "The user does not exist.")
            found = model.issue(issue)
            if who.name not in found.watchers:
                found.watchers = [*found.watchers, who.name]
        return nothing()

    @api.get("/issue/<issue>/votes")
    def votes(issue: str) -> Response:
        found = model.issue(issue)
        return answer(
            {
                "self": f"{model.base_url}/rest/api/2/issue/{found.key}/votes",
                "votes": len(found.voters),
                "hasVoted": account().name in found.voters,
                "voters": people(found.voters),
            }
        )

    @api.post("/issue/<issue>/votes")
    def vote(issue: str) -> Response:
        with model.lock:
            found = model.issue(issue)
            if account().name not in found.voters:
                found.voters = [*found.voters, account().name]
        return nothing()
