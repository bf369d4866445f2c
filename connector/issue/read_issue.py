"""Convert Jira's JSON to an Issue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from typing import Any

from connector.changelog import Followed, read_history, reopened
from connector.issue.further_notes import further_notes
from connector.issue.own_values import OWN_WRITE, Owned, owned
from connector.issue.people_edits import (
    answers_in,
    choices_of,
    chosen_of,
    commenters_in,
    written_by,
)
from connector.issue.property_record import read_record
from connector.layout.field_mapping import PROPERTY, Layout
from connector.messages.gist import is_digest_of
from rules.facts.catalog import PRIORITY_ORDER
from rules.facts.issue import Fact, History, Issue, Managed, Note, Record
from rules.facts.jira_json.comments import MARKER as MARKER
from rules.facts.jira_json.comments import MAX_ANSWERS
from rules.facts.jira_json.comments import comments_of as comments_of
from rules.facts.jira_json.issue_fields import PEOPLE, Places, facts_of
from rules.facts.jira_json.json_values import dict_of, number_of, text_of
from rules.facts.jira_json.names import account_of, name_of
from rules.facts.named import Named
from rules.vocabulary.managed_fields import MANAGED_NAMES, ManagedName
from rules.vocabulary.verdicts import VERDICTS, takes_in


def read_issue(
    raw: Mapping[str, Any],
    layout: Layout,
    at: datetime | None = None,
    *,
    partial: Record | None = None,
) -> Issue:
    """Convert `GET /issue` with Sluice's property to an Issue. Missing or invalid values are empty.

    `at`: the time of reading, by Jira's clock. `partial`: the record, if the JSON has no property.
    """
    fields = dict_of(raw.get("fields"))
    stored = read_record(dict_of(raw.get("properties")).get(PROPERTY)) or partial
    managed, ids, comments = _managed(fields, layout), _ids(fields, layout), comments_of(raw)
    note = find_note(comments, layout.accounts, MARKER, stored, layout.verdict.name)
    accounts = layout.accounts | own_accounts(stored, note)
    chosen = chosen_of(layout, accounts=accounts)
    owner = owned(raw, layout, managed, ids, stored, note, chosen)
    record, kept = owner.record, owner.kept
    facts = _facts(raw, fields, layout)
    ours = sum(written_by(c, accounts) for c in comments)  # at the most, 500 comments are read
    facts["comments"] = float(max(comment_total(raw), len(comments)) - ours)
    facts["commenters"] = float(len(commenters_in(comments, accounts) - {facts["reporter"]}))
    answers = answers_in(comments, accounts)
    facts["answers"] = text_of("\n".join(one.text for one in answers)[-MAX_ANSWERS:])
    # Rules see only a person's priority, so that Sluice's own never causes the next one.
    facts["priority"] = _priority(kept.priority, ids, layout)
    facts[PRIORITY_ORDER] = layout.priorities.order
    facts["updated"] = _touched(facts.get("updated"), record)
    history = _history(raw, facts, layout, owner, accounts) if layout.growth else History()
    if "changelog" in raw:
        choices = choices_of(raw, layout, owner, chosen)
        history = replace(history, choices=choices, known=True)
    if history.gate_by == "person":
        # Theirs, also if it is what Sluice wrote before: the person set it back to that.
        kept = replace(kept, verdict=managed.verdict)
    elif kept.verdict is not None:
        history = replace(history, decided_by=_decided_by(history, kept.verdict))
    return Issue(
        id=str(raw.get("id", "")),
        key=str(raw.get("key", "")),
        project=str(facts.get("project") or ""),
        fields=facts,
        managed=managed,
        kept=kept,
        record=record,
        note=note,
        spare=further_notes(comments, frozenset({layout.account}), MARKER, note),
        why=text_of(fields.get(layout.why.id)) if layout.why else None,
        read_at=at,
        people=_people(fields, comments),
        answers=answers,
        history=history,
        project_id=_id(fields.get("project")),
        type=_id(fields.get("issuetype")),
        confirmed=owner.confirmed,
        ids=ids,
    )


def _decided_by(history: History, verdict: str) -> str:
    """Return who set a verdict that Sluice wrote over and gave back; "" if Jira does not tell."""
    if history.gate_by != "sluice":
        return ""
    them = [one for one in history.choices if (one.field, one.value) == ("verdict", verdict)]
    return them[-1].name if them else ""


def _priority(name: str | None, ids: Mapping[ManagedName, str], layout: Layout) -> Fact:
    """Return a priority with its id and all names by which conditions may ask for it."""
    if name is None:
        return None
    id = ids.get("priority", "")
    return Named(name, (id, *layout.called_also("priority", name, id)))


def _id(value: object) -> str:
    return text_of(dict_of(value).get("id")) or ""


def _ids(fields: Mapping[str, Any], layout: Layout) -> dict[ManagedName, str]:
    """Return the site's ids of the values in managed fields: of options and of the priority."""
    found = {name: _id(fields.get(layout.slot(name).id)) for name in MANAGED_NAMES}
    return {name: id for name, id in found.items() if id}


