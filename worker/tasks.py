"""The only door to Celery: thin tasks, what happens after an error, and the schedule.

The queue carries a site's name and an issue id, never a payload.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from celery import Celery
from celery.exceptions import CeleryError
from celery.signals import worker_process_shutdown
from kombu.exceptions import KombuError

from connector.site import JiraBusy, JiraRefused, backoff
from worker.pipeline import Gate, due, open_gate
from worker.settings import Settings, load
from worker.store import COOL_DOWN_MS, DeadLetter, Locked, Store, StoreDown

MAX_ATTEMPTS = 8
"""With the back-off of `backoff`, about two and a half minutes until a dead letter."""

MAX_TRIES = 5
"""So often may a worker die at an issue before the issue is set aside."""

TIME_LIMIT_S = 50
"""Hard: a soft limit can't interrupt durable_rules, which is C. Below the lock's 60 s."""

VISIBILITY_S = 180
"""After so long Redis gives the tasks of a worker that was killed to another one."""

FULL_EVERY = timedelta(hours=24)

log = logging.getLogger("sluice")

app = Celery("sluice", set_as_current=False)
app.conf.update(
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": VISIBILITY_S,
        "socket_timeout": 10,
        "socket_connect_timeout": 2,
    },
    task_acks_late=True,
    task_acks_on_failure_or_timeout=False,
    task_default_queue="sluice",
    task_ignore_result=True,
    task_publish_retry=False,
    task_reject_on_worker_lost=True,
    task_time_limit=TIME_LIMIT_S,
    timezone="UTC",
    worker_hijack_root_logger=False,
    worker_prefetch_multiplier=4,
    worker_send_task_events=False,
)


def configure(settings: Settings) -> Celery:
    """Point Celery to the broker and fill its schedule; call it before anything else."""
    app.conf.broker_url = settings.redis_url
    app.conf.beat_schedule = {
        "report": {"task": "sluice.reports", "schedule": 300.0},
        **{
            f"reconcile-{site}": {
                "task": "sluice.reconcile",
                "schedule": settings.reconcile_minutes * 60.0,
                "args": (site,),
            }
            for site in settings.sites
        },
    }
    _runtime.settings = settings
    return app


@dataclass
class Runtime:
    """What a process needs of each site, opened when first asked for: after the fork."""

    settings: Settings | None = None
    _stores: dict[str, Store] = field(default_factory=dict)
    _gates: dict[str, Gate] = field(default_factory=dict)

    def config(self) -> Settings:
        """The settings; a process that nobody configured reads them itself."""
        if self.settings is None:
            configure(load())
        assert self.settings is not None
        return self.settings

    def store(self, site: str) -> Store:
        """The work in flight of a site."""
        if site not in self._stores:
            self._stores[site] = Store(self.config().redis_url, site)
        return self._stores[site]

    def gate(self, site: str) -> Gate:
        """The gate of a site; asks Jira who we are, so that our own events can be told."""
        if site not in self._gates:
            settings = self.config()
            gate = open_gate(settings.sites[site], settings.of_site(site))
            self.store(site).introduce(gate.site.me)
            self._gates[site] = gate
        return self._gates[site]

    def close(self) -> None:
        """Free all that was opened."""
        for gate in self._gates.values():
            gate.close()
        self._gates.clear()
        self._stores.clear()


_runtime = Runtime()


def runtime() -> Runtime:
    """This process's runtime."""
    return _runtime


def submit(store: Store, site: str, issue_id: str, delivery: str = "", actor: str = "") -> str:
    """Mark an issue as pending and queue one task; returns what became of the event.

    An issue that is pending already is not queued twice. Raises StoreDown, and takes the mark
    back, where the task could not be queued.
    """
    admission, wait = store.admit(issue_id, delivery, actor)
    if admission == "queue":
        try:
            enqueue(site, issue_id, wait)
        except (CeleryError, KombuError, OSError) as error:
            store.take_back(issue_id, delivery)
            raise StoreDown(f"the queue does not answer: {error}") from error
    return admission


def resubmit(store: Store, site: str, issue_id: str) -> None:
    """Queue an issue whatever its state, as `dead replay` and reconciling do."""
    store.requeue(issue_id)
    enqueue(site, issue_id)


def enqueue(site: str, issue_id: str, wait: float = 0.0, attempt: int = 1) -> None:
    """Queue a triage, to begin after `wait` seconds."""
    triage.apply_async((site, issue_id, attempt), countdown=wait or None)


