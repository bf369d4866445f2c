"""Serve what shows and troubles the sandbox: old issues, the log, faults, limits, webhooks."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, request

from sandbox.http.answers import answer, nothing, query_int, read_json, read_object
from sandbox.http.request_checks import State
from sandbox.operations.create import create_historic
from sandbox.state.accounts import Account
from sandbox.state.faults import BadFaults
from sandbox.state.records import Json
from sandbox.state.refusals import refuse
from sandbox.webhooks.registry import Webhooks


def routes(state: State, hooks: Webhooks) -> Blueprint:
    """Return the blueprint of the sandbox's own routes."""
    api = Blueprint("admin", __name__)
    _issues_and_log(api, state)
    _faults(api, state)
    _webhooks(api, state, hooks)
    return api


def _issues_and_log(api: Blueprint, state: State) -> None:
    model, log = state.model, state.log

    @api.post("/issues")
    def load() -> Response:
        body = read_json()
        many = isinstance(body, list)
        made = [_load_one(state, each) for each in (body if many else [body])]
        return answer(made if many else made[0], 201)

    @api.get("/log")
    def read_log() -> Response:
        args = request.args
        status = query_int("status", -1) if "status" in args else None
        found = log.entries(
            method=args.get("method"),
            issue=_id(args.get("issue")),
            account=args.get("account"),
            status=status,
            path=args.get("path"),
            since=query_int("since", 0),
        )
        limit = query_int("limit", len(found))
        return answer([asdict(e) for e in found[max(0, len(found) - limit) :]])

    def _id(named: str | None) -> str | None:
        found = model.find(named) if named else None
        return found.id if found else named

    @api.delete("/log")
    def clear_log() -> Response:
        log.clear()
        return nothing()


def _faults(api: Blueprint, state: State) -> None:
    faults = state.faults

    @api.get("/faults")
    def read_faults() -> Response:
        return answer(faults.to_json())

    @api.put("/faults")
    def set_faults() -> Response:
        try:
            faults.set(**read_object(required=False))
        except BadFaults as wrong:
            refuse(400, str(wrong))
        return answer(faults.to_json())

    @api.delete("/faults")
    def clear_faults() -> Response:
        faults.clear()
        return nothing()


def _webhooks(api: Blueprint, state: State, hooks: Webhooks) -> None:
    log = state.log

    @api.get("/stats")
    def stats() -> Response:
        return answer(
            {
                "issues": log.stats(),
                "webhooks": {
                    "pending": hooks.courier.pending(),
                    "dropped": hooks.courier.dropped,
                    "lost": hooks.courier.lost,
                },
            }
        )

    @api.get("/webhooks")
    def deliveries() -> Response:
        limit = query_int("limit", 1000)
        kept = list(hooks.courier.history)
        return answer([asdict(d) for d in kept[max(0, len(kept) - limit) :]])

    @api.route("/limits", methods=["GET", "PUT"])
    def limits() -> Response:
        if request.method == "PUT":
            state.limits.enabled = read_object().get("enabled") is True
        return answer({"enabled": state.limits.enabled})


def _load_one(state: State, body: Any) -> Json:
    if not isinstance(body, dict):
        refuse(400, "Each issue must be an object with 'fields'.")
    made = create_historic(state.model, body, _actor(state, body))
    link = f"{state.model.base_url}/rest/api/2/issue/{made.id}"
    return {"id": made.id, "key": made.key, "self": link}


def _actor(state: State, body: Json) -> Account:
    name = body.get("account", "reporter")
    found = state.model.accounts.by_name.get(name) if isinstance(name, str) else None
    if found is None:
        refuse(400, f"account: unknown name '{str(name)[:50]}'. Use pm, dev, sluice or reporter.")
    return found
