"""An explanation shows what a team taught: the shift of the class, and what it is to each rule."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime

import numpy as np
import pytest

from cli.render_assessment import fired, headlines
from connector.comment.triage_comment import comment
from connector.layout.field_mapping import Layout, Slot
from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.facts.jsonl import issue_from_row
from rules.rulebook.load import parse_book
from rules.testing.decisions import decision
from rules.text_model.team.classes import ClassHead
from rules.text_model.team.model import TeamModel
from rules.text_model.team.ranking import RankHead
from rules.text_model.team.reliability import Reliability, RuleCount
from rules.text_model.team.seal import Seal
from rules.vocabulary.classes import KINDS

NOW = datetime(2026, 11, 30, tzinfo=UTC)
BOOK = parse_book(
    b"""\
book: team
rules:
  - {id: moves-house, when: summary ~ upgrade, class: {tech_debt: 2.5}, because: It moves house.}
  - {id: either, when: summary ~ upgrade, class: {tech_debt: 1, exploration: 1}, because: Either.}
  - {id: later, when: summary ~ upgrade, gate: defer, because: It can wait.}
  - {id: firm-one, when: summary ~ upgrade, gate: accept, because: Fine.}
""",
    "team.yaml",
)
SEAL = Seal(b"a key of the site")


def team() -> TeamModel:
    """A team that calls upgrades a business need, and accepts what the rules defer."""
    rows = {
        SEAL.name("title", "upgrade"): [-6.0, 14.0, 0.0],
        "rule:moves-house": [-2.1, 0.0, 0.0],
        "rule:either": [-1.0, 0.0, 0.1],
    }
    names = tuple(sorted(rows))
    weights = np.array([rows[name] for name in names], np.float32)
    counts = {
        "moves-house": RuleCount(1, 11, 1, 11),
        "later": RuleCount(0, 12, 0, 12),
        "firm-one": RuleCount(0, 1, 0, 1),
    }
    return TeamModel(SEAL, ClassHead(KINDS, names, weights), reliability=Reliability(counts))


def judged(taught: TeamModel | None, language: str = "en") -> Assessment:
    issue = issue_from_row({"key": "T-1", "summary": "Upgrade the checkout"})
    with closing(Judge(BOOK, language, team=taught)) as judge:
        return judge.assess(issue, NOW)


def test_the_shift_of_the_class_is_shown_with_its_words() -> None:
    lines = headlines(judged(team()))
    assert "  class     business_need" in lines[1] and "by team" in lines[1]
    at = next(n for n, line in enumerate(lines) if line.startswith("  team      business_need +"))
    assert lines[at].endswith(" (without it tech_debt)")
    assert lines[at + 1].endswith("of this project. Words that count here: upgrade.")


def test_each_rule_says_what_it_is_worth_here() -> None:
    said = "\n".join(fired(judged(team())))
    assert "class: tech_debt +2.5; here +0.31: contradicted 11 of 12 times\n" in said
    assert "class: tech_debt +1, exploration +1; here tech_debt +0.37, exploration +1.11\n" in said
    assert "gate: defer; no vote here: contradicted 12 of 12 times\n" in said
    assert "gate: accept; contradicted 1 of 1 time here\n" in said


def test_a_firm_rule_keeps_its_vote_and_says_how_often_people_contradicted_it() -> None:
    text = (
        "book: team\nrules:\n"
        "  - {id: spam, when: text ~ pier, gate: reject, because: Spam.}\n"
        "  - {id: law, when: text ~ pier, gate: review, because: The law., firm: true}\n"
    )
    told = Reliability({"spam": RuleCount(1, 11, 1, 11), "law": RuleCount(0, 9, 0, 9)})
    book, taught = parse_book(text.encode(), "team.yaml"), TeamModel(SEAL, reliability=told)
    with closing(Judge(book, team=taught)) as judge:
        found = judge.assess(issue_from_row({"summary": "Mend the pier"}, 1), NOW)
    lines = [line.strip() for line in "\n".join(fired(found)).splitlines()]
    assert "spam  gate: reject; no vote here: contradicted 11 of 12 times" in lines
    assert "law   gate: review; contradicted 9 of 9 times here" in lines
    assert found.decision.verdict == "review"


def test_it_is_said_in_chinese_too() -> None:
    found = judged(team(), "zh")
    said = "\n".join([*headlines(found, "zh"), *fired(found, "zh")])
    assert "根据人员为本项目其他问题设置的类别学习得出。起作用的用词：upgrade。" in said
    assert "；在本团队为 +0.31：12 次决定中有 11 次与之相反" in said
    assert "；在本团队不计入：12 次决定中有 12 次与之相反" in said
    assert "here" not in said and "contradicted" not in said


def test_without_a_team_nothing_of_it_is_shown() -> None:
    found = judged(None)
    said = "\n".join([*headlines(found), *fired(found)])
    assert "learned" not in said and "here" not in said
    assert "learned" not in decision(found, "")


def test_json_has_the_same() -> None:
    told = json.loads(json.dumps(decision(judged(team()), "")["learned"]))
    assert told["class_before"] == "tech_debt" and told["shift"]["business_need"] > 0
    moves, either, later, _ = told["rules"]
    assert moves == {
        "rule": "moves-house",
        "votes": {"tech_debt": {"book": 2.5, "here": 0.31}},
        "agreed": 1,
        "contradicted": 11,
        "retired": False,
    }
    assert set(either["votes"]) == {"tech_debt", "exploration"} and either["contradicted"] == 0
    assert later["retired"] and later["votes"] == {}


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "+5 as this team ranks such issues"), ("zh", "+5 这个团队给这类问题排的先后")],
)
def test_the_points_of_the_team_are_shown_and_in_the_json(language: str, said: str) -> None:
    head = RankHead((), np.zeros(0, np.float32), offset=-5.0, worth=1.0)
    found = judged(TeamModel(SEAL, ranking=head), language)
    assert any(said in line for line in headlines(found, language))
    assert decision(found, "")["learned"]["points"] == 5.0


LAYOUT = Layout(
    kind=Slot("c", "Sluice Class", True),
    score=Slot("s", "Sluice Score"),
    verdict=Slot("g", "Sluice Gate", True),
    words={},
    account="sluice",
)


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("en", "Business need: Learned from classes that people set on other issues"),
        ("zh", "业务需求：根据人员为本项目其他问题设置的类别学习得出。起作用的用词：upgrade。"),
    ],
)
def test_the_comment_gives_the_team_as_the_reason(language: str, reason: str) -> None:
    assert reason in comment(judged(team(), language), LAYOUT, language)
    assert "Tech debt: It moves house." in comment(judged(None), LAYOUT, "en")
