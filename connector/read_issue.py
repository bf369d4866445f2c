"""Convert Jira's JSON to an Issue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from connector.changelog import reopened
from connector.field_mapping import PROPERTY, Layout
from connector.json_values import (
    account_of,
    custom_of,
    dict_of,
    list_of,
    name_of,
    names_of,
    number_of,
    text_of,
)
from connector.people_edits import is_clone, kept_by_people
from connector.property_record import read_record
from rules.facts.issue import Fact, Issue, Managed, Note, Record
from rules.facts.jsonl import PEOPLE
from rules.facts.size import base, growth, scope_of
from rules.facts.times import moment
from rules.vocabulary.verdicts import takes_in

MARKER = "Sluice · "
"""Text in every comment of Sluice. With Sluice's account as author it identifies the comment."""

OWN_WRITE = timedelta(seconds=60)
"""An update this close to Sluice's write is that write: the two clocks can differ."""

_CATEGORY = {"new": "To Do", "indeterminate": "In Progress", "done": "Done"}


def read_issue(raw: Mapping[str, Any], layout: Layout, at: datetime | None = None) -> Issue:
    """Convert `GET /issue` with Sluice's property to an Issue. Missing or invalid values are empty.

    `at`: the time of reading, by Jira's clock.
    """
    fields = dict_of(raw.get("fields"))
    record = read_record(dict_of(raw.get("properties")).get(PROPERTY), str(raw.get("id", "")))
    managed = _managed(fields, layout)
    comments = comments_of(raw)
    facts = _facts(raw, fields, layout)
    facts["comments"] = float(sum(not _by(c, layout.account) for c in comments))
    # Rules see only a person's priority, so that Sluice's own never causes the next one.
    copied = record is None and is_clone(fields)
    kept = Managed() if copied else kept_by_people(managed, record, layout.default_priority)
    facts["priority"] = kept.priority
    facts["updated"] = _touched(facts.get("updated"), record)
    facts["growth"] = _growth(facts, kept, record)
    return Issue(
        id=str(raw.get("id", "")),
        key=str(raw.get("key", "")),
        project=str(facts.get("project") or ""),
        fields=facts,
        managed=managed,
        kept=kept,
        record=record,
        note=find_note(comments, layout.account, MARKER),
        read_at=at,
        people=_people(fields, comments),
    )


