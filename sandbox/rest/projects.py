"""Serve projects: list, read, create; their components, versions and create screens."""

from __future__ import annotations

import re

from flask import Blueprint, Response, request

from sandbox.http.answers import answer, nothing, read_object
from sandbox.http.request_checks import State, account
from sandbox.operations.create import add_component
from sandbox.operations.site_changes import rename_project
from sandbox.render.issue_json import project_json
from sandbox.render.screens import screen_fields
from sandbox.rest.site_lists import page
from sandbox.state.model import Model
from sandbox.state.records import Json, Project
from sandbox.state.refusals import Refused, refuse

BAD_KEY = (
    "Project keys must start with an uppercase letter, followed by one or more uppercase "
    "alphanumeric characters."
)
KEY = re.compile(r"[A-Z][A-Z0-9_]{1,9}", re.A)


def routes(state: State) -> Blueprint:
    """Return the blueprint of the project routes."""
    api = Blueprint("projects", __name__)
    _projects(api, state.model)
    _rename(api, state.model)
    _delete_and_search(api, state.model)
    _inside(api, state.model)
    _create_meta(api, state.model)
    if state.model.deployment == "cloud":  # gone from Data Center since Jira 9
        _whole_create_meta(api, state.model)
    return api


def must_project(model: Model, ident: object) -> Project:
    """Return a project by id or key; 404 with Jira's message if none exists."""
    found = model.project(ident)
    if found is None or not model.may(account(), "BROWSE_PROJECTS", found):
        refuse(404, f"No project could be found with key '{str(ident)[:50]}'.")
    return found


def _full(model: Model, project: Project) -> Json:
    return project_json(model, project) | {
        "expand": "description,lead,issueTypes,url,projectKeys,permissions,insight",
        "description": "",
        "lead": model.accounts.json(model.accounts.by_name["pm"]),
        "components": project.components,
        "issueTypes": list(model.catalog.types.values()),
        "assigneeType": "UNASSIGNED",
        "versions": project.versions,
        "roles": {},
        **({"style": project.style, "isPrivate": False} if model.deployment == "cloud" else {}),
    }


def _projects(api: Blueprint, model: Model) -> None:
    @api.get("/project")
    def projects() -> Response:
        seen = [p for p in model.projects.values() if model.may(account(), "BROWSE_PROJECTS", p)]
        return answer([project_json(model, p) for p in seen])

    @api.get("/project/<ident>")
    def project(ident: str) -> Response:
        return answer(_full(model, must_project(model, ident)))

    @api.post("/project")
    def create() -> Response:
        body = read_object()
        key, name = body.get("key"), body.get("name")
        errors = {}
        if not isinstance(key, str) or not KEY.fullmatch(key):
            errors["projectKey"] = BAD_KEY
        elif key in model.projects:
            errors["projectKey"] = f"Project '{model.projects[key].name}' uses this project key."
        if not isinstance(name, str) or not name.strip():
            errors["projectName"] = "You must specify a valid project name."
        if errors:
            raise Refused(400, [], errors)
        new = model.add_project(str(key), str(name), **_kind_of_project(body))
        link = f"{model.base_url}/rest/api/2/project/{new.id}"
        return answer({"self": link, "id": int(new.id), "key": new.key}, 201)


def _rename(api: Blueprint, model: Model) -> None:
    @api.put("/project/<ident>")
    def update(ident: str) -> Response:
        body = read_object()
        with model.lock:
            found = must_project(model, ident)
            if not model.may(account(), "ADMINISTER_PROJECTS", found):
                refuse(403, "You cannot edit the configuration of this project.")
            key = body.get("key", found.key)
            if not isinstance(key, str) or not KEY.fullmatch(key):
                raise Refused(400, [], {"projectKey": BAD_KEY})
            rename_project(model, found.key, key)
            found.name = str(body.get("name") or found.name)
            return answer(_full(model, found))


