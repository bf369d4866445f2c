"""Answer `GET /metrics` with the numbers on work and rulebooks in Redis, for Prometheus.

The only door to `prometheus_client`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from rules.problem import Problem
from webhooks import measures
from webhooks.measures import Measure
from worker.rulebooks import status
from worker.running.health.overview import Health
from worker.store.broker import Broker
from worker.store.work_queue import Store
from worker.team_models.status import Models, ModelStatus

CONTENT_TYPE = CONTENT_TYPE_LATEST

Samples = Iterable[tuple[tuple[str, ...], float]]


def exposition(
    stores: Mapping[str, Store],
    broker: Broker,
    projects: Mapping[str, Collection[str]],
    models: Models | None = None,
    health: Health | None = None,
) -> bytes:
    """Return all metrics in the text format of Prometheus. Raises StoreDown.

    `projects` has the projects of each site.
    """
    registry = CollectorRegistry()
    registry.register(_Snapshot(stores, broker, projects, models, health))
    return generate_latest(registry)


class _Snapshot(Collector):
    """The metrics, read from Redis at each scrape: all processes share them."""

    def __init__(
        self,
        stores: Mapping[str, Store],
        broker: Broker,
        projects: Mapping[str, Collection[str]],
        models: Models | None,
        health: Health | None = None,
    ) -> None:
        self.stores, self.broker, self.projects = stores, broker, projects
        self.models, self.health = models, health

    def describe(self) -> list[Metric]:
        """Return nothing: the metrics are read at a scrape only."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics of the work, then those of the rulebooks."""
        about = "Tasks queued or running"
        yield GaugeMetricFamily("sluice_tasks_waiting", about, self.broker.waiting())
        counts = {site: store.health() for site, store in self.stores.items()}
        dead = [((site,), found["dead_letters"]) for site, found in counts.items()]
        yield _gauge("sluice_dead_letters", "Issues that could not be triaged", ["site"], dead)
        about = "1 while a site pauses: Jira answers our account nothing, or is in trouble"
        paused = [
            ((site,), float(store.pauses.current() is not None))
            for site, store in self.stores.items()
        ]
        yield _gauge("sluice_site_paused", about, ["site"], paused)
        about = "Triages by outcome"
        yield _counter("sluice_triages", about, "outcome", _named(counts, "triage_"))
        about = "Values of people that a triage kept"
        yield _counter("sluice_kept_values", about, "field", _named(counts, "kept_"))
        yield from (_family(one) for one in measures.of_work(self.stores))
        yield from (_family(one) for one in measures.of_waiting(self.stores, self.projects))
        yield self._latency()
        if self.health:
            yield from (_family(one) for one in measures.of_overview(self.health.look()))
        yield from self._books()

    def _latency(self) -> Metric:
        name, about = "sluice_event_to_write_seconds", "Seconds from an event to its write"
        family = HistogramMetricFamily(name, about, labels=["site"])
        for site, store in self.stores.items():
            waits = store.latency.read()
            steps = [(str(float(end)), float(count)) for end, count in waits.steps.items()]
            family.add_metric([site], [*steps, ("+Inf", waits.count)], waits.seconds)
        return family

    def _status(self, site: str, store: Store) -> dict[str, status.ProjectStatus]:
        return status.of_site(store.ledger, self.projects[site], self.models)

    def _books(self) -> Iterator[Metric]:
        found = [
            ((site, key), project)
            for site, store in self.stores.items()
            for key, project in status.of_site(
                store.ledger, self.projects[site], self.models
            ).items()
        ]
        books = [(who, project.book) for who, project in found]
        trials = [(who, project.trial) for who, project in found if project.trial]
        whose = ["site", "project"]
        judging = [((*who, book.book, book.digest), 1.0) for who, book in books]
        about = "The active rulebook of a project"
        yield _gauge("sluice_rulebook", about, [*whose, "book", "digest"], judging)
        about = "Problems of a rule file or a team's model; the last good one is active"
        wrong = [((*who, *_labels(one)), 1.0) for who, project in found for one in project.wrong]
        yield _gauge("sluice_rule_file_bad", about, [*whose, "file", "line", "reason"], wrong)
        about = "Issues that a rolled back rulebook would rewrite; it waits for approval"
        stopped = [(who, trial.stopped) for who, trial in trials if trial.stopped is not None]
        yield _gauge("sluice_rulebook_stopped", about, whose, stopped)
        about = "Issues that a new rulebook has rewritten in its first hour"
        rewritten = [(who, trial.rewritten) for who, trial in trials]
        yield _gauge("sluice_rulebook_rewritten", about, whose, rewritten)
        about = "Decisions of 30 days by the live verdict and the verdict in shadow"
        shadows = [
            ((*who, one.digest, one.verdict, one.shadow), one.count)
            for who, project in found
            for one in project.shadows
        ]
        yield _gauge("sluice_shadow", about, [*whose, "digest", "verdict", "shadow"], shadows)
        yield from _team_models([(who, p.team_model) for who, p in found if p.team_model])


def _team_models(found: Sequence[tuple[tuple[str, str], ModelStatus]]) -> Iterator[Metric]:
    whose = ["site", "project"]
    about = "The model of a project's team that is in use"
    in_use = [((*who, one.name, one.in_use), 1.0) for who, one in found]
    yield _gauge("sluice_team_model", about, [*whose, "file", "digest"], in_use)
    trials = [(who, one.trial) for who, one in found if one.trial]
    about = "Issues that a stopped model of a team would rewrite; it waits for approval"
    stopped = [(who, trial.stopped) for who, trial in trials if trial.stopped is not None]
    yield _gauge("sluice_team_model_stopped", about, whose, stopped)
    about = "Issues that a new model of a team has rewritten in its first hour"
    rewritten = [(who, trial.rewritten) for who, trial in trials]
    yield _gauge("sluice_team_model_rewritten", about, whose, rewritten)


def _labels(problem: Problem) -> tuple[str, str, str]:
    """Return the labels file, line and reason; the reason begins with the rule."""
    reason = f"rule {problem.rule}: {problem.message}" if problem.rule else problem.message
    return problem.file, str(problem.line), reason


def _named(counts: Mapping[str, Mapping[str, int]], prefix: str) -> Samples:
    return [
        ((site, name.removeprefix(prefix)), count)
        for site, found in counts.items()
        for name, count in found.items()
        if name.startswith(prefix)
    ]


def _family(measure: Measure) -> Metric:
    made = GaugeMetricFamily if measure.kind == "gauge" else CounterMetricFamily
    return _filled(made(measure.name, measure.about, labels=measure.labels), measure.rows)


def _gauge(name: str, about: str, labels: list[str], samples: Samples) -> Metric:
    return _filled(GaugeMetricFamily(name, about, labels=labels), samples)


def _counter(name: str, about: str, label: str, samples: Samples) -> Metric:
    return _filled(CounterMetricFamily(name, about, labels=["site", label]), samples)


def _filled(family: Any, samples: Samples) -> Metric:
    for labels, value in samples:
        # YAML can hold half of a character, which can't be sent.
        family.add_metric([one.encode("utf-8", "replace").decode() for one in labels], value)
    return family  # type: ignore[no-any-return]
