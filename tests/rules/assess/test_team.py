"""What a team taught shifts the class of an issue, and says so truthfully."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cli.render_assessment import fired, headlines
from cli.rules.backtest.issues import NO_SITE
from connector.comment.triage_comment import comment
from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.facts.issue import Managed
from rules.facts.jsonl import issue_from_row
from rules.learning.evidence.lessons import Example, Lesson
from rules.learning.teach.learn import learn
from rules.rulebook.load import find
from rules.text_model.model import shipped
from rules.text_model.team.model import TeamModel
from rules.text_model.team.seal import Seal
from tests.rules.learning.wordings import issues

KEY = b"a key of the tests"
NOW = datetime(2026, 11, 2, tzinfo=UTC)


def judged(text: str, team: TeamModel | None, language: str = "en") -> Assessment:
    with closing(Judge(find("default"), language, shipped(), team=team)) as judge:
        return judge.assess(issue_from_row({"summary": text}), NOW)


@pytest.fixture(scope="module")
def team() -> Iterator[TeamModel]:
    """A team that calls buttons tech debt."""
    with closing(Judge(find("default"), "en", shipped())) as judge:
        told = [issue_from_row({"summary": t}) for t in issues("Add a {x} button", 25, 0, False)]
        lessons = [Lesson(one, "kind", "tech_debt", "correction") for one in told]
        yield learn([Example(one, judge.assess(one.issue, NOW)) for one in lessons], KEY)


def test_the_class_the_source_and_the_digest_are_those_of_the_team(team: TeamModel) -> None:
    found = judged("Add a kiln button", team)
    kind = found.classification
    assert (kind.kind, kind.source) == ("tech_debt", "team")
    assert kind.confidence >= 0.6
    assert kind.learned and kind.learned.before == "business_need"
    assert found.model and team.digest in found.model.split("+")
    assert found.digest() != judged("Add a kiln button", None).digest()


def test_where_the_team_changed_nothing_the_rules_have_decided(team: TeamModel) -> None:
    found = judged("Refactor the duplicated retry code", team).classification
    assert (found.kind, found.source) == ("tech_debt", "rules and text")


def test_a_team_that_taught_nothing_changes_nothing() -> None:
    nothing = TeamModel(Seal(KEY))
    one, other = (judged("Add a kiln button", team) for team in (None, nothing))
    assert one.classification == other.classification


def test_the_comment_says_that_people_taught_it(team: TeamModel) -> None:
    body = comment(judged("Add a kiln button", team), NO_SITE)
    said = "Tech debt: Learned from classes that people set on other issues of this project."
    assert said in body and "Words that count here: button" in body
    assert "Words that suggest this class" not in body
    body = comment(judged("Add a kiln button", team, "zh"), NO_SITE, "zh")
    assert "根据人员为本项目其他问题设置的类别学习得出。起作用的用词：button" in body


def test_explain_names_the_shift_the_words_and_the_weight_of_the_rule_here(
    team: TeamModel,
) -> None:
    found = judged("Add a kiln button", team)
    lines = "\n".join([*headlines(found), *fired(found)])
    assert "by team" in lines and "without it business_need" in lines
    assert "Words that count here: button" in lines
    rule = found.classification.evidence[0]
    assert rule.here is not None and rule.here < rule.weight
    (line,) = (line for line in lines.split("\n") if line.startswith(f"  {rule.rule} "))
    assert f"business_need +{rule.weight:g}; here +{rule.here:g}" in line


def test_a_persons_class_wins_over_the_team(team: TeamModel) -> None:
    issue = issue_from_row({"summary": "Add a kiln button"})
    issue = replace(issue, kept=Managed(kind="exploration"))
    with closing(Judge(find("default"), "en", shipped(), team=team)) as judge:
        found = judge.assess(issue, NOW)
    assert (found.classification.kind, found.classification.source) == ("exploration", "person")
    assert found.proposed.kind == "tech_debt"
