"""Read what people decided, from a project in Jira or from a file, for `sluice trust`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from cli.app import fail, settings
from cli.progress import progress
from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.assess.team import without_vote
from rules.facts.issue import Issue
from rules.facts.jsonl import read_rows
from rules.learning.evidence.feedback import lessons_of
from rules.learning.evidence.lessons import Example, Lesson, without_people
from rules.learning.trust.rows import lessons_of_rows
from rules.rulebook import load
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import shipped
from worker.jobs.retrain import history
from worker.settings.settings import WORDS, Project
from worker.tasks import this_process

Decided = tuple[Issue, list[Lesson]]
"""An issue, and what people decided on it: often nothing."""


@dataclass(frozen=True)
class Source:
    """The issues with their decisions, and what judges them.

    `file` is the rule file of the project, None for a shipped rulebook. `words` are the site's.
    """

    name: str
    book: Rulebook
    issues: Iterable[Decided]
    file: Path | None = None
    language: str = "en"
    words: Mapping[str, str] | None = None
    asked: str = ""
    """The words of the command that name the issues."""
    retired: frozenset[str] = frozenset()
    """The rules of the gate that lost their vote, by what the team taught."""

    def judge(self, book: Rulebook) -> Judge:
        """Return a judge of a rulebook, with the models that ship and without learning."""
        return Judge(book, self.language, shipped())

    @property
    def shown(self) -> Mapping[str, str]:
        """Return the words for classes and verdicts."""
        return WORDS if self.words is None else self.words


def of_file(path: Path, name: str | None, book: str | None) -> Source:
    """Return the rows of a file, judged by a rulebook or by that of a project."""
    if book is None and name is not None:
        project = _project(settings().projects, name)
        rulebook, file, language = project.book.live(), project.file, project.language
    else:
        rulebook, language = load.find(book or "default").live(), "en"
        file = Path(book) if book and book.endswith((".yaml", ".yml")) else None
    rows = lessons_of_rows(read_rows(path), str(path), rulebook)
    return Source(name or path.name, rulebook, rows, file, language, asked=f"--issues {path}")


def of_site(name: str, book: str | None, days: int, now: datetime) -> Source:
    """Return the issues of a project that were updated lately, as they are in Jira."""
    found = settings()
    site = _project(found.projects, name).site
    opened = this_process().site_triage(site)
    project, ranks = opened.projects[name], opened.site.priorities.ranks
    rulebook = load.find(book) if book else project.book
    since = now - timedelta(days=days)

    def lessons(issue: Issue) -> list[Lesson]:
        return [one for one in lessons_of(issue, ranks) if one.at is None or one.at >= since]

    issues = history(this_process().site_triage, [project], days)
    return Source(
        name=name,
        book=rulebook.live().with_edges(project.edges),
        issues=((without_people(issue), lessons(issue)) for issue in issues),
        file=None if book else project.file,
        language=project.language,
        words=found.sites[site].words,
        asked=name,
        retired=without_vote(
            rulebook.stage("gate"), project.team.reliability if project.team else None
        ),
    )


def _project(projects: Mapping[str, Project], name: str) -> Project:
    if name not in projects:
        fail(f"no project {name}: sluice.yaml has {', '.join(projects)}")
    return projects[name]


def judged(source: Source, now: datetime) -> tuple[list[Example], Sequence[Assessment]]:
    """Judge all issues. Return the decisions of people with what Sluice says, and all of that."""
    examples, found = [], []
    with closing(source.judge(source.book)) as judge:
        for issue, lessons in _counted(source.issues):
            assessment = slim(judge.assess(issue, now))
            found.append(assessment)
            examples += [Example(lesson, assessment) for lesson in lessons]
    return examples, found


def slim(assessment: Assessment) -> Assessment:
    """Return an assessment without what only explains it: a project has thousands of issues."""
    kind = assessment.classification
    evidence = tuple(replace(one, seen=None) for one in kind.evidence)
    return replace(
        assessment,
        classification=replace(kind, evidence=evidence),
        signals={},
        gate_signals={},
        metric_texts=(),
    )


def _counted(issues: Iterable[Decided]) -> Iterator[Decided]:
    with progress("judging issues") as advance:
        for one in issues:
            yield one
            advance()
