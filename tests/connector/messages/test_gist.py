"""A comment is edited for what it decides and asks, and not because the score moved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.comment.triage_comment import comment
from connector.messages.gist import gist
from rules.assess.assessment import Assessment, Evidence, Firing
from rules.assess.score import Score, Term
from rules.facts.issue import Managed
from tests.connector.comment.test_triage_comment import LAYOUT, SUM, assessment

GATE = "Sluice Gate"
GREW = (Firing("grew", "", "The scope grew by 40 % since it was accepted.", gate="review"),)


def told(one: Assessment, language: str = "en") -> str:
    return gist(comment(one, LAYOUT, language), GATE)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_score_and_its_reasons_are_no_news(language: str) -> None:
    one = assessment("review", because=GREW, scored=SUM)
    term = Term("pain", "votes", -9.0, "3 votes.")
    other = Score(13.0, levels=SUM.levels, terms=(term,))
    evidence = (Evidence("a", "tech_debt", 2.0, "Words moved."),)
    moved = assessment("review", because=GREW, scored=other, evidence=evidence)
    assert comment(replace(moved, score=13.0), LAYOUT, language) != comment(one, LAYOUT, language)
    assert told(replace(moved, score=13.0), language) == told(one, language)


@pytest.mark.parametrize(
    "news",
    [
        assessment("accept", because=GREW),
        assessment("review", "exploration", because=GREW),
        assessment("review", because=GREW, open=("Who needs it?",)),
        assessment("review", because=GREW, ticked=("Who needs it?",), heard=("When?",)),
        assessment("review", because=GREW, kept=Managed(priority="Lowest")),
        assessment("review", because=(replace(GREW[0], because="The scope grew by 90 %."),)),
        replace(
            assessment("review", because=GREW),
            decision=replace(assessment("review", because=GREW).decision, priority="Low"),
        ),
    ],
)
def test_verdict_class_priority_questions_growth_and_peoples_values_are_news(
    news: Assessment,
) -> None:
    assert told(news) != told(assessment("review", because=GREW))


def test_a_question_that_is_answered_is_news() -> None:
    asked = assessment("review", because=GREW, open=("When?",), ticked=("Who?",))
    both = assessment("review", because=GREW, open=("When?", "Who?"))
    assert told(asked) != told(both)


OLD = """(!) *Needs a review* — tech debt, priority High, score 72, quick win
*For whoever plans the work:* A person has to decide: please set Sluice Gate by hand.
*Why:*
* The scope grew by 40 % since it was accepted.
* Tech debt: Words that suggest this class: old, slow.
* Pain (+36): It hurts. It happens daily.
* Effort (-4): Estimated at 5 story points.
* Every issue starts at 40.
*Set by a person and kept:* Sluice Score 3
{color:#6b778c}Sluice · If you set Sluice Class by hand, Sluice keeps it.{color}"""

OLD_CHINESE = """(!) *需要人工评审* — 技术债，优先级 High，评分 72，小投入高回报
*致排期负责人：* 需要由人来决定：请手动设置 Sluice Gate。
*理由：*
* The scope grew by 40 % since it was accepted.
* 技术债：支持此类别的用词：旧。
* Pain（+36）：It hurts.
* 每个问题的起点是 40 分。
*由人设置并保留：* Sluice Score 3
{color:#6b778c}Sluice · 手动设置的都会保留。{color}"""


@pytest.mark.parametrize(("body", "language"), [(OLD, "en"), (OLD_CHINESE, "zh")])
def test_a_comment_of_an_earlier_version_that_tells_the_same_is_no_news(
    body: str, language: str
) -> None:
    new = assessment("review", because=GREW, scored=SUM, kept=Managed(score=3))
    assert gist(body, GATE) == told(new, language)


def test_what_jira_makes_of_markup_and_spaces_is_no_news() -> None:
    body = comment(assessment("review", because=GREW), LAYOUT)
    stored = (
        body.replace("*Why:*", "*Why:*\r").replace("(!) *", "\\(!) {*}").replace("* —", "{*} —")
    )
    assert gist(stored, GATE) == gist(body, GATE)
