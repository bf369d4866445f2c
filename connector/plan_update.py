"""What is to be written: the one PUT, and the record of it that stays on the issue."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from connector.field_mapping import PROPERTY, Layout
from connector.json_values import dict_of, list_of, number_of, text_of, time_of
from rules.assess.assessment import Assessment
from rules.facts.issue import Issue, Managed, Record, Scope
from rules.facts.size import base, scope_of
from rules.rulebook.effects.effect import ListField, Operations
from rules.vocabulary.managed_fields import MANAGED, MANAGED_NAMES
from rules.vocabulary.verdicts import takes_in

MAX_OPERATIONS = 60


@dataclass(frozen=True)
class Update:
    """The body of the one PUT: new values, operations (the comment), issue properties."""

    fields: Mapping[str, object]
    update: Mapping[str, Sequence[Mapping[str, Any]]]
    properties: tuple[Mapping[str, object], ...]

    def body(self) -> dict[str, object]:
        """As Jira takes it; empty parts are left out."""
        parts = {"fields": self.fields, "update": self.update, "properties": list(self.properties)}
        return {name: part for name, part in parts.items() if part}


def plan_update(
    assessment: Assessment, layout: Layout, comment: str, now: datetime
) -> Update | None:
    """The one PUT that makes the issue say what was decided; None when it says so already."""
    issue = assessment.issue
    fields = _changed_fields(issue, assessment.proposed, layout)
    note = _note_operation(issue, comment)
    update = _due(issue, assessment.operations)
    record = _next_record(assessment, comment, now)
    if (
        not fields
        and not note
        and not update
        and not (layout.growth and _rebased(issue.record, record))
    ):
        return None
    if note:
        update["comment"] = [note]
    return Update(fields, update, ({"key": PROPERTY, "value": write_record(record, assessment)},))


def _changed_fields(issue: Issue, proposed: Managed, layout: Layout) -> dict[str, object]:
    """Return the managed fields to write; what a person set is left alone."""
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
"""Jira's lists that effects of rules may write to, and the facts that hold them."""


def _due(issue: Issue, operations: Operations) -> dict[str, list[Mapping[str, Any]]]:
    """Return the operations to write: not those whose result the issue shows already.

    An operation is written once. Where a person took its result back, it stays as the person left
    it.
    """
    had = issue.record.operations if issue.record else frozenset()
    due: dict[str, list[Mapping[str, Any]]] = {}
    for name, given in operations.items():
        there = issue.fields.get(_LISTS[name])
        names = there if isinstance(there, tuple) else ()
        for one in given:
            _, verb, word = key = _key(name, one)
            if key not in had and (word in names) is not (verb == "add"):
                due.setdefault(name, []).append(one)
    return due


def _key(name: str, operation: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return field, verb and value: `{"add": {"name": "App"}}` adds "App"."""
    ((verb, value),) = operation.items()
    return name, verb, str(value["name"] if isinstance(value, Mapping) else value)


def _note_operation(issue: Issue, comment: str) -> dict[str, object] | None:
    """Add or edit our comment when what it says is new; one that a person took away stays away."""
    if issue.record and issue.record.comment == digest(comment):
        return None
    if issue.note is None:
        return {"add": {"body": comment}}
    if _plain(issue.note.body) == _plain(comment):
        return None
    return {"edit": {"id": issue.note.id, "body": comment}}


def _rebased(before: Record | None, after: Record) -> bool:
    """Whether growth is to be measured from another size than the record has."""
    return after.scope != (before.scope if before else None)


def _next_record(assessment: Assessment, comment: str, now: datetime) -> Record:
    issue, proposed = assessment.issue, assessment.proposed
    before = issue.record.wrote if issue.record else Managed()
    now_there = {n: issue.managed.get(n) for n in MANAGED_NAMES if proposed.get(n) is None}
    kept = {name: before.get(name) for name in issue.kept.filled()}
    wrote = replace(proposed, **now_there | kept)  # type: ignore[arg-type]
    seen = issue.fields.get("updated")
    return Record(
        wrote=wrote,
        digest=assessment.digest(),
        comment=digest(comment),
        seen=seen if isinstance(seen, datetime) else None,
        at=issue.read_at or now,
        rulebook=assessment.rulebook,
        scope=base(
            issue.record.scope if issue.record else None,
            scope_of(issue.fields),
            accepted=takes_in(assessment.decision.verdict),
            by_hand=takes_in(issue.kept.verdict),
        ),
        # All that it ever had: two rules that undo each other's work must not go on for ever.
        operations=(issue.record.operations if issue.record else frozenset()).union(
            _key(name, one) for name, given in assessment.operations.items() for one in given
        ),
    )


def write_record(record: Record, assessment: Assessment) -> dict[str, object]:
    """The value of the `sluice` property: what was written, from which inputs, and why.

    Far below Jira's 32,768 characters: at most 60 rules and 60 operations are named.
    """
    return {
        "version": 1,
        "issue": assessment.issue.id,
        "wrote": asdict(record.wrote),
        "digest": record.digest,
        "comment": record.comment,
        "seen": record.seen.isoformat() if record.seen else None,
        "at": record.at.isoformat(timespec="milliseconds") if record.at else None,
        "scope": asdict(record.scope) if record.scope else None,
        "operations": [list(one) for one in sorted(record.operations)[:MAX_OPERATIONS]],
        "kept": assessment.issue.kept.filled(),
        "class": assessment.classification.kind,
        "confidence": assessment.classification.confidence,
        "verdict": assessment.decision.verdict,
        "measures": dict(assessment.measures),
        "quadrant": assessment.quadrant,
        "rules": [firing.rule for firing in assessment.firings][:60],
        "book": assessment.book,
        "rulebook": assessment.rulebook,
        "model": assessment.model,
    }


def read_record(value: object, issue: str) -> Record | None:
    """The property as it was written; None where it is missing, odd, or of another issue.

    The last is so on a copy of an issue that took its properties along.
    """
    data = dict_of(value)
    wrote = dict_of(data.get("wrote"))
    if not wrote or not isinstance(data.get("digest"), str) or data.get("issue") != issue:
        return None
    score = wrote.get("score")
    return Record(
        wrote=Managed(
            kind=text_of(wrote.get("kind")),
            score=float(score) if isinstance(score, int | float) else None,
            verdict=text_of(wrote.get("verdict")),
            priority=text_of(wrote.get("priority")),
        ),
        digest=str(data["digest"]),
        comment=text_of(data.get("comment")),
        seen=time_of(data.get("seen")),
        at=time_of(data.get("at")),
        rulebook=text_of(data.get("rulebook")),
        scope=_read_scope(data.get("scope")),
        operations=frozenset(
            tuple(map(str, one)) for one in list_of(data.get("operations")) if isinstance(one, list)
        ),
    )


def _read_scope(value: object) -> Scope | None:
    data = dict_of(value)
    length = number_of(data.get("length"))
    if length is None:
        return None
    return Scope(number_of(data.get("points")), length, data.get("by_hand") is True)


def same(left: object, right: object) -> bool:
    """Whether two values of a managed field say the same: 72 is 72.0, and case does not count."""
    if isinstance(left, str) and isinstance(right, str):
        return left.strip().lower() == right.strip().lower()
    return left == right


def digest(text: str) -> str:
    """A short digest of a comment."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _plain(body: str) -> str:
    """Jira stores line ends as it likes and trims."""
    return re.sub(r"\s+", " ", body).strip()
