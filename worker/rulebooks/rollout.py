"""A new rulebook is on trial for an hour: what it would rewrite is counted, and too much stops it.

The book before it stays known to Redis until then, and takes over again where it is stopped.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from rules.rulebook.load import parse_book
from rules.rulebook.rulebook import Rulebook, RulebookError
from worker.rulebooks.reload import Look
from worker.store.rulebook_state import Ledger, Standing

TRIAL_S = 3_600


def in_charge(project: str, look: Look, ledger: Ledger, now: datetime) -> Rulebook:
    """The book that judges a project: its file's, unless that is bad or was stopped."""
    standing = ledger.standing(project)
    if look.wrong:
        return _last_good(project, look.book, standing, ledger)
    if look.book.digest == standing.charge:
        if standing.trial and look.changed:
            ledger.withdraw(project)
        return look.book
    return _new(project, look.book, standing, ledger, now)


def _new(
    project: str, book: Rulebook, standing: Standing, ledger: Ledger, now: datetime
) -> Rulebook:
    """A book that is not in charge yet: the first one is at once, another after its trial."""
    if standing.charge is None or (standing.tries(book.digest) and _over(standing, now)):
        ledger.settle(project, book.digest, book.text())
    elif not standing.tries(book.digest):
        ledger.begin(project, book.digest, book.text(), now)
    elif standing.stopped:
        return _kept(ledger.text(project, "charge")) or book
    return book


def _over(standing: Standing, now: datetime) -> bool:
    """Whether a trial came to its end: an hour, and all issues looked through by the book."""
    trial = standing.trial
    if trial is None or standing.stopped or standing.swept != trial.digest:
        return False
    return (now - trial.since).total_seconds() > TRIAL_S


def _last_good(project: str, own: Rulebook, standing: Standing, ledger: Ledger) -> Rulebook:
    """The book that the others go by: a process made anew began with that of the worker's start."""
    tried = standing.trial if not standing.stopped else None
    if own.digest == (tried.digest if tried else standing.charge):
        return own
    return _kept(ledger.text(project, "trial" if tried else "charge")) or own


@lru_cache(maxsize=8)
def _kept(text: str | None) -> Rulebook | None:
    """A book from Redis; None where there is none, or this version of Sluice can't read it."""
    try:
        return parse_book(text.encode(), "the last good book") if text else None
    except RulebookError:
        return None
