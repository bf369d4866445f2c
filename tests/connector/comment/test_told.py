"""A project is told what it has to know, and customers of a service desk are told nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.comment.told import INTERNAL, Audience, Telling, When, told
from connector.layout.field_mapping import Slot
from rules.assess.assessment import Assessment
from rules.facts.issue import Managed, Note
from tests.connector.comment.test_triage_comment import LAYOUT, assessment

WITH_WHY = replace(LAYOUT, why=Slot("customfield_9", "Sluice Why"))
QUIET = assessment("accept")
ASKING: list[Assessment] = [
    *(assessment(verdict) for verdict in ("needs_info", "review", "defer", "reject")),
    assessment("accept", "undecided"),
    assessment("accept", open=("Which browser?",)),
    assessment("accept", urgent=("Tell security today.",)),
    assessment("accept", kept=Managed(priority="Lowest")),
    replace(
        assessment("reject", kept=Managed(verdict="reject")), proposed=Managed(verdict="defer")
    ),
]


def with_note(one: Assessment) -> Assessment:
    return replace(one, issue=replace(one.issue, note=Note("7", "(?) *Needs info*")))


@pytest.mark.parametrize("one", ASKING)
def test_where_the_reasons_have_a_field_a_comment_is_for_those_who_have_to_do_something(
    one: Assessment,
) -> None:
    assert told(one, WITH_WHY).comment is not None
    assert told(one, LAYOUT, telling=Telling("when_asking")).comment is not None
    assert told(one, WITH_WHY, telling=Telling("never")).comment is None


def test_an_expected_decision_is_told_by_the_field_alone() -> None:
    found = told(QUIET, WITH_WHY)
    assert found.comment is None and found.why == "(+) It hurts each week"
    assert told(QUIET, LAYOUT).comment is not None, "there is no such field: the comment tells it"
    assert told(QUIET, LAYOUT).why is None
    score = assessment(kept=Managed(score=3.0))
    assert told(score, WITH_WHY).comment is None, "who set a score by hand is not surprised"


@pytest.mark.parametrize("when", ["when_asking", "never"])
def test_a_comment_that_asked_and_was_answered_tells_the_final_state(when: When) -> None:
    found = told(with_note(QUIET), WITH_WHY, telling=Telling(when))
    assert found.comment is not None and found.comment.startswith("(/) *Accepted*")


@pytest.mark.parametrize(
    ("project_type", "internal"),
    [
        ("service_desk", True),
        (None, True),
        ("customer_service", True),
        ("software", False),
        ("business", False),
        ("product_discovery", False),
    ],
)
def test_only_a_project_that_surely_has_no_customers_gets_an_ordinary_comment(
    project_type: str | None, internal: bool
) -> None:
    one = replace(QUIET, issue=replace(QUIET.issue, fields={"projecttype": project_type}))
    assert told(one, LAYOUT).audience.internal is internal


def test_a_comment_carries_its_restriction_and_its_mark_in_jiras_form() -> None:
    assert Audience().body("x") == {"body": "x"}
    level = {"type": "role", "value": "Developers"}
    assert Audience(level, internal=True).body("x") == {
        "body": "x",
        "visibility": level,
        "properties": [INTERNAL],
    }
    assert INTERNAL == {"key": "sd.public.comment", "value": {"internal": True}}
