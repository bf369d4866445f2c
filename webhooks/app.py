"""Define the Flask routes: webhooks, health and metrics."""

from __future__ import annotations

import logging

from flask import Flask, Response, abort
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from webhooks import health as health_page
from webhooks.door import MAX_BODY, Door
from webhooks.metrics import CONTENT_TYPE, exposition
from webhooks.paths import tidy_path
from webhooks.report_page import add_report_page
from worker.running.health.overview import Health
from worker.settings.load import load
from worker.settings.settings import Settings
from worker.store.broker import Broker
from worker.store.redis import StoreDown
from worker.store.trouble.deliveries import of_no_site
from worker.tasks import configure, open_store, this_process
from worker.team_models.status import Models

log = logging.getLogger("sluice.web")


def create_app(settings: Settings | None = None) -> Flask:
    """Return the Flask app. Without settings it reads the environment and `sluice.yaml`."""
    settings = settings or load()
    configure(settings)
    app = Flask("sluice", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    this_process().begin_work()
    stores = {name: open_store(name) for name in settings.sites}
    broker, models = Broker(settings.broker_url), Models(settings)
    projects = {name: settings.of_site(name) for name in settings.sites}
    health = Health(settings, stores, models)

    health_page.add_health(app, health, stores, broker, projects, models)

    @app.get("/metrics")
    def metrics() -> Response:
        text = exposition(stores, broker, projects, models, health)
        return Response(text, content_type=CONTENT_TYPE)

    @app.get("/webhooks/<site>")
    def webhook(site: str) -> Response:
        abort(405)  # a POST never comes here: `Door` takes it

    of_project = {key: stores[p.site] for key, p in settings.projects.items()}
    add_report_page(app, settings.report_access, of_project)
    _answer_errors(app)
    door = Door(app.wsgi_app, settings.sites, stores, of_no_site(settings.redis_url))
    app.wsgi_app = tidy_path(door)  # type: ignore[assignment,method-assign]
    return app


def _answer_errors(app: Flask) -> None:
    """Answer each error with one line of text."""

    @app.errorhandler(RequestEntityTooLarge)
    def too_large(_: RequestEntityTooLarge) -> Response:
        return _answer(413, f"the body is larger than {MAX_BODY // 1024 // 1024} MB")

    @app.errorhandler(StoreDown)
    def down(error: StoreDown) -> Response:
        log.error("%s", error)
        answer = _answer(503, "Redis is down: try again")
        answer.headers["Retry-After"] = "30"
        return answer

    @app.errorhandler(HTTPException)
    def other(error: HTTPException) -> Response:
        return _answer(error.code or 500, error.name.lower())

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        log.exception("a request failed: %s", error)
        return _answer(500, "an error in Sluice: see its log")


def _answer(status: int, text: str) -> Response:
    return Response(f"{text}\n", status, mimetype="text/plain")
