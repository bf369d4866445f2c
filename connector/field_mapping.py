"""What a site calls things: its fields, its words, our account."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.changelog import Statuses, read_statuses
from connector.json_values import dict_of, list_of, name_of
from rules.problem import nearest
from rules.rulebook.rulebook import Rulebook
from rules.vocabulary.classes import ALL_KINDS
from rules.vocabulary.managed_fields import CUSTOM, MANAGED, ManagedName, PerManaged
from rules.vocabulary.verdicts import VERDICTS

PROPERTY = "sluice"

STANDARD = (
    *("summary", "description", "issuetype", "status", "resolution", "priority", "labels"),
    *("components", "fixVersions", "reporter", "assignee", "parent", "created", "updated"),
    *("duedate", "resolutiondate", "votes", "watches", "comment", "attachment", "issuelinks"),
    *("project", "environment", "creator", "versions", "security", "statuscategorychangedate"),
    *("timespent", "timeestimate", "timeoriginalestimate", "workratio"),
)

Names = Mapping[str, str]

_AGILE = {"gh-sprint": "sprint", "gh-epic-link": "epic link"}
"""Custom fields that Jira Software brings, by the end of their type: their names are localised."""

REOPENED, GROWTH = "reopened", "growth"
EXTRA = (REOPENED, GROWTH)
"""Facts that cost more than the fields of an issue: read only where a book asks for them."""


def needs(book: Rulebook) -> set[str]:
    """What issues have to be read with for a book: its custom fields, and what costs extra."""
    return {field.name for field in book.custom} | {name for name in EXTRA if book.asks(name)}


class LayoutError(ValueError):
    """The site lacks fields that Sluice needs; the message names all of them."""


@dataclass(frozen=True)
class Slot:
    """A field of the site that Sluice writes: its id and whether it takes an option."""

    id: str
    name: str
    option: bool = False
    named: bool = False

    def value(self, value: str | float) -> object:
        """Return a value as Jira takes it.

        `{"value": …}` for a select list, `{"name": …}` for a priority, else the plain value.
        """
        if self.named:
            return {"name": value}
        return {"value": value} if self.option else value


PRIORITY = Slot(str(MANAGED.priority.id), MANAGED.priority.name, named=True)
"""Jira's own field, which every site has."""


@dataclass(frozen=True)
class Layout:
    """What a site calls things: the fields, the words for classes and verdicts, our own account.

    `words` maps our names to what people see (`tech_debt` → `Tech debt`); `custom` maps the lower
    case names of custom fields that books ask for to field ids. `statuses` is there where a book
    asks how often issues were reopened, `growth` where one asks how much they grew.
    """

    kind: Slot
    score: Slot
    verdict: Slot
    words: Names
    account: str
    points: str | None = None
    custom: Names = field(default_factory=dict)
    default_priority: str = "Medium"
    statuses: Statuses | None = None
    growth: bool = False
    agile: Names = field(default_factory=dict)

    @property
    def expand(self) -> str | None:
        """What to ask Jira for beside fields."""
        return None if self.statuses is None else "changelog"

    def slot(self, name: ManagedName) -> Slot:
        """Return the field of the site that holds a managed field."""
        return PerManaged(self.kind, self.score, self.verdict, PRIORITY).of(name)

    def wanted(self) -> list[str]:
        """The fields to ask Jira for, in one GET."""
        ours = [self.slot(name).id for name in CUSTOM]
        more = [*([self.points] if self.points else []), *self.agile.values()]
        return list(dict.fromkeys((*STANDARD, *ours, *more, *self.custom.values())))

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
    statuses: Iterable[Mapping[str, Any]] = (),
) -> Layout:
    """`GET /field` and the names of `sluice.yaml` → Layout; `GET /status` where needed.

    A field is told by its name, or by its id where two share a name. LayoutError names every
    field that lacks or is told by a name that two have.
    """
    site_fields = list(site_fields)
    index = _index(site_fields)
    needed = set(custom)
    custom = sorted(needed.difference(EXTRA))
    _prove([names[setting] for setting in _SETTINGS], custom, index)
    _prove_types(names, index)
    _prove_no_loop(names, custom, index)
    points = index.get(names["points"].lower(), [])
    return Layout(
        kind=_slot(names["class"], index),
        score=_slot(names["score"], index),
        verdict=_slot(names["gate"], index),
        words=words,
        account=account,
        points=str(points[0]["id"]) if points else None,
        custom={name.lower(): _slot(name, index).id for name in custom},
        default_priority=default_priority,
        statuses=read_statuses(statuses) if REOPENED in needed else None,
        growth=GROWTH in needed,
        agile=_agile(site_fields),
    )


