"""Read an issue's changelog: reopenings, earlier versions, and what people set by hand. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from rules.facts.issue import Choice, Fact, History, Version
from rules.facts.jira_json.json_values import dict_of, list_of, number_of, text_of
from rules.facts.jira_json.names import account_of
from rules.facts.times import moment
from rules.vocabulary.managed_fields import ManagedName
from rules.vocabulary.status_categories import CATEGORIES, Category

DONE = frozenset(
    ["done", "resolved", "closed", "完成", "已完成", "已解决", "解决", "已关闭", "关闭"]
)
"""Names of statuses that mean done. They are used for statuses that the site has deleted."""


@dataclass(frozen=True)
class Statuses:
    """The categories of a site's statuses, by id and by name in lower case (`GET /status`)."""

    by_id: Mapping[str, Category]
    by_name: Mapping[str, Category]

    @classmethod
    def of(cls, listed: Iterable[Mapping[str, Any]]) -> Statuses:
        """Read the list. A name that statuses of several categories share means "To Do"."""
        by_id: dict[str, Category] = {}
        names: dict[str, set[Category]] = {}
        for one in listed:
            key = str(dict_of(one.get("statusCategory")).get("key"))
            category = CATEGORIES.get(key, "To Do")
            by_id[str(one.get("id", ""))] = category
            names.setdefault(str(one.get("name", "")).strip().lower(), set()).add(category)
        alike = {name: them.pop() if len(them) == 1 else "To Do" for name, them in names.items()}
        return cls(by_id, alike)

    def category(self, id: object, name: object) -> Category:
        """Return the category of a status. One that the site has deleted is known by its name."""
        said = (text_of(name) or "").strip().lower()
        found = self.by_id.get(str(id)) or self.by_name.get(said)
        return found or ("Done" if said in DONE else "To Do")


