"""Plan the one PUT on an issue, with the record of it in the `sluice` property."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from connector.comment.stuck_line import says_stuck
from connector.comment.told import Told
from connector.comment.why_field import new_why, why_digest
from connector.issue.property_record import (
    next_record,
    operation_key,
    rebased,
    signed,
    write_record,
)
from connector.layout.field_mapping import PROPERTY, Layout
from connector.layout.left_out import COMMENT
from connector.messages.gist import digest_of, gist, is_of_gist
from rules.assess.assessment import Assessment
from rules.facts.issue import Issue, Managed, Record
from rules.rulebook.effects.effect import ListField, Operations
from rules.vocabulary.managed_fields import ManagedName


@dataclass(frozen=True)
class Update:
    """The body of the PUT: new values, operations (the comment among them), issue properties.

    `quiet`: only the property changes, to name the model that judged last. Jira writes it without a
    notification, an event or a new time of update. `notify`: Jira mails the change as it always
    does. `instead` has the operations in place of the removals of comments.
    """

    fields: Mapping[str, object]
    update: Mapping[str, Sequence[Mapping[str, Any]]]
    properties: tuple[Mapping[str, object], ...]
    quiet: bool = False
    notify: bool = True
    instead: tuple[Mapping[str, Any], ...] = ()

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

    def without_removals(self) -> dict[str, object]:
        """Return the body for an account that may not remove comments: it edits them instead."""
        notes = [one for one in self.update.get("comment", ()) if "remove" not in one]
        return replace(self, update={**self.update, "comment": [*notes, *self.instead]}).body()


def _without_id(comment: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in comment.items() if key != "id"}


def _without_note(record: Mapping[str, object]) -> Mapping[str, object]:
    """Return Sluice's property without the id of the comment, which Jira tells later."""
    value = record.get("value")
    if record.get("key") != PROPERTY or not isinstance(value, dict):
        return record
    return {**record, "value": {**value, "note": ""}}


REPLACED = "(i) See Sluice's other comment. 请看 Sluice 的另一条评论。"
"""The text of a second comment that may not be removed. It lacks the sign of Sluice's comments, so
that the next triage does not take it for one."""


def plan_update(
    assessment: Assessment,
    layout: Layout,
    told: Told,
    now: datetime,
    *,
    lacking: Set[str] = frozenset(),
) -> Update | None:
    """Return the PUT that writes the decision on the issue; None if the issue shows it already.

    `assessment` has only what can be written (`connector.layout.left_out.writable`); `lacking`
    names what Jira would refuse on this issue.
    """
    told = replace(told, comment=None) if COMMENT in lacking else told
    issue = assessment.issue
    fields = _changed_fields(issue, assessment.proposed, layout)
    notes = _note_operations(assessment, told, layout)
    why = new_why(issue, told.why, layout, lacking)
    if why is not None and layout.why:
        fields[layout.why.id] = why
    update = _due(issue, assessment.operations)
    record = signed(
        _record(assessment, told, why, layout, now),
        issue,
        layout,
        adds=any("add" in one for one in notes),
    )
    record = replace(record, left_out=frozenset(lacking))
    if (
        not fields
        and not notes
        and not update
        and not (layout.growth and rebased(issue.record, record))
    ):
        return _named_anew(assessment, record)
    if notes:
        update["comment"] = notes
    properties = ({"key": PROPERTY, "value": write_record(record, assessment)},)
    instead = tuple(
        {"edit": {"id": id, **told.audience.body(REPLACED)}} for id in issue.spare if notes
    )
    return Update(fields, update, properties, notify=told.audience.notify, instead=instead)


def _record(
    assessment: Assessment, told: Told, why: str | None, layout: Layout, now: datetime
) -> Record:
    """Return the record of a write; of a text that is not written, what the last one told stays."""
    record = next_record(assessment, now, growth=layout.growth)
    before = assessment.issue.record
    comment = before.comment if before else None
    if told.comment is not None:
        comment = digest_of(told.comment, layout.verdict.name)
    wrote = why_digest(why) if why is not None else (before.why if before else None)
    return replace(record, comment=comment, why=wrote)


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
    """Return the managed fields to write; values that a person set stay, or come back."""
    fields: dict[str, object] = {}
    for name, value in (proposed.filled() | issue.kept.filled()).items():
        if not _shows(issue, name, value, layout):
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


def _note_operations(assessment: Assessment, told: Told, layout: Layout) -> list[Mapping[str, Any]]:
    """Return the operations on our comments; none if what they tell is the same as before.

    A second one, which a write left that timed out and was repeated, is removed.
    """
    issue, comment = assessment.issue, told.comment
    spare: list[Mapping[str, Any]] = [{"remove": {"id": id}} for id in issue.spare]
    if comment is None or not (spare or _tells_more(assessment, comment, layout)):
        return []
    body = told.audience.body(comment)
    if issue.note is None:
        return [{"add": body}]
    return [{"edit": {"id": issue.note.id, **body}}, *spare]


def _tells_more(assessment: Assessment, comment: str, layout: Layout) -> bool:
    """Return whether a comment tells something else than the one there, the score aside.

    Earlier versions recorded the whole text. What they wrote stays, as long as the inputs do.
    """
    issue, gate = assessment.issue, layout.verdict.name
    if issue.note and says_stuck(issue.note.body):
        return True
    if issue.record and issue.record.comment is not None:
        recorded = issue.record.comment
        same_inputs = not is_of_gist(recorded) and issue.record.digest == assessment.digest()
        if same_inputs or recorded == digest_of(comment, gate):
            return False
    return issue.note is None or gist(issue.note.body, gate) != gist(comment, gate)
