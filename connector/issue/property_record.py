"""Write, read and compare the `sluice` property: the record of Sluice's last write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from connector.layout.field_mapping import Layout
from connector.layout.field_mapping import same as same  # for the comment
from rules.assess.assessment import Assessment
from rules.facts.issue import Issue, Managed, Record, Scope, Statement
from rules.facts.jira_json.json_values import dict_of, list_of, number_of, text_of
from rules.facts.scope.size import scope_of
from rules.facts.times import time_of
from rules.vocabulary.managed_fields import MANAGED_NAMES, ManagedName
from rules.vocabulary.verdicts import takes_in


def rebased(before: Record | None, after: Record) -> bool:
    """Return whether the scope from which growth is measured has changed."""
    return after.scope != (before.scope if before else None)


def next_record(assessment: Assessment, now: datetime, *, growth: bool = False) -> Record:
    """Return the record to store in the property with the update.

    It tells nothing yet of the texts that are written with it. `growth`: a rulebook asks for it, so
    an issue that is accepted now gets its scope.
    """
    issue, proposed = assessment.issue, assessment.proposed
    before = issue.record.wrote if issue.record else Managed()
    now_there = {n: issue.managed.get(n) for n in MANAGED_NAMES if proposed.get(n) is None}
    kept = {name: before.get(name) for name in issue.kept.filled()}
    wrote = replace(proposed, **now_there | kept)  # type: ignore[arg-type]
    seen = issue.fields.get("updated")
    at = issue.read_at or now
    # Jira tells the time of reading in whole seconds. Every comment that was read came before.
    asked = max([at, *(one.at for one in issue.answers if one.at)])
    accepted = takes_in(assessment.decision.verdict)
    return Record(
        wrote=wrote,
        digest=assessment.digest(),
        seen=seen if isinstance(seen, datetime) else None,
        at=at,
        rulebook=assessment.rulebook,
        team=assessment.team,
        scope=assessment.scope or (scope_of(issue.fields) if growth and accepted else None),
        asks={
            one: issue.record.asks.get(one, asked) if issue.record else asked
            for one in assessment.decision.asks.made[:MAX_ASKS]
        },
        # Every operation ever written: two rules that undo each other must not do so for ever.
        operations=(issue.record.operations if issue.record else frozenset()).union(
            operation_key(name, one)
            for name, given in assessment.operations.items()
            for one in given
        ),
        issue=issue.id,
        theirs=issue.kept,
    )


def signed(record: Record, issue: Issue, layout: Layout, *, adds: bool = False) -> Record:
    """Return the record with who wrote it, its comment's id and the ids of its values.

    `adds`: a new comment goes along. Jira gives its id with the next read only.
    """
    found = {name: _id_of(name, record, issue, layout) for name in MANAGED_NAMES}
    return replace(
        record,
        account=layout.account,
        note="" if adds or issue.note is None else issue.note.id,
        ids={name: id for name, id in found.items() if id},
    )


def _id_of(name: ManagedName, record: Record, issue: Issue, layout: Layout) -> str:
    """Return the id of a written value: from the site's list, or as it was read with this value."""
    value, there = record.wrote.get(name), issue.ids.get(name, "")
    if layout.same(name, issue.managed.get(name), value, there):
        return there
    before = issue.record
    if before and before.issue == issue.id and before.wrote.get(name) == value:
        return layout.id_of(name, value) or before.ids.get(name, "")
    return layout.id_of(name, value)


