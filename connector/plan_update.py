"""Plan the one PUT on an issue, with the record of it in the `sluice` property."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from connector.comment.told import Told
from connector.issue.property_record import (
    digest,
    next_record,
    operation_key,
    rebased,
    signed,
    write_record,
)
from connector.layout.field_mapping import PROPERTY, Layout
from connector.layout.left_out import COMMENT, writable
from connector.messages import without_proposals
from rules.assess.assessment import Assessment
from rules.facts.issue import Issue, Managed, Record
from rules.rulebook.effects.effect import ListField, Operations
from rules.vocabulary.managed_fields import ManagedName


@dataclass(frozen=True)
class Update:
    """The body of the PUT: new values, operations (the comment among them), issue properties.

    `quiet`: only the property changes, to name the model that judged last. Jira writes it without a
    notification, an event or a new time of update.
    """

    fields: Mapping[str, object]
    update: Mapping[str, Sequence[Mapping[str, Any]]]
    properties: tuple[Mapping[str, object], ...]
    quiet: bool = False

    def body(self) -> dict[str, object]:
        """Return the JSON body for Jira, without empty parts."""
        parts = {"fields": self.fields, "update": self.update, "properties": list(self.properties)}
        return {name: part for name, part in parts.items() if part}

    def with_new_comment(self) -> Update | None:
        """Return the update with a new comment in place of the edit of one; None if it edits none.

        An account may lack the right to edit what the account before it wrote.
        """
        steps = self.update.get("comment", ())
        if not any("edit" in step for step in steps):
            return None
        anew = [{"add": _without_id(step["edit"])} if "edit" in step else step for step in steps]
        properties = tuple(_without_note(one) for one in self.properties)
        return replace(self, update={**self.update, "comment": anew}, properties=properties)


def _without_id(comment: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in comment.items() if key != "id"}


def _without_note(record: Mapping[str, object]) -> Mapping[str, object]:
    """Return Sluice's property without the id of the comment, which Jira tells later."""
    value = record.get("value")
    if record.get("key") != PROPERTY or not isinstance(value, dict):
        return record
    return {**record, "value": {**value, "note": ""}}


def plan_update(
    assessment: Assessment,
    layout: Layout,
    told: Told,
    now: datetime,
    *,
    lacking: Set[str] = frozenset(),
) -> Update | None:
    """Return the PUT that writes the decision on the issue; None if the issue shows it already.

    `lacking` names what Jira would refuse on this issue (`connector.layout.left_out`).
    """
    assessment = writable(assessment, layout, lacking, ())
    told = replace(told, comment=None) if COMMENT in lacking else told
    issue = assessment.issue
    fields = _changed_fields(issue, assessment.proposed, layout)
    note = _note_operation(issue, told, layout)
    update = _due(issue, assessment.operations)
    adds = note is not None and "add" in note
    record = next_record(assessment, told.comment, now, growth=layout.growth)
    record = replace(signed(record, issue, layout, adds=adds), left_out=frozenset(lacking))
    if (
        not fields
        and not note
        and not update
        and not (layout.growth and rebased(issue.record, record))
    ):
        return _named_anew(assessment, record)
    if note:
        update["comment"] = [note]
    return Update(fields, update, ({"key": PROPERTY, "value": write_record(record, assessment)},))


def _named_anew(assessment: Assessment, record: Record) -> Update | None:
    """Return the quiet update for an issue that another team's model judges alike, or None.

    It comes too where a person confirmed a value: searches without changelog see it by the record.
    The times of the last visible write stay: by these, Sluice tells its own edit from a person's.
    """
    before = assessment.issue.record
    if before is None or (before.team == record.team and not assessment.issue.confirmed):
        return None
    record = replace(record, at=before.at, seen=before.seen)
    value = write_record(record, assessment)
    return Update({}, {}, ({"key": PROPERTY, "value": value},), quiet=True)


def _changed_fields(issue: Issue, proposed: Managed, layout: Layout) -> dict[str, object]:
    """Return the managed fields to write; values that a person set stay."""
    fields: dict[str, object] = {}
    for name, value in proposed.filled().items():
        if issue.kept.get(name) is None and not _shows(issue, name, value, layout):
            fields[layout.slot(name).id] = layout.written(name, value)
    return fields


def _shows(issue: Issue, name: ManagedName, value: str | float, layout: Layout) -> bool:
    return layout.same(name, issue.managed.get(name), value, issue.ids.get(name, ""))


_LISTS: Mapping[ListField, str] = {
    "labels": "labels",
    "components": "component",
    "fixVersions": "fixversion",
    "versions": "affectedversion",
}
"""The list fields of Jira that rules may write to, each with the fact that holds it."""


def _due(issue: Issue, operations: Operations) -> dict[str, list[Mapping[str, Any]]]:
    """Return the operations to write, without those whose result the issue shows already.

    An operation is written once: if a person undoes it, Sluice does not repeat it.
    """
    had = issue.record.operations if issue.record else frozenset()
    due: dict[str, list[Mapping[str, Any]]] = {}
    for name, given in operations.items():
        there = issue.fields.get(_LISTS[name])
        names = there if isinstance(there, tuple) else ()
        for one in given:
            _, verb, word = key = operation_key(name, one)
            if key not in had and (word in names) is not (verb == "add"):
                due.setdefault(name, []).append(one)
    return due


def _note_operation(issue: Issue, told: Told, layout: Layout) -> dict[str, object] | None:
    """Return the operation on our comment; None if its text is the same as in the last write.

    What the rules say beside a person's value is no reason for an edit.
    """
    comment = told.comment
    if comment is None or (issue.record and issue.record.comment == digest(comment)):
        return None
    if issue.note is None:
        return {"add": told.audience.body(comment)}
    there, new = (
        without_proposals(body, layout.verdict.name) for body in (issue.note.body, comment)
    )
    if _plain(there) == _plain(new):
        return None
    return {"edit": {"id": issue.note.id, **told.audience.body(comment)}}


def _plain(body: str) -> str:
    """Return a comment without differences in white space: Jira changes it when it stores."""
    return re.sub(r"\s+", " ", body).strip()
