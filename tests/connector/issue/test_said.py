"""What the comment says of values, in both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.comment.triage_comment import comment
from connector.issue.read_issue import read_issue
from connector.issue.said import said_otherwise
from connector.layout.priorities import Priorities
from rules.facts.issue import Managed
from rules.vocabulary.classes import ALL_KINDS
from rules.vocabulary.managed_fields import MANAGED_NAMES, ManagedName
from rules.vocabulary.verdicts import VERDICTS
from tests.connector.planned import JUDGE, LAYOUT, NOW, issue

NAMES = ("Highest", "High", "Medium", "Low", "Lowest")
SITE = replace(
    LAYOUT, priorities=Priorities.read({"id": str(n), "name": one} for n, one in enumerate(NAMES))
)


def body_of(language: str, **fields: Any) -> tuple[str, Managed]:
    """The comment on an issue, and the values of Sluice that stand with it."""
    found = JUDGE.assess(read_issue(issue(**fields), SITE), NOW)
    return comment(found, SITE, language), found.proposed


def other(body: str, name: ManagedName, value: str | float | None) -> bool:
    return said_otherwise(body, name, value, SITE.called_also(name, value), SITE)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("labels", [[], ["crash"], ["tech-debt"]])
def test_each_value_of_sluice_is_said(language: str, labels: list[str]) -> None:
    body, ours = body_of(language, labels=labels)
    assert [name for name in MANAGED_NAMES if other(body, name, ours.get(name))] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_other_value_is_a_persons(language: str) -> None:
    body, ours = body_of(language, labels=["crash"])
    assert all(other(body, "kind", one) for one in (*ALL_KINDS, "Own") if one != ours.kind)
    assert all(other(body, "verdict", one) for one in (*VERDICTS, "Own") if one != ours.verdict)
    if ours.priority and ours.priority in body:
        assert all(other(body, "priority", one) for one in NAMES if one != ours.priority)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("kind", "customfield_1", {"value": "Exploration"}),
        ("score", "customfield_2", 3),
        ("verdict", "customfield_3", "Reject"),
        ("priority", "priority", {"name": "Highest"}),
    ],
)
def test_a_value_that_the_comment_calls_kept_is_a_persons(
    language: str, name: ManagedName, field: str, value: object
) -> None:
    # A score alone would look like a copy: a class is there, too.
    raw = issue(**{field: value})
    raw["changelog"] = {"histories": [], "total": 0}
    found = read_issue(raw, SITE)
    if name == "score":
        found = replace(found, kept=Managed(score=3.0))
    assert other(comment(JUDGE.assess(found, NOW), SITE, language), name, found.managed.get(name))


def test_any_text_is_taken() -> None:
    for body in ("", "*", "— —", "\\", "*Set by a person and kept:*", "score 1.2.3", "评分"):
        for name in MANAGED_NAMES:
            other(body, name, 7.0 if name == "score" else "accept")
