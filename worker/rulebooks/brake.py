"""Brake what is new: a rulebook or a team's model may rewrite so many issues in its trial."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from rules.facts.issue import Issue
from rules.vocabulary.plural import many
from worker.settings.settings import Project
from worker.store.models.state import Shelf
from worker.store.models.values import SHIPS
from worker.store.rollout_state import Rollouts
from worker.store.rulebook_state import Ledger

CLOCKS = timedelta(seconds=5)
"""Jira's clock, by which an issue was created, and ours may differ by so much."""


@dataclass(frozen=True)
class Brake:
    """What judges a project now: its rulebook, or its team's model. It may be on trial.

    `name` is its name among the rollouts, `shown` the one for people, `member` the project if
    several share it.
    """

    what: Literal["rulebook", "model"]
    shown: str
    digest: str
    project: Project
    rollouts: Rollouts
    name: str
    member: str = ""
    shelf: Shelf | None = None

    def tries(self) -> bool:
        """Return whether it is on trial."""
        return self.rollouts.standing(self.name).tries(self.digest)

    def counts(self, issue: Issue) -> bool:
        """Return whether the first write on an issue counts: it was there before the trial."""
        trial, created = self.rollouts.standing(self.name).trial, issue.fields.get("created")
        if trial is None or trial.digest != self.digest or not isinstance(created, datetime):
            return False
        return created < trial.since - CLOCKS

    def spend(self, issue_id: str) -> bool:
        """Return whether it may rewrite one more issue. On trial, the limit stops it."""
        cap = self.project.rewrite_cap
        allowed = self.rollouts.spend(self.name, self.digest, issue_id, cap, self.member)
        if not allowed and self.shelf:
            self.shelf.sweep_again()
        return allowed

    def would(self, issues: list[str]) -> int:
        """Return how many issues it would have rewritten with these, if it is on trial."""
        if not issues or not self.tries():
            return 0
        return len(self.rollouts.rewritten(self.name, self.member).union(issues))

    def stop(self, would: int) -> str:
        """Stop it before it rewrites more. Return the message on it."""
        if self.shelf:
            self.shelf.stop(self.digest, would)
        else:
            self.rollouts.stop(self.name, self.digest, would)
        key = self.project.key
        return (
            f"{key}: the new {self.what} {self.shown} is rolled back: it would rewrite "
            f"{many(would, 'issue')}, and the limit of its first hour is "
            f"{self.project.rewrite_cap}. To approve it: `sluice {self.group} approve {key}`"
        )

    def swept(self) -> str | None:
        """Return the digest of the one that judged the last full pass of the project."""
        return self.rollouts.swept(self.name, self.member)

    def set_swept(self, digest: str | None = None) -> None:
        """Store that it judged all issues of the project."""
        self.rollouts.set_swept(self.name, digest or self.digest, self.member)

    def judges(self) -> bool:
        """Return whether it still judges: another process may have taken another one."""
        return self.rollouts.standing(self.name).judging in (None, self.digest)

    @property
    def group(self) -> str:
        """Return the group of commands that approve it."""
        return "rules" if self.what == "rulebook" else "model"


def brakes(project: Project, ledger: Ledger, shelf: Shelf | None) -> Iterator[Brake]:
    """Yield the brakes of a project: one for its rulebook, one for its team's model."""
    book = project.book
    yield Brake("rulebook", f"{book.name}@{book.digest}", book.digest, project, ledger, project.key)
    if shelf and not project.team_missing:
        digest = project.team.digest if project.team else SHIPS
        shown = digest if project.team else "that ships"
        rollouts = shelf.rollouts
        yield Brake("model", shown, digest, project, rollouts, shelf.name, project.key, shelf)
