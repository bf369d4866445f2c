"""Read what people decided on an issue in Jira, and judge the issue as Sluice would alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from rules.facts.issue import Choice, History, Issue, Managed
from rules.learning.lessons import Lesson
from rules.learning.trust.proposals import FIELDS
from rules.vocabulary.managed_fields import ManagedName


def decided(issue: Issue, since: datetime | None = None) -> list[Lesson]:
    """Return what people decided: the last choice for each field, or the value that they keep.

    With `since`, only decisions from then on. A choice that was taken back is none.
    """
    found = [lesson for name in FIELDS if (lesson := _lesson(issue, name))]
    return [one for one in found if since is None or one.at is None or one.at >= since]


def _lesson(issue: Issue, name: ManagedName) -> Lesson | None:
    choices = [one for one in issue.history.choices if one.field == name]
    if choices:
        return _chosen(issue, choices[-1]) if choices[-1].value else None
    kept = issue.kept.get(name)
    at = issue.fields.get("updated")
    when = at if isinstance(at, datetime) else None
    return Lesson(issue, name, str(kept), "correction", at=when) if kept is not None else None


def _chosen(issue: Issue, choice: Choice) -> Lesson:
    return Lesson(
        issue,
        choice.field,
        choice.value,
        "correction",
        account=choice.account,
        name=choice.name,
        at=choice.at,
    )


def alone(issue: Issue) -> Issue:
    """Return the issue without the values that people set, as Sluice would judge it alone."""
    fields = {**issue.fields, "priority": None}
    return replace(issue, fields=fields, kept=Managed(), history=History())
