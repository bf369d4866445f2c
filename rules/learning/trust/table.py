"""Count how often people agreed with what Sluice proposes: by class, verdict, priority and rule."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules.assess.assessment import Assessment
from rules.learning.evidence.lessons import Example
from rules.learning.trust.proposals import ASKS, FIELDS, orders, proposal, stances, voices
from rules.learning.trust.wilson import FEW, interval
from rules.rulebook.rulebook import Rulebook
from rules.vocabulary.classes import ALL_KINDS
from rules.vocabulary.managed_fields import ManagedName
from rules.vocabulary.verdicts import VERDICTS

Cell = tuple[str, str]
"""What Sluice proposes, and what a person decided."""


@dataclass
class Row:
    """How often people decided where Sluice, or one of its rules, says this.

    `seen` counts the issues on which it is said, decided by people or not. `chosen` counts what
    people decided instead, or after Sluice left the decision to them (`asked`).
    """

    name: str
    field: ManagedName
    says: str = ""
    seen: int = 0
    agreed: int = 0
    contradicted: int = 0
    asked: int = 0
    chosen: Counter[str] = dataclasses.field(default_factory=Counter)

    @property
    def decided(self) -> int:
        """Return the number of decisions of people."""
        return self.agreed + self.contradicted + self.asked

    @property
    def judged(self) -> int:
        """Return the number of decisions that agree or contradict."""
        return self.agreed + self.contradicted

    @property
    def few(self) -> bool:
        """Return whether there are too few decisions for a figure to rely on."""
        return self.judged < FEW

    @property
    def interval(self) -> tuple[float, float]:
        """Return the interval of the share that agreed."""
        return interval(self.agreed, self.judged)

    @property
    def overruled(self) -> bool:
        """Return whether people clearly contradict more often than they agree."""
        return not self.few and self.interval[1] < 0.5

    @property
    def settled(self) -> bool:
        """Return whether people clearly decide the same where the decision is left to them."""
        most = max(self.chosen.values(), default=0)
        return self.asked >= FEW and interval(most, self.decided)[0] > 0.5

    def as_json(self) -> dict[str, Any]:
        """Return plain values; the share is None where nothing agrees or contradicts."""
        low, high = self.interval
        share = round(self.agreed / self.judged, 3) if self.judged else None
        return {
            "name": self.name,
            **({"says": self.says} if self.says else {}),
            "issues": self.seen,
            "decided": self.decided,
            "agreed": self.agreed,
            "contradicted": self.contradicted,
            "left_to_people": self.asked,
            "share_agreed": share,
            "interval": [round(low, 3), round(high, 3)] if self.judged else None,
            "few": self.few,
            "chosen": dict(self.chosen.most_common()),
        }


@dataclass(frozen=True)
class Trust:
    """The counts of a project: `rows` by field, `rules` with the most contradicted first.

    `issues` counts the issues that were read, `decided` those with a decision of a person.
    `people` counts the accounts that decided, as far as they are known.
    """

    book: Rulebook
    issues: int
    decided: int
    people: int
    since: datetime | None
    until: datetime | None
    rows: Mapping[ManagedName, Sequence[Row]]
    cells: Mapping[ManagedName, Counter[Cell]]
    rules: Sequence[Row]

    @property
    def decisions(self) -> int:
        """Return the number of decisions of people: an issue can have one for each field."""
        return sum(row.decided for rows in self.rows.values() for row in rows)

    def as_json(self) -> dict[str, Any]:
        """Return the counts as plain data."""
        return {
            "book": self.book.name,
            "digest": self.book.digest,
            "issues": self.issues,
            "decided_issues": self.decided,
            "decisions": self.decisions,
            "people": self.people,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            **{
                TITLES[name]: {
                    "rows": [row.as_json() for row in self.rows[name]],
                    "confusion": [
                        {"proposed": old, "decided": new, "count": count}
                        for (old, new), count in sorted(self.cells[name].items())
                    ],
                }
                for name in FIELDS
            },
            "rules": [{"field": TITLES[row.field], **row.as_json()} for row in self.rules],
        }


TITLES: Mapping[ManagedName, str] = {"kind": "class", "verdict": "gate", "priority": "priority"}
"""The names of the fields for people, as in the settings and in rule files."""


def trust(book: Rulebook, examples: Iterable[Example], read: Iterable[Assessment] = ()) -> Trust:
    """Count the decisions of people. `read` has the assessments of all issues, decided or not.

    Without `read`, only the issues of the examples count as seen. Lessons of the
    rulebook and answers are no decisions on a value, and are left out.
    """
    taken = [one for one in examples if one.lesson.by_hand and one.lesson.field in FIELDS]
    issues = {one.assessment.issue.key: one.assessment for one in taken}
    decided = len(issues)
    issues |= {one.issue.key: one for one in read if one.issue.key not in issues}
    counts = _Counts(book)
    for assessment in issues.values():
        counts.see(assessment)
    for example in taken:
        counts.add(example)
    times = [one.lesson.at for one in taken if one.lesson.at]
    return Trust(
        book=book,
        issues=len(issues),
        decided=decided,
        people=len({one.lesson.account for one in taken if one.lesson.account}),
        since=min(times, default=None),
        until=max(times, default=None),
        rows={name: counts.table(name) for name in FIELDS},
        cells=counts.cells,
        rules=counts.ranked(),
    )


class _Counts:
    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.cells: dict[ManagedName, Counter[Cell]] = {name: Counter() for name in FIELDS}
        self._rows: dict[ManagedName, dict[str, Row]] = defaultdict(dict)
        self._rules: dict[tuple[ManagedName, str], Row] = {}

    def see(self, assessment: Assessment) -> None:
        """Count what Sluice says of an issue."""
        for name in FIELDS:
            self._row(name, proposal(assessment, name)).seen += 1
        for name, voice in voices(self.book, assessment):
            key = (name, voice.name)
            row = self._rules.setdefault(key, Row(voice.name, name, voice.says))
            row.seen += 1

    def add(self, example: Example) -> None:
        """Count a decision."""
        lesson, assessment = example.lesson, example.assessment
        said = proposal(assessment, lesson.field)
        self.cells[lesson.field][said, lesson.value] += 1
        row = self._row(lesson.field, said)
        if said == lesson.value:
            row.agreed += 1
        else:
            row.chosen[lesson.value] += 1
            asked = said == ASKS[lesson.field]
            row.asked, row.contradicted = row.asked + asked, row.contradicted + (not asked)
        for rule, stance in stances(self.book, assessment, lesson):
            its = self._rules[lesson.field, rule]
            setattr(its, stance, getattr(its, stance) + 1)
            its.chosen.update([lesson.value] if stance != "agreed" else [])

    def _row(self, name: ManagedName, value: str) -> Row:
        return self._rows[name].setdefault(value, Row(value, name))

    def table(self, name: ManagedName) -> list[Row]:
        """Return the rows of a field, in the order of its values."""
        known: Mapping[ManagedName, Sequence[str]] = {
            "kind": ALL_KINDS,
            "verdict": VERDICTS,
            "priority": [*reversed(orders(self.book)), ASKS["priority"]],
        }
        place = {value: at for at, value in enumerate(known[name])}
        return sorted(
            self._rows[name].values(), key=lambda row: (place.get(row.name, len(place)), row.name)
        )

    def ranked(self) -> list[Row]:
        """Return the rules that people decided on, the most contradicted first."""
        decided = [row for row in self._rules.values() if row.decided]
        return sorted(decided, key=lambda row: (-row.contradicted, -row.asked, row.name))
