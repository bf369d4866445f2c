"""Leave out of a write what Jira would refuse, so that the rest is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from connector.layout.field_mapping import Layout
from connector.layout.slots import PRIORITY
from connector.layout.unjudged import with_default_priority
from rules.assess.assessment import Assessment
from rules.facts.jira_json.json_values import dict_of, list_of
from rules.vocabulary.managed_fields import MANAGED_NAMES, ManagedName

COMMENT = "comment"

READ_ONLY = "read-only"
"""Stands for every field: Jira lets nobody edit the issue in its status."""

REFUSES_FIELDS = (400, 403)
"""The answers to a write that can be about single fields, or about a status without edits."""


def writable(
    assessment: Assessment, layout: Layout, lacking: Collection[str], held: Collection[ManagedName]
) -> Assessment:
    """Return the assessment as it can be written: what it no longer proposes stays as it is.

    `lacking` has ids of fields that Jira would refuse, and marks of values that it would refuse.
    `held` has the fields that are not changed any more, because somebody works on the issue. The
    comment is written by this, so that it claims nothing that is not there.
    """
    assessment = with_default_priority(assessment, layout)
    out = {*held, *names_left_out(assessment, layout, lacking)}
    kept = dict.fromkeys(out)
    operations = {k: v for k, v in assessment.operations.items() if k not in lacking}
    shown = assessment if not out else _as_it_stays(assessment, out, held)
    proposed = replace(assessment.proposed, **kept)
    return replace(shown, proposed=proposed, operations=operations)


def on_screen(layout: Layout, lacking: Collection[str]) -> Layout:
    """Return the layout without Sluice Why if the screen lacks it: the comment says why, then."""
    return replace(layout, why=None) if layout.why and layout.why.id in lacking else layout


def names_left_out(
    assessment: Assessment, layout: Layout, lacking: Collection[str]
) -> frozenset[ManagedName]:
    """Return the managed fields that can't be written with the values of an assessment."""
    found = assessment.proposed.filled()
    return frozenset(
        name
        for name, value in found.items()
        if layout.slot(name).id in lacking
        or mark(layout.slot(name).id, layout.written(name, value)) in lacking
    )


def _as_it_stays(
    assessment: Assessment, out: Collection[ManagedName], held: Collection[ManagedName]
) -> Assessment:
    """Return the assessment with the class and priority that the issue keeps."""
    issue = assessment.issue
    if "priority" in out and issue.kept.priority is None:
        stays = issue.managed.priority if "priority" in held else None
        decision = replace(assessment.decision, priority=stays)
        assessment = replace(assessment, decision=decision)
    if "kind" in held and issue.managed.kind:
        known = replace(assessment.classification, kind=issue.managed.kind)
        assessment = replace(assessment, classification=known)
    return assessment


def mark(field: str, value: object) -> str:
    """Return the mark of a value that Jira refuses in a field, such as `customfield_1=incident`."""
    said = dict_of(value)
    text = str(said.get("id") or said.get("value") or said.get("name") or value)
    return f"{field}={text.lower()}"


def refused_parts(
    body: Mapping[str, Any], errors: Mapping[str, str], screen: Mapping[str, Any]
) -> frozenset[str]:
    """Return what to leave out of a write that Jira refused: ids of fields, marks of values.

    `errors` is Jira's own, by field; `screen` is the `fields` of editmeta. Jira's sentences are in
    the account's language, so the screen tells whether a field or only its value is wrong.
    """
    return frozenset(_refused(body, errors, screen))


def _refused(
    body: Mapping[str, Any], errors: Mapping[str, str], screen: Mapping[str, Any]
) -> Iterator[str]:
    for field, value in dict_of(body.get("fields")).items():
        if field not in screen:
            yield field
        elif field in errors or not _allowed(value, dict_of(screen[field])):
            yield mark(field, value)
    for field in dict_of(body.get("update")):
        # Jira names a role or group that the comment may not be restricted to by another word.
        if field == COMMENT and "commentLevel" in errors:
            yield COMMENT
        elif field in errors or (field != COMMENT and field not in screen):
            yield field


def names_a_field(lacking: Collection[str]) -> bool:
    """Return whether a field is missing that an admin could have removed and created anew."""
    return any(one.startswith("customfield_") and "=" not in one for one in lacking)


def written_parts(body: Mapping[str, Any]) -> frozenset[str]:
    """Return what a write proves that Jira takes: fields, their values, and edits at all."""
    fields = dict_of(body.get("fields"))
    marks = (mark(field, value) for field, value in fields.items())
    return frozenset({READ_ONLY, *fields, *marks, *dict_of(body.get("update"))} if body else ())


def _allowed(value: object, field: Mapping[str, Any]) -> bool:
    """Return whether a value is one of those that the screen offers, if it lists them."""
    listed, said = field.get("allowedValues"), dict_of(value)
    if not isinstance(listed, Sequence) or not said:
        return True
    offered = [dict_of(one) for one in list_of(listed)]
    wanted = {key: str(text).lower() for key, text in said.items()}
    return any(str(one.get(k, "")).lower() == w for one in offered for k, w in wanted.items())


def said_left_out(left_out: Collection[str], layout: Layout, type_name: str) -> Iterator[str]:
    """Yield a sentence for each field that is not written, for `sluice explain`."""
    slots = {layout.slot(name).id: layout.slot(name).name for name in MANAGED_NAMES}
    slots |= {layout.why.id: layout.why.name} if layout.why else {}
    priorities = {one.id: one.name for one in layout.priorities.listed}
    where = type_name or "this type"
    for one in sorted(left_out):
        field, _, value = one.partition("=")
        name = slots.get(field, field)
        if field == COMMENT:
            yield f"Jira takes no comment of Sluice on {where}: not written"
        elif value:
            value = priorities.get(value, value) if field == PRIORITY.id else value
            yield f"{name} does not take {value!r} on {where}: not written"
        else:
            yield f"{name} is not on the edit screen of {where}: not written"
