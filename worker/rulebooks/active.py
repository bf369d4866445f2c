"""Keep the active rulebooks and text models of this process, and report them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from rules.problem import Problem
from rules.rulebook.rulebook import Rulebook
from worker.rulebooks import fingerprint, rollout
from worker.rulebooks.fingerprint import UNUSABLE, Fingerprint
from worker.rulebooks.reload import CheckOnce, FileState, RuleFiles
from worker.rulebooks.sources import Sources, Watch, takes_over
from worker.settings.settings import Project, Settings
from worker.store.rulebook_state import Ledger
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
    _watch: Watch = field(default_factory=Watch)
    _differ: dict[str, list[str]] = field(default_factory=dict)

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
        settings: Settings,
        store: Callable[[str], Store],
        model_of: Callable[[Project], InUse],
    ) -> Iterator[Project]:
        """Report the state of each project. Yield those with another rulebook, model or edges."""
        for project in settings.projects.values():
            ledger = store(project.site).ledger
            look = self._look(project, "book", project.book, project.file, ledger.check_once)
            beside = self._look_beside(project, ledger.check_once)
            now = datetime.now(UTC).replace(microsecond=0)
            model = model_of(project)
            mine = self._mine(settings, project, look, beside, model, now)
            active, follows = self._active(project, look, ledger, mine)
            edges = ledger.edges(project.key) if active.book.shares else ()
            found = replace(
                project,
                book=active.book,
                book_missing=active.missing,
                follows=follows,
                candidate=beside.book if beside else None,
                edges=edges,
                team=model.model,
                team_beside=model.beside,
                team_missing=model.missing,
            )
            wrong = (*look.wrong, *(beside.wrong if beside else ()), *model.wrong)
            ledger.report(project.key, status(found, now, wrong))
            self._log(project, found, wrong)
            self._log_hosts(project.key, Sources(ledger.connection).hosts(project.key, now), now)
            if (_digests(found), edges) != (_digests(project), project.edges):
                yield found

    def _mine(
        self,
        settings: Settings,
        project: Project,
        look: FileState,
        beside: FileState | None,
        model: InUse,
        now: datetime,
    ) -> Fingerprint:
        """Return what this host has on disk for a project."""
        candidate = replace(project, candidate=beside.book if beside else None)
        one = fingerprint.take(candidate, settings.sites[project.site], settings.file, now)
        book = UNUSABLE if look.wrong else look.book.digest
        return fingerprint.with_files(one, book, model.on_disk)

    def _active(
        self, project: Project, look: FileState, ledger: Ledger, mine: Fingerprint
    ) -> tuple[rollout.Active, bool]:
        """Return the book that judges, and whether settings or version of another host lead.

        What this host has is shown to the others only after it was offered.
        """
        sources, standing = Sources(ledger.connection), ledger.standing(project.key)
        if look.wrong:
            active = rollout.Active(rollout.last_good(project.key, look.book, standing, ledger))
        else:
            seen = self._watch.seen(sources, (project.key, "book"), mine, standing.judging)
            active = rollout.active_book(project.key, look.book, ledger, mine.at, standing, seen)
        follows = self._follows(project.key, sources, mine)
        sources.show(project.key, mine)
        return active, follows

    def _follows(self, project: str, sources: Sources, mine: Fingerprint) -> bool:
        """Return whether other settings, or another version of Sluice, lead the project."""
        lead = sources.lead(project)
        seen = self._watch.seen(sources, (project, "config"), mine, lead)
        if takes_over(mine.config, lead, seen):
            sources.take_lead(project, mine.config)
            return False
        return mine.config != lead

    def _log_hosts(self, project: str, hosts: list[Fingerprint], now: datetime) -> None:
        """Log how hosts differ, once for each change."""
        lines = fingerprint.conflicts(hosts, now)
        if lines != self._differ.get(project, []):
            for line in lines:
                log.warning("%s: %s", project, line)
            if not lines:
                log.info("%s: all hosts have the same files again", project)
            self._differ[project] = lines

    def _look_beside(self, project: Project, check_once: CheckOnce) -> FileState | None:
        book, file = project.candidate, project.candidate_file
        return self._look(project, "candidate", book, file, check_once) if book else None

    def _look(
        self, project: Project, role: str, book: Rulebook, file: Path | None, check_once: CheckOnce
    ) -> FileState:
        own = self._own.setdefault((project.key, role), book)
        return self.rule_files.look(file, own, check_once) if file else FileState((), own)

    def _log(self, before: Project, now: Project, wrong: tuple[Problem, ...]) -> None:
        if now.book_missing and not before.book_missing:
            message = "%s: this version of Sluice can't read the rulebook that judges: %s"
            log.error(message, now.key, "what it decided stays as it is. Update Sluice here")
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
    states = (project.team_missing, project.book_missing, project.follows)
    return (*(one.digest if one else None for one in every), *states)
