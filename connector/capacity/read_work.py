"""Read the history of an issue for capacity: its statuses, assignees and gates. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from connector.changelog import Statuses, histories, items_of
from connector.issue.people_edits import CHOSEN, written_by
from connector.layout.field_mapping import PROPERTY, Layout
from rules.capacity.work_history import Span, WorkItem, Write
from rules.facts.jira_json.json_values import dict_of, list_of, number_of, text_of
from rules.facts.jira_json.names import account_of, name_of
from rules.facts.times import moment, time_of
from rules.vocabulary.status_categories import CATEGORIES, Category

FIELDS = (
    *("summary", "issuetype", "status", "resolution", "assignee", "parent", "created"),
    *("timespent", "issuelinks", "labels", "project", "resolutiondate"),
    "statuscategorychangedate",
)
"""The fields that a report needs, beside those of the site's layout."""

INCIDENTS = ("incident", "outage", "事故", "故障")
"""Words in a type or a label that make an issue an incident."""


def read_work(raw: Mapping[str, Any], layout: Layout, statuses: Statuses) -> WorkItem:
    """Convert an issue's JSON with its whole changelog. Missing or invalid values are empty."""
    fields = dict_of(raw.get("fields"))
    created = moment(fields.get("created")) or datetime.fromtimestamp(0, UTC)
    changes = _changes(raw)
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
        categories=_categories(fields, created, changes, category, layout, statuses),
        assignees=_spans(
            created,
            changes,
            layout.called("assignee"),
            person_of(fields.get("assignee")),
            _person,
        ),
        gates=_spans(created, changes, layout.named("verdict"), verdict, _our_gate(layout)),
        parent=_parent(fields, layout),
        kind=layout.our_name(kind) if kind else None,
        summary=text_of(fields.get("summary")) or "",
        points=_positive(layout.points.read(fields)),
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


def people_in(raw: Mapping[str, Any], layout: Layout) -> dict[str, str]:
    """Return the display names of everybody who was ever assigned, by account."""
    found: dict[str, str] = {}
    for change in histories(raw):
        for names, item in items_of(change):
            if names & layout.called("assignee"):
                for side in ("from", "to"):
                    if account := text_of(item.get(side)):
                        found[account] = text_of(item.get(f"{side}String")) or account
    assignee = dict_of(dict_of(raw.get("fields")).get("assignee"))
    if account := person_of(assignee):
        found[account] = text_of(assignee.get("displayName")) or found.get(account, account)
    return found


def person_of(value: object) -> str | None:
    """Return the id by which the changelog names a person: `accountId`, or `key` (Data Center)."""
    data = dict_of(value)
    return text_of(data.get("accountId")) or text_of(data.get("key")) or account_of(value)


_Change = tuple[datetime, set[str], Mapping[str, Any]]
"""The time of a change, the names that its field may have, and the item of the changelog."""


def _changes(raw: Mapping[str, Any]) -> list[_Change]:
    """Return what was changed, the oldest first."""
    found = [
        (at, names, item)
        for change in histories(raw)
        if (at := moment(change.get("created")))
        for names, item in items_of(change)
    ]
    return sorted(found, key=lambda one: one[0])


def _writes(raw: Mapping[str, Any], layout: Layout) -> Iterator[Write]:
    """Yield the changes of class, gate and priority."""
    fields = frozenset().union(*(layout.named(name) for name in CHOSEN))
    for change in histories(raw):
        at = moment(change.get("created"))
        if at and any(names & fields for names, _ in items_of(change)):
            yield Write(at, written_by(change, layout.accounts))


def _spans(
    created: datetime,
    changes: Sequence[_Change],
    names: frozenset[str],
    now: str | None,
    value_of: Any,
) -> tuple[Span, ...]:
    """Return the values of a field since creation. Without a change it is the one of today."""
    own = [(at, item) for at, its_names, item in changes if its_names & names]
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
    layout: Layout,
    statuses: Statuses,
) -> tuple[Span, ...]:
    """Return the status categories. An imported issue has no change: its dates tell the last."""
    spans = _spans(created, changes, layout.called("status"), now, statuses.category)
    if len(spans) > 1 or now == "To Do":
        return spans
    date = fields.get("resolutiondate") if now == "Done" else None
    since = moment(date) or moment(fields.get("statuscategorychangedate"))
    return (Span(created, "To Do"), Span(since, now)) if since and since > created else spans


def _person(id: object, name: object) -> str | None:
    return text_of(id) or text_of(name)


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