def write_record(record: Record, assessment: Assessment) -> dict[str, object]:
    """Return the value of the `sluice` property: the values written, their inputs and the reasons.

    It stays far below Jira's limit of 32,768 characters: at most 60 rules, 60 operations and 300
    statements.
    """
    return {
        "version": 1,
        "issue": assessment.issue.id,
        "wrote": asdict(record.wrote),
        "digest": record.digest,
        "comment": record.comment,
        "why": record.why,
        "seen": record.seen.isoformat() if record.seen else None,
        "at": record.at.isoformat(timespec="milliseconds") if record.at else None,
        "scope": _write_scope(record.scope) if record.scope else None,
        "asks": {one: at.isoformat(timespec="milliseconds") for one, at in record.asks.items()},
        "operations": [list(one) for one in sorted(record.operations)[:MAX_OPERATIONS]],
        "ids": dict(record.ids),
        "account": record.account,
        "note": record.note,
        "left_out": sorted(record.left_out),
        "kept": record.theirs.filled(),
        "class": assessment.classification.kind,
        "confidence": assessment.classification.confidence,
        "verdict": assessment.decision.verdict,
        "measures": dict(assessment.measures),
        "quadrant": assessment.quadrant,
        "rules": [firing.rule for firing in assessment.firings][:60],
        "book": assessment.book,
        "rulebook": assessment.rulebook,
        "model": assessment.model,
        "team": assessment.team,
    }


def read_record(value: object) -> Record | None:
    """Return the record; None if the property is missing or malformed.

    A copy of an issue can hold the record of the original: `Record.issue` tells.
    """
    data = dict_of(value)
    wrote = dict_of(data.get("wrote"))
    if not wrote or not isinstance(data.get("digest"), str):
        return None
    account = text_of(data.get("account")) or ""
    return Record(
        wrote=_read_managed(wrote),
        digest=str(data["digest"]),
        comment=text_of(data.get("comment")),
        why=text_of(data.get("why")),
        seen=time_of(data.get("seen")),
        at=time_of(data.get("at")),
        rulebook=text_of(data.get("rulebook")),
        team=text_of(data.get("team")),
        scope=_read_scope(data.get("scope")),
        asks={
            digest: at
            for digest, written in dict_of(data.get("asks")).items()
            if (at := time_of(written))
        },
        operations=frozenset(
            tuple(map(str, one)) for one in list_of(data.get("operations")) if isinstance(one, list)
        ),
        undone=data.get("undone") is True,
        issue=str(data.get("issue") or ""),
        ids=_read_ids(data.get("ids")),
        account=account,
        note=text_of(data.get("note")) or "",
        left_out=frozenset(filter(None, map(text_of, list_of(data.get("left_out"))))),
        # Earlier versions, which named no account, took some values of Sluice's own for theirs.
        theirs=_read_managed(dict_of(data.get("kept")) if account else {}),
    )


def _read_managed(data: Mapping[str, Any]) -> Managed:
    return Managed(
        kind=text_of(data.get("kind")),
        score=_number(data.get("score")),
        verdict=text_of(data.get("verdict")),
        priority=text_of(data.get("priority")),
    )


def _number(value: object) -> float | None:
    return None if isinstance(value, str) else number_of(value)


def _read_ids(value: object) -> dict[ManagedName, str]:
    found = dict_of(value)
    return {name: id for name in MANAGED_NAMES if (id := text_of(found.get(name)))}


def _write_scope(scope: Scope) -> dict[str, object]:
    digests = [f"{one.digest}:{one.length}" for one in scope.statements]
    return {"points": scope.points, "statements": digests, "by_hand": scope.by_hand}


_STATEMENT = re.compile(r"([0-9a-f]{8}):([0-9]{1,5})")


def _read_scope(value: object) -> Scope | None:
    """Return the scope at acceptance; None without statements, as records of earlier versions."""
    data = dict_of(value)
    if not isinstance(data.get("statements"), list):
        return None
    found = (_STATEMENT.fullmatch(str(one)) for one in data["statements"])
    statements = tuple(Statement(one[1], int(one[2])) for one in found if one)
    return Scope(number_of(data.get("points")), statements, data.get("by_hand") is True)


MAX_OPERATIONS = 60
MAX_ASKS = 60


def operation_key(name: str, operation: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return field, verb and value: `{"add": {"name": "App"}}` adds "App"."""
    ((verb, value),) = operation.items()
    return name, verb, str(value["name"] if isinstance(value, Mapping) else value)
