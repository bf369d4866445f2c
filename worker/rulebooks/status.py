"""Read the status of a site's rulebooks, for `rules status`, `GET /health`, `GET /metrics`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from worker.store.rulebook_state import Ledger
from worker.store.rulebook_values import BookStatus, MovedIssue, Rollout, ShadowCount


@dataclass(frozen=True)
class ProjectStatus:
    """The rulebooks of a project: active, on trial and in shadow."""

    book: BookStatus
    trial: Rollout | None
    shadows: tuple[ShadowCount, ...]
    moved: tuple[MovedIssue, ...]

    @property
    def bad(self) -> bool:
        """Return whether a file can't be used. Then the last good rulebook is active."""
        return bool(self.book.wrong)

    @property
    def stopped(self) -> bool:
        """Return whether a new rulebook is rolled back and waits for approval."""
        return self.trial is not None and self.trial.stopped is not None

    def to_json(self) -> dict[str, Any]:
        """Return one JSON object, for `GET /health` and `rules status --json`."""
        return {
            **self.book.to_json(),
            "trial": self.trial and self.trial.to_json(),
            "shadows": [one.to_json() for one in self.shadows],
            "moved": [one.to_json() for one in self.moved],
        }


def of_site(ledger: Ledger, projects: Collection[str]) -> dict[str, ProjectStatus]:
    """Return the status of each project's rulebooks, by project key.

    The ledger also knows projects that were removed from the settings: those are left out.
    """
    return {
        key: ProjectStatus(book, ledger.standing(key).trial, ledger.shadows(key), ledger.moved(key))
        for key, book in ledger.books().items()
        if key in projects
    }


def as_json(found: dict[str, ProjectStatus]) -> dict[str, dict[str, Any]]:
    """Return the same as JSON objects."""
    return {key: project.to_json() for key, project in found.items()}
