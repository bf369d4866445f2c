"""Say whether a site is served: its webhook, triages, passes, sign-in, books, models, reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.vocabulary.plural import many
from worker.rulebooks.status import ProjectStatus
from worker.running.health.line import Line, at, lasts
from worker.running.health.webhook_seen import webhook_line
from worker.settings.settings import Project
from worker.store.work_queue import Store

HANGS = timedelta(minutes=1)
"""An event that waits so long while no task ends is told."""

BEHIND = timedelta(minutes=10)
"""An event that waits so long is told in any case, unless the site pauses."""

LATE_FULL = timedelta(hours=26)
"""A full pass comes once a day. One that is older is told."""

LATE_PASSES = 3
"""After so many passes that did not come, their lack is told."""

NO_DECISION = timedelta(days=1)
"""Triages that only leave issues alone for so long are told."""

LATE_REPORT = timedelta(days=8)
"""A weekly report that is older is told."""

FINAL = ("bug", "layout")
"""The kinds of dead letters that wait for a person. The others are tried again."""


@dataclass(frozen=True)
class SiteFacts:
    """What the lines of a site are made of. `minutes` is the time between two passes."""

    name: str
    store: Store
    projects: Mapping[str, Project]
    books: Mapping[str, ProjectStatus]
    minutes: int
    now: datetime


def site_lines(facts: SiteFacts) -> list[Line]:
    """Return the lines of a site. Raises StoreDown."""
    makers: tuple[Callable[[SiteFacts], Line], ...] = (
        _jira,
        lambda facts: webhook_line(facts.store, facts.name, facts.now),
        _queue,
        _triages,
        _passes,
        _letters,
        _books,
        _reports,
    )
    return [make(facts) for make in makers]


def _jira(facts: SiteFacts) -> Line:
    paused = facts.store.pauses.current()
    if paused:
        return Line("jira", False, f"{facts.name} pauses since {paused.since}: {paused.reason}")
    return Line("jira", True, "takes the account's sign-in, as far as is known")


def _queue(facts: SiteFacts) -> Line:
    """Say how long the oldest event waits: a worker may live whose pool hangs."""
    oldest, count = facts.store.oldest_pending(), facts.store.pending_count()
    if oldest is None:
        return Line("queue", True, "no event waits")
    waits, last = facts.now - oldest, facts.store.tally.times()
    ended = max((last[name] for name in ("triage", "put_off") if name in last), default=None)
    said = f"the oldest event waits since {at(oldest)}, {many(count, 'issue')} in all"
    if waits < HANGS or facts.store.pauses.current() or facts.store.held():
        return Line("queue", True, said)
    if ended is None or facts.now - ended > HANGS:
        said += (
            f"; no task ended since {at(ended)}" if ended else "; no task has ever ended"
        ) + ": if a worker is alive, it hangs. Restart `sluice worker`"
        return Line("queue", False, said)
    if waits < BEHIND:
        return Line("queue", True, said)
    return Line("queue", False, f"{said}: add workers, or look at the log for what is tried again")


def _triages(facts: SiteFacts) -> Line:
    last = facts.store.tally.times()
    triage, decision = last.get("triage"), last.get("decision")
    if triage and decision and triage - decision > NO_DECISION:
        said = (
            f"no triage ended in a decision since {at(decision)}: all issues were left alone. "
            "`sluice explain KEY` says why"
        )
        return Line("triages", False, said)
    return Line("triages", True, f"the last one ended at {at(triage)}" if triage else "none yet")


def _passes(facts: SiteFacts) -> Line:
    """Say how long ago each project was read as a whole, and which was not."""
    marks = {key: facts.store.passes.short(key) for key in facts.projects}
    full = {key: facts.store.passes.full(key) for key in facts.projects}
    most = timedelta(minutes=facts.minutes * LATE_PASSES)
    for kind, times, limit in (("pass", marks, most), ("full pass", full, LATE_FULL)):
        late = [
            f"{key} since {at(time)}"
            for key, time in sorted(times.items())
            if time and facts.now - time > limit
        ]
        if late:
            said = f"no {kind} has read {', '.join(late)}: `sluice reconcile` says why"
            return Line("passes", False, said)
    return Line("passes", True, _read_up_to(marks.values(), full.values()))


def _read_up_to(marks: Iterable[datetime | None], full: Iterable[datetime | None]) -> str:
    oldest = min((time for time in marks if time), default=None)
    whole = min((time for time in full if time), default=None)
    if oldest is None:
        return "none yet"
    return f"all was read up to {at(oldest)}, the last full pass was at {at(whole)}"


def _letters(facts: SiteFacts) -> Line:
    dead = facts.store.dead()
    stay = [one for one in dead if one.kind in FINAL]
    if stay:
        said = (
            f"{many(len(stay), 'issue')} can't be triaged until a person helps, the first since "
            f"{stay[0].at}: {stay[0].reason[:160]}. `sluice dead list` names all"
        )
        return Line("dead letters", False, said)
    return Line("dead letters", True, many(len(dead), "dead letter"))


def _books(facts: SiteFacts) -> Line:
    wrong = [*_wrong_books(facts.books)]
    return Line("books", not wrong, "; ".join(wrong) or "all files are good")


def _wrong_books(books: Mapping[str, ProjectStatus]) -> Iterator[str]:
    for key, project in sorted(books.items()):
        if project.bad:
            more = f" (and {len(project.wrong) - 1} more)" if len(project.wrong) > 1 else ""
            yield f"{key}: a rule file or a team's model is bad: {project.wrong[0]}{more}"
        if project.model_stopped:
            yield f"{key}: a new model of a team is stopped: `sluice model approve {key}`"
        if project.stopped:
            yield f"{key}: a new rulebook is rolled back: `sluice rules approve {key}`"
        yield from (f"{key}: {line}: `sluice rules status`" for line in project.differ)


def _reports(facts: SiteFacts) -> Line:
    late = []
    for key, project in sorted(facts.projects.items()):
        until = facts.store.reported(key) if project.report else None
        if until and facts.now - until > LATE_REPORT:
            late.append(f"{key} for {lasts(facts.now - until)}")
    if late:
        said = f"no weekly report was posted of {', '.join(late)}: `sluice report` says why"
        return Line("reports", False, said)
    return Line("reports", True, "none is late")
