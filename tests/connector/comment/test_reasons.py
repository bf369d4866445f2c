"""Three reasons are enough: the weightiest, each with the side that it speaks for."""

from __future__ import annotations

from dataclasses import replace

from connector.comment.reasons import main_reasons
from connector.messages import messages
from rules.assess.assessment import Evidence, Firing
from rules.assess.score import Term
from rules.facts.issue import Managed
from tests.connector.comment.test_triage_comment import SUM, assessment

WORDS, CHINESE = messages("en"), messages("zh")
OLD = (Evidence("a", "tech_debt", 2.0, "It is old."),)


def test_a_measure_is_one_reason_with_its_side() -> None:
    found = main_reasons(assessment(because=(), scored=SUM, evidence=OLD), WORDS)
    assert found == [
        "(+) Pain: It hurts. It happens daily.",
        "Tech debt: It is old.",
        "(-) Effort: Estimated at 5 story points.",
    ]
    assert main_reasons(assessment(because=(), scored=SUM), CHINESE) == [
        "(+) Pain：It hurts.It happens daily.",
        "(-) Effort：Estimated at 5 story points.",
    ]


def test_the_reasons_of_the_verdict_come_first() -> None:
    because = (Firing("g", "", "Nobody says who needs it.", gate="needs_info"),)
    found = main_reasons(assessment("needs_info", because=because, scored=SUM), WORDS)
    assert found[0] == "Nobody says who needs it." and found[1].startswith("(+) Pain")


def test_what_the_team_ranks_highly_is_a_reason_by_its_weight() -> None:
    team = Term("", "team", 50.0, "as this team ranks such issues")
    scored = replace(SUM, terms=(*SUM.terms, team))
    found = main_reasons(assessment(because=(), scored=scored), WORDS)
    assert found[0] == "(+) As this team ranks such issues"


def test_a_sentence_that_two_measures_share_is_said_once() -> None:
    twice = replace(SUM, terms=(*SUM.terms, Term("effort", "x", 1.0, "It hurts.")))
    found = main_reasons(assessment(because=(), scored=twice), WORDS)
    assert sum("It hurts." in one for one in found) == 1


def test_a_measure_without_a_reason_is_none() -> None:
    silent = replace(SUM, terms=(Term("pain", "default", 5.0),))
    assert main_reasons(assessment(because=(), scored=silent), WORDS) == []


def test_a_score_that_a_person_set_has_no_reasons_of_the_rules() -> None:
    said = main_reasons(assessment(kept=Managed(score=10), scored=SUM, because=()), WORDS)
    assert said == []


def test_a_score_by_formula_names_its_rules() -> None:
    because = (Firing("a", "", "It is small", -4.5), Firing("b", "", "It hurts", 3.0))
    assert main_reasons(assessment(because=because), WORDS) == ["(-) It is small", "(+) It hurts"]
