"""Read the status of a site's rulebooks, for `rules status`, `GET /health`, `GET /metrics`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rules.problem import Problem
from worker.rulebooks.fingerprint import conflicts
from worker.rulebooks.sources import Sources
from worker.store.rulebook_state import Ledger
from worker.store.rulebook_values import BookStatus, MovedIssue, Rollout, ShadowCount
from worker.team_models.status import Models, ModelStatus


@dataclass(frozen=True)
class ProjectStatus:
    """The rulebooks of a project: active, on trial and in shadow; and its team's model."""

    book: BookStatus
    trial: Rollout | None
    shadows: tuple[ShadowCount, ...]
    moved: tuple[MovedIssue, ...]
    team_model: ModelStatus | None = None
    differ: tuple[str, ...] = ()
    """How the hosts differ in their files, a line each."""

    @property
    def wrong(self) -> tuple[Problem, ...]:
        """Return the problems of its files. Meanwhile the last good ones are active."""
        reported = self.book.wrong
        return self.team_model.all_wrong(reported) if self.team_model else reported

    @property
    def bad(self) -> bool:
        """Return whether a file can't be used. Then the last good rulebook or model is active."""
        return bool(self.wrong)

    @property
    def stopped(self) -> bool:
        """Return whether a new rulebook is rolled back and waits for approval."""
        return self.trial is not None and self.trial.stopped is not None

    @property
    def model_stopped(self) -> bool:
        """Return whether a new model of the team is stopped and waits for approval."""
        return self.team_model is not None and self.team_model.stopped

    def to_json(self) -> dict[str, Any]:
        """Return one JSON object, for `GET /health` and `rules status --json`."""
        return {
            **self.book.to_json(),
            "wrong": [problem.to_json() for problem in self.wrong],
            "hosts_differ": list(self.differ),
            "team_model": self.team_model and self.team_model.to_json(),
            "trial": self.trial and self.trial.to_json(),
            "shadows": [one.to_json() for one in self.shadows],
            "moved": [one.to_json() for one in self.moved],
        }


def of_site(
    ledger: Ledger, projects: Collection[str], models: Models | None = None
) -> dict[str, ProjectStatus]:
    """Return the status of each project's rulebooks and model, by project key.

    The ledger also knows projects that were removed from the settings: those are left out.
    """
    sources, now = Sources(ledger.connection), datetime.now(UTC)
    return {
        key: ProjectStatus(
            book,
            ledger.standing(key).trial,
            ledger.shadows(key),
            ledger.moved(key),
            models.of(key) if models else None,
            tuple(conflicts(sources.hosts(key, now), now)),
        )
        for key, book in ledger.books().items()
        if key in projects
    }


def as_json(found: dict[str, ProjectStatus]) -> dict[str, dict[str, Any]]:
    """Return the same as JSON objects."""
    return {key: project.to_json() for key, project in found.items()}
