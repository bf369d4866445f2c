"""A worker's desk for tests: triages run when a test says so, and what is queued is noted."""

from __future__ import annotations

from tests.live import Live
from worker import tasks

STORY = "As a shopper I want to pay by invoice. 40 customers ask."


class Desk:
    """A worker's desk: triages run when a test says so, and what is queued is noted."""

    def __init__(self, sluice: Live) -> None:
        self.sluice, self.jira, self.store = sluice, sluice.jira, sluice.store
        self.queued: list[tuple[str, float, int]] = []

    def note(self, _: str, issue_id: str, wait: float = 0.0, attempt: int = 1) -> None:
        self.queued.append((issue_id, wait, attempt))

    def issue(self, summary: str = "Pay by invoice") -> str:
        """A new issue whose event was taken."""
        issue = self.sluice.person.create(summary, STORY)
        self.store.admit(issue)
        return issue

    def triage(self, issue: str, attempt: int = 1) -> str:
        return str(tasks.triage("main", issue, attempt))

    def reconcile(self, full: bool = True) -> tuple[int, int]:
        done = tasks.reconcile_site("main", full)
        return done.read, done.queued
