"""Serve site-wide data: server info, people, fields, priorities, webhooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request

from sandbox.http.answers import answer, query_int, read_object
from sandbox.http.request_checks import State, account
from sandbox.state.model import Model
from sandbox.state.records import Json
from sandbox.state.refusals import Refused, refuse
from sandbox.state.seed import CUSTOM_TYPES, DEFAULT_PRIORITY, Field

KIND_OF = {name: kind for kind, name in CUSTOM_TYPES.items()}
VERSIONS = {
    "cloud": ("Cloud", "1001.0.0-SNAPSHOT", [1001, 0, 0], 100290),
    "datacenter": ("Server", "10.3.0", [10, 3, 0], 10030000),
}


def routes(state: State) -> Blueprint:
    """Return the blueprint of these routes."""
    api = Blueprint("lists", __name__)
    model = state.model
    _site(api, model)
    _people(api, model)
    _fields(api, model)
    if model.deployment == "cloud":  # Data Center has no REST for the options of a field
        _options(api, model)
    _catalog(api, model)
    return api


def page(values: list[Json], **more: Any) -> Json:
    """Return one page of values as Jira's PageBean (query: startAt, maxResults)."""
    start, size = query_int("startAt", 0), query_int("maxResults", 50, top=100)
    part = values[start : start + size]
    return {
        "self": request.base_url,
        "maxResults": size,
        "startAt": start,
        "total": len(values),
        "isLast": start + len(part) >= len(values),
        "values": part,
        **more,
    }


def _site(api: Blueprint, model: Model) -> None:
    @api.get("/serverInfo")
    def server_info() -> Response:
        kind, version, numbers, build = VERSIONS[model.deployment]
        return answer(
            {
                "baseUrl": model.base_url,
                "version": version,
                "versionNumbers": numbers,
                "deploymentType": kind,
                "buildNumber": build,
                "buildDate": "2026-11-01T00:00:00.000+0000",
                "serverTime": model.now(),
                "scmInfo": "sandbox",
                "serverTitle": "Sandbox Jira",
            }
        )


def _people(api: Blueprint, model: Model) -> None:
    @api.get("/myself")
    def myself() -> Response:
        return answer(model.accounts.json(account()))

    @api.get("/user")
    def user() -> Response:
        names = ("accountId",) if model.deployment == "cloud" else ("username", "key")
        ident = next((request.args[n] for n in names if n in request.args), "")
        found = model.accounts.find(ident)
        if found is None:
            refuse(404, "Specified user does not exist or you do not have required permissions")
        return answer(model.accounts.json(found))

    @api.get("/user/search")
    @api.get("/user/assignable/search", endpoint="assignable")
    def users() -> Response:
        text = request.args.get("query") or request.args.get("username") or ""
        return answer([model.accounts.json(a) for a in model.accounts.search(text)])


def _custom(model: Model, field_id: str) -> Field:
    found = model.fields.get(field_id)
    if found is None or not found.custom:
        refuse(404, f"The custom field was not found: {field_id[:60]}")
    return found


def _fields(api: Blueprint, model: Model) -> None:
    @api.get("/field")
    def fields() -> Response:
        return answer([f.to_json(model.deployment) for f in model.fields.values()])

    @api.post("/field")
    def create_field() -> Response:
        body = read_object()
        name, kind = body.get("name"), KIND_OF.get(str(body.get("type")))
        if not isinstance(name, str) or not name.strip():
            refuse(400, "You must specify a name for the custom field.")
        if kind is None:
            refuse(400, f"The custom field type '{str(body.get('type'))[:100]}' was not found.")
        with model.lock:
            new = model.add_field(name.strip(), kind)
            model.screens.hide(new.id)  # as in Jira, a new field is on no screen
        return answer(new.to_json(model.deployment), 201)

    @api.post("/screens/addToDefault/<field_id>")
    def to_screen(field_id: str) -> Response:
        model.show_field(_custom(model, field_id).id)
        return answer({})


def _options(api: Blueprint, model: Model) -> None:
    @api.get("/field/<field_id>/context")
    def contexts(field_id: str) -> Response:
        number = _custom(model, field_id).number
        return answer(
            page(
                [
                    {
                        "id": str(number),
                        "name": "Default Configuration Scheme",
                        "description": "",
                        "isGlobalContext": True,
                        "isAnyIssueType": True,
                    }
                ]
            )
        )

    @api.get("/field/<field_id>/context/<context>/option")
    def options(field_id: str, context: str) -> Response:
        return answer(page([_option(o) for o in _custom(model, field_id).options]))

    @api.post("/field/<field_id>/context/<context>/option")
    def add_options(field_id: str, context: str) -> Response:
        spec, wanted = _custom(model, field_id), read_object().get("options")
        if spec.kind not in ("option", "checkboxes"):
            refuse(400, "This custom field has no options.")
        given = wanted if isinstance(wanted, list) else []
        names = [o.get("value") for o in given if isinstance(o, dict)]
        if not names or not all(isinstance(n, str) and n for n in names):
            refuse(400, "options must be a list of objects with a value.")
        with model.lock:
            new = [_option(model.add_option(spec, str(n))) for n in names]
        return answer({"options": new})


def _option(option: Json) -> Json:
    return {"id": option["id"], "value": option["value"], "disabled": False}


def _catalog(api: Blueprint, model: Model) -> None:
    catalog = model.catalog
    lists: dict[str, Callable[[], list[Json]]] = {
        "priority": catalog.priority_list,
        "issuetype": lambda: list(catalog.types.values()),
        "status": lambda: list(catalog.statuses.values()),
        "statuscategory": lambda: list(catalog.categories.values()),
        "resolution": lambda: list(catalog.resolutions.values()),
    }

    @api.get('/<any("priority","issuetype","status","statuscategory","resolution"):kind>')
    def everything(kind: str) -> Response:
        return answer(lists[kind]())

    @api.get('/<any("priority","issuetype","status","statuscategory","resolution"):kind>/<ident>')
    def one(kind: str, ident: str) -> Response:
        for each in lists[kind]():
            if ident in (str(each["id"]), each["name"], each.get("key")):
                return answer(each)
        raise Refused(404, [f"The {kind} with id '{ident[:50]}' does not exist."])

    @api.get("/priority/search" if model.deployment == "cloud" else "/priority/page")
    def priorities() -> Response:
        if model.deployment != "cloud":
            return answer(page(catalog.priority_list()))
        priorities = [
            p | {"isDefault": p["id"] == DEFAULT_PRIORITY} for p in catalog.priority_list()
        ]
        if request.args.get("onlyDefault") == "true":
            priorities = [p for p in priorities if p["isDefault"]]
        return answer(page(priorities))
