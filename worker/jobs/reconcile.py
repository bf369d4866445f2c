"""Reconcile: queue stale issues, and stop a new rulebook or model that would rewrite too many."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.client import JiraBusy, JiraRefused
from connector.layout.field_mapping import LayoutError
from rules.facts.issue import Issue
from rules.rulebook.file_format.quantile_bands import edges_of, settled
from rules.vocabulary.plural import many
from worker.failures import outage
from worker.jobs.left import Letters
from worker.jobs.stale import Staleness, missed, stale
from worker.jobs.weekly_report import postpone
from worker.process import Process
from worker.rulebooks.brake import Brake
from worker.settings.settings import Project
from worker.store.leases import Lease, LeaseLost
from worker.store.redis import StoreDown
from worker.store.work_queue import Store
from worker.triage.left_alone import waits
from worker.triage.site_triage import Cause, SiteTriage

FULL_EVERY = timedelta(hours=24)

MOST_RENAMED = 1_000
"""The most issues of a project that a pass queues only to note the model that judges now."""

MOST_PASSES = 3
"""The most passes in a row, if a team's model changes during a pass."""

PUT_OFF = "postponed"
"""What `reconcile_on_time` says of a pass that did not come to its end."""

EDGES_MOVED = "edges moved"
"""Stands for the digest of the last full pass, after it moved the edges of bands."""

Queue = Callable[[Store, str, str], None]
"""A function that queues an issue in any state: store, site, issue id."""

log = logging.getLogger("sluice")


@dataclass
class Pass:
    """The result of a reconcile: issues read, issues queued, errors.

    `refused` has Jira's message for each project that could not be read, `stopped` a line for each
    new rulebook or model that was stopped by the rewrite limit, `waiting` the number of issues that
    wait for a backfill, `missed` of those whose event never came in. `skipped` says which dead
    letters were left, and why.
    """

    read: int = 0
    waiting: int = 0
    missed: int = 0
    refused: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    skipped: str = ""
    queued_issues: set[str] = field(default_factory=set)

    @property
    def queued(self) -> int:
        """Return the number of issues that were queued."""
        return len(self.queued_issues)

    def queue(self, issues: Iterable[str], queue: Queue, store: Store) -> None:
        """Queue issues, each once."""
        for issue_id in issues:
            if issue_id not in self.queued_issues:
                queue(store, store.site, issue_id)
                self.queued_issues.add(issue_id)


def reconcile(runtime: Process, site: str, now: datetime, full: bool | None, queue: Queue) -> Pass:
    """Queue all stale issues; if not `full`, only of issues that changed since the last pass.

    None: all issues of the projects whose daily full pass is due. If Jira refuses a project
    (misspelt, or no right to browse it), the other projects are still read. What was read is noted
    by project, and not for a pass that read nothing because Jira answers our account nothing.
    """
    store, gate = runtime.store(site), runtime.site_triage(site)
    store.contact.begin(gate.projects, now)
    done, letters, quiet = Pass(), Letters(store.dead()), []
    full_ones: list[tuple[str, _Found, set[Cause]]] = []
    wish = store.screens.wants_all()  # what could not be written on some issues can be now
    full = True if wish else full
    led = {key: project for key, project in gate.projects.items() if not project.follows}
    for key, project in sorted(led.items()):
        all_of_it = _is_full(runtime, project, now) if full is None else full
        mark = store.passes.short(key)
        since = None if all_of_it else mark
        found, before = _Found(mark), done.read
        whole = _read(gate, store, key, (since, now), done, found, letters)
        stopped = _stop(runtime, project, found, done)
        _brake_first_writes(project, found, done)
        done.missed += len(found.missed - store.lost.waiting(found.missed))
        done.queue(found.to_queue(stopped), queue, store)
        if not whole:
            continue
        if done.read == before:
            quiet.append(key)
        else:
            store.passes.note_short(key, now)
        if since is None:
            full_ones.append((key, found, stopped))
    if led and not done.read and (trouble := gate.site.trouble(gate.projects)):
        raise trouble
    outage.answered(store)
    if wish and not done.refused:
        store.screens.all_read(wish)
    for key in quiet:
        store.passes.note_short(key, now)
    for key, found, stopped in full_ones:
        _note_waiting(store, key, found, done)
        _note_full_pass(runtime, gate.projects[key], found, stopped)
        store.passes.note_full(key, now)
    done.queue([*letters.again(done.queued_issues)], queue, store)
    done.skipped = letters.skipped()
    store.passes.note_missed(done.missed)
    store.tally.add(*["missed"] * done.missed)
    return done


