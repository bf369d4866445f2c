"""Sluice Why carries the reasons in three lines, as plain text that wiki markup leaves alone."""

from __future__ import annotations

from dataclasses import replace

from connector.comment.why_text import LINE_LIMIT, why_text
from connector.layout.field_mapping import Slot
from rules.assess.assessment import Evidence, Firing
from rules.facts.issue import Managed
from tests.connector.comment.test_triage_comment import LAYOUT, SUM, assessment

AREA = replace(LAYOUT, why=Slot("customfield_9", "Sluice Why"))
LINE = replace(LAYOUT, why=Slot("customfield_9", "Sluice Why", line=True))
OLD = (Evidence("a", "tech_debt", 2.0, "It is *old* (x)."),)


def test_the_reasons_stand_in_three_lines_without_markup_and_without_points() -> None:
    assert why_text(assessment(because=(), scored=SUM, evidence=OLD), AREA).split("\n") == [
        "(+) Pain: It hurts. It happens daily.",
        "Tech debt: It is old (x).",
        "(-) Effort: Estimated at 5 story points.",
    ]


def test_a_field_of_one_line_has_them_side_by_side_and_cut_where_jira_would_refuse() -> None:
    short = why_text(assessment(because=(), scored=SUM, evidence=OLD), LINE)
    assert short.startswith("(+) Pain: It hurts. It happens daily. · Tech debt: It is old")
    because = (Firing("g", "", "word " * 200, gate="review"),)
    long = why_text(assessment("review", because=because), LINE)
    assert len(long) == LINE_LIMIT and long.endswith("…") and "\n" not in long


def test_under_a_persons_verdict_stands_whose_it_is_and_no_reason_against_it() -> None:
    kept = Managed(verdict="reject")
    decided = assessment("reject", kept=kept, decided_by="Ann", scored=SUM)
    assert why_text(decided, AREA) == "Rejected by Ann"
    decided = replace(decided, proposed=replace(decided.proposed, verdict="accept"))
    assert why_text(decided, AREA).split("\n") == [
        "Rejected by Ann",
        "Set by a person and kept: Sluice Gate Reject (the rules say Accept)",
    ]


def test_a_decision_without_a_reason_still_says_what_it_is() -> None:
    assert why_text(assessment(because=()), AREA) == "Accepted"
    assert why_text(assessment(because=()), AREA, "zh") == "接受"
