"""Read what `/metrics` says of the work: deliveries, calls, retries, processes, checks, ages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from worker.running.health.overview import Overview
from worker.store.work_queue import Store

MOST_RULES = 300
"""The rules of a site that have a series of their own: those that fired most often."""

Row = tuple[tuple[str, ...], float]


@dataclass(frozen=True)
class Measure:
    """A metric without the library: its name, what it says, its labels and its rows."""

    kind: Literal["gauge", "counter"]
    name: str
    about: str
    labels: tuple[str, ...]
    rows: Sequence[Row]


def of_overview(found: Overview) -> Iterator[Measure]:
    """Yield what is well, and the processes that live."""
    checks = [((site, line.check), float(line.ok)) for site, line in found.all()]
    about = "1 if a check of /ready is as it should be; site is empty for Sluice as a whole"
    yield Measure("gauge", "sluice_check_ok", about, ("site", "check"), checks)
    about = "1 if Redis takes writes"
    writable = [((), float(all(line.ok for line in found.lines if line.check == "redis")))]
    yield Measure("gauge", "sluice_redis_writable", about, (), writable)
    if found.processes is None:
        return
    now, alive = found.processes.now, found.processes.alive
    ages: dict[tuple[str, ...], float] = {}
    numbers = dict.fromkeys(("web", "worker", "beat"), 0)
    for one in alive:
        age, place = (now - one.seen).total_seconds(), (one.role, one.host)
        ages[place] = min(age, ages.get(place, age))
        numbers[one.role] = numbers.get(one.role, 0) + 1
    about = "Processes that are alive, on all hosts"
    rows: list[Row] = [((role,), float(number)) for role, number in numbers.items()]
    yield Measure("gauge", "sluice_processes", about, ("role",), rows)
    about = "Seconds since the last heartbeat of a role on a host"
    rows = list(ages.items())
    yield Measure("gauge", "sluice_heartbeat_age_seconds", about, ("role", "host"), rows)


def of_work(stores: Mapping[str, Store]) -> Iterator[Measure]:
    """Yield what the processes counted, and when things happened last."""
    tallies = {site: store.tally.counts() for site, store in stores.items()}
    about = "Webhooks taken, by what became of them"
    rows = _split(tallies, "delivery_")
    yield Measure("counter", "sluice_deliveries", about, ("site", "outcome"), rows)
    about = "Webhooks refused, by reason; site is empty if sluice.yaml does not name theirs"
    rows = _refused(stores)
    yield Measure("counter", "sluice_webhooks_refused", about, ("site", "reason"), rows)
    about = "Calls to Jira by HTTP status (none: no answer) and reason"
    rows = _split(tallies, "jira_", "_")
    yield Measure("counter", "sluice_jira_calls", about, ("site", "status", "reason"), rows)
    about = "Triages that were put off, by what has to wait: issue, site, endpoint, or a limit"
    rows = _split(tallies, "retry_")
    yield Measure("counter", "sluice_retries", about, ("site", "scope"), rows)
    about = "Dead letters that were written, by kind"
    rows = _split(tallies, "buried_")
    yield Measure("counter", "sluice_dead_letters_written", about, ("site", "reason"), rows)
    about = "Issues that passes found whose event never came in"
    rows = [((site,), float(found.get("missed", 0))) for site, found in tallies.items()]
    yield Measure("counter", "sluice_missed_events", about, ("site",), rows)
    about = f"Firings of rules; of a site, the {MOST_RULES} that fired most"
    most = {site: _most(found) for site, found in tallies.items()}
    rows = _split(most, "fired_", ":")
    yield Measure("counter", "sluice_rule_firings", about, ("site", "project", "rule"), rows)
    yield from _times(stores)


def of_waiting(
    stores: Mapping[str, Store], projects: Mapping[str, Collection[str]]
) -> Iterator[Measure]:
    """Yield how long events wait, and when passes read each project as a whole."""
    now = datetime.now(UTC)
    oldest = {site: store.oldest_pending() for site, store in stores.items()}
    about = "Seconds since the event that waits longest for its triage; 0 if none waits"
    rows: list[Row] = [
        ((site,), max((now - time).total_seconds(), 0) if time else 0.0)
        for site, time in oldest.items()
    ]
    yield Measure("gauge", "sluice_queue_age_seconds", about, ("site",), rows)
    about = "Issues that wait for their triage, or are in one"
    rows = [((site,), float(store.pending_count())) for site, store in stores.items()]
    yield Measure("gauge", "sluice_pending", about, ("site",), rows)
    about = "When the last short or full pass began that read all of a project"
    found = [
        ((site, project, kind), time)
        for site, store in stores.items()
        for project in projects[site]
        for kind, read in (("short", store.passes.short), ("full", store.passes.full))
        if (time := read(project))
    ]
    name, labels = "sluice_last_pass_timestamp_seconds", ("site", "project", "kind")
    yield Measure("gauge", name, about, labels, [(who, time.timestamp()) for who, time in found])


def _refused(stores: Mapping[str, Store]) -> list[Row]:
    found = {site: store.deliveries.seen().counts for site, store in stores.items()}
    for store in stores.values():
        found[""] = store.deliveries.to_no_site()
    return [
        ((site, reason.replace(" ", "_")), float(number))
        for site, counts in found.items()
        for reason, number in counts.items()
    ]


def _times(stores: Mapping[str, Store]) -> Iterator[Measure]:
    about = "When a webhook was taken, or a triage ended, as seconds since 1970"
    times: list[tuple[tuple[str, str], datetime]] = []
    for site, store in stores.items():
        if taken := store.deliveries.seen().taken:
            times.append(((site, "webhook"), taken))
        times += [((site, name), time) for name, time in store.tally.times().items()]
    rows: list[Row] = [(labels, time.timestamp()) for labels, time in times]
    name, labels = "sluice_last_event_timestamp_seconds", ("site", "event")
    yield Measure("gauge", name, about, labels, rows)


def _most(counts: Mapping[str, int]) -> dict[str, int]:
    fired = {name: count for name, count in counts.items() if name.startswith("fired_")}
    return dict(sorted(fired.items(), key=lambda one: (-one[1], one[0]))[:MOST_RULES])


def _split(tallies: Mapping[str, Mapping[str, int]], prefix: str, by: str = "") -> list[Row]:
    """Return the rows of the counters with a prefix; `by` parts their two labels."""
    rows: list[Row] = []
    for site, counts in tallies.items():
        for name, count in counts.items():
            if name.startswith(prefix):
                rest = name.removeprefix(prefix)
                rows.append(((site, *(rest.split(by, 1) if by else [rest])), float(count)))
    return rows
