"""Define the Flask routes: webhooks, health and metrics."""

from __future__ import annotations

import logging

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from webhooks import health as health_page
from webhooks.delivery import BadDelivery, BadSignature, Delivery
from webhooks.metrics import CONTENT_TYPE, exposition
from webhooks.paths import tidy_path
from webhooks.report_page import add_report_page
from worker.health.overview import Health
from worker.settings.load import load
from worker.settings.settings import Settings
from worker.store.broker import Broker
from worker.store.redis import StoreDown
from worker.store.work_queue import Store
from worker.tasks import configure, message, submit, this_process
from worker.team_models.status import Models

MAX_BODY = 25 * 1024 * 1024
"""Jira sends no webhook over 25 MB."""

log = logging.getLogger("sluice.web")


def create_app(settings: Settings | None = None) -> Flask:
    """Return the Flask app. Without settings it reads the environment and `sluice.yaml`."""
    settings = settings or load()
    configure(settings)
    app = Flask("sluice", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.wsgi_app = tidy_path(app.wsgi_app)  # type: ignore[assignment,method-assign]
    this_process().begin_work()
    stores = {name: _store(settings, name) for name in settings.sites}
    broker, models = Broker(settings.broker_url), Models(settings)
    projects = {name: settings.of_site(name) for name in settings.sites}
    health = Health(settings, stores, models)
    secrets = {name: site.secret for name, site in settings.sites.items()}

    @app.post("/webhooks/<site>")
    def webhook(site: str) -> Response:
        if site not in stores:
            return _answer(
                404, "no such site: end the address with the name of a site in sluice.yaml"
            )
        try:
            delivery = Delivery.from_http(request.headers, request.get_data(), secrets[site])
        except BadSignature:
            stores[site].deliveries.refuse()
            raise
        answer = _take(stores[site], site, delivery)
        log.debug("%s: a webhook: %s", site, answer, extra={"delivery": delivery.id})
        stores[site].tally.add(f"delivery_{_OUTCOMES[answer]}")
        return _answer(202, answer)

    health_page.add_health(app, health, stores, broker, projects, models)

    @app.get("/metrics")
    def metrics() -> Response:
        text = exposition(stores, broker, projects, models, health)
        return Response(text, content_type=CONTENT_TYPE)

    of_project = {key: stores[p.site] for key, p in settings.projects.items()}
    add_report_page(app, settings.report_access, of_project)
    _answer_errors(app)
    return app


def _store(settings: Settings, site: str) -> Store:
    """Return a site's store. In one Redis with the queue, it marks and queues in one step."""
    return Store(settings.redis_url, site, message(site) if settings.queue_in_store else "")


def _take(store: Store, site: str, delivery: Delivery) -> str:
    """Queue the issue of a webhook and return the text of the answer."""
    if not delivery.issue_ids:
        return NO_ISSUE
    issues, others = delivery.issue_ids[:1], delivery.issue_ids[1:]
    if delivery.gone:
        store.forget(delivery.issue_ids[0])
        issues = ()
    # A person may use the same account as Sluice: the issues that they create are triaged.
    own = "" if delivery.event == "jira:issue_created" else delivery.actor
    taken = [submit(store, site, issue, delivery.id, own) for issue in issues]
    # Each has a name of its own: the second issue of a delivery is no repeated delivery.
    taken += [submit(store, site, issue, f"{delivery.id}:{issue}", own) for issue in others]
    if delivery.gone and "queue" not in taken:
        return DELETED
    return _ANSWERS["queue" if "queue" in taken else taken[0]]


NO_ISSUE, DELETED = "ignored: the event is not about an issue", "ignored: the issue is deleted"

_ANSWERS = {
    "queue": "queued",
    "pending": "queued already",
    "duplicate": "ignored: this delivery came before",
    "own": "ignored: Sluice made this change itself",
}

_OUTCOMES = {**{text: name for name, text in _ANSWERS.items()}, NO_ISSUE: "other", DELETED: "gone"}
"""What became of a webhook, for its count, by the text of the answer."""


def _answer_errors(app: Flask) -> None:
    """Answer each error with one line of text."""

    @app.errorhandler(BadSignature)
    def unsigned(error: BadSignature) -> Response:
        return _answer(401, str(error))

    @app.errorhandler(BadDelivery)
    def malformed(error: BadDelivery) -> Response:
        return _answer(400, str(error))

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
