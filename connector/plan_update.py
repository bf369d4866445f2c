"""Plan the one PUT on an issue, with the record of it in the `sluice` property."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.field_mapping import PROPERTY, Layout
from connector.property_record import (
    digest,
    next_record,
    operation_key,
    rebased,
    same,
    write_record,
)
from rules.assess.assessment import Assessment
from rules.facts.issue import Issue, Managed
from rules.rulebook.effects.effect import ListField, Operations
from rules.vocabulary.managed_fields import MANAGED


@dataclass(frozen=True)
class Update:
    """The body of the PUT: new values, operations (the comment among them), issue properties."""

    fields: Mapping[str, object]
    update: Mapping[str, Sequence[Mapping[str, Any]]]
    properties: tuple[Mapping[str, object], ...]

    def body(self) -> dict[str, object]:
        """Return the JSON body for Jira, without empty parts."""
        parts = {"fields": self.fields, "update": self.update, "properties": list(self.properties)}
        return {name: part for name, part in parts.items() if part}


def plan_update(
    assessment: Assessment, layout: Layout, comment: str, now: datetime
) -> Update | None:
    """Return the PUT that writes the decision on the issue; None if the issue shows it already."""
    issue = assessment.issue
    fields = _changed_fields(issue, assessment.proposed, layout)
    note = _note_operation(issue, comment)
    update = _due(issue, assessment.operations)
    record = next_record(assessment, comment, now, growth=layout.growth)
    if (
        not fields
        and not note
        and not update
        and not (layout.growth and rebased(issue.record, record))
    ):
        return None
    if note:
        update["comment"] = [note]
    return Update(fields, update, ({"key": PROPERTY, "value": write_record(record, assessment)},))


def _changed_fields(issue: Issue, proposed: Managed, layout: Layout) -> dict[str, object]:
    """Return the managed fields to write; values that a person set stay."""
    fields: dict[str, object] = {}
    for name, value in proposed.filled().items():
        if issue.kept.get(name) is None and not same(value, issue.managed.get(name)):
            slot = layout.slot(name)
            shown = layout.shown(str(value)) if MANAGED.of(name).ours else value
            fields[slot.id] = slot.value(shown)
    return fields


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


def _note_operation(issue: Issue, comment: str) -> dict[str, object] | None:
    """Return the operation on our comment; None if its text is the same as in the last write."""
    if issue.record and issue.record.comment == digest(comment):
        return None
    if issue.note is None:
        return {"add": {"body": comment}}
    if _plain(issue.note.body) == _plain(comment):
        return None
    return {"edit": {"id": issue.note.id, "body": comment}}


def _plain(body: str) -> str:
    """Return a comment without differences in white space: Jira changes it when it stores."""
    return re.sub(r"\s+", " ", body).strip()
