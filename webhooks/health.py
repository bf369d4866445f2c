"""Answer `GET /health` and `GET /ready`: whether Sluice works, on all hosts, and if not, why."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask import Flask, Response, jsonify, request

from worker.rulebooks import status
from worker.running.health.overview import Health, Overview
from worker.store.broker import Broker
from worker.store.work_queue import Store
from worker.team_models.status import Models
from worker.triage.left_alone import waits


def add_health(
    app: Flask,
    health: Health,
    stores: Mapping[str, Store],
    broker: Broker,
    projects: Mapping[str, Collection[str]],
    models: Models,
) -> None:
    """Add both routes. Neither sends a request to Jira."""

    @app.get("/health")
    def live() -> Response:
        # Still status 200: a restart of this process would repair nothing.
        return jsonify(_answer(health.look(), stores, broker, projects, models))

    @app.get("/ready")
    def ready() -> Response:
        found = health.look()
        well = found.status == "ok" if "strict" in request.args else found.takes
        answer = jsonify(found.to_json())
        answer.status_code = 200 if well else 503
        return answer


def _answer(
    found: Overview,
    stores: Mapping[str, Store],
    broker: Broker,
    projects: Mapping[str, Collection[str]],
    models: Models,
) -> dict[str, object]:
    sites = {name: _site(store) for name, store in stores.items()}
    books = {
        name: status.as_json(status.of_site(store.ledger, projects[name], models))
        for name, store in stores.items()
    }
    old = {name: waits(n) for name, store in stores.items() if (n := _old(store))}
    told = {"backfill": old} if old else {}
    return {
        "status": found.status,
        "waiting": broker.waiting(),
        "sites": sites,
        "books": books,
        "processes": _processes(found),
        **told,
    }


def _processes(found: Overview) -> list[dict[str, object]]:
    """Return the living processes on all hosts."""
    alive = found.processes.alive if found.processes else ()
    return [
        {"role": one.role, "host": one.host, "pid": one.pid, "version": one.version}
        for one in alive
    ]


def _old(store: Store) -> int:
    """Return how many issues of a site wait for a backfill."""
    return sum(store.contact.waiting().values())


def _site(store: Store) -> dict[str, object]:
    paused = store.pauses.current()
    return {**store.health(), **({"paused": paused.to_json()} if paused else {})}
