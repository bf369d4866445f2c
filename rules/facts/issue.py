"""The nouns: what we read of an issue, and what we decide about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, cast

from rules.vocabulary.managed_fields import MANAGED_NAMES, ManagedName

Fact: TypeAlias = "str | float | datetime | tuple[str, ...] | None"
"""A value that a rule can ask for. Lists of names are tuples; no value is None."""


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

    def get(self, name: ManagedName) -> str | float | None:
        """Return the value of a managed field, None where it is empty."""
        return cast("str | float | None", getattr(self, name))

    def filled(self) -> dict[ManagedName, str | float]:
        """Return the fields that hold a value."""
        values = ((name, self.get(name)) for name in MANAGED_NAMES)
        return {name: value for name, value in values if value is not None}


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
    `scope` the size that growth is measured from. `operations` are those of the rules' effects that
    the issue has had: field, verb and value, as ("labels", "add", "later").
    """

    wrote: Managed
    digest: str
    comment: str | None = None
    seen: datetime | None = None
    at: datetime | None = None
    rulebook: str | None = None
    scope: Scope | None = None
    operations: frozenset[tuple[str, ...]] = frozenset()


@dataclass(frozen=True)
class Issue:
    """An issue of Jira: who it is, the facts that rules ask for, and what Sluice left on it.

    `fields` has lower-case names (`rules.facts.catalog.FIELDS`; custom fields: the display name).
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
