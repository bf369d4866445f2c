"""What a site calls things: its fields, its words, our account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

PROPERTY = "sluice"

STANDARD = (
    *("summary", "description", "issuetype", "status", "resolution", "priority", "labels"),
    *("components", "fixVersions", "reporter", "assignee", "parent", "created", "updated"),
    *("duedate", "resolutiondate", "votes", "watches", "comment", "attachment", "issuelinks"),
    "project",
)

Names = Mapping[str, str]


class LayoutError(ValueError):
    """The site lacks fields that Sluice needs; the message names all of them."""


@dataclass(frozen=True)
class Slot:
    """A field of the site that Sluice writes: its id and whether it takes an option."""

    id: str
    name: str
    option: bool = False

    def value(self, value: str | float) -> object:
        """As Jira takes it: `{"value": …}` for a select list, else the plain value."""
        return {"value": value} if self.option else value


@dataclass(frozen=True)
class Layout:
    """What a site calls things: the fields, the words for classes and verdicts, our own account.

    `words` maps our names to what people see (`tech_debt` → `Tech debt`); `custom` maps the lower
    case names of custom fields that books ask for to field ids.
    """

    kind: Slot
    score: Slot
    verdict: Slot
    words: Names
    account: str
    points: str | None = None
    custom: Names = field(default_factory=dict)
    default_priority: str = "Medium"

    def wanted(self) -> list[str]:
        """The fields to ask Jira for, in one GET."""
        ours = [slot.id for slot in (self.kind, self.score, self.verdict)]
        return [*STANDARD, *ours, *([self.points] if self.points else []), *self.custom.values()]

    def shown(self, name: str) -> str:
        """What people see for one of our names."""
        return self.words.get(name, name)

    def known(self, shown: str) -> str:
        """Our name for what people see; words of their own are kept as they are."""
        folded = {words.lower(): name for name, words in self.words.items()}
        return folded.get(shown.lower(), shown)


def make_layout(
    site_fields: Iterable[Mapping[str, Any]],
    names: Names,
    words: Names,
    account: str,
    custom: Iterable[str] = (),
    default_priority: str = "Medium",
) -> Layout:
    """`GET /field` and the names of `sluice.yaml` → Layout; LayoutError names all that lack."""
    by_name = {str(f.get("name", "")).lower(): f for f in site_fields}
    needed = [names["class"], names["score"], names["gate"], *custom]
    if missing := [name for name in needed if name.lower() not in by_name]:
        raise LayoutError(
            f"the site has no field {', '.join(map(repr, missing))}: create it in Jira "
            "(Settings, Issues, Custom fields) or give its name under fields: in sluice.yaml"
        )

    def slot(name: str) -> Slot:
        found = by_name[name.lower()]
        option = (found.get("schema") or {}).get("type") == "option"
        return Slot(str(found["id"]), name, option)

    points = by_name.get(names["points"].lower())
    return Layout(
        kind=slot(names["class"]),
        score=slot(names["score"]),
        verdict=slot(names["gate"]),
        words=words,
        account=account,
        points=str(points["id"]) if points else None,
        custom={name.lower(): str(by_name[name.lower()]["id"]) for name in custom},
        default_priority=default_priority,
    )
