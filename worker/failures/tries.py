"""Run one try at an issue whose lock is ours: triage it, close it, count what came of it."""

from __future__ import annotations

import logging
import random
import time
from datetime import UTC, datetime

from worker.failures.attempt import Attempt
from worker.failures.letters import letter
from worker.store.models.values import SHIPS
from worker.store.redis import StoreDown
from worker.store.work_queue import Begun, Locked, Store
from worker.triage.site_triage import Outcome, firings

SHORT_S = 2.0
"""A worker itself waits for the end of a pause that is as short as this."""

MAX_TRIES = 5
"""After so many crashes of a worker at the same issue, the issue becomes a dead letter."""

log = logging.getLogger("sluice")


def begin(store: Store, issue_id: str, token: str) -> Begun:
    """Begin a triage; wait here for the end of a short pause.

    To queue the task anew would cost more, and all tasks would come again at once.
    """
    begun = store.begin(issue_id, token)
    if begun.events is None or not 0 < begun.hold_s <= SHORT_S:
        return begun
    time.sleep(begun.hold_s * random.uniform(1.0, 1.2))
    return store.begin(issue_id, token)


def run(this: Attempt) -> str:
    """Triage the issue and return what came of it. Raises StoreDown."""
    if this.begun.tries > MAX_TRIES:
        reason = f"a worker died {MAX_TRIES} times during this triage"
        return this.bury(letter(this.issue_id, reason, "bug", final=True))
    this.runtime.notice(this.begun.epoch)
    try:
        outcome = _triage(this)
    except StoreDown:
        raise
    except Locked as locked:
        log.warning("%s", locked)
        return "locked"  # who has it closes it
    except Exception as error:  # no error of an issue may stop the worker
        return this.failed(error)
    this.done(outcome.status)
    _count(this.store, outcome)
    _note(this.store, this.site, outcome)
    return outcome.status


def _triage(this: Attempt) -> Outcome:
    """Triage the issue, and hold its lock for as long as it takes."""

    def keep() -> bool:
        return this.store.keep(this.issue_id, this.token)

    with this.store.keeper.keeping(keep):
        now = datetime.now(UTC)
        return this.runtime.triage(this.site, this.issue_id, now, still_ours=keep)


def _count(store: Store, outcome: Outcome) -> None:
    """Count the outcome, the rules that fired, and the values of people that were kept."""
    store.tally.note("triage", *(["decision"] if outcome.assessment else []))
    store.tally.add(*firings(outcome))
    if outcome.status == "written":
        kept = vars(outcome.issue.kept).items()
        store.count(*(f"kept_{name}" for name, value in kept if value is not None))


def _note(store: Store, site: str, outcome: Outcome) -> None:
    """Log the outcome with its rulebook, and count the verdicts of the shadow rules."""
    found, issue = outcome.assessment, outcome.issue
    by = f" by {found.book}@{found.rulebook}" if found else ""
    log.info("%s %s: %s%s", site, issue.key, outcome.status, by)
    if found:
        live = found.decision.verdict
        for other in outcome.shadows:
            verdict = other.decision.verdict
            beside = other.team if other.team != found.team else other.rulebook
            store.ledger.count_shadow(outcome.project, issue.key, beside or SHIPS, live, verdict)