def _read(
    gate: SiteTriage,
    store: Store,
    key: str,
    span: tuple[datetime | None, datetime],
    done: Pass,
    found: _Found,
    letters: Letters,
) -> bool:
    """Read a project's issues into `found`. Return whether Jira showed all of them."""
    since, now = span
    try:
        for issue, staleness, causes in stale(gate, key, now, since):
            done.read += 1
            found.scores += _open_score(issue)
            if letters.found(issue.id):
                found.add(issue, "stale", frozenset())
            elif not letters.stays(issue.id):
                found.add(issue, staleness, causes)
                if staleness == "stale" and not causes and missed(issue, found.mark, now):
                    found.missed.add(issue.id)
    except JiraRefused as error:
        refused = outage.whose(gate.site, gate.projects, store, error)
        if isinstance(refused, JiraBusy):
            raise refused from None
        done.refused.append(f"{key}: {error}")
        return False
    return True


@dataclass
class _Found:
    """The stale issues of a project, with what on trial rewrites them, and the scores of all."""

    mark: datetime | None
    """The time up to which an earlier pass has read the site."""
    stale: dict[str, frozenset[Cause]] = field(default_factory=dict)
    renamed: list[str] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    first: dict[str, Issue] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    missed: set[str] = field(default_factory=set)

    def add(self, issue: Issue, staleness: Staleness, causes: frozenset[Cause]) -> None:
        if staleness == "stale":
            self.stale[issue.id] = causes
            if issue.record is None and self._is_old(issue):
                self.first[issue.id] = issue
        elif staleness == "renamed":
            self.renamed.append(issue.id)
        elif staleness == "waiting":
            self.waiting.add(issue.id)

    def _is_old(self, issue: Issue) -> bool:
        """Return whether an earlier pass could have read the issue. All are old at the first."""
        created = issue.fields.get("created")
        return self.mark is None or (isinstance(created, datetime) and created < self.mark)

    def of(self, brake: Brake) -> list[str]:
        """Return the issues that count for what is on trial."""
        first = self.first.values() if brake.what == "rulebook" else ()
        return [
            *(issue_id for issue_id, causes in self.stale.items() if brake.what in causes),
            *(issue.id for issue in first if brake.counts(issue)),
        ]

    def to_queue(self, stopped: Collection[Cause]) -> list[str]:
        """Return the issues to triage, without those that only what was stopped would rewrite."""
        kept = [
            one
            for one, causes in self.stale.items()
            if not causes.intersection(stopped) and one not in self.waiting
        ]
        return kept if "model" in stopped else [*kept, *self.renamed[:MOST_RENAMED]]


def _stop(runtime: Process, project: Project, found: _Found, done: Pass) -> set[Cause]:
    """Stop what is on trial and would rewrite too many issues. Return what was stopped."""
    stopped = set[Cause]()
    for brake in runtime.brakes(project):
        would = brake.would(found.of(brake))
        if would > project.rewrite_cap:
            done.stopped.append(brake.stop(would))
            runtime.rulebooks.hurry()
            stopped.add(brake.what)
    return stopped


def _brake_first_writes(project: Project, found: _Found, done: Pass) -> None:
    """Let old issues without a decision wait if they are more than the limit of a pass."""
    if len(found.first) > project.rewrite_cap:
        found.waiting |= found.first.keys()
        done.stopped.append(
            f"{project.key}: {many(len(found.first), 'old issue')} would be written for the first "
            f"time, and `rewrite_cap` is {project.rewrite_cap}. To write them: `sluice backfill`"
        )


def _note_waiting(store: Store, project: str, found: _Found, done: Pass) -> None:
    """Store how many issues of a project wait for a backfill."""
    store.contact.set_waiting(project, len(found.waiting))
    done.waiting += len(found.waiting)


