"""Which rulebooks and text models judge the projects of this process, and what is said of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path

from rules.problem import Problem
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import TextModel
from worker.rulebooks import rollout
from worker.rulebooks.reload import Books, Look, Proof
from worker.rulebooks.text_model_file import Models
from worker.settings.load import Project
from worker.store.rulebook_values import BookStatus
from worker.store.work_queue import Store

LOOK_S = 2.0
"""Files are looked at once in so many seconds: two calls to the system a file."""

log = logging.getLogger("sluice")


@dataclass
class Shelf:
    """One process's rulebooks and text models, by project."""

    books: Books = field(default_factory=Books)
    models: Models = field(default_factory=Models)
    _next: float = 0.0
    _own: dict[tuple[str, str], Rulebook] = field(default_factory=dict)
    _logged: dict[str, tuple[Problem, ...]] = field(default_factory=dict)

    def due(self) -> bool:
        """Whether it is time to look again."""
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + LOOK_S
        return True

    def hurry(self) -> None:
        """Look again at the next chance: a book was stopped, say."""
        self._next = 0.0

    def look(
        self, projects: Mapping[str, Project], store: Callable[[str], Store]
    ) -> Iterator[Project]:
        """Tell how each project stands; those whose books or text models are others now."""
        for project in projects.values():
            ledger = store(project.site).ledger
            look = self._look(project, "book", project.book, project.file, ledger.proof)
            beside = self._look_beside(project, ledger.proof)
            now = datetime.now(timezone.utc).replace(microsecond=0)
            book = rollout.in_charge(project.key, look, ledger, now)
            model, fault = self._look_at_model(project)
            candidate = beside.book if beside else None
            found = replace(project, book=book, candidate=candidate, model=model)
            wrong = (*look.wrong, *(beside.wrong if beside else ()), *((fault,) if fault else ()))
            ledger.tell(project.key, status(found, now, wrong))
            self._log(project, found, wrong)
            if _digests(found) != _digests(project):
                yield found

    def _look_beside(self, project: Project, prove: Proof) -> Look | None:
        book, file = project.candidate, project.candidate_file
        return self._look(project, "candidate", book, file, prove) if book else None

    def _look_at_model(self, project: Project) -> tuple[TextModel, Problem | None]:
        file = project.model_file
        return self.models.look(file, project.model) if file else (project.model, None)

    def _look(
        self, project: Project, role: str, book: Rulebook, file: Path | None, proof: Proof
    ) -> Look:
        own = self._own.setdefault((project.key, role), book)
        return self.books.look(file, own, proof) if file else Look((), own)

    def _log(self, before: Project, now: Project, wrong: tuple[Problem, ...]) -> None:
        if _digests(before) != _digests(now):
            said = "%s: rulebook %s@%s judges, with text model %s"
            log.info(said, now.key, now.book.name, now.book.digest, now.model.digest)
        if wrong != self._logged.get(now.key, ()):
            for problem in wrong:
                log.error("%s: keeps rulebook %s: %s", now.key, now.book.digest, problem)
            self._logged[now.key] = wrong


def status(project: Project, since: datetime, wrong: tuple[Problem, ...]) -> BookStatus:
    """Return which book judges a project from now on, and what is wrong with its files."""
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
        model=project.model.digest if book.classify.model else None,
    )


def _digests(project: Project) -> tuple[str, str | None, str]:
    beside = project.candidate.digest if project.candidate else None
    return project.book.digest, beside, project.model.digest
