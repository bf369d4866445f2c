"""Decide which rulebook is active: a new one has a trial of an hour with a rewrite limit.

Redis keeps the previous rulebook during the trial. If the new one reaches the limit, Sluice rolls
back to the previous one.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from rules.rulebook.load import parse_book
from rules.rulebook.rulebook import Rulebook, RulebookError
from worker.rulebooks.reload import FileState
from worker.store.redis import StoreDown
from worker.store.rollout_state import Standing
from worker.store.rulebook_state import Ledger
from worker.store.work_queue import Store


def active_book(project: str, look: FileState, ledger: Ledger, now: datetime) -> Rulebook:
    """Return the active book: the one of the file, unless the file is bad or was rolled back."""
    standing = ledger.standing(project)
    if look.wrong:
        return _last_good(project, look.book, standing, ledger)
    if look.book.digest == standing.active:
        if standing.trial and look.changed:
            ledger.withdraw(project)
        return look.book
    return _new(project, look.book, standing, ledger, now)


def _new(
    project: str, book: Rulebook, standing: Standing, ledger: Ledger, now: datetime
) -> Rulebook:
    """Return the active book, given a new one. The first book of a project has no trial."""
    if standing.active is None or (standing.tries(book.digest) and standing.over(now)):
        ledger.settle(project, book.digest, book.text())
    elif not standing.tries(book.digest):
        ledger.begin(project, book.digest, book.text(), now)
    elif standing.stopped:
        return _kept(ledger.text(project, "active")) or book
    return book


def _last_good(project: str, own: Rulebook, standing: Standing, ledger: Ledger) -> Rulebook:
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
