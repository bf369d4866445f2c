"""The nouns: what we read of an issue, and what we decide about it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

Fact: TypeAlias = "str | float | datetime | tuple[str, ...] | None"
"""A value that a rule can ask for. Lists of names are tuples; no value is None."""

Kind = Literal["tech_debt", "business_need", "exploration", "undecided"]
Verdict = Literal["accept", "needs_info", "defer", "reject", "review"]

Source = Literal["rules", "rules and text", "person"]

KINDS: tuple[Kind, ...] = ("tech_debt", "business_need", "exploration")
VERDICTS: tuple[Verdict, ...] = ("accept", "defer", "needs_info", "review", "reject")
"""From the mildest to the strictest: of the verdicts that fired, the last one here wins."""

Quadrant = Literal["quick win", "big bet", "fill-in", "money pit"]
QUADRANTS: tuple[Quadrant, ...] = ("quick win", "big bet", "fill-in", "money pit")
"""Value against effort, the best first: high value for a small effort, …, low for a large one."""


@dataclass(frozen=True)
class Managed:
    """The four fields that Sluice manages, as one of: held now, written last, kept for a person.

    `kind` and `verdict` are our names where the value is one of ours, else the person's own
    words; `score` is 0 to 100; `priority` is a Jira priority's name. None: empty.
    """

    kind: str | None = None
    score: float | None = None
    verdict: str | None = None
    priority: str | None = None


@dataclass(frozen=True)
class Note:
    """Our comment as it stands on the issue: Jira's id of it and its wiki markup."""

    id: str
    body: str


@dataclass(frozen=True)
class Scope:
    """The size of an issue: its story points and the length of its description.

    `by_hand`: a person's decision made it the size that growth is measured from.
    """

    points: float | None = None
    length: float = 0.0
    by_hand: bool = False


@dataclass(frozen=True)
class Record:
    """What Sluice wrote last, as the issue's `sluice` property remembers it.

    `seen` is the issue's own time of update before that write, `at` the time of the write,
    `comment` the digest of the comment then written, `rulebook` that of the book that decided,
    `scope` the size that growth is measured from.
    """

    wrote: Managed
    digest: str
    comment: str | None = None
    seen: datetime | None = None
    at: datetime | None = None
    rulebook: str | None = None
    scope: Scope | None = None


@dataclass(frozen=True)
class Issue:
    """An issue of Jira: who it is, the facts that rules ask for, and what Sluice left on it.

    `fields` has lower-case names (see `rules.facts.FIELDS`; custom fields by their display name).
    `kept` holds the managed fields whose value a person set. `read_at` is Jira's own time.
    `people` has names of those who touched it, which training keeps out of models.
    """

    id: str
    key: str
    project: str
    fields: Mapping[str, Fact]
    managed: Managed = Managed()
    kept: Managed = Managed()
    record: Record | None = None
    note: Note | None = None
    read_at: datetime | None = None
    people: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """The title, or an empty string."""
        return str(self.fields.get("summary") or "")


@dataclass(frozen=True)
class Evidence:
    """One voice in the classification: the rule, the class it speaks for and with what weight."""

    rule: str
    kind: Kind
    weight: float
    because: str


@dataclass(frozen=True)
class Classification:
    """The class of an issue; `confidence` is 0 to 1. `source`: who said so.

    `guess` is the class with most votes, also where that is too little to decide.
    """

    kind: str
    confidence: float
    source: Source
    evidence: tuple[Evidence, ...] = ()
    guess: Kind | None = None


@dataclass(frozen=True)
class Firing:
    """A rule that fired: its effect in words that `explain` prints, and the reason a PM reads."""

    rule: str
    effect: str
    because: str
    points: float = 0.0
    """What the rule added to the score, after the weight of its measure."""


@dataclass(frozen=True)
class Decision:
    """What is to happen to the issue, why, and what is asked of its author."""

    verdict: str
    priority: str | None
    because: tuple[Firing, ...] = ()
    asks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assessment:
    """The audit record: every value that led to the decision. `rulebook` and `model` are digests.

    `proposed` is what the rules say of each managed field; where `issue.kept` holds a value of a
    person, the decision goes by that instead.
    """

    issue: Issue
    classification: Classification
    measures: Mapping[str, float]
    score: float
    decision: Decision
    firings: tuple[Firing, ...]
    rulebook: str
    proposed: Managed
    model: str | None = None
    book: str = ""
    quadrant: Quadrant | None = None
    """Where value against effort puts it, such as "quick win"; None where the book has no such."""
    said: tuple[str, ...] = ()
    """What the text's technical metrics mean for the business, in sentences for the comment."""

    def digest(self) -> str:
        """The digest of the inputs: facts, values kept for people, rulebook and model."""
        facts = {k: v for k, v in self.issue.fields.items() if k not in VOLATILE}
        inputs = [facts, asdict(self.issue.kept), self.rulebook, self.model]
        text = json.dumps(inputs, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


VOLATILE = frozenset({"updated", "comments", "priority"})
"""Facts that Sluice's own write changes: they would make every digest differ from the last."""


@dataclass(frozen=True)
class Problem:
    """Something wrong in a file that a person wrote; `str()` gives `file:line: [rule] message`."""

    file: str
    line: int
    message: str
    rule: str | None = field(default=None)

    def __str__(self) -> str:
        who = f"rule {self.rule}: " if self.rule else ""
        return f"{self.file}:{self.line}: {who}{self.message}"
