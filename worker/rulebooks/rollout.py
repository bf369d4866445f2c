"""Decide which rulebook is active: a new one has a trial of an hour with a rewrite limit.

Redis keeps the text of the book that judges, and all hosts judge by it. A host's file is an offer
(`sources`). If the new one reaches the limit, Sluice rolls back to the previous one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from rules.rulebook.load import parse_book
from rules.rulebook.rulebook import Rulebook, RulebookError
from worker.rulebooks.sources import Seen, takes_over
from worker.store.redis import StoreDown
from worker.store.rollout_state import Standing
from worker.store.rulebook_state import Ledger
from worker.store.work_queue import Store


class Active(NamedTuple):
    """The book that this process judges by; `missing`: another one judges, which it can't get."""

    book: Rulebook
    missing: bool = False


def active_book(
    project: str, own: Rulebook, ledger: Ledger, now: datetime, standing: Standing, seen: Seen
) -> Active:
    """Return the active book: the one that Redis has, after this host's `own` was offered."""
    if standing.active is None:
        ledger.settle(project, own.digest, own.text())
        return Active(own)
    if takes_over(own.digest, standing.judging, _with_standing(seen, own.digest, standing)):
        return _offered(project, own, standing, ledger, now)
    if standing.trial and standing.stopped and own.digest == standing.active != seen.before:
        if seen.before == standing.trial.digest:
            ledger.withdraw(project)
    elif standing.trial and standing.over(now):
        text = ledger.text(project, "trial")
        ledger.settle(project, standing.trial.digest, text or own.text())
    return _judging(project, own, standing, ledger)


def _with_standing(seen: Seen, mine: str, standing: Standing) -> Seen:
    """Return what is known of a file; an earlier version of Sluice noted only what judged."""
    known = seen.known or mine == standing.active or standing.tries(mine)
    return replace(seen, known=known)


def _offered(
    project: str, own: Rulebook, standing: Standing, ledger: Ledger, now: datetime
) -> Active:
    """Put a host's file on trial; the file of the active book ends the trial of another one."""
    if own.digest == standing.active:
        ledger.withdraw(project)
    elif standing.tries(own.digest):  # it was stopped, and waits for a person
        return _judging(project, own, standing, ledger)
    else:
        ledger.begin(project, own.digest, own.text(), now)
    return Active(own)


def _judging(project: str, own: Rulebook, standing: Standing, ledger: Ledger) -> Active:
    """Return the book that judges: this host's own, or the text in Redis."""
    if own.digest == standing.judging:
        return Active(own)
    role = "active" if standing.judging == standing.active else "trial"
    kept = _named(ledger.text(project, role), str(standing.judging))  # type: ignore[arg-type]
    return Active(kept) if kept else Active(own, missing=True)


def _named(text: str | None, digest: str) -> Rulebook | None:
    """Return a book from Redis under the digest that it has there.

    Another version of Sluice may write the same text as another digest.
    """
    kept = _kept(text)
    return kept if kept is None or kept.digest == digest else replace(kept, digest=digest)


def last_good(project: str, own: Rulebook, standing: Standing, ledger: Ledger) -> Rulebook:
    """Return the last good book of all processes: a new process may begin with an older one."""
    if own.digest == standing.judging:
        return own
    trial = standing.trial is not None and not standing.stopped
    return _kept(ledger.text(project, "trial" if trial else "active")) or own


def kept_book(redis_url: str, site: str, project: str) -> Rulebook | None:
    """Return the last good book of a project; None if Redis has none or does not answer."""
    try:
        ledger = Store(redis_url, site).ledger
        standing = ledger.standing(project)
        trial = standing.trial is not None and not standing.stopped
        return _kept(ledger.text(project, "trial" if trial else "active"))
    except StoreDown:
        return None


@lru_cache(maxsize=8)
def _kept(text: str | None) -> Rulebook | None:
    """Parse a book from Redis. Return None if there is none or this version can't read it."""
    try:
        return parse_book(text.encode(), "the last good book") if text else None
    except RulebookError:
        return None
