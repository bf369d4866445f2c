"""The only door to Celery: thin tasks, what happens after an error, and the schedule.

The queue carries a site's name and an issue id, never a payload.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from celery import Celery
from celery.exceptions import CeleryError, Reject
from celery.signals import worker_process_shutdown
from kombu.exceptions import KombuError

from connector.layout import LayoutError
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

RECONCILE_LIMIT_S = 3_600
"""Hard, for what reads a whole site by pages."""

VISIBILITY_S = 180
"""After so long Redis gives the tasks of a worker that was killed to another one."""

MAX_WAIT_S = VISIBILITY_S / 2
"""A task that waits for longer than VISIBILITY_S would be given to a second worker meanwhile."""

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
        "report": {"task": "sluice.reports", "schedule": 300.0, "options": {"expires": 300.0}},
        **{
            f"reconcile-{site}": {
                "task": "sluice.reconcile",
                "schedule": settings.reconcile_minutes * 60.0,
                "args": (site,),
                # A worker that was away has one pass to make up for, not all that it missed.
                "options": {"expires": settings.reconcile_minutes * 60.0},
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
        except StoreDown:
            store.take_back(issue_id, delivery)
            raise
    return admission


def resubmit(store: Store, site: str, issue_id: str) -> None:
    """Queue an issue whatever its state, as `dead replay` and reconciling do."""
    store.requeue(issue_id)
    enqueue(site, issue_id)


def enqueue(site: str, issue_id: str, wait: float = 0.0, attempt: int = 1) -> None:
    """Queue a triage, to begin after `wait` seconds, 90 at most. Raises StoreDown.

    A longer pause of the site is kept all the same: its task finds the hold and waits again.
    """
    try:
        triage.apply_async((site, issue_id, attempt), countdown=min(wait, MAX_WAIT_S) or None)
    except (CeleryError, KombuError, OSError) as error:
        raise StoreDown(f"the queue does not answer: {error}") from error


@app.task(name="sluice.triage")  # type: ignore[untyped-decorator]
def triage(site: str, issue_id: str, attempt: int = 1) -> str:
    """Triage one issue, and decide what follows: nothing, another try, or a dead letter."""
    try:
        return _triage(_runtime.store(site), site, issue_id, attempt)
    except StoreDown as down:
        # Any other error of a task would take it off the queue for good.
        log.error("issue %s goes back to the queue: %s", issue_id, down)
        time.sleep(1.0)
        raise Reject(str(down), requeue=True) from None


def _triage(store: Store, site: str, issue_id: str, attempt: int) -> str:
    begun = store.begin(issue_id)
    if begun.events is None:
        store.ended(issue_id)
        return "nothing to do"
    if begun.tries > MAX_TRIES:
        reason = f"a worker died {MAX_TRIES} times while at it"
        return _bury(store, site, issue_id, begun.events, reason)
    if begun.hold_s:
        store.untried(issue_id)
        return _later(site, issue_id, begun.hold_s + backoff(1) / 2, attempt, "on hold")
    try:
        with store.lock(issue_id):
            outcome = _runtime.gate(site).triage(issue_id, datetime.now(timezone.utc))
    except Locked:
        # Perhaps by a worker that died: the lock outlives it, and its try must count.
        store.untried(issue_id)
        return _later(site, issue_id, 1.0, attempt, "locked")
    except StoreDown:
        raise
    except Exception as error:  # whatever it is, it must not cost the worker
        return _failed(store, site, issue_id, attempt, begun.events, error)
    if not store.done(issue_id, begun.events):
        enqueue(site, issue_id, COOL_DOWN_MS / 1000)
    log.info("%s %s: %s", site, outcome.issue.key, outcome.status)
    return outcome.status


def _failed(
    store: Store, site: str, issue_id: str, attempt: int, events: str, error: Exception
) -> str:
    """Another try where Jira is busy; else a dead letter, with a traceback where it is a fault."""
    if isinstance(error, JiraBusy):
        if attempt < MAX_ATTEMPTS:
            return _wait_for_jira(store, site, issue_id, attempt, error)
        reason = f"gave up after {attempt} tries: {error}"
        return _bury(store, site, issue_id, events, reason)
    if isinstance(error, JiraRefused | LayoutError):
        return _bury(store, site, issue_id, events, str(error))
    detail = "".join(traceback.format_exception(error))[-4000:]
    return _bury(store, site, issue_id, events, f"{type(error).__name__}: {error}", detail)


def _later(site: str, issue_id: str, wait: float, attempt: int, why: str) -> str:
    enqueue(site, issue_id, wait, attempt)
    return why


def _wait_for_jira(store: Store, site: str, issue_id: str, attempt: int, busy: JiraBusy) -> str:
    """Back off, all workers together where it is the site that asks for it."""
    wait = max(backoff(attempt), busy.wait or 0.0)
    if busy.scope == "site":
        store.hold(busy.wait or min(wait, 2.0))
    log.warning("issue %s: try %d in %.0f s: %s", issue_id, attempt + 1, wait, busy)
    store.ended(issue_id)
    return _later(site, issue_id, wait, attempt + 1, "busy")


def _bury(
    store: Store, site: str, issue_id: str, events: str, reason: str, detail: str = ""
) -> str:
    at = datetime.now(timezone.utc).isoformat(timespec="seconds")
    letter = DeadLetter(issue_id, " ".join(reason.split())[:1000], at, detail=detail)
    log.error("issue %s is a dead letter: %s", issue_id, reason)
    if not store.bury(letter, events):
        enqueue(site, issue_id, COOL_DOWN_MS / 1000)
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


# Off the queue as soon as they begin: what they leave undone, the next one does.
@app.task(name="sluice.reconcile", acks_late=False, time_limit=RECONCILE_LIMIT_S)  # type: ignore[untyped-decorator]
def reconcile(site: str) -> str:
    """The scheduled pass: what changed lately, and once a day everything."""
    now = datetime.now(timezone.utc)
    mark = _runtime.store(site).watermark()
    full = mark is None or now.date() != mark.date() or now - mark > FULL_EVERY
    try:
        done = reconcile_site(site, full)
    except (JiraBusy, JiraRefused, LayoutError, StoreDown) as error:
        log.warning("reconciling %s waits for the next time: %s", site, error)
        return "put off"
    log.info("reconciled %s: %d read, %d queued", site, done.read, done.queued)
    return f"{done.queued} of {done.read} queued"


@app.task(name="sluice.reports", acks_late=False, time_limit=RECONCILE_LIMIT_S)  # type: ignore[untyped-decorator]
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
        except (JiraBusy, JiraRefused, LayoutError) as error:
            log.warning("the report of %s waits: %s", key, error)
            continue
        store.set_reported(key, report.week)
    return posted


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]
def _close(**_: object) -> None:
    _runtime.close()