@app.task(name="sluice.triage")  # type: ignore[untyped-decorator]
def triage(site: str, issue_id: str, attempt: int = 1) -> str:
    """Triage one issue, and decide what follows: nothing, another try, or a dead letter."""
    store = _runtime.store(site)
    begun = store.begin(issue_id)
    if begun.events is None:
        store.ended(issue_id)
        return "nothing to do"
    if begun.tries > MAX_TRIES:
        return _bury(store, issue_id, f"a worker died {MAX_TRIES} times while at it")
    if begun.hold_s:
        return _later(store, site, issue_id, begun.hold_s + backoff(1) / 2, attempt, "on hold")
    try:
        with store.lock(issue_id):
            outcome = _runtime.gate(site).triage(issue_id, datetime.now(timezone.utc))
    except Locked:
        return _later(store, site, issue_id, 1.0, attempt, "locked")
    except JiraBusy as busy:
        return _wait_for_jira(store, site, issue_id, attempt, busy)
    except JiraRefused as refused:
        return _bury(store, issue_id, str(refused))
    except StoreDown:
        raise
    except Exception as error:  # whatever else it is, it must not cost the worker
        detail = traceback.format_exc()[-4000:]
        return _bury(store, issue_id, f"{type(error).__name__}: {error}", detail)
    if not store.done(issue_id, begun.events):
        enqueue(site, issue_id, COOL_DOWN_MS / 1000)
    log.info("%s %s: %s", site, outcome.issue.key, outcome.status)
    return outcome.status


def _later(store: Store, site: str, issue_id: str, wait: float, attempt: int, why: str) -> str:
    store.ended(issue_id)
    enqueue(site, issue_id, wait, attempt)
    return why


def _wait_for_jira(store: Store, site: str, issue_id: str, attempt: int, busy: JiraBusy) -> str:
    """Back off, all workers together where it is the site that asks for it."""
    if attempt >= MAX_ATTEMPTS:
        return _bury(store, issue_id, f"gave up after {attempt} tries: {busy}")
    wait = max(backoff(attempt), busy.wait or 0.0)
    if busy.scope == "site":
        store.hold(busy.wait or min(wait, 2.0))
    log.warning("issue %s: try %d in %.0f s: %s", issue_id, attempt + 1, wait, busy)
    return _later(store, site, issue_id, wait, attempt + 1, "busy")


def _bury(store: Store, issue_id: str, reason: str, detail: str = "") -> str:
    at = datetime.now(timezone.utc).isoformat(timespec="seconds")
    store.bury(DeadLetter(issue_id, " ".join(reason.split())[:1000], at, detail=detail))
    log.error("issue %s is a dead letter: %s", issue_id, reason)
    return "dead"


@dataclass(frozen=True)
class Pass:
    """One reconciling: how many issues it read and how many of them were stale and queued."""

    read: int
    queued: int


def reconcile_site(
    site: str, full: bool = True, progress: Callable[[int, int], None] | None = None
) -> Pass:
    """Find what is stale and queue it. Not `full`: only what changed since the last pass."""
    store, gate = _runtime.store(site), _runtime.gate(site)
    began = datetime.now(timezone.utc)
    since = None if full else store.watermark()
    refused = {letter.issue_id for letter in store.dead() if "answered 4" in letter.reason}
    read = queued = 0
    for issue, stale in gate.stale(began, since):
        read += 1
        if stale and issue.id not in refused:
            resubmit(store, site, issue.id)
            queued += 1
        if progress:
            progress(read, queued)
    store.set_watermark(began)
    return Pass(read, queued)


@app.task(name="sluice.reconcile")  # type: ignore[untyped-decorator]
def reconcile(site: str) -> str:
    """The scheduled pass: what changed lately, and once a day everything."""
    now = datetime.now(timezone.utc)
    mark = _runtime.store(site).watermark()
    full = mark is None or now.date() != mark.date() or now - mark > FULL_EVERY
    try:
        done = reconcile_site(site, full)
    except (JiraBusy, JiraRefused) as error:
        log.warning("reconciling %s waits for the next time: %s", site, error)
        return "put off"
    log.info("reconciled %s: %d read, %d queued", site, done.read, done.queued)
    return f"{done.queued} of {done.read} queued"


@app.task(name="sluice.reports")  # type: ignore[untyped-decorator]
def reports() -> Mapping[str, str]:
    """Post the capacity reports whose time has come."""
    posted = {}
    now = datetime.now(timezone.utc)
    for key, project in _runtime.config().projects.items():
        store = _runtime.store(project.site)
        if project.report is None or not due(project.report, now, store.reported(key)):
            continue
        try:
            gate = _runtime.gate(project.site)
            report = gate.report(project, now.astimezone(ZoneInfo(project.report.timezone)))
            posted[key] = gate.post(project, report)
        except (JiraBusy, JiraRefused) as error:
            log.warning("the report of %s waits: %s", key, error)
            continue
        store.set_reported(key, report.week)
    return posted


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]
def _close(**_: object) -> None:
    _runtime.close()
