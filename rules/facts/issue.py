"""Define an issue as it is read from Jira, and Sluice's record of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias, cast

from rules.vocabulary.managed_fields import MANAGED_NAMES, ManagedName

Fact: TypeAlias = "str | float | datetime | tuple[str, ...] | None"
"""A value for conditions. Lists of names are tuples. None means no value."""


@dataclass(frozen=True)
class Managed:
    """Sluice's four fields: their current values, the last written ones, or those of people.

    `kind` and `verdict` are Sluice's names, or a person's own words for other values. `score` is 0
    to 100. `priority` is a name of a Jira priority. None: empty.
    """

    kind: str | None = None
    score: float | None = None
    verdict: str | None = None
    priority: str | None = None

    def get(self, name: ManagedName) -> str | float | None:
        """Return the value of a managed field, or None."""
        return cast("str | float | None", getattr(self, name))

    def filled(self) -> dict[ManagedName, str | float]:
        """Return the fields with a value."""
        values = ((name, self.get(name)) for name in MANAGED_NAMES)
        return {name: value for name, value in values if value is not None}


@dataclass(frozen=True)
class Note:
    """Sluice's comment on the issue: its id in Jira, its wiki markup and the account that wrote."""

    id: str
    body: str
    account: str = ""


@dataclass(frozen=True)
class Answer:
    """A comment of a person: the time of writing, and the text without quotes."""

    at: datetime | None
    text: str


@dataclass(frozen=True)
class Statement:
    """A sentence or list item of a description: a short digest, and its length in characters."""

    digest: str
    length: int


@dataclass(frozen=True)
class Scope:
    """The size of an issue: story points and the statements of the description.

    `by_hand`: it is the base of growth by a person's decision.
    """

    points: float | None = None
    statements: tuple[Statement, ...] = ()
    by_hand: bool = False


@dataclass(frozen=True)
class Choice:
    """A value that a person set by hand in a managed field, as the changelog tells it.

    `value` is empty if the person emptied the field. `account` is the person's id on the site,
    `name` the display name, `at` the time of the change. `before` is the value that the field had
    until then, `wrote` the one that Sluice had written last; None if there was none. `id` is the
    value's id on the site, if it has one: a priority can be renamed.
    """

    field: ManagedName
    value: str
    account: str
    name: str = ""
    at: datetime | None = None
    before: str | None = None
    wrote: str | None = None
    id: str = ""


@dataclass(frozen=True)
class Version:
    """An earlier state of an issue: the facts as they were from one change to the next."""

    since: datetime | None
    until: datetime | None
    fields: Mapping[str, Fact]


@dataclass(frozen=True)
class History:
    """What the changelog tells: the earlier versions of an issue, the oldest first.

    `accepted` has the facts at the last time when a person set the gate to a verdict that takes
    the issue in. `gate_by` tells who changed the gate last, None if nobody did; `decided_by` is the
    display name of that person, if Jira tells it. `choices` are the values that people set by hand
    in managed fields, the oldest first; a value that was taken back later is among them, and so is
    the taking back. `known`: the changelog was read, so no choices means that nobody chose.
    """

    versions: tuple[Version, ...] = ()
    accepted: Mapping[str, Fact] | None = None
    gate_by: Literal["person", "sluice"] | None = None
    decided_by: str = ""
    choices: tuple[Choice, ...] = ()
    known: bool = False


@dataclass(frozen=True)
class Record:
    """The last write of Sluice, as stored in the issue's `sluice` property.

    `seen` is the issue's update time before that write, `at` the time of the write, `comment` the
    hash of the comment, `rulebook` the digest of the rulebook, `team` that of what the team taught
    (None: what ships), `scope` the base of growth.
    `operations` are the effects that the issue has had: field, verb and value, such as
    ("labels", "add", "later"). `asks` are the questions in the comment, each digest with the time
    when it was asked first. `partial`: only the changelog was read, which tells values and times.

    `issue` is the id of the issue that it was written on. `ids` has the site's ids of the written
    values, as far as they were known. `account` is the account that wrote, `note` the id of its
    comment, `why` the hash of the text in Sluice Why. `left_out` names what could not be written.
    `theirs` has the values of people at that time. `undone`: `sluice undo` took the write back, and
    `wrote` is what it put there. Records of earlier versions lack most of these.
    """

    wrote: Managed
    digest: str
    comment: str | None = None
    seen: datetime | None = None
    at: datetime | None = None
    rulebook: str | None = None
    team: str | None = None
    scope: Scope | None = None
    operations: frozenset[tuple[str, ...]] = frozenset()
    asks: Mapping[str, datetime] = field(default_factory=dict)
    partial: bool = False
    issue: str = ""
    ids: Mapping[ManagedName, str] = field(default_factory=dict)
    account: str = ""
    note: str = ""
    undone: bool = False
    why: str | None = None
    left_out: frozenset[str] = frozenset()
    theirs: Managed = Managed()


@dataclass(frozen=True)
class Issue:
    """An issue of Jira: its ids, the facts for rules, and earlier results of Sluice.

    `fields` has lower-case names (`rules.facts.catalog.FIELDS`; custom fields: the display name).
    `project` is Jira's current key of the project, `project_id` its id, `type` the id of the issue
    type. `ids` has the site's ids of the values in managed fields, where they have one.
    `kept` contains the managed fields that a person set; of these, `confirmed` names those that
    hold Sluice's own value, set by a person since. `read_at` is Jira's time. `people` names
    the people who touched the issue; training keeps these names out of models. `answers` has the
    comments of people, the oldest first; `history` is empty if no rulebook needs the changelog.
    `spare` are the ids of further comments of Sluice, `why` the text of its Why field.
    """

    id: str
    key: str
    project: str
    fields: Mapping[str, Fact]
    managed: Managed = Managed()
    kept: Managed = Managed()
    record: Record | None = None
    note: Note | None = None
    spare: tuple[str, ...] = ()
    why: str | None = None
    read_at: datetime | None = None
    people: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    history: History = History()
    project_id: str = ""
    type: str = ""
    confirmed: frozenset[ManagedName] = frozenset()
    ids: Mapping[ManagedName, str] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """Return the title, or an empty string."""
        return str(self.fields.get("summary") or "")

    @property
    def text(self) -> str:
        """Return title and description, a line break between them."""
        return f"{self.summary}\n{self.fields.get('description') or ''}"
