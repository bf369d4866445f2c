"""Serve what the signed-in account may do, and who is in the roles of a project."""

from __future__ import annotations

from flask import Blueprint, Response, request

from sandbox.http.answers import answer
from sandbox.http.request_checks import State, account
from sandbox.rest.projects import must_project
from sandbox.state.model import Model
from sandbox.state.records import Json, Project
from sandbox.state.refusals import Refused, refuse
from sandbox.state.rights import NAMES, PROJECT, ROLES

NO_KEYS = "The 'permissions' query parameter is required."


def routes(state: State) -> Blueprint:
    """Return the blueprint of these routes."""
    api = Blueprint("permissions", __name__)
    _permissions(api, state.model)
    _roles(api, state.model)
    return api


def _permissions(api: Blueprint, model: Model) -> None:
    @api.get("/mypermissions")
    def permissions() -> Response:
        wanted = _wanted() if model.deployment == "cloud" else [*NAMES, *PROJECT]
        project = _project(model)
        found: Json = {name: _permission(model, name, project) for name in wanted}
        if model.deployment == "datacenter":  # it still tells the rights by their old keys, too
            found |= {
                PROJECT[name][2]: found[name] | {"deprecatedKey": True}
                for name in wanted
                if name in PROJECT and PROJECT[name][2]
            }
        return answer({"permissions": found})


def _wanted() -> list[str]:
    names = [n.strip() for n in request.args.get("permissions", "").split(",") if n.strip()]
    if not names:
        refuse(400, NO_KEYS)
    unknown = [n for n in names if n not in NAMES and n not in PROJECT]
    if unknown:
        refuse(400, f"Unrecognized permission keys: {', '.join(unknown)[:200]}")
    return names


def _project(model: Model) -> Project | None:
    """Return the project that the query names, by itself or by one of its issues."""
    for name in ("issueId", "issueKey"):
        if name in request.args:
            return model.issue(request.args[name]).project
    for name in ("projectId", "projectKey"):
        if name in request.args:
            return must_project(model, request.args[name])
    return None


def _permission(model: Model, name: str, project: Project | None) -> Json:
    ident, title = NAMES[name] if name in NAMES else PROJECT[name][:2]
    kind = "GLOBAL" if name in NAMES else "PROJECT"
    return {
        "id": ident,
        "key": name,
        "name": title,
        "type": kind,
        "description": f"Ability to: {title.lower()}.",
        "havePermission": model.may(account(), name, project),
    }


def _roles(api: Blueprint, model: Model) -> None:
    def link(project: Project, ident: int) -> str:
        return f"{model.base_url}/rest/api/2/project/{project.id}/role/{ident}"

    @api.get("/project/<ident>/role")
    def roles(ident: str) -> Response:
        project = must_project(model, ident)
        return answer({name: link(project, 10002 + n) for n, name in enumerate(ROLES)})

    @api.get("/project/<ident>/role/<role>")
    def role(ident: str, role: str) -> Response:
        project = must_project(model, ident)
        for number, name in enumerate(ROLES, 10002):
            if role == str(number):
                actors = _actors(model, name)
                made = {"self": link(project, number), "name": name, "id": number}
                return answer(made | {"description": f"The {name} of a project", "actors": actors})
        raise Refused(404, [f"Can not retrieve project role with id: '{role[:20]}'."])

    @api.get("/role")
    def all_roles() -> Response:
        base = f"{model.base_url}/rest/api/2/role"
        return answer(
            [
                {"self": f"{base}/{n}", "name": name, "id": n, "description": "", "actors": []}
                for n, name in enumerate(ROLES, 10002)
            ]
        )


def _actors(model: Model, role: str) -> list[Json]:
    """Return the members of a role."""
    members = [a for a in model.accounts.by_name.values() if model.rights.in_role(a.name, role)]
    cloud = model.deployment == "cloud"
    return [
        {
            "id": 10100 + place,
            "displayName": each.display,
            "type": "atlassian-user-role-actor",
            **({"actorUser": {"accountId": each.account_id}} if cloud else {"name": each.name}),
        }
        for place, each in enumerate(members)
    ]
