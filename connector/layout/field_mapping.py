"""Map Sluice's names to the field ids, words and account of a site, for one of its projects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.changelog import Statuses
from connector.layout.points import NO_POINTS, Points, find_points
from connector.layout.priorities import Priorities
from connector.layout.site_fields import LayoutError as LayoutError
from connector.layout.site_fields import SiteFields, custom_type_of, ids_of, type_of
from connector.layout.slots import PRIORITY, SETTINGS
from connector.layout.slots import Slot as Slot
from connector.layout.why_slot import why_slot
from rules.facts.jira_json.json_values import number_of
from rules.rulebook.rulebook import Rulebook
from rules.vocabulary.managed_fields import CUSTOM, MANAGED, ManagedName, PerManaged

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


def needs(book: Rulebook) -> set[str]:
    """Return the additional data that a book needs: custom fields and expensive facts."""
    return {field.name for field in book.custom} | {name for name in EXTRA if book.asks(name)}


@dataclass(frozen=True)
class Layout:
    """A project's fields, its site's words for classes and verdicts, and Sluice's account.

    `words` maps Sluice's names to the site's words (`tech_debt` → `Tech debt`). `custom` maps
    lower-case names of custom fields in rulebooks to field ids. `statuses` is set if a rulebook
    uses the number of reopenings, `growth` if one uses the growth. `system` has the names of
    Jira's own fields in the language of the account, by id. `robots` are accounts that are no
    person, `former` those that Sluice had earlier. `why` is the text field for the reasons, if the
    site has one.
    """

    kind: Slot
    score: Slot
    verdict: Slot
    words: Names
    account: str
    points: Points = NO_POINTS
    custom: Names = field(default_factory=dict)
    default_priority: str = "Medium"
    statuses: Statuses | None = None
    growth: bool = False
    agile: Names = field(default_factory=dict)
    system: Names = field(default_factory=dict)
    robots: frozenset[str] = frozenset()
    why: Slot | None = None
    former: frozenset[str] = frozenset()
    priorities: Priorities = field(default_factory=Priorities)

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
        more = [*self.points.ids, *self.agile.values(), *([self.why.id] if self.why else [])]
        return list(dict.fromkeys((*STANDARD, *ours, *more, *self.custom.values())))

    def shown(self, name: str) -> str:
        """Return the site's word for one of Sluice's names."""
        return self.words.get(name, name)

    def written(self, name: ManagedName, value: str | float) -> object:
        """Return the value of a managed field as the PUT has it: a priority by its id."""
        shown = self.shown(str(value)) if MANAGED.of(name).ours else value
        return self.slot(name).value(shown, self.id_of(name, value))

    def id_of(self, name: ManagedName, value: str | float | None) -> str:
        """Return the site's id of a value of a managed field; an empty text if it is unknown."""
        return self.priorities.id_of(value) if name == "priority" and isinstance(value, str) else ""

    def same(
        self, name: ManagedName, value: str | float | None, other: object, id: str = ""
    ) -> bool:
        """Return whether two values of a managed field are equal; `id` is that of the first.

        72 is 72.0, and case is ignored. Priorities are equal if one id of the site has both names.
        """
        if same(value, other):
            return True
        if name == "score" and isinstance(other, str):
            return value is not None and number_of(other) == value
        if name != "priority" or not isinstance(value, str) or not isinstance(other, str):
            return False
        there = id or self.priorities.id_of(value)
        return bool(there) and there == self.priorities.id_of(other)

    def called_also(
        self, name: ManagedName, value: str | float | None, id: str = ""
    ) -> tuple[str, ...]:
        """Return the names of a value: of a priority all by which this site may call it."""
        if not isinstance(value, str):
            return ()
        more = self.priorities.also(id or self.priorities.id_of(value))
        return (value, *more) if name == "priority" else (value,)

    def reads_as(self, name: ManagedName, value: str | float | None) -> str | None:
        """Return the name of a value as the account reads it now."""
        if not isinstance(value, str):
            return None
        found = self.priorities.find(value) if name == "priority" else None
        return found.name if found else value

    @property
    def accounts(self) -> frozenset[str]:
        """Return Sluice's account and those that it had earlier."""
        return self.former | {self.account}

    def our_name(self, word: str) -> str:
        """Return Sluice's name for a site's word; return other words unchanged."""
        folded = {words.lower(): name for name, words in self.words.items()}
        return folded.get(word.lower(), word)


