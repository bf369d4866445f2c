"""An issue that nobody can judge yet has the priority of a new one, unless a person set it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.issue.read_issue import read_issue
from connector.layout.left_out import writable
from connector.layout.unjudged import with_default_priority
from rules.assess.judge import Judge
from rules.rulebook.load import parse_book
from tests.connector.planned import LAYOUT, NOW, apply, issue, plan

ASKING = Judge(
    parse_book(
        b"""
book: asking
rules:
  - {id: thin, when: description.length < 20, gate: needs_info, because: Thin., ask: Say more.}
""",
        "asking.yaml",
    )
)


def proposed(raw: dict[str, Any]) -> str | None:
    found = ASKING.assess(read_issue(raw, LAYOUT), NOW)
    return with_default_priority(found, LAYOUT).proposed.priority


def judged() -> dict[str, Any]:
    """An issue to which Sluice gave a priority of its own."""
    raw = issue(summary="Production is down, all customers", labels=["crash"])
    update = plan(raw)
    assert update is not None
    raw = apply(raw, update)
    raw["fields"]["priority"] = {"name": "Highest"}
    raw["properties"]["sluice"]["wrote"]["priority"] = "Highest"
    return raw


def test_sluices_own_priority_is_taken_back_when_the_text_is_gone() -> None:
    raw = judged()
    raw["fields"]["description"] = "Later."
    assert proposed(raw) == LAYOUT.default_priority


def test_a_persons_priority_stays_and_no_other_is_proposed() -> None:
    raw = judged()
    raw["fields"]["description"] = "Later."
    raw["fields"]["priority"] = {"name": "Low"}
    assert proposed(raw) is None


def test_an_issue_that_can_be_judged_has_the_priority_of_its_score() -> None:
    found = ASKING.assess(read_issue(judged(), LAYOUT), NOW)
    assert with_default_priority(found, LAYOUT) == found


@pytest.mark.parametrize("lacking", [{"priority"}, {"priority=medium"}])
def test_it_is_not_written_where_jira_refuses_it(lacking: set[str]) -> None:
    found = ASKING.assess(read_issue(issue(description="Later."), LAYOUT), NOW)
    assert writable(found, LAYOUT, (), ()).proposed.priority == "Medium"
    assert writable(found, LAYOUT, lacking, ()).proposed.priority is None


def test_on_an_issue_that_somebody_has_begun_it_stays() -> None:
    found = ASKING.assess(read_issue(issue(description="Later."), LAYOUT), NOW)
    assert writable(found, LAYOUT, (), {"priority"}).proposed.priority is None


def test_the_default_is_that_of_the_site() -> None:
    layout = replace(LAYOUT, default_priority="P3")
    found = ASKING.assess(read_issue(issue(description="Later."), layout), NOW)
    assert with_default_priority(found, layout).proposed.priority is None, "Medium is a person's"
    blank = ASKING.assess(read_issue(issue(description="Later.", priority=None), layout), NOW)
    assert with_default_priority(blank, layout).proposed.priority == "P3"
