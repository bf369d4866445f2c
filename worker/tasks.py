"""Define the tasks, their schedule and what follows an error.

The door to `celery` and `kombu`; only the loops of `worker.running.supervise` use them too. A task
carries the name of a site and an issue id, never a payload.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import UTC, datetime
from functools import partial

from celery import Celery, bootsteps
from celery.bin.celery import celery as command
from celery.exceptions import CeleryError, Reject
from celery.signals import worker_process_shutdown
from kombu.connection import Connection
from kombu.exceptions import KombuError

from connector.http.errors import backoff
from worker.failures import probe as probes
from worker.failures import stuck, tries
from worker.failures.attempt import Attempt
from worker.failures.sweep import Sweeper
from worker.jobs import reconcile as passes
from worker.jobs import weekly_report
from worker.jobs.retrain import retrain_on_time
from worker.link.address import for_celery
from worker.link.patience import limit_s
from worker.process import Process
from worker.running.health.logs import delivery_of
from worker.settings.settings import Settings
from worker.store.broker import QUEUE, template
from worker.store.redis import StoreDown
from worker.store.site.due import AGAIN_S, Due
from worker.store.work_queue import Store

TIME_LIMIT_S = 55
"""A hard limit: a soft one can't interrupt durable_rules, which is C."""

RECONCILE_LIMIT_S = weekly_report.CHORE_S

VISIBILITY_S = 180
"""After so many seconds, the tasks of a killed worker go to another worker."""

MAX_WAIT_S = VISIBILITY_S / 2
"""A task that waits longer than VISIBILITY_S would go to a second worker as well."""

FORMAT = 1
"""The format of a triage's message. A worker that knows only older ones leaves it in the queue.

It is a header: workers of versions that know no format take no notice of it.
"""

HEADERS: Mapping[str, int] = {"sluice_format": FORMAT}

log = logging.getLogger("sluice")

app = Celery("sluice", set_as_current=False)
app.conf.update(
    broker_connection_retry_on_startup=True,
    task_acks_late=True,
    task_acks_on_failure_or_timeout=False,
    task_default_queue=QUEUE,
    task_ignore_result=True,
    task_publish_retry=False,
    task_reject_on_worker_lost=True,
    task_time_limit=TIME_LIMIT_S,
    timezone="UTC",
    worker_consumer="worker.running.supervise.consumer:Consumer",
    worker_hijack_root_logger=False,
    worker_prefetch_multiplier=4,
    worker_send_task_events=False,
)


LOOK_S = 5.0
"""The time between two looks at the rule files while no events come."""


def configure(settings: Settings) -> Celery:
    """Set the broker and the schedule of Celery. Call this before anything else."""
    url, options, tls = for_celery(settings.broker_url)
    app.conf.broker_url, app.conf.broker_use_ssl = url, tls
    app.conf.sluice_redis_url = settings.redis_url
    app.conf.broker_transport_options = {
        "visibility_timeout": VISIBILITY_S,
        "socket_timeout": limit_s(),
        "socket_connect_timeout": min(limit_s(), 2),
        **options,
    }
    app.conf.beat_schedule = {
        "look": _every(LOOK_S, "sluice.look"),
        "probe": _every(probes.EVERY_S, "sluice.probe"),
        "report": _every(300.0, "sluice.reports"),
        "retrain": _every(3600.0, "sluice.retrain"),
        **{
            f"reconcile-{site}": _every(settings.reconcile_minutes * 60.0, "sluice.reconcile", site)
            for site in settings.sites
        },
    }
    _process.begin(settings)
    _process.begin_pass = begin_pass
    return app


def _every(seconds: float, task: str, *arguments: str) -> dict[str, object]:
    """Return an entry of the schedule. After a break, a worker runs one job, not all it missed."""
    return {
        "task": task,
        "schedule": seconds,
        "args": arguments,
        "options": {"expires": seconds},
    }


def celery(*arguments: str) -> int:
    """Run Celery's own command in this process; return its status, which `app.start` loses."""
    command.params[0].default = app  # what `celery --app` would say
    return int(command.main(args=list(arguments), standalone_mode=False) or 0)


_process = Process()


def this_process() -> Process:
    """Return the settings, stores and sites that this process holds open."""
    return _process


def submit(store: Store, site: str, issue_id: str, delivery: str = "", actor: str = "") -> str:
    """Mark an issue as pending and queue one task. Return whether the event was admitted.

    A pending issue is not queued twice. Raises StoreDown. If the task can't be queued, the mark is
    removed again.
    """
    admission, wait = store.admit(issue_id, delivery, actor)
    if admission == "queue" and (wait or not store.queues):
        try:
            enqueue(site, issue_id, wait)
        except StoreDown:
            store.take_back(issue_id, delivery)
            raise
    return admission


def resubmit(store: Store, site: str, issue_id: str) -> None:
    """Queue an issue in any state, for `dead replay` and reconciling."""
    if store.requeue(issue_id):
        enqueue(site, issue_id)


def enqueue(site: str, issue_id: str, wait: float = 0.0, attempt: int = 1) -> None:
    """Queue a triage that begins after `wait` seconds, at most 90. Raises StoreDown.

    During a longer pause of the site, the task finds the hold and waits again.
    """
    try:
        triage.apply_async(
            (site, issue_id, attempt), countdown=min(wait, MAX_WAIT_S) or None, headers=HEADERS
        )
    except (CeleryError, KombuError, OSError) as error:
        raise StoreDown(f"the queue does not answer: {error}") from error


