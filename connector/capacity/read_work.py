"""Read the history of an issue for capacity: its statuses, assignees and gates. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connector.changelog import DONE
from connector.field_mapping import PRIORITY, PROPERTY, Layout
from connector.json_values import account_of, dict_of, list_of, name_of, number_of, text_of, time_of
from connector.people_edits import written_by
from rules.capacity.work_history import Category, Span, WorkItem, Write
from rules.facts.times import moment

FIELDS = (
    *("summary", "issuetype", "status", "resolution", "assignee", "parent", "created"),
    *("timespent", "issuelinks", "labels", "project", "resolutiondate"),
    "statuscategorychangedate",
)
"""The fields that a report needs, beside those of the site's layout."""

CATEGORIES: Mapping[str, Category] = {
    "new": "To Do",
    "undefined": "To Do",
    "indeterminate": "In Progress",
    "done": "Done",
}
"""Jira's keys of status categories."""

INCIDENTS = ("incident", "outage", "事故", "故障")
"""Words in a type or a label that make an issue an incident."""

_SECONDS_MAX = 100_000_000_000
"""Larger numbers are times in milliseconds."""


@dataclass(frozen=True)
class Statuses:
    """The categories of a site's statuses, by id and by name in lower case (`GET /status`)."""

    by_id: Mapping[str, Category]
    by_name: Mapping[str, Category]

    @classmethod
    def of(cls, listed: Iterable[Mapping[str, Any]]) -> Statuses:
        """Read the list. A name with several categories has none."""
        by_id: dict[str, Category] = {}
        names: dict[str, set[Category]] = {}
        for one in listed:
            key = str(dict_of(one.get("statusCategory")).get("key"))
            category = CATEGORIES.get(key, "To Do")
            by_id[str(one.get("id", ""))] = category
            names.setdefault(str(one.get("name", "")).strip().lower(), set()).add(category)
        return cls(by_id, {name: min(them) for name, them in names.items() if len(them) == 1})

    def category(self, id: object, name: object) -> Category:
        """Return the category of a status. One that the site has deleted is known by its name."""
        said = (text_of(name) or "").strip().lower()
        found = self.by_id.get(str(id)) or self.by_name.get(said)
        return found or ("Done" if said in DONE else "To Do")


def read_work(raw: Mapping[str, Any], layout: Layout, statuses: Statuses) -> WorkItem:
    """Convert an issue's JSON with its whole changelog. Missing or invalid values are empty."""
    fields = dict_of(raw.get("fields"))
    created = moment(fields.get("created")) or datetime.fromtimestamp(0, UTC)
    changes = sorted(_changes(raw), key=lambda one: one[0])
    status, kind = dict_of(fields.get("status")), name_of(fields.get(layout.kind.id))
    verdict = name_of(fields.get(layout.verdict.id))
    verdict = layout.our_name(verdict) if verdict else None
    now = statuses.category(status.get("id"), status.get("name"))
    category = CATEGORIES.get(str(dict_of(status.get("statusCategory")).get("key")), now)
    type_, labels = dict_of(fields.get("issuetype")), list_of(fields.get("labels"))
    links = [dict_of(link) for link in list_of(fields.get("issuelinks"))]
    record = dict_of(dict_of(raw.get("properties")).get(PROPERTY))
    return WorkItem(
        key=str(raw.get("key", "")),
        created=created,
        categories=_categories(fields, created, changes, category, statuses),
        assignees=_spans(
            created, changes, ("assignee",), person_of(fields.get("assignee")), _person
        ),
        gates=_spans(created, changes, _names(layout), verdict, _our_gate(layout)),
        parent=_parent(fields, layout),
        kind=layout.our_name(kind) if kind else None,
        summary=text_of(fields.get("summary")) or "",
        points=_positive(fields.get(layout.points or "")),
        spent=_hours(fields.get("timespent")),
        resolution=name_of(fields.get("resolution")),
        verdict=verdict,
        score=number_of(fields.get(layout.score.id)),
        subtask=type_.get("subtask") is True,
        unplanned=_is_incident([text_of(type_.get("name")), *map(text_of, labels)]),
        blocked=any(_blocks(link, statuses) for link in links),
        rules=tuple(rule for rule in list_of(record.get("rules")) if isinstance(rule, str)),
        decided=time_of(record.get("at")),
        effort=number_of(dict_of(record.get("measures")).get("effort")),
        writes=tuple(sorted(_writes(raw, layout))),
    )


def people_in(raw: Mapping[str, Any]) -> dict[str, str]:
    """Return the display names of everybody who was ever assigned, by account."""
    found: dict[str, str] = {}
    for _, item in _changes(raw):
        if _is(item, ("assignee",)):
            for side in ("from", "to"):
                account = text_of(item.get(side))
                if account:
                    found[account] = text_of(item.get(f"{side}String")) or account
    assignee = dict_of(dict_of(raw.get("fields")).get("assignee"))
    if account := person_of(assignee):
        found[account] = text_of(assignee.get("displayName")) or account
    return found


