"""What `explain` shows of what a team taught about rules."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

from cli.render_assessment import fired
from rules.assess.judge import Judge
from rules.facts.jsonl import issue_from_row
from rules.rulebook.load import parse_book
from rules.text_model.team.model import TeamModel
from rules.text_model.team.reliability import Reliability, RuleCount
from rules.text_model.team.seal import Seal

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
BOOK = b"""\
book: team
rules:
  - {id: pier, when: text ~ pier, class: {tech_debt: 3}, because: A pier.}
  - {id: spam, when: text ~ pier, gate: reject, because: Spam.}
  - {id: law, when: text ~ pier, gate: review, because: The law., firm: true}
"""


def test_explain_says_how_often_people_contradicted_a_rule_and_which_lost_its_vote() -> None:
    told = Reliability(
        {
            "pier": RuleCount(0, 1, 0, 1),
            "spam": RuleCount(1, 11, 1, 11),
            "law": RuleCount(0, 9, 0, 9),
        }
    )
    team = TeamModel(Seal(b"a key of the tests, 32 bytes long"), reliability=told)
    with closing(Judge(parse_book(BOOK, "team.yaml"), team=team)) as judge:
        found = judge.assess(issue_from_row({"summary": "Mend the pier"}, 1), NOW)
    lines = [line.strip() for line in "\n".join(fired(found)).splitlines()]
    assert "pier  class: tech_debt +3; contradicted here 1 of 1 time" in lines
    assert "spam  gate: reject; no vote here: contradicted 11 of 12 times" in lines
    assert "law   gate: review; contradicted here 9 of 9 times" in lines
    assert found.decision.verdict == "review"
