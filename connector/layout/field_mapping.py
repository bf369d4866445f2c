"""Map Sluice's names to a site's field ids, words and account."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.jira_json.changelog import Statuses
from connector.jira_json.json_values import dict_of, list_of, name_of
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

SYSTEM = ("status", "assignee", "priority")
"""Jira's own fields that are followed through the changelog."""

_AGILE = {"gh-sprint": "sprint", "gh-epic-link": "epic link"}
"""Custom fields of Jira Software, by the end of their type, since their names are localised."""

REOPENED, GROWTH = "reopened", "growth"
EXTRA = (REOPENED, GROWTH)
"""Facts that are expensive to read, and are only read if a rulebook uses them."""


def read_priorities(listed: Iterable[Mapping[str, Any]]) -> Mapping[str, float]:
    """Return the rank of each priority by id and by name in lower case (`GET /priority`).

    Jira lists the highest first. Ranks go from 1 for the highest to 0 for the lowest.
    """
    found = list(listed)
    last = max(len(found) - 1, 1)
    return {
        str(key).lower(): (len(found) - 1 - place) / last
        for place, one in enumerate(found)
        for key in (one.get("id"), one.get("name"))
        if key
    }


def needs(book: Rulebook) -> set[str]:
    """Return the additional data that a book needs: custom fields and expensive facts."""
    return {field.name for field in book.custom} | {name for name in EXTRA if book.asks(name)}


class LayoutError(ValueError):
    """The site lacks fields that Sluice needs. The message names all of them."""


@dataclass(frozen=True)
class Slot:
    """A field that Sluice writes: its id, and whether it is a select list."""

    id: str
    name: str
    option: bool = False
    named: bool = False

    def value(self, value: str | float) -> object:
        """Return a value in Jira's form.

        `{"value": …}` for a select list, `{"name": …}` for a priority, else the plain value.
        """
        if self.named:
            return {"name": value}
        return {"value": value} if self.option else value


PRIORITY = Slot(str(MANAGED.priority.id), MANAGED.priority.name, named=True)
"""Jira's own field, on every site."""


@dataclass(frozen=True)
class Layout:
    """A site's fields, its words for classes and verdicts, and Sluice's account.

    `words` maps Sluice's names to the site's words (`tech_debt` → `Tech debt`). `custom` maps
    lower-case names of custom fields in rulebooks to field ids. `statuses` is set if a rulebook
    uses the number of reopenings, `growth` if one uses the growth. `system` has the names of
    Jira's own fields in the language of the account, by id. `robots` are accounts that are no
    person.
    """

    kind: Slot
    score: Slot
    verdict: Slot
    words: Names
    account: str
    points: str | None = None
    points_name: str = ""
    custom: Names = field(default_factory=dict)
    default_priority: str = "Medium"
    statuses: Statuses | None = None
    growth: bool = False
    agile: Names = field(default_factory=dict)
    system: Names = field(default_factory=dict)
    robots: frozenset[str] = frozenset()

    @property
    def expand(self) -> str | None:
        """Return the expansions to request, or None."""
        return "changelog" if self.growth or self.statuses is not None else None

    def called(self, id: str) -> frozenset[str]:
        """Return id and name of a field of Jira's own, in lower case.

        In a changelog, Data Center gives only the name, in the account's language.
        """
        return frozenset({id, self.system.get(id, id).lower()})

    def named(self, name: ManagedName) -> frozenset[str]:
        """Return id and names of a managed field, in lower case."""
        slot = self.slot(name)
        return self.called(slot.id) | {slot.id.lower(), slot.name.lower()}

    def slot(self, name: ManagedName) -> Slot:
        """Return the site's field for a managed field."""
        return PerManaged(self.kind, self.score, self.verdict, PRIORITY).of(name)

    def wanted(self) -> list[str]:
        """Return the fields to request, for one GET."""
        ours = [self.slot(name).id for name in CUSTOM]
        more = [*([self.points] if self.points else []), *self.agile.values()]
        return list(dict.fromkeys((*STANDARD, *ours, *more, *self.custom.values())))

    def shown(self, name: str) -> str:
        """Return the site's word for one of Sluice's names."""
        return self.words.get(name, name)

    def our_name(self, word: str) -> str:
        """Return Sluice's name for a site's word; return other words unchanged."""
        folded = {words.lower(): name for name, words in self.words.items()}
        return folded.get(word.lower(), word)


