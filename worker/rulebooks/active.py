"""Keep the active rulebooks and text models of this process, and report them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from rules.problem import Problem
from rules.rulebook.rulebook import Rulebook
from worker.rulebooks import rollout
from worker.rulebooks.reload import CheckOnce, FileState, RuleFiles
from worker.settings.settings import Project
from worker.store.rulebook_values import BookStatus
from worker.store.work_queue import Store
from worker.team_models.active import InUse

LOOK_S = 2.0
"""The time between two looks at the files; each costs two system calls a file."""

log = logging.getLogger("sluice")


@dataclass
class ActiveRulebooks:
    """The active rulebooks and text models of this process, by project."""

    rule_files: RuleFiles = field(default_factory=RuleFiles)
    _next: float = 0.0
    _own: dict[tuple[str, str], Rulebook] = field(default_factory=dict)
    _logged: dict[str, tuple[Problem, ...]] = field(default_factory=dict)

    def due(self) -> bool:
        """Return whether it is time to look at the files again."""
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + LOOK_S
        return True

    def hurry(self) -> None:
        """Look at the files again at the next chance, such as after a rollback."""
        self._next = 0.0

    def look(
        self,
        projects: Mapping[str, Project],
        store: Callable[[str], Store],
        model_of: Callable[[Project], InUse],
    ) -> Iterator[Project]:
        """Report the state of each project. Yield those with another rulebook, model or edges."""
        for project in projects.values():
            ledger = store(project.site).ledger
            look = self._look(project, "book", project.book, project.file, ledger.check_once)
            beside = self._look_beside(project, ledger.check_once)
            now = datetime.now(UTC).replace(microsecond=0)
            book = rollout.active_book(project.key, look, ledger, now)
            model = model_of(project)
            candidate = beside.book if beside else None
            edges = ledger.edges(project.key) if book.shares else ()
            found = replace(
                project,
                book=book,
                candidate=candidate,
                edges=edges,
                team=model.model,
                team_beside=model.beside,
                team_missing=model.missing,
            )
            wrong = (*look.wrong, *(beside.wrong if beside else ()), *model.wrong)
            ledger.report(project.key, status(found, now, wrong))
            self._log(project, found, wrong)
            if (_digests(found), edges) != (_digests(project), project.edges):
                yield found

    def _look_beside(self, project: Project, check_once: CheckOnce) -> FileState | None:
        book, file = project.candidate, project.candidate_file
        return self._look(project, "candidate", book, file, check_once) if book else None

    def _look(
        self, project: Project, role: str, book: Rulebook, file: Path | None, check_once: CheckOnce
    ) -> FileState:
        own = self._own.setdefault((project.key, role), book)
        return self.rule_files.look(file, own, check_once) if file else FileState((), own)

    def _log(self, before: Project, now: Project, wrong: tuple[Problem, ...]) -> None:
        if _digests(before) != _digests(now):
            message = "%s: rulebook %s@%s is active, with the team's model %s"
            team = now.team.digest if now.team else "(none)"
            log.info(message, now.key, now.book.name, now.book.digest, team)
        if wrong != self._logged.get(now.key, ()):
            for problem in wrong:
                log.error("%s: what was good last stays active: %s", now.key, problem)
            self._logged[now.key] = wrong


def status(project: Project, since: datetime, wrong: tuple[Problem, ...]) -> BookStatus:
    """Return the status of a project: its active rulebook and the problems of its files."""
    book, beside = project.book, project.candidate
    return BookStatus(
        book=book.name,
        file=str(project.file) if project.file else "ships with Sluice",
        digest=book.digest,
        rules=len(book.rules),
        shadow=book.shadow,
        since=since,
        wrong=wrong,
        candidate=f"{beside.name}@{beside.digest}" if beside else None,
        model=project.team.digest if project.team else None,
    )


def _digests(project: Project) -> tuple[object, ...]:
    every = (project.book, project.candidate, project.team, project.team_beside)
    return (*(one.digest if one else None for one in every), project.team_missing)