def _note_full_pass(
    runtime: Process, project: Project, found: _Found, stopped: Collection[Cause]
) -> None:
    """Note what judged all issues. Moved edges, or issues left for the next pass: not all."""
    moved = _move_edges(runtime, project, found.scores, runtime.store(project.site))
    for brake in runtime.brakes(project):
        if brake.what == "rulebook":
            brake.set_swept(EDGES_MOVED if moved else None)
        elif not stopped and len(found.renamed) <= MOST_RENAMED:
            brake.set_swept()


def _open_score(issue: Issue) -> list[float]:
    """Return the score that Sluice wrote, if the issue is not done."""
    done = str(issue.fields.get("statuscategory") or "").lower() == "done"
    score = issue.record.wrote.score if issue.record and not done else None
    return [] if score is None else [score]


def _move_edges(runtime: Process, project: Project, scores: list[float], store: Store) -> bool:
    """Set the bands by the scores of open issues, if the rulebook says so; return if they moved.

    Then the next pass is a full one: priorities of issues that nobody touched may change.
    """
    found = edges_of(scores, project.book.shares)
    before = store.ledger.edges(project.key)
    edges = settled(before, found)
    if not found or edges == before:
        return False
    store.ledger.set_edges(project.key, edges)
    runtime.rulebooks.hurry()
    return True


def reconcile_on_time(runtime: Process, site: str, now: datetime, queue: Queue) -> str:
    """Run the scheduled pass, unless another one runs or Jira asked for a pause."""
    store = runtime.store(site)
    with store.leases.held("reconcile") as lease:
        if not lease or store.held():
            return PUT_OFF
        try:
            done = _passes(runtime, site, now, _while_held(lease, queue))
        except LeaseLost:
            log.warning("reconciling %s: another process took over, and queues the rest", site)
            return PUT_OFF
        except (JiraBusy, LayoutError, JiraRefused, StoreDown) as error:
            opened = runtime.site_if_open(site)
            asked = opened.site if opened else None
            postpone(store, f"reconciling {site}", outage.whose(asked, (), store, error))
            return PUT_OFF
    for line in (*done.refused, *done.stopped):
        log.error("reconciling %s: %s", site, line)
    log.info("reconciled %s: %d read, %d queued", site, done.read, done.queued)
    if done.waiting:
        log.info("%s: %s", site, waits(done.waiting))
    if done.skipped:
        log.info("reconciling %s: %s", site, done.skipped)
    return f"{done.queued} of {done.read} queued"


def _while_held(lease: Lease, queue: Queue) -> Queue:
    """Return a function that queues issues until another process took over the pass."""

    def queue_if_held(store: Store, site: str, issue_id: str) -> None:
        if lease.lost:
            raise LeaseLost
        queue(store, site, issue_id)

    return queue_if_held


def _passes(runtime: Process, site: str, now: datetime, queue: Queue) -> Pass:
    """Run a pass, and another one if a team's model changed meanwhile: no board stays mixed."""
    runtime.rulebooks.hurry()
    before = _models(runtime, site)
    done = reconcile(runtime, site, now, None, queue)
    for _ in range(MOST_PASSES - 1):
        runtime.rulebooks.hurry()
        after = _models(runtime, site)
        if after == before:
            break
        before = after
        again = reconcile(runtime, site, now, True, queue)
        done.read += again.read
        done.queued_issues |= again.queued_issues
        done.stopped += again.stopped
    return done


def _is_full(runtime: Process, project: Project, now: datetime) -> bool:
    """Return whether to read all issues: once a day, and after a rulebook or model changed."""
    last = runtime.store(project.site).passes.full(project.key)
    if last is None or now.date() != last.date() or now - last > FULL_EVERY:
        return True
    return any(brake.swept() != brake.digest for brake in runtime.brakes(project))


def _models(runtime: Process, site: str) -> dict[str, str]:
    """Return the digest of the team's model that judges each project."""
    projects = runtime.site_triage(site).projects.values()
    return {p.key: b.digest for p in projects for b in runtime.brakes(p) if b.what == "model"}
