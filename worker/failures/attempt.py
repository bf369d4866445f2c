"""End one try of a worker at an issue: done, another try later, or a dead letter."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from connector.client import JiraBusy, JiraRefused
from connector.http.errors import backoff
from rules.vocabulary.plural import many
from worker.failures import outage
from worker.failures.letters import letter, letter_of
from worker.process import Process
from worker.store.trouble import pauses
from worker.store.work_queue import COOL_DOWN_MS, Begun, DeadLetter, Store

MAX_ATTEMPTS = 20
"""With the waits of `backoff`, an issue in trouble of its own becomes a dead letter after about
eight minutes. The trouble of a whole site uses up no attempt."""

log = logging.getLogger("sluice")


@dataclass(frozen=True)
class Attempt:
    """One try of a worker at an issue, with the methods that end it.

    `enqueue` queues the issue's next try: after so many seconds, as attempt number so.
    """

    runtime: Process
    store: Store
    site: str
    issue_id: str
    number: int
    begun: Begun
    token: str
    enqueue: Callable[[float, int], None]

    def done(self, outcome: str) -> None:
        """Close a successful try. An event or a model that came since then: another triage."""
        if self.begun.probe:
            outage.answered(self.store)
        if not self.store.done(self.issue_id, self._events, self.token, outcome, self.begun.epoch):
            self.enqueue(COOL_DOWN_MS / 1000, 1)

    @property
    def _events(self) -> str:
        return self.begun.events or ""

    def failed(self, error: Exception) -> str:
        """Retry if Jira is busy; otherwise make a dead letter, for a bug with its traceback."""
        opened = self.runtime.site_if_open(self.site)
        site, projects = (opened.site, opened.projects) if opened else (None, ())
        error = outage.whose(site, projects, self.store, error, self.issue_id)
        if isinstance(error, JiraBusy):
            return self._wait_for_jira(error)
        if self.begun.probe and isinstance(error, JiraRefused):
            outage.answered(self.store)  # a refusal is an answer, too
        if isinstance(error, JiraRefused) and error.missing and self.store.gone(self.issue_id):
            self.done("gone")
            return "gone"
        if isinstance(error, JiraRefused):
            self.runtime.forget_layout(self.site)
        return self.bury(letter_of(self.issue_id, error))

    def _wait_for_jira(self, busy: JiraBusy) -> str:
        """Queue another try. The trouble of a site, or a limit, uses up no attempt.

        Where one issue alone brings its site into trouble again and again, its attempts count.
        """
        wait, new = outage.hold(self.store, busy)
        counts = not busy.limit and (busy.scope == "issue" or new)
        attempt = self.number + counts
        if attempt > MAX_ATTEMPTS:
            tries = many(self.number, "try", "tries")
            return self.bury(letter(self.issue_id, f"gave up after {tries}: {busy}", "gave up"))
        wait += backoff(1) / 4
        if counts or busy.limit:
            wait = max(backoff(self.number), wait)
        if busy.unknown:
            wait = max(wait, pauses.UNSURE_S)
        if busy.scope == "issue":
            log.warning("issue %s: try %d in %.0f s: %s", self.issue_id, attempt, wait, busy)
        self.store.tally.add(f"retry_{'limit' if busy.limit else busy.scope}")
        self.store.tally.note("put_off")
        self.store.ended(self.issue_id, self.token, wait)
        self.enqueue(wait, attempt)
        return "busy"

    def bury(self, dead: DeadLetter) -> str:
        """Make the issue a dead letter; an event that came in since then gets another triage."""
        log.error("issue %s is a dead letter: %s", self.issue_id, dead.reason)
        self.store.tally.add(f"buried_{dead.kind or 'other'}")
        if not self.store.bury(dead, self._events, self.token):
            self.enqueue(COOL_DOWN_MS / 1000, 1)
        return "dead"