def person_of(value: object) -> str | None:
    """Return the id by which the changelog names a person: `accountId`, or `key` (Data Center)."""
    data = dict_of(value)
    return text_of(data.get("accountId")) or text_of(data.get("key")) or account_of(value)


_Change = tuple[datetime, Mapping[str, Any]]


def _changes(raw: Mapping[str, Any]) -> Iterator[_Change]:
    """Yield the time and item of each change, in the order of the JSON."""
    histories = [dict_of(h) for h in list_of(dict_of(raw.get("changelog")).get("histories"))]
    for history in histories:
        at = _time(history.get("created"))
        if at:
            yield from ((at, dict_of(item)) for item in list_of(history.get("items")))


def _writes(raw: Mapping[str, Any], layout: Layout) -> Iterator[Write]:
    """Yield the changes of class, gate and priority."""
    slots = (layout.kind, layout.verdict, PRIORITY)
    names = {text.lower() for slot in slots for text in (slot.id, slot.name)}
    for history in map(dict_of, list_of(dict_of(raw.get("changelog")).get("histories"))):
        at = _time(history.get("created"))
        if at and any(_is(dict_of(one), [*names]) for one in list_of(history.get("items"))):
            yield Write(at, written_by(history, layout.account))


def _time(value: object) -> datetime | None:
    """Return a time as the changelog gives it: a text, or a number of (milli)seconds."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if value > _SECONDS_MAX else value
        return datetime.fromtimestamp(seconds, UTC) if 0 <= seconds < _SECONDS_MAX else None
    return moment(value)


def _is(item: Mapping[str, Any], names: Sequence[str]) -> bool:
    said = {str(item.get("fieldId") or "").lower(), str(item.get("field") or "").lower()}
    return bool(said & set(names))


def _spans(
    created: datetime,
    changes: Sequence[_Change],
    names: Sequence[str],
    now: str | None,
    value_of: Any,
) -> tuple[Span, ...]:
    """Return the values of a field since creation. Without a change it is the one of today."""
    own = [(at, item) for at, item in changes if _is(item, names)]
    if not own:
        return (Span(created, now),)
    first = own[0][1]
    spans = [Span(created, value_of(first.get("from"), first.get("fromString")))]
    spans += [Span(at, value_of(item.get("to"), item.get("toString"))) for at, item in own]
    return tuple(spans)


def _categories(
    fields: Mapping[str, Any],
    created: datetime,
    changes: Sequence[_Change],
    now: Category,
    statuses: Statuses,
) -> tuple[Span, ...]:
    """Return the status categories. An imported issue has no change: its dates tell the last."""
    spans = _spans(created, changes, ("status",), now, statuses.category)
    if len(spans) > 1 or now == "To Do":
        return spans
    date = fields.get("resolutiondate") if now == "Done" else None
    since = moment(date) or moment(fields.get("statuscategorychangedate"))
    return (Span(created, "To Do"), Span(since, now)) if since and since > created else spans


def _person(id: object, name: object) -> str | None:
    return text_of(id) or text_of(name)


def _names(layout: Layout) -> tuple[str, ...]:
    return layout.verdict.id.lower(), layout.verdict.name.lower()


def _our_gate(layout: Layout) -> Any:
    def gate(id: object, name: object) -> str | None:
        text = text_of(name)
        return layout.our_name(text) if text else None

    return gate


def _parent(fields: Mapping[str, Any], layout: Layout) -> str | None:
    above = text_of(dict_of(fields.get("parent")).get("key"))
    return above or name_of(fields.get(layout.agile.get("epic link", "")))


def _positive(value: object) -> float | None:
    number = number_of(value)
    return number if number and number > 0 else None


def _hours(value: object) -> float | None:
    seconds = _positive(value)
    return seconds / 3600 if seconds else None


def _is_incident(texts: Iterable[str | None]) -> bool:
    return any(word in text.lower() for text in texts if text for word in INCIDENTS)


def _blocks(link: Mapping[str, Any], statuses: Statuses) -> bool:
    """Return whether the other issue of a link blocks this one and is still open."""
    other = dict_of(link.get("inwardIssue"))
    name = text_of(dict_of(link.get("type")).get("name")) or ""
    if not other or name.lower() not in ("blocks", "blocker", "阻塞"):
        return False
    status = dict_of(dict_of(other.get("fields")).get("status"))
    key = str(dict_of(status.get("statusCategory")).get("key"))
    known = CATEGORIES.get(key)
    return (known or statuses.category(status.get("id"), status.get("name"))) != "Done"
