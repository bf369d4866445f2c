"""Collect what people decided on issues: by hand, by an answer, or through types and labels."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import datetime

from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.facts.issue import Choice, Issue, Managed
from rules.learning.evidence.lessons import Example, Lesson, without_people
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import TextModel
from rules.text_model.team.model import TeamModel
from rules.vocabulary.classes import KINDS
from rules.vocabulary.managed_fields import ManagedName
from rules.vocabulary.verdicts import VERDICTS

BookOf = Callable[[str], Rulebook]
"""The rulebook of a project, by its key."""

Assess = Callable[[Issue], Assessment]

Ranks = Mapping[str, float]
"""The rank of each priority of a site, by id and by name in lower case: 1 is the highest, 0 the
lowest.
"""

TAUGHT: tuple[ManagedName, ...] = ("kind", "verdict", "priority")
"""The managed fields that teach."""

_WRITTEN = ("summary", "description", "environment")


def lessons_of(issue: Issue, ranks: Ranks | None = None) -> list[Lesson]:
    """Return what people decided on an issue by hand: at most one lesson for each field.

    The last choice of a field counts. A value that was emptied later teaches nothing. Without a
    changelog, as in a file of issues, the values that people set count, and nobody knows by whom.
    Classes and verdicts of a team's own, and priorities without a rank, teach nothing.
    """
    if not issue.summary:
        return []
    last = last_choices(issue)
    lessons = (_lesson(issue, last[name], ranks or {}) for name in TAUGHT if name in last)
    return [one for one in lessons if one]


def last_choices(issue: Issue) -> dict[ManagedName, Choice]:
    """Return the last choice of each field."""
    choices = issue.history.choices if issue.history.known else _without_history(issue)
    return {one.field: one for one in choices}


def _without_history(issue: Issue) -> list[Choice]:
    values = ((name, issue.kept.get(name)) for name in TAUGHT)
    wrote = issue.record.wrote if issue.record else Managed()
    return [
        Choice(name, value, "", at=updated(issue), wrote=_text(wrote.get(name)))
        for name, value in values
        if isinstance(value, str)
    ]


def _text(value: str | float | None) -> str | None:
    return value if isinstance(value, str) else None


def updated(issue: Issue) -> datetime | None:
    """Return the time of the last update, or of the creation, or None."""
    moment = issue.fields.get("updated") or issue.fields.get("created")
    return moment if isinstance(moment, datetime) else None


def _lesson(issue: Issue, choice: Choice, ranks: Ranks) -> Lesson | None:
    rank = ranks.get(choice.id.lower(), ranks.get(choice.value.lower()))
    known = {"kind": choice.value in KINDS, "verdict": choice.value in VERDICTS}
    if not known.get(choice.field, rank is not None):
        return None
    same = choice.wrote is not None and choice.value.lower() == choice.wrote.lower()
    return Lesson(
        issue,
        choice.field,
        choice.value,
        "confirmation" if same else "correction",
        choice.account,
        choice.name,
        choice.at,
        rank if choice.field == "priority" else None,
    )


def overruled(issue: Issue) -> list[tuple[Choice, Choice]]:
    """Return choices that another person changed later, each with the choice that replaced it."""
    found = []
    for name in TAUGHT:
        them = [one for one in issue.history.choices if one.field == name]
        pairs = itertools.pairwise(them)
        found += [(a, b) for a, b in pairs if a.account != b.account and a.value and b.value]
    return found


def book_lesson(issue: Issue, by_rules: Assess) -> Lesson | None:
    """Return the class that the rulebook gives an issue without its texts, or None.

    Rules on type, labels and components express the team's own classes; rules on texts do not.
    Nothing is taught where somebody or something set a class. `by_rules` judges by rules only.
    """
    if not issue.summary or issue.kept.kind or "kind" in last_choices(issue):
        return None
    facts = {name: None if name in _WRITTEN else value for name, value in issue.fields.items()}
    found = by_rules(replace(without_people(issue), fields=facts)).classification
    if found.kind not in KINDS:
        return None
    return Lesson(issue, "kind", found.kind, "book", at=updated(issue))


def answer_lesson(issue: Issue, by_rules: Assess) -> Lesson | None:
    """Return the lesson of questions that were answered, or None: the rules that asked were right.

    Jira does not tell who completed a text at a question's wish, so it counts as the reporter's.
    """
    if not issue.summary or issue.record is None or not issue.record.asks:
        return None
    if not by_rules(without_people(issue)).decision.asks.answered:
        return None
    reporter = str(issue.fields.get("reporter") or "")
    return Lesson(issue, "verdict", "needs_info", "answer", reporter, at=updated(issue))


def collect_lessons(
    issues: Iterable[Issue], book_of: BookOf, now: datetime, ranks: Ranks | None = None
) -> list[Lesson]:
    """Return what people and rulebooks say of these issues, the oldest first."""
    with ExitStack() as stack:
        by_rules = judging(book_of, None, now, stack)
        found: list[Lesson] = []
        for issue in issues:
            more = book_lesson(issue, by_rules), answer_lesson(issue, by_rules)
            found += [*lessons_of(issue, ranks), *filter(None, more)]
        return [*in_time(found)]


def examples_of(lessons: Sequence[Lesson], assess: Assess) -> list[Example]:
    """Return the lessons, each with what Sluice says of its issue without the people.

    `assess` judges by the rulebook and the models that ship. Each issue is judged once.
    """
    issues = {id(one.issue): one.issue for one in lessons}
    found = {key: assess(without_people(issue)) for key, issue in issues.items()}
    return [Example(one, found[id(one.issue)]) for one in lessons]


def judging(
    book_of: BookOf,
    model: TextModel | None,
    now: datetime,
    stack: ExitStack,
    team: TeamModel | None = None,
) -> Assess:
    """Return a function that assesses issues: one judge for each rulebook, closed by the stack."""
    made: dict[str, Judge] = {}

    def assess(issue: Issue) -> Assessment:
        book = book_of(issue.project)
        if book.digest not in made:
            made[book.digest] = stack.enter_context(closing(Judge(book, "en", model, team=team)))
        return made[book.digest].assess(issue, now)

    return assess


def in_time(lessons: Sequence[Lesson]) -> Sequence[Lesson]:
    """Sort by time, oldest first; keep the order if a time is missing."""
    times = [one.at for one in lessons if one.at]
    if len(times) < len(lessons):
        return lessons
    return [one for _, one in sorted(zip(times, lessons, strict=True), key=lambda x: x[0])]
