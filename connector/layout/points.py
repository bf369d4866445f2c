"""Find the fields that hold story points, and read the one that counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.layout.site_fields import (
    Field,
    SiteFields,
    custom_type_of,
    ids_of,
    scope_of,
    type_of,
)
from rules.facts.jira_json.json_values import number_of

POINTS = "Story Points"
"""The name of the field, unless sluice.yaml has another."""

NONE = "none"
"""Stands in sluice.yaml where nobody estimates."""

_ESTIMATE = "jsw-story-points"
"""The type of "Story point estimate", the field of team-managed projects, in every language."""


@dataclass(frozen=True)
class Points:
    """The fields for story points, by id, with their names; the first that is filled counts.

    `problem` is a line if the site has none, or several that only a person can tell apart.
    """

    names: Mapping[str, str]
    problem: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids of the fields, in the order in which they count."""
        return tuple(self.names)

    def counting(self, fields: Mapping[str, Any]) -> str | None:
        """Return the id of the field that counts on an issue; None if none is filled."""
        return next((id for id in self.names if number_of(fields.get(id)) is not None), None)

    def called(self, fields: Mapping[str, Any]) -> frozenset[str]:
        """Return id and name, in lower case, of what a changelog tells about an issue's points.

        If no field is filled, these are those of all.
        """
        found = self.counting(fields)
        ids = [found] if found else self.ids
        return frozenset(text for id in ids for text in (id, self.names[id].lower()) if text)

    def read(self, fields: Mapping[str, Any]) -> float | None:
        """Return the story points of an issue, or None."""
        found = self.counting(fields)
        return number_of(fields.get(found)) if found else None


NO_POINTS = Points({})


def find_points(fields: SiteFields, name: str, only: bool = False) -> Points:
    """Return the fields for story points: the project's own, the named, then those of that type.

    `only`: the project names its field, so no other counts.
    """
    if name.strip().lower() == NONE:
        return NO_POINTS
    named = [one for one in fields.find(name, ["number"]) if type_of(one) in ("number", None)]
    typed = [] if only else [one for one in fields.listed if custom_type_of(one) == _ESTIMATE]
    own = [one for one in typed if scope_of(one)]
    order = [*own, *named, *typed]
    names = {str(one.get("id")): str(one.get("name") or "") for one in order}
    return Points(names, _problem(fields, name, named, order))


def _problem(fields: SiteFields, name: str, named: list[Field], order: list[Field]) -> str:
    where = "`fields: points` in sluice.yaml"
    if len(named) > 1:
        ids = ids_of(named)
        return (
            f"several fields have the name {name!r}: use the id of one of them ({ids}) as {where}"
        )
    if named or (order and name == POINTS):
        return ""
    if found := fields.find(name):
        wrong = f"{name!r} ({ids_of(found)}) has the type {type_of(found[0])}"
        return f"{wrong}, but points need a number field: correct {where}"
    numbers = [one for one in fields.listed if custom_type_of(one) == "float"]
    listed = ", ".join(f"{one.get('name')} ({one.get('id')})" for one in numbers[:10])
    hint = f"; number fields here: {listed}" if listed else ""
    return (
        f"the site has no field {fields.hinted(name)} for points: name it as {where}, or write "
        f"`points: {NONE}` if nobody estimates{hint}"
    )