def _people(fields: Mapping[str, Any], comments: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return display and user names of the issue's reporter, assignee, creator and commenters."""
    them = [*(fields.get(role) for role in PEOPLE), *(c.get("author") for c in comments)]
    names = (dict_of(one).get(name) for one in them for name in ("displayName", "name"))
    return tuple({name: None for name in names if isinstance(name, str) and name})


def _growth(facts: Mapping[str, Fact], kept: Managed, record: Record | None) -> float:
    """Return the growth since acceptance. A person's acceptance sets the base to the size now."""
    now, before = scope_of(facts), record.scope if record else None
    return growth(base(before, now, accepted=False, by_hand=takes_in(kept.verdict)), now)


def find_note(comments: Iterable[Mapping[str, Any]], account: str, marker: str) -> Note | None:
    """Return the account's last comment with a marker, or None."""
    found = None
    for comment in comments:
        if _by(comment, account) and marker in str(comment.get("body") or ""):
            found = Note(str(comment.get("id", "")), str(comment["body"]))
    return found


def _managed(fields: Mapping[str, Any], layout: Layout) -> Managed:
    kind = name_of(fields.get(layout.kind.id))
    verdict = name_of(fields.get(layout.verdict.id))
    return Managed(
        kind=layout.our_name(kind) if kind else None,
        score=number_of(fields.get(layout.score.id)),
        verdict=layout.our_name(verdict) if verdict else None,
        priority=name_of(fields.get("priority")),
    )


def _facts(raw: Mapping[str, Any], fields: Mapping[str, Any], layout: Layout) -> dict[str, Fact]:
    status = dict_of(fields.get("status"))
    category = text_of(dict_of(status.get("statusCategory")).get("key"))
    facts: dict[str, Fact] = {
        "key": text_of(raw.get("key")),
        "project": text_of(dict_of(fields.get("project")).get("key")) or _project(raw),
        "statuscategory": _CATEGORY.get(category or "", category),
        "component": names_of(fields.get("components")),
        "fixversion": names_of(fields.get("fixVersions")),
        "labels": names_of(fields.get("labels")),
        "type": name_of(fields.get("issuetype")),
        "due": moment(fields.get("duedate")),
        "resolved": moment(fields.get("resolutiondate")),
        "votes": number_of(dict_of(fields.get("votes")).get("votes")),
        "watchers": number_of(dict_of(fields.get("watches")).get("watchCount")),
        "attachments": float(len(list_of(fields.get("attachment")))),
        "links": float(len(list_of(fields.get("issuelinks")))),
        "linked": _linked(list_of(fields.get("issuelinks"))),
        "points": number_of(fields.get(layout.points)) if layout.points else None,
        "affectedversion": names_of(fields.get("versions")),
        "level": name_of(fields.get("security")),
        "projecttype": text_of(dict_of(fields.get("project")).get("projectTypeKey")),
        "statuscategorychangeddate": moment(fields.get("statuscategorychangedate")),
        "workratio": _ratio(fields.get("workratio")),
        "environment": text_of(fields.get("environment")),
        "sprint": names_of(fields.get(layout.agile.get("sprint", ""))),
        "epic link": name_of(fields.get(layout.agile.get("epic link", ""))),
        "parent": text_of(dict_of(fields.get("parent")).get("key")),
        "currentuser": layout.account or None,
    }
    facts |= {name: text_of(fields.get(name)) for name in ("summary", "description")}
    facts |= {name: moment(fields.get(name)) for name in ("created", "updated")}
    facts |= {name: name_of(fields.get(name)) for name in ("status", "resolution", "priority")}
    facts |= {name: account_of(fields.get(name)) for name in PEOPLE}
    facts |= {name: _minutes(fields.get(id)) for name, id in _TIMES.items()}
    facts |= {name: custom_of(fields.get(id)) for name, id in layout.custom.items()}
    if layout.statuses is not None:
        facts["reopened"] = reopened(raw, layout.statuses)
    return facts


_TIMES = {
    "timespent": "timespent",
    "originalestimate": "timeoriginalestimate",
    "remainingestimate": "timeestimate",
}


def _ratio(value: object) -> float | None:
    """Return the work ratio, or None for Jira's -1 (no estimate)."""
    ratio = number_of(value)
    return ratio if ratio is not None and ratio >= 0 else None


def _minutes(value: object) -> float | None:
    """Convert seconds in JSON to minutes, the unit of bare numbers in JQL."""
    seconds = number_of(value)
    return None if seconds is None else seconds / 60


def _linked(links: Iterable[Any]) -> tuple[str, ...] | None:
    """Return the type, the phrase in this direction and the other issue's type of each link."""
    found: list[str | None] = []
    for link in map(dict_of, links):
        kind = dict_of(link.get("type"))
        side = "outward" if "outwardIssue" in link else "inward"
        other = dict_of(dict_of(link.get(f"{side}Issue")).get("fields"))
        words = (
            text_of(kind.get("name")),
            text_of(kind.get(side)),
            name_of(other.get("issuetype")),
        )
        # "Blocks" is often both type and phrase. Count it once.
        found += {word.lower(): word for word in map(text_of, words) if word}.values()
    return tuple(word for word in found if word) or None


def _touched(updated: Fact, record: Record | None) -> Fact:
    """Return the time of the last update by others than Sluice, as far as one read shows it."""
    if record and record.at and record.seen and isinstance(updated, datetime):
        ours = abs(updated - record.at) <= OWN_WRITE
        return record.seen if ours else updated
    return updated


def comments_of(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the comments in an issue's JSON."""
    comment = dict_of(dict_of(raw.get("fields")).get("comment"))
    return [dict_of(c) for c in list_of(comment.get("comments"))]


def _by(comment: Mapping[str, Any], account: str) -> bool:
    author = dict_of(comment.get("author"))
    return account in (author.get("accountId"), author.get("name"), author.get("key"))


def _project(raw: Mapping[str, Any]) -> str | None:
    key = text_of(raw.get("key"))
    return key.rsplit("-", 1)[0] if key else None