_Index = Mapping[str, list[Mapping[str, Any]]]


def _index(site_fields: Iterable[Mapping[str, Any]]) -> _Index:
    """The fields by lower-case name, by id and by `cf[…]`; several may share a name."""
    index: dict[str, list[Mapping[str, Any]]] = {}
    for one in site_fields:
        id = str(one.get("id", "")).lower()
        number = re.sub(r"^customfield_(\d+)$", r"cf[\1]", id)
        for key in {str(one.get("name", "")).lower(), id, number}:
            index.setdefault(key, []).append(one)
    return index


def _agile(site_fields: Iterable[Mapping[str, Any]]) -> Names:
    found: dict[str, str] = {}
    for one in site_fields:
        kind = str(dict_of(one.get("schema")).get("custom", "")).rpartition(":")[2]
        if kind in _AGILE:
            found.setdefault(_AGILE[kind], str(one.get("id")))
    return found


def _prove_no_loop(names: Names, custom: Iterable[str], index: _Index) -> None:
    """A rule on a field that Sluice writes would be answered by its own write, for ever."""
    ours = {_slot(names[setting], index).id for setting in _SETTINGS}
    for name in custom:
        if (slot := _slot(name, index)).id in ours:
            raise LayoutError(f"a rule asks for {name!r}: Sluice writes {slot.name}, take it out")


def _prove(ours: list[str], custom: list[str], index: _Index) -> None:
    needed = [*ours, *custom]
    missing = [name for name in needed if name.lower() not in index]
    several = [name for name in needed if len(index.get(name.lower(), ())) > 1]
    problems = []
    if missing:
        others = index.keys() - {name.lower() for name in ours}
        said = ", ".join(_hinted(name, others if name in custom else ()) for name in missing)
        problems.append(
            f"the site has no field {said}: create it in Jira "
            "(Settings, Issues, Custom fields) or give its name under fields: in sluice.yaml"
        )
    for name in several:
        ids = ", ".join(str(one.get("id")) for one in index[name.lower()])
        problems.append(f"several fields are called {name!r}: write the id of yours ({ids})")
    if problems:
        raise LayoutError("; ".join(problems))


def _hinted(name: str, known: Iterable[str]) -> str:
    hint = nearest(name, known).removeprefix(": ")
    return f"{name!r} ({hint})" if hint else repr(name)


def _prove_types(names: Names, index: _Index) -> None:
    """Class and gate take words, the score takes a number; a field of unknown type is let be."""
    for setting, managed in _SETTINGS.items():
        found = index[names[setting].lower()][0]
        kind = (found.get("schema") or {}).get("type")
        if kind is not None and kind not in managed.types:
            wrong = f"{names[setting]!r} holds a {kind}: {setting}: needs {managed.needs}"
            raise LayoutError(wrong)


_SETTINGS = {str(MANAGED.of(name).setting): MANAGED.of(name) for name in CUSTOM}
"""The managed fields by their key under `fields:` in sluice.yaml."""


def _slot(name: str, index: _Index) -> Slot:
    found = index[name.lower()][0]
    option = (found.get("schema") or {}).get("type") == "option"
    return Slot(str(found["id"]), str(found.get("name") or name), option)


def screen_problems(
    screen: Mapping[str, Any], layout: Layout, priorities: Iterable[str], used: Iterable[str]
) -> list[str]:
    """Return what an edit screen lacks for Sluice to write all that it may: fields, options.

    `screen` is the `fields` of Jira's editmeta, `priorities` are those of the rulebook's bands,
    `used` has the classes and verdicts that the project's book and targets name.
    """
    used = set(used)
    wanted = {
        layout.kind: [layout.shown(kind) for kind in ALL_KINDS if kind in used],
        layout.verdict: [layout.shown(verdict) for verdict in VERDICTS if verdict in used],
        layout.score: [],
        PRIORITY: list(priorities),
    }
    problems = []
    for slot, values in wanted.items():
        if slot.id not in screen:
            problems.append(f"{slot.name} can't be edited: add it to the edit screen")
        elif missing := _missing(values, dict_of(screen[slot.id])):
            said = ", ".join(missing)
            hint = "change the bands of the rulebook" if slot is PRIORITY else "change words:"
            problems.append(f"{slot.name} has no {said}: add it in Jira, or {hint}")
    return problems


def _missing(values: Iterable[str], field: Mapping[str, Any]) -> list[str]:
    if "allowedValues" not in field:
        return []
    allowed = {str(name_of(value)).lower() for value in list_of(field["allowedValues"])}
    return [value for value in values if value.lower() not in allowed]