def make_layout(
    site_fields: Iterable[Mapping[str, Any]],
    names: Names,
    words: Names,
    account: str,
    custom: Iterable[str] = (),
    default_priority: str = "Medium",
    statuses: Iterable[Mapping[str, Any]] = (),
) -> Layout:
    """Build the layout from `GET /field`, the names in `sluice.yaml` and, if needed, `GET /status`.

    A field is found by its name, or by its id if two fields have the same name. Raise LayoutError
    with every field that is missing or ambiguous.
    """
    site_fields = list(site_fields)
    index = _index(site_fields)
    needed = set(custom)
    custom = sorted(needed.difference(EXTRA))
    _check_names([names[setting] for setting in _SETTINGS], custom, index)
    _check_types(names, index)
    _check_no_loop(names, custom, index)
    points = index.get(names["points"].lower(), [])
    return Layout(
        kind=_slot(names["class"], index),
        score=_slot(names["score"], index),
        verdict=_slot(names["gate"], index),
        words=words,
        account=account,
        points=str(points[0]["id"]) if points else None,
        points_name=str(points[0].get("name", "")) if points else "",
        custom={name.lower(): _slot(name, index).id for name in custom},
        default_priority=default_priority,
        statuses=Statuses.of(statuses) if REOPENED in needed else None,
        growth=GROWTH in needed,
        agile=_agile(site_fields),
        system={id: _slot(id, index).name for id in SYSTEM if id in index},
    )


_Index = Mapping[str, list[Mapping[str, Any]]]


def _index(site_fields: Iterable[Mapping[str, Any]]) -> _Index:
    """Return the fields by lower-case name, id and `cf[…]`. Several can have the same name."""
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


def _check_no_loop(names: Names, custom: Iterable[str], index: _Index) -> None:
    """Refuse rules on fields that Sluice writes: its writes would trigger more writes."""
    ours = {_slot(names[setting], index).id for setting in _SETTINGS}
    for name in custom:
        if (slot := _slot(name, index)).id in ours:
            raise LayoutError(f"a rule uses {name!r}, but Sluice writes {slot.name}. Remove it")


def _check_names(ours: list[str], custom: list[str], index: _Index) -> None:
    needed = [*ours, *custom]
    missing = [name for name in needed if name.lower() not in index]
    several = [name for name in needed if len(index.get(name.lower(), ())) > 1]
    problems = []
    if missing:
        others = index.keys() - {name.lower() for name in ours}
        listed = ", ".join(_hinted(name, others if name in custom else ()) for name in missing)
        problems.append(
            f"the site has no field {listed}: create it in Jira "
            "(Settings, Issues, Custom fields) or correct its name under `fields` in sluice.yaml"
        )
    for name in several:
        ids = ", ".join(str(one.get("id")) for one in index[name.lower()])
        problems.append(f"several fields have the name {name!r}: use the id of one of them ({ids})")
    if problems:
        raise LayoutError("; ".join(problems))


def _hinted(name: str, others: Iterable[str]) -> str:
    hint = nearest(name, others).removeprefix(": ")
    return f"{name!r} ({hint})" if hint else repr(name)


def _check_types(names: Names, index: _Index) -> None:
    """Check that class and gate take text, and the score a number. Unknown types pass."""
    for setting, managed in _SETTINGS.items():
        found = index[names[setting].lower()][0]
        kind = (found.get("schema") or {}).get("type")
        if kind is not None and kind not in managed.types:
            wrong = f"{names[setting]!r} has the type {kind}, but {setting} needs {managed.needs}"
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
    """Return a line for each field or option that Sluice writes and the edit screen lacks.

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
            listed = ", ".join(missing)
            hint = (
                "`bands` in the rulebook or `default_priority` in sluice.yaml"
                if slot is PRIORITY
                else "`words` in sluice.yaml"
            )
            problems.append(f"{slot.name} has no {listed}: add it in Jira, or change {hint}")
    return problems


def _missing(values: Iterable[str], field: Mapping[str, Any]) -> list[str]:
    if "allowedValues" not in field:
        return []
    allowed = {str(name_of(value)).lower() for value in list_of(field["allowedValues"])}
    return [value for value in values if value.lower() not in allowed]
