"""Check each API request: sign-in, limits and faults. Log it."""

from __future__ import annotations

import re
import socket
import time
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, request

from sandbox.http.answers import answer, nothing
from sandbox.http.gateway import UNAUTHORIZED, gateway, retry_after
from sandbox.http.request_log import RequestLog
from sandbox.state.accounts import Account
from sandbox.state.faults import Faults
from sandbox.state.model import NO_ISSUE, Model
from sandbox.state.rate_limits import Limits
from sandbox.state.refusals import Refused

OPEN_PATHS = ("serverInfo",)


@dataclass(frozen=True)
class State:
    """The parts of a sandbox that all routes share."""

    model: Model
    log: RequestLog
    faults: Faults
    limits: Limits


def install(app: Flask, state: State) -> None:
    """Install the checks before and after each request of the app."""
    templates: dict[tuple[str, str], str] = {}

    def template() -> str:
        rule = request.url_rule
        if rule is None:
            return request.path
        version = g.version
        path = templates.get((rule.rule, version))
        if path is None:
            path = re.sub(r"<[^>]*version>", version, rule.rule)
            path = re.sub(r"<(?:[^:>]*:)?([^>]*)>", r"{\1}", path)
            templates[rule.rule, version] = path
        return path

    def enter() -> Response | None:
        g.version = (request.view_args or {}).pop("version", "2")
        g.api = request.path.startswith(("/rest/", "/secure/attachment/"))
        if not g.api:
            return None
        g.started, g.clock = state.model.clock(), time.perf_counter()
        g.template, g.fault = template(), None
        g.account = state.model.accounts.signed_in(request.headers.get("Authorization"))
        g.language = state.model.accounts.language(g.account)
        g.issue = _issue_id(state.model)
        return _fault_before(state) or _sign_in() or _limit(state) or _unseen(state.model)

    def leave(response: Response) -> Response:
        if getattr(g, "api", False):
            _headers(state.model, response)
            state.log.add(
                method=request.method,
                path=g.template,
                issue=g.issue,
                status=0 if g.fault == "drop_before" else response.status_code,
                account=g.account.name if g.account else None,
                started=g.started,
                duration=time.perf_counter() - g.clock,
                fault=g.fault,
            )
            if g.fault in ("drop_before", "drop_after"):
                hang_up()
            if getattr(g, "late", 0):
                time.sleep(g.late)
        return response

    app.before_request(enter)
    app.after_request(leave)


def _issue_id(model: Model) -> str | None:
    named = (request.view_args or {}).get("issue")
    found = model.find(named) if named else None
    return found.id if found else None


def _fault_before(state: State) -> Response | None:
    account = g.account.name if g.account else ""
    plan = state.faults.plan(request.method, request.path, account)
    if plan.latency:
        time.sleep(plan.latency)
    g.fault, g.late = plan.kind, plan.late
    settings = state.faults.settings
    if plan.kind == "429":
        headers = state.limits.refusal(100, settings.retry_after_429, settings.reason_429)
        return answer({"errorMessages": ["Rate limit exceeded."], "errors": {}}, 429, headers)
    if plan.kind == "503":
        wait = settings.retry_after_503
        body = {"errorMessages": ["Service temporarily unavailable."], "errors": {}}
        return answer(body, 503, retry_after(wait))
    if plan.kind == "status":
        return gateway(settings.status or 500, state.model.base_url, settings.retry_after)
    if plan.kind == "drop_before":
        return nothing()
    return None


def hang_up() -> None:
    """Cut the client's connection, to lose the answer."""
    probe = request.environ.get("waitress.client_disconnected")
    channel = getattr(probe, "__self__", None)
    try:
        if channel is not None:
            channel.socket.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # the client hung up first


def _sign_in() -> Response | None:
    if g.account is not None:
        return None
    header = request.headers.get("Authorization")
    anonymous = header is None and request.path.rsplit("/", 1)[-1] in OPEN_PATHS
    if anonymous and request.method == "GET":
        return None
    realm = 'OAuth realm="https%3A%2F%2Fexample.atlassian.net"'
    reason = "AUTHENTICATED_FAILED" if header else "OUT"
    headers = {"WWW-Authenticate": realm, "X-Seraph-LoginReason": reason}
    return answer(UNAUTHORIZED, 401, headers)


def _limit(state: State) -> Response | None:
    if not state.limits.enabled:
        return None
    name = g.account.name if g.account else ""
    verdict = state.limits.check(request.method, g.template, g.issue, name)
    if not verdict.allowed:
        g.fault = "limit"
        body = {"errorMessages": ["Rate limit exceeded."], "errors": {}}
        return answer(body, 429, verdict.headers)
    g.limit_headers = verdict.headers
    return None


def _unseen(model: Model) -> Response | None:
    """Answer 404 for an issue of a project that the account may not browse."""
    found = model.issues.get(g.issue or "")
    if found is None or g.account is None or model.may(g.account, "BROWSE_PROJECTS", found.project):
        return None
    return answer({"errorMessages": [NO_ISSUE], "errors": {}}, 404)


def _headers(model: Model, response: Response) -> None:
    response.headers["X-AREQUESTID"] = f"{int(g.started * 1000) & 0xFFFFFFFF:x}"
    response.headers["Cache-Control"] = "no-cache, no-store, no-transform"
    limit_headers = getattr(g, "limit_headers", None)
    if limit_headers:
        response.headers.update(limit_headers)
    if g.account is not None:
        name = "X-AACCOUNTID" if model.deployment == "cloud" else "X-AUSERNAME"
        cloud = model.deployment == "cloud"
        response.headers[name] = g.account.account_id if cloud else g.account.name


def account() -> Account:
    """Return the account that is signed in; 401 if none is. Open routes must not call it."""
    who: Any = g.account
    if not isinstance(who, Account):
        raise Refused(401, [str(UNAUTHORIZED["message"])])
    return who
