"""Serve webhooks to admins: at /rest/webhooks/1.0 on Cloud, elsewhere and otherwise since Jira 10.

https://developer.atlassian.com/server/jira/platform/webhooks/
"""

from __future__ import annotations

import json
from collections.abc import Callable

from flask import Blueprint, Response

from sandbox.http.answers import answer, nothing, read_object
from sandbox.http.request_checks import State, account
from sandbox.state.records import Json
from sandbox.state.refusals import refuse
from sandbox.webhooks.registry import Hook, Webhooks

PREFIXES = {"cloud": "/rest/webhooks/1.0/webhook", "datacenter": "/rest/jira-webhook/1.0/webhooks"}
Shape = Callable[[Hook], Json]
Read = Callable[[Json], Json]


def routes(state: State, hooks: Webhooks) -> Blueprint:
    """Return the blueprint of these routes, to be served at one of PREFIXES."""
    cloud = state.model.deployment == "cloud"
    api = Blueprint("webhooks", __name__)
    shape: Shape = hooks.to_json if cloud else _shape_of_server
    read: Read = dict if cloud else _from_server

    @api.before_request
    def only_admins() -> None:
        if not state.model.may(account(), "ADMINISTER"):
            refuse(403, "You do not have permission to manage webhooks.")

    @api.get("")
    def all_hooks() -> Response:
        return answer([shape(hook) for hook in hooks.all()])

    @api.post("")
    def register() -> Response:
        return answer(shape(hooks.register(read(read_object()), account())), 201)

    _one(api, hooks, shape, read)
    return api


def _one(api: Blueprint, hooks: Webhooks, shape: Shape, read: Read) -> None:
    @api.get("/<ident>")
    def show(ident: str) -> Response:
        return answer(shape(hooks.get(ident)))

    @api.put("/<ident>")
    def replace(ident: str) -> Response:
        body = _parts(hooks.get(ident)) | read(read_object())
        return answer(shape(hooks.register(body, account(), ident)))

    @api.delete("/<ident>")
    def remove(ident: str) -> Response:
        hooks.delete(ident)
        return nothing()


def _parts(hook: Hook) -> Json:
    return {
        "name": hook.name,
        "url": hook.url,
        "events": hook.events,
        "filters": hook.filters,
        "secret": hook.secret,
        "excludeBody": hook.exclude_body,
        "enabled": hook.enabled,
    }


def _from_server(body: Json) -> Json:
    """Return a body of Data Center in Cloud's words. A `secret` beside the others does nothing."""
    given = body.get("configuration")
    more = given if isinstance(given, dict) else {}
    found: Json = {k: v for k, v in body.items() if k in ("name", "url", "events", "filters")}
    if "active" in body:
        found["enabled"] = body["active"]
    if "SECRET" in more:
        found["secret"] = more["SECRET"]
    if "EXCLUDE_BODY" in more:
        found["excludeBody"] = str(more["EXCLUDE_BODY"]).lower() == "true"
    if "FILTERS" in more:
        found["filters"] = _filters(more["FILTERS"])
    return found


def _filters(raw: object) -> object:
    try:
        found: object = json.loads(str(raw))
    except (ValueError, RecursionError):
        refuse(400, "The webhook filters must be an object, and the secret a text.")
    return found


def _shape_of_server(hook: Hook) -> Json:
    """Return a webhook as Data Center shows it, without the secret."""
    return {
        "id": int(hook.id),
        "name": hook.name,
        "url": hook.url,
        "events": hook.events,
        "active": hook.enabled,
        "scopeType": "global",
        "sslVerificationRequired": True,
        "configuration": {
            "EXCLUDE_BODY": str(hook.exclude_body).lower(),
            "FILTERS": json.dumps(hook.filters),
        },
    }
