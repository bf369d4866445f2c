"""Define the four fields of an issue that Sluice writes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Generic, Literal, TypeVar, cast

T = TypeVar("T")

ManagedName = Literal["kind", "score", "verdict", "priority"]


@dataclass(frozen=True)
class PerManaged(Generic[T]):
    """Hold one value for each managed field."""

    kind: T
    score: T
    verdict: T
    priority: T

    def of(self, name: ManagedName) -> T:
        """Return the value of a managed field."""
        return cast(T, getattr(self, name))


@dataclass(frozen=True)
class ManagedField:
    """How Jira stores a managed field.

    `name` is the field's name in Jira, unless `fields:` in sluice.yaml has another under
    `setting`. A field without a setting is a system field of Jira, with `id`. `types` are the
    accepted Jira types, `needs` describes them for an admin. `ours`: its values are our own words.
    """

    name: str
    types: tuple[str, ...]
    needs: str
    setting: str | None = None
    id: str | None = None
    ours: bool = False


_CHOICE = (("option", "string"), "a select list or a short text")

MANAGED: PerManaged[ManagedField] = PerManaged(
    kind=ManagedField("Sluice Class", *_CHOICE, setting="class", ours=True),
    score=ManagedField("Sluice Score", ("number",), "a number field", setting="score"),
    verdict=ManagedField("Sluice Gate", *_CHOICE, setting="gate", ours=True),
    priority=ManagedField("Priority", ("priority",), "a priority", id="priority"),
)

MANAGED_NAMES = cast("tuple[ManagedName, ...]", tuple(field.name for field in fields(PerManaged)))

CUSTOM = tuple(name for name in MANAGED_NAMES if MANAGED.of(name).setting)
"""The managed fields that must exist in Jira as custom fields."""
