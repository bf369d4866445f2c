"""What a team's priorities taught is one named term of the score, for bands and conditions too."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.render_assessment import headlines
from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.assess.score import TEAM
from rules.facts.issue import Fact, Issue
from rules.rulebook.load import parse_book, shipped
from rules.text_model.team.model import TeamModel
from rules.text_model.team.rank_view import TYPE
from rules.text_model.team.ranking import RankHead
from rules.text_model.team.seal import Seal
from tests.rules.jql.random_conditions import NOW

SEAL = Seal(b"a key of the tests, 32 bytes long")
BOOK = """\
book: b
measures: {team: {weight: 4, max: 10}}
base: 40
bands: [{from: 50, priority: High}, {from: 0, priority: Low}]
rules:
  - {id: team, when: labels = hurts, because: It hurts., points: {team: 1}}
  - {id: high, when: score > 45, because: High., gate: review}
"""


ISSUE = Issue("1", "A-1", "A", {"summary": "A", "type": "Heron"})


def team(points: float) -> TeamModel:
    """Return a team that ranks a type of issues so many points higher."""
    names = (TYPE + SEAL.name("type", "heron"),)
    return TeamModel(SEAL, ranking=RankHead(names, np.array([points], np.float32), 0.0, 0.9))


def judged(points: float, book: str = BOOK, language: str = "en", **fields: Fact) -> Assessment:
    with closing(Judge(parse_book(book.encode(), "b.yaml"), language, team=team(points))) as judge:
        return judge.assess(replace(ISSUE, fields={**ISSUE.fields, **fields}), NOW)


def test_the_points_are_one_term_with_its_source_and_reason() -> None:
    found = judged(8.0).scored
    (term,) = (one for one in found.terms if one.by_team)
    assert (term.source, term.points) == (TEAM, 8.0)
    assert term.because == "as this team ranks such issues"
    assert found.value == 48.0
    assert found.ranked and found.ranked.words == ("Heron",)


def test_the_reason_is_chinese_for_a_chinese_project() -> None:
    assert any("团队" in term.because for term in judged(8.0, language="zh").scored.terms)


def test_bands_and_conditions_see_the_changed_score() -> None:
    assert judged(2.0).decision.priority == "Low"
    assert judged(15.0).decision.priority == "High"
    assert judged(2.0).decision.verdict == "accept"
    assert judged(15.0).decision.verdict == "review"


def test_a_rule_and_a_measure_of_the_same_name_keep_their_own_points() -> None:
    found = judged(8.0, labels=("hurts",))
    assert found.scored.value == 52.0
    assert (found.scored.of_rule("team"), found.scored.of_team) == (4.0, 8.0)
    assert (found.scored.of_measure("team"), found.scored.of_measure("")) == (4.0, 40.0)


@given(points=st.floats(-60, 60), base=st.sampled_from([0, 3, 40, 97, 100]))
def test_the_terms_add_up_and_the_score_stays_in_its_limits(points: float, base: int) -> None:
    found = judged(points, BOOK.replace("base: 40", f"base: {base}")).scored
    assert 0 <= found.value <= 100
    assert found.value == pytest.approx(sum(term.points for term in found.terms), abs=1e-6)


def test_a_score_by_a_formula_gets_the_points_before_its_limit() -> None:
    found = []
    for points in (0.0, 6.0, -25.0):
        with closing(Judge(shipped("rice"), team=team(points))) as judge:
            found.append(judge.assess(ISSUE, NOW).scored)
    plain, more, less = found
    assert more.value == plain.value + 6.0
    assert less.value == max(plain.value - 25.0, 0.0)
    assert more.terms == () and more.ranked


def test_explain_names_the_points_and_the_words_behind_them() -> None:
    lines = headlines(judged(8.0))
    assert any("+8 as this team ranks such issues (Heron)" in line for line in lines)


def test_without_a_ranking_nothing_changes() -> None:
    book = parse_book(BOOK.encode(), "b.yaml")
    with closing(Judge(book)) as plain, closing(Judge(book, team=TeamModel(SEAL))) as empty:
        assert empty.assess(ISSUE, NOW).scored == plain.assess(ISSUE, NOW).scored
