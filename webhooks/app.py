"""Define the Flask routes: webhooks, health and metrics."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from webhooks.delivery import BadDelivery, BadSignature, Delivery
from webhooks.metrics import CONTENT_TYPE, exposition
from webhooks.paths import tidy_path
from webhooks.report_page import add_report_page
from worker.left_alone import waits
from worker.rulebooks import status
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
        return _answer(202, _take(stores[site], site, delivery))

    @app.get("/health")
    def health() -> Response:
        return jsonify(_health(stores, broker, projects, models))

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(exposition(stores, broker, projects, models), content_type=CONTENT_TYPE)

    of_project = {key: stores[p.site] for key, p in settings.projects.items()}
    add_report_page(app, settings.report_access, of_project)
    _answer_errors(app)
    return app


def _store(settings: Settings, site: str) -> Store:
    """Return a site's store. In one Redis with the queue, it marks and queues in one step."""
    return Store(settings.redis_url, site, message(site) if settings.queue_in_store else "")


def _health(
    stores: Mapping[str, Store],
    broker: Broker,
    projects: Mapping[str, Collection[str]],
    models: Models,
) -> dict[str, object]:
    found = {name: _site_health(store) for name, store in stores.items()}
    paused = {name: p for name, store in stores.items() if (p := store.pauses.current())}
    books = {
        name: status.of_site(store.ledger, projects[name], models) for name, store in stores.items()
    }
    every = [project for of_site in books.values() for project in of_site.values()]
    # Still status 200: the last good rulebook is active, and a restart would repair nothing.
    state = "ok"
    if any(project.stopped for project in every):
        state = "a new rulebook is rolled back"
    if any(project.model_stopped for project in every):
        state = "a new model of a team is stopped"
    if any(project.bad for project in every):
        state = "a rule file or a team's model is bad"
    if paused:
        state = "; ".join(
            f"{name} pauses since {p.since}: {p.reason}" for name, p in paused.items()
        )
    shown = {name: status.as_json(of_site) for name, of_site in books.items()}
    told = {name: waits(n) for name, store in stores.items() if (n := _old(store))}
    return {"status": state, "waiting": broker.waiting(), "sites": found, "books": shown} | (
        {"backfill": told} if told else {}
    )


def _old(store: Store) -> int:
    """Return how many issues of a site wait for a backfill."""
    return sum(store.contact.waiting().values())


def _site_health(store: Store) -> dict[str, object]:
    paused = store.pauses.current()
    return {**store.health(), **({"paused": paused.to_json()} if paused else {})}


def _take(store: Store, site: str, delivery: Delivery) -> str:
    """Queue the issue of a webhook and return the text of the answer."""
    if not delivery.issue_ids:
        return "ignored: the event is not about an issue"
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
        return "ignored: the issue is deleted"
    return _ANSWERS["queue" if "queue" in taken else taken[0]]


_ANSWERS = {
    "queue": "queued",
    "pending": "queued already",
    "duplicate": "ignored: this delivery came before",
    "own": "ignored: Sluice made this change itself",
}


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