def histories(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the changes in an issue's JSON: on Cloud the last 100."""
    return [dict_of(one) for one in list_of(dict_of(raw.get("changelog")).get("histories"))]


_CUT = 40
"""Some answers were seen to end after so many changes and to call them the total. Other limits of
pages are whole tens, too."""


def may_be_cut(raw: Mapping[str, Any]) -> bool:
    """Return whether a changelog that calls itself whole may be a full page of a longer one."""
    shown = len(histories(raw))
    return not missing(raw) and shown >= _CUT and shown % 10 == 0


def missing(raw: Mapping[str, Any]) -> int:
    """Return the number of older changes that are not in the issue's JSON."""
    total = dict_of(raw.get("changelog")).get("total")
    return max(total - len(histories(raw)), 0) if isinstance(total, int) else 0


def reopened(raw: Mapping[str, Any], statuses: Statuses) -> float:
    """Count the changes from a status that means done to one that does not."""
    items = (dict_of(item) for one in histories(raw) for item in list_of(one.get("items")))
    moves = (
        (
            statuses.category(item.get("from"), item.get("fromString")),
            statuses.category(item.get("to"), item.get("toString")),
        )
        for item in items
        if _is_status(item, statuses)
    )
    return float(sum(before == "Done" != after for before, after in moves))


def _is_status(item: Mapping[str, Any], statuses: Statuses) -> bool:
    """Return whether a change is of the status.

    Data Center gives no `fieldId`, and gives the field's name in the account's language.
    """
    if item.get("fieldId") is not None or item.get("field") == "status":
        return "status" in (item.get("fieldId"), item.get("field"))
    sides = (("from", "fromString"), ("to", "toString"))
    return all(
        str(item.get(id)) in statuses.by_id and str(item.get(name)).lower() in statuses.by_name
        for id, name in sides
    )


@dataclass(frozen=True)
class Followed:
    """The fields to follow through the changelog.

    `facts` has the fact of each field, by the field's id and by its name in lower case: Data Center
    gives only the name. `gate` has id and name of the gate, `accepting` its values in lower case
    that take an issue in, `accounts` are Sluice's, that of today and earlier ones.
    """

    facts: Mapping[str, str]
    gate: frozenset[str]
    accepting: frozenset[str]
    accounts: frozenset[str]


def read_history(raw: Mapping[str, Any], facts: Mapping[str, Fact], followed: Followed) -> History:
    """Return the earlier versions of an issue, by undoing its changes from the newest on."""
    state, until = dict(facts), None
    versions: list[Version] = []
    accepted: Mapping[str, Fact] | None = None
    last: Mapping[str, Any] | None = None
    for change in sorted(histories(raw), key=order, reverse=True):
        for to in _gate_values(change, followed):
            last = last or change
            if accepted is None and to in followed.accepting and _by_person(change, followed):
                accepted = dict(state)
        if undone := dict(_undone(change, followed)):
            at = moment(change.get("created"))
            versions.append(Version(at, until, state))
            state, until = {**state, **undone}, at
    created = facts.get("created")
    since = created if isinstance(created, datetime) else None
    versions.append(Version(since, until, state))
    found = History(tuple(versions[:0:-1]), accepted)
    if last is None:
        return found
    if not _by_person(last, followed):
        return replace(found, gate_by="sluice")
    return replace(found, gate_by="person", decided_by=_name(last))


def _by_person(change: Mapping[str, Any], followed: Followed) -> bool:
    return account_of(change.get("author")) not in followed.accounts


def order(change: Mapping[str, Any]) -> tuple[float, float]:
    """Return the time and the id of a change, to sort by."""
    at = moment(change.get("created"))
    return at.timestamp() if at else 0.0, number_of(change.get("id")) or 0.0


def _name(change: Mapping[str, Any]) -> str:
    return text_of(dict_of(change.get("author")).get("displayName")) or ""


def items_of(change: Mapping[str, Any]) -> Iterator[tuple[set[str], Mapping[str, Any]]]:
    """Yield the items of a change, each with the names that its field may have."""
    for item in map(dict_of, list_of(change.get("items"))):
        names = (text_of(item.get("fieldId")), text_of(item.get("field")))
        yield {name.lower() for name in names if name}, item


def _gate_values(change: Mapping[str, Any], followed: Followed) -> list[str]:
    """Return the values in lower case that a change gave to the gate: none or one."""
    found = (item for names, item in items_of(change) if names & followed.gate)
    return [str(item.get("toString") or "").lower() for item in found]


def _undone(change: Mapping[str, Any], followed: Followed) -> Iterator[tuple[str, Fact]]:
    """Yield the facts that a change replaced, with their earlier values."""
    for names, item in items_of(change):
        before = text_of(item.get("fromString"))
        for fact in {followed.facts[name] for name in names if name in followed.facts}:
            if fact == "labels":
                yield fact, tuple((before or "").split())
            else:
                yield fact, number_of(before) if fact == "points" else before


AUTOMATION = "automation for jira"
"""The display name of the account of Jira's own rules, in lower case. Data Center tells no more."""


@dataclass(frozen=True)
class Chosen:
    """The fields to look for choices in.

    `fields` has managed fields by the field's id and by its name in lower case: Data Center gives
    only the name. `our_name` returns Sluice's name for a site's word. `accounts` are Sluice's, that
    of today and earlier ones; `robots` are further accounts that are no person.
    """

    fields: Mapping[str, ManagedName]
    our_name: Callable[[str], str]
    accounts: frozenset[str]
    robots: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LastChange:
    """The last change of a managed field: by whom, when, and to which value.

    `id` is the value's id on the site, empty if it has none. `before` is the change before it.
    """

    by: Literal["sluice", "person", "robot"]
    at: datetime | None
    value: str
    id: str
    before: LastChange | None = None


def last_changes(raw: Mapping[str, Any], chosen: Chosen) -> dict[ManagedName, LastChange]:
    """Return the last change of each field that changed."""
    found: dict[ManagedName, LastChange] = {}
    for change in sorted(histories(raw), key=order):
        for name, item in _of_fields(change, chosen):
            found[name] = LastChange(
                _who(change, chosen),
                moment(change.get("created")),
                _value(item, "toString", chosen),
                text_of(item.get("to")) or "",
                replace(found[name], before=None) if name in found else None,
            )
    return found


def _who(change: Mapping[str, Any], chosen: Chosen) -> Literal["sluice", "person", "robot"]:
    if _is_ours(change, chosen):
        return "sluice"
    return "person" if by_hand(change, chosen) else "robot"


def _is_ours(change: Mapping[str, Any], chosen: Chosen) -> bool:
    return not _names(change).isdisjoint(chosen.accounts)


def _names(change: Mapping[str, Any]) -> set[str]:
    """Return the ids of a change's author: Data Center gives name and key, and either counts."""
    author = dict_of(change.get("author"))
    return {name for key in ("accountId", "name", "key") if (name := text_of(author.get(key)))}


def read_choices(raw: Mapping[str, Any], chosen: Chosen) -> tuple[Choice, ...]:
    """Return the values that people set by hand after the creation, the oldest first."""
    wrote: dict[ManagedName, str] = {}
    found: list[Choice] = []
    for change in sorted(histories(raw), key=order):
        for name, item in _of_fields(change, chosen):
            if _is_ours(change, chosen):
                wrote[name] = _value(item, "toString", chosen)
            elif by_hand(change, chosen):
                found.append(_choice(name, item, change, chosen, wrote.get(name)))
    return tuple(found)


def first_values(raw: Mapping[str, Any], chosen: Chosen) -> dict[ManagedName, tuple[str, str]]:
    """Return id and value that changed fields had at the creation; empty texts for none."""
    found: dict[ManagedName, tuple[str, str]] = {}
    for change in sorted(histories(raw), key=order):
        for name, item in _of_fields(change, chosen):
            first = text_of(item.get("from")) or "", _value(item, "fromString", chosen)
            found.setdefault(name, first)
    return found


def by_hand(change: Mapping[str, Any], chosen: Chosen) -> bool:
    """Return whether a person made a change: not Sluice, an app, a rule, or another system.

    A rule of Jira's automation that acts as a person looks like this person: name its account
    under `robots`.
    """
    author = dict_of(change.get("author"))
    names = _names(change)
    generator = dict_of(change.get("historyMetadata")).get("generator")
    return (
        bool(names)
        and names.isdisjoint(chosen.accounts | chosen.robots)
        and author.get("accountType") != "app"
        and not (text_of(author.get("displayName")) or "").lower().startswith(AUTOMATION)
        and not generator
    )


def _of_fields(
    change: Mapping[str, Any], chosen: Chosen
) -> Iterator[tuple[ManagedName, Mapping[str, Any]]]:
    """Yield the items of a change that are of the chosen fields."""
    for names, item in items_of(change):
        for managed in {chosen.fields[name] for name in names if name in chosen.fields}:
            yield managed, item


def _choice(
    name: ManagedName,
    item: Mapping[str, Any],
    change: Mapping[str, Any],
    chosen: Chosen,
    wrote: str | None,
) -> Choice:
    return Choice(
        field=name,
        value=_value(item, "toString", chosen),
        account=account_of(change.get("author")) or "",
        name=_name(change),
        at=moment(change.get("created")),
        before=_value(item, "fromString", chosen) or None,
        wrote=wrote or None,
        id=text_of(item.get("to")) or "",
    )


def _value(item: Mapping[str, Any], side: str, chosen: Chosen) -> str:
    return chosen.our_name((text_of(item.get(side)) or "").strip())