def same(left: object, right: object) -> bool:
    """Return whether two values of a managed field are equal: 72 is 72.0, and case is ignored."""
    if isinstance(left, str) and isinstance(right, str):
        return left.strip().lower() == right.strip().lower()
    return left == right


def make_layout(
    site_fields: Iterable[Mapping[str, Any]],
    names: Names,
    words: Names,
    account: str,
    custom: Iterable[str] = (),
    default_priority: str = "Medium",
    statuses: Iterable[Mapping[str, Any]] = (),
    project: str = "",
    own_points: bool = False,
) -> Layout:
    """Build the layout from `GET /field`, the names in `sluice.yaml` and, if needed, `GET /status`.

    `project` is the id of the project that the layout is for: fields of other projects do not
    count. A field is found by its name, or by its id if two fields have the same name. Raise
    LayoutError with every field that is missing or ambiguous. `own_points`: the project names its
    field for points.
    """
    fields = SiteFields(site_fields, project)
    needed = set(custom)
    custom = sorted(needed.difference(EXTRA))
    _check_names(names, custom, fields)
    _check_types(names, fields)
    ours = {key: fields.slot(names[key], managed.types) for key, managed in SETTINGS.items()}
    why = why_slot(fields, names.get("why", ""))
    written = [*ours.values(), *([why] if why else [])]
    _check_apart(written)
    _check_no_loop(written, custom, fields)
    return Layout(
        kind=ours["class"],
        score=ours["score"],
        verdict=ours["gate"],
        words=words,
        account=account,
        points=find_points(fields, names["points"], own_points),
        custom={name.lower(): fields.slot(name).id for name in custom},
        default_priority=default_priority,
        statuses=Statuses.of(statuses) if REOPENED in needed else None,
        growth=GROWTH in needed,
        agile=_agile(fields.listed),
        system={id: fields.slot(id).name for id in SYSTEM if id in fields},
        why=why,
    )


def _agile(site_fields: Iterable[Mapping[str, Any]]) -> Names:
    found: dict[str, str] = {}
    for one in site_fields:
        kind = custom_type_of(one)
        if kind in _AGILE:
            found.setdefault(_AGILE[kind], str(one.get("id")))
    return found


def _check_apart(slots: Sequence[Slot]) -> None:
    """Refuse one field for two purposes: one value would overwrite the other for ever."""
    ids = [slot.id for slot in slots]
    if twice := next((slot.name for slot in slots if ids.count(slot.id) > 1), None):
        raise LayoutError(
            f"`fields` names {twice!r} for two purposes: class, score, gate and why need a field "
            "each"
        )


def _check_no_loop(slots: Iterable[Slot], custom: Iterable[str], fields: SiteFields) -> None:
    """Refuse rules on fields that Sluice writes: its writes would trigger more writes."""
    ours = {slot.id for slot in slots}
    for name in custom:
        if (slot := fields.slot(name)).id in ours:
            raise LayoutError(f"a rule uses {name!r}, but Sluice writes {slot.name}. Remove it")


def _check_names(names: Names, custom: Iterable[str], fields: SiteFields) -> None:
    """Raise LayoutError if a field that is needed is missing, or is one of several."""
    needed = {names[key]: managed.types for key, managed in SETTINGS.items()}
    needed = {**dict.fromkeys(custom, ()), **needed}
    found = {name: fields.find(name, types) for name, types in needed.items()}
    taken = [names[key] for key in SETTINGS]
    problems = []
    for wanted, place in ((taken, "`fields` in sluice.yaml"), (custom, "`fields` in the rulebook")):
        missing = [fields.hinted(name, taken) for name in dict.fromkeys(wanted) if not found[name]]
        if missing:
            problems.append(
                f"the site has no field {', '.join(missing)}: create it in Jira "
                f"(Settings, Issues, Custom fields) or correct its name under {place}"
            )
    problems += [
        f"several fields have the name {name!r}: use the id of one of them ({ids_of(them)})"
        for name, them in found.items()
        if len(them) > 1
    ]
    if problems:
        raise LayoutError("; ".join(problems))


def _check_types(names: Names, fields: SiteFields) -> None:
    """Check that class and gate take text, and the score a number. Unknown types pass."""
    for setting, managed in SETTINGS.items():
        kind = type_of(fields.find(names[setting], managed.types)[0])
        if kind is not None and kind not in managed.types:
            wrong = f"{names[setting]!r} has the type {kind}, but {setting} needs {managed.needs}"
            raise LayoutError(wrong)