def message(site: str) -> str:
    """Return the message of a triage for any issue, copied from one sent to a broker in memory."""
    broker = Connection("memory://")  # type: ignore[no-untyped-call]
    with broker as memory, memory.channel() as channel:
        producer = app.amqp.Producer(channel)
        triage.apply_async(("", "", 1), producer=producer, headers=HEADERS)
        return template(channel.basic_get(QUEUE, no_ack=True).serializable(), site)


def begin_pass(site: str) -> None:
    """Queue a pass over a site, which a worker begins at once. Without a queue, beat's comes."""
    try:
        reconcile.apply_async((site,))
    except (CeleryError, KombuError, OSError) as error:
        log.warning("%s: no pass begins now, the next one comes on time: %s", site, error)


@app.task(name="sluice.triage")  # type: ignore[untyped-decorator]
def triage(site: str, issue_id: str, attempt: int = 1) -> str:
    """Triage one issue. If it fails, retry it or make it a dead letter."""
    if int(triage.request.get("sluice_format") or 1) > FORMAT:
        log.warning("issue %s waits for a worker of a newer version of Sluice", issue_id)
        time.sleep(1.0)
        raise Reject("its message is of a newer format", requeue=True)
    try:
        return _triage(_process.store(site), site, issue_id, attempt)
    except StoreDown as down:
        # Celery would remove the task from the queue on any other error.
        log.error("issue %s goes back to the queue: %s", issue_id, down)
        time.sleep(1.0)
        raise Reject(str(down), requeue=True) from None


def _triage(store: Store, site: str, issue_id: str, attempt: int) -> str:
    token = uuid.uuid4().hex
    begun = tries.begin(store, issue_id, token)
    if begun.events is None:
        return "nothing to do"
    if begun.hold_s:
        enqueue(site, issue_id, begun.hold_s + backoff(1) / 4, attempt)
        return "on hold"
    if begun.locked:
        enqueue(site, issue_id, 1.0, attempt)
        return "locked"

    with delivery_of(begun.delivery):
        again = partial(enqueue, site, issue_id)
        return tries.run(Attempt(_process, store, site, issue_id, attempt, begun, token, again))


def _again_if_killed(name: str) -> AbstractContextManager[None]:
    """Let beat queue a job again soon, unless it comes to its end here."""
    job = app.conf.beat_schedule.get(name)
    return _due().again_if_killed(name, float(job["schedule"])) if job else nullcontext()


def _due() -> Due:
    return Due(_process.config().redis_url)


# Acknowledged at the start: the next run does what this one leaves undone.
@app.task(name="sluice.reconcile", acks_late=False, time_limit=RECONCILE_LIMIT_S)  # type: ignore[untyped-decorator]
def reconcile(site: str) -> str:
    """Run the scheduled pass: the recent changes, and once a day all issues."""
    name = f"reconcile-{site}"
    with _again_if_killed(name):
        said = passes.reconcile_on_time(_process, site, datetime.now(UTC), resubmit)
    if said == passes.PUT_OFF:
        with suppress(StoreDown):
            _after_pause(name, _process.store(site))
    return said


def _after_pause(name: str, store: Store) -> None:
    """Let a job that met a pause be due when it is over, not a whole period later."""
    job, left = app.conf.beat_schedule.get(name), store.held()
    if job and (left or store.pauses.current()):
        _due().soon(name, min(max(left, AGAIN_S), float(job["schedule"])))


@app.task(name="sluice.look")  # type: ignore[untyped-decorator]
def look() -> None:
    """Notice changed rule files while no events come."""
    try:
        _process.look()
    except StoreDown as down:
        log.warning("the rule files are looked at later: %s", down)


@app.task(name="sluice.probe")  # type: ignore[untyped-decorator]
def probe() -> None:
    """Ask each site whether it takes our account and has our webhook; tell what is stuck."""
    try:
        probes.probe_all(_process, datetime.now(UTC))
        stuck.tell_all(_process, datetime.now(UTC))
    except StoreDown as down:
        log.warning("the sites are asked later: %s", down)


@app.task(name="sluice.reports", acks_late=False, time_limit=RECONCILE_LIMIT_S)  # type: ignore[untyped-decorator]
def reports() -> Mapping[str, str]:
    """Post the capacity reports whose time has come."""
    with _again_if_killed("report"):
        return weekly_report.report_on_time(_process, datetime.now(UTC))


@app.task(name="sluice.retrain", acks_late=False, time_limit=RECONCILE_LIMIT_S)  # type: ignore[untyped-decorator]
def retrain() -> Mapping[str, str]:
    """Train the text models whose week is over."""
    with _again_if_killed("retrain"):
        return retrain_on_time(_process, datetime.now(UTC))


def reconcile_site(site: str, full: bool = True) -> passes.Pass:
    """Queue the stale issues now; if not `full`, only those changed since the last pass."""
    return passes.reconcile(_process, site, datetime.now(UTC), full, resubmit)


class _Sweep(bootsteps.StartStopStep):  # type: ignore[misc]
    """Sweep as long as this worker lives."""

    def start(self, _: object) -> None:
        self._sweeper = Sweeper([open_store(site) for site in _process.config().sites], enqueue)
        self._sweeper.start()

    def stop(self, _: object) -> None:
        self._sweeper.stop()

    terminate = stop


app.steps["worker"].add(_Sweep)


def open_store(site: str) -> Store:
    """Return a site's store. In one Redis with the queue, it marks and queues in one step."""
    settings = _process.config()
    return Store(settings.redis_url, site, message(site) if settings.queue_in_store else "")


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]
def _close(**_: object) -> None:
    _process.close()
