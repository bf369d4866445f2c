"""Build the Flask application: the API under /rest, the board at /, the sandbox's own routes."""

from __future__ import annotations

import logging

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from sandbox.admin import site, watch
from sandbox.board import routes
from sandbox.http import request_checks
from sandbox.http.answers import answer
from sandbox.http.gateway import page
from sandbox.http.request_checks import State
from sandbox.rest import (
    agile,
    comments,
    issue_parts,
    issues,
    permissions,
    projects,
    remote_links,
    search,
    site_lists,
    worklogs,
)
from sandbox.rest import hooks as hook_routes
from sandbox.state.refusals import Refused
from sandbox.webhooks.registry import Webhooks

BODY_LIMIT = 10 * 1024 * 1024
LOG = logging.getLogger("sandbox")
PARTS = (
    issues,
    comments,
    worklogs,
    remote_links,
    issue_parts,
    search,
    projects,
    permissions,
    site_lists,
)
API = {
    "cloud": '/rest/api/<any("2","3","latest"):version>',
    "datacenter": '/rest/api/<any("2","latest"):version>',
}


def create_app(state: State, hooks: Webhooks) -> Flask:
    """Return the sandbox as a WSGI application."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.config["MAX_FORM_MEMORY_SIZE"] = BODY_LIMIT
    app.url_map.strict_slashes = False
    request_checks.install(app, state)
    for part in PARTS:
        app.register_blueprint(part.routes(state), url_prefix=API[state.model.deployment])
    app.register_blueprint(agile.routes(state), url_prefix="/rest/agile/1.0")
    prefix = hook_routes.PREFIXES[state.model.deployment]
    app.register_blueprint(hook_routes.routes(state, hooks), url_prefix=prefix)
    app.register_blueprint(issue_parts.file_routes(state))
    app.register_blueprint(watch.routes(state, hooks), url_prefix="/sandbox")
    app.register_blueprint(site.routes(state), url_prefix="/sandbox")
    app.register_blueprint(routes.routes(state))
    app.add_url_rule("/login.jsp", "login", lambda: page(200))
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _surprise)
    return app


def _refused(wrong: Exception) -> Response:
    assert isinstance(wrong, Refused)
    return answer(wrong.body(), wrong.status, wrong.headers)


def _http_error(wrong: Exception) -> Response:
    assert isinstance(wrong, HTTPException)
    status = wrong.code or 500
    messages = {
        404: "null for uri: the sandbox has no such address.",
        405: "Method Not Allowed",
        413: "The request body is too large.",
        415: "Unsupported Media Type",
    }
    message = messages.get(status, wrong.name)
    body = {"errorMessages": [message], "errors": {}, "message": message, "status-code": status}
    allowed = getattr(wrong, "valid_methods", None)
    return answer(body, status, {"Allow": ", ".join(allowed)} if allowed else {})


def _surprise(wrong: Exception) -> Response:
    LOG.error("The sandbox failed on %s: a bug in the sandbox.", request.path, exc_info=wrong)
    return answer({"errorMessages": ["Internal server error"], "errors": {}}, 500)
