"""How the rulebooks of a site stand, for `rules status`, `GET /health` and `GET /metrics`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from worker.store.rulebook_state import Ledger
from worker.store.rulebook_values import BookStatus, MovedIssue, Rollout, ShadowCount


@dataclass(frozen=True)
class ProjectStatus:
    """The rulebooks of a project: the one that judges, the one on trial, those in shadow."""

    book: BookStatus
    trial: Rollout | None
    shadows: tuple[ShadowCount, ...]
    moved: tuple[MovedIssue, ...]

    @property
    def bad(self) -> bool:
        """Whether a file on disk can't be used: the last good one judges."""
        return bool(self.book.wrong)

    @property
    def stopped(self) -> bool:
        """Whether a new book waits for a person to approve it."""
        return self.trial is not None and self.trial.stopped is not None

    def to_json(self) -> dict[str, Any]:
        """Return one JSON object, for `GET /health` and `rules status --json`."""
        return {
            **self.book.to_json(),
            "trial": self.trial and self.trial.to_json(),
            "shadows": [one.to_json() for one in self.shadows],
            "moved": [one.to_json() for one in self.moved],
        }


def of_site(ledger: Ledger) -> dict[str, ProjectStatus]:
    """Return how the rulebooks of each project stand, by its key."""
    return {
        key: ProjectStatus(book, ledger.standing(key).trial, ledger.shadows(key), ledger.moved(key))
        for key, book in ledger.books().items()
    }


def as_json(found: dict[str, ProjectStatus]) -> dict[str, dict[str, Any]]:
    """Return the same as JSON objects."""
    return {key: project.to_json() for key, project in found.items()}