def _people(fields: Mapping[str, Any], comments: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return display and user names of the issue's reporter, assignee, creator and commenters."""
    them = [*(fields.get(role) for role in PEOPLE), *(c.get("author") for c in comments)]
    names = (dict_of(one).get(name) for one in them for name in ("displayName", "name"))
    return tuple({name: None for name in names if isinstance(name, str) and name})


def _history(
    raw: Mapping[str, Any],
    facts: Mapping[str, Fact],
    layout: Layout,
    owner: Owned,
    accounts: frozenset[str],
) -> History:
    """Return the earlier versions of an issue, and its last acceptance by a person."""
    points = layout.points.called(dict_of(raw.get("fields")))
    gate = layout.verdict
    followed = Followed(
        facts=_FOLLOWED | dict.fromkeys(points, "points"),
        gate=frozenset({gate.id.lower(), gate.name.lower()}),
        accepting=frozenset(layout.shown(one).lower() for one in VERDICTS if takes_in(one)),
        accounts=accounts,
    )
    found = read_history(raw, facts, followed)
    scope = owner.record.scope if owner.record else None
    known = scope is not None and scope.by_hand
    if found.gate_by is None and takes_in(owner.kept.verdict) and not known:
        # A gate that was set when the issue was created is no change.
        first = found.versions[0].fields if found.versions else facts
        return replace(found, accepted=first)
    return found


_FOLLOWED = {
    "summary": "summary",
    "description": "description",
    "labels": "labels",
    "issuetype": "type",
}
"""The facts that earlier versions of an issue have, by their field in Jira. Others are as today."""


def find_note(
    comments: Iterable[Mapping[str, Any]],
    accounts: AbstractSet[str],
    marker: str,
    record: Record | None = None,
    gate: str = "",
) -> Note | None:
    """Return Sluice's comment with a marker, or None.

    It is the one that the record names, else the last by one of the accounts, else one with the
    text that the record tells: an account that was replaced wrote it. `gate` is the name of the
    gate field.
    """
    ours = [one for one in comments if marker in str(one.get("body") or "")]
    named = [one for one in ours if record and record.note and str(one.get("id")) == record.note]
    own = [one for one in ours if written_by(one, accounts)]
    told = record.comment if record else None
    same = [one for one in ours if told and is_digest_of(told, str(one["body"]), gate)]
    found = next((them[-1] for them in (named, own, same) if them), None)
    if found is None:
        return None
    author = account_of(found.get("author")) or ""
    return Note(str(found.get("id", "")), str(found["body"]), author)


def own_accounts(record: Record | None, note: Note | None) -> frozenset[str]:
    """Return the accounts that wrote record and comment: that of today may be another one."""
    found = (record.account if record else "", note.account if note else "")
    return frozenset(filter(None, found))


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
    facts = facts_of(raw, _places(layout))
    facts["points"] = layout.points.read(fields)
    facts["currentuser"] = layout.account or None
    if layout.statuses is not None:
        facts["reopened"] = reopened(raw, layout.statuses)
    return facts


def _places(layout: Layout) -> Places:
    return Places(layout.agile.get("sprint"), layout.agile.get("epic link"), layout.custom)


def _touched(updated: Fact, record: Record | None) -> Fact:
    """Return the time of the last update by others than Sluice, as far as one read shows it."""
    if record and record.at and record.seen and isinstance(updated, datetime):
        ours = abs(updated - record.at) <= OWN_WRITE
        return record.seen if ours else updated
    return updated


def comment_total(raw: Mapping[str, Any]) -> int:
    """Return how many comments the issue has, also those that its JSON left out; 0 if unknown."""
    total = dict_of(dict_of(raw.get("fields")).get("comment")).get("total")
    return total if isinstance(total, int) else 0