def _kind_of_project(body: Json) -> dict[str, str]:
    """Return a new project's type and style, by `projectTypeKey` and `projectTemplateKey`."""
    template = str(body.get("projectTemplateKey", ""))
    kind = body.get("projectTypeKey", "software")
    if kind not in ("software", "service_desk", "business"):
        raise Refused(400, [], {"projectTypeKey": "The project type key is not valid."})
    return {"type_key": kind, "style": "next-gen" if "simplified" in template else "classic"}


def _delete_and_search(api: Blueprint, model: Model) -> None:
    @api.delete("/project/<ident>")
    def delete(ident: str) -> Response:
        with model.lock:
            gone = must_project(model, ident)
            for issue in [i for i in model.issues.values() if i.project is gone]:
                model.remove(issue)  # Jira sends no webhook for these
            del model.projects[gone.key]
        return nothing()

    if model.deployment == "cloud":

        @api.get("/project/search")
        def search() -> Response:
            keys, text = request.args.getlist("keys"), request.args.get("query", "").lower()
            found = [
                project_json(model, p)
                for p in model.projects.values()
                if (not keys or p.key in keys) and text in f"{p.key} {p.name}".lower()
            ]
            return answer(page(found))


def _inside(api: Blueprint, model: Model) -> None:
    @api.get("/project/<ident>/components")
    def components(ident: str) -> Response:
        return answer(must_project(model, ident).components)

    @api.get("/project/<ident>/versions")
    def versions(ident: str) -> Response:
        return answer(must_project(model, ident).versions)

    @api.get("/project/<ident>/statuses")
    def statuses(ident: str) -> Response:
        must_project(model, ident)
        found = list(model.catalog.statuses.values())
        names = ("self", "id", "name", "subtask")
        types = model.catalog.types.values()
        return answer([{k: t[k] for k in names} | {"statuses": found} for t in types])

    @api.post("/component")
    def component() -> Response:
        project, name = _owner_and_name(model)
        with model.lock:
            return answer(add_component(model, project, name), 201)

    @api.post("/version")
    def version() -> Response:
        project, name = _owner_and_name(model)
        with model.lock:
            ident = model.next_id("version")
            link = f"{model.base_url}/rest/api/2/version/{ident}"
            new = {"self": link, "id": ident, "name": name, "archived": False, "released": False}
            project.versions.append(new)
        return answer(new, 201)


def _owner_and_name(model: Model) -> tuple[Project, str]:
    body = read_object()
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        raise Refused(400, [], {"name": "You must specify a name."})
    return must_project(model, body.get("project") or body.get("projectId")), name.strip()


def _create_meta(api: Blueprint, model: Model) -> None:
    @api.get("/issue/createmeta/<ident>/issuetypes")
    def types(ident: str) -> Response:
        must_project(model, ident)
        found = list(model.catalog.types.values())
        return answer(page(found, **({"issueTypes": found} if model.deployment == "cloud" else {})))

    @api.get("/issue/createmeta/<ident>/issuetypes/<kind>")
    def fields(ident: str, kind: str) -> Response:
        found = screen_fields(model, must_project(model, ident), kind)
        fields = [meta | {"fieldId": fid} for fid, meta in found.items()]
        return answer(page(fields, **({"fields": fields} if model.deployment == "cloud" else {})))


def _whole_create_meta(api: Blueprint, model: Model) -> None:
    @api.get("/issue/createmeta")
    def createmeta() -> Response:
        keys = [k for part in request.args.getlist("projectKeys") for k in part.split(",") if k]
        with_fields = "projects.issuetypes.fields" in request.args.get("expand", "")
        projects, kinds = [], list(model.catalog.types.values())
        for project in model.projects.values():
            if keys and project.key not in keys:
                continue
            types = [_with_fields(model, project, t, with_fields) for t in kinds]
            names = ("self", "id", "key", "name", "avatarUrls")
            short = project_json(model, project)
            projects.append({n: short[n] for n in names} | {"issuetypes": types})
        return answer({"expand": "projects", "projects": projects})


def _with_fields(model: Model, project: Project, kind: Json, wanted: bool) -> Json:
    """Return an issue type, with the fields of its screen if they are wanted."""
    return kind | ({"fields": screen_fields(model, project, kind["id"])} if wanted else {})
