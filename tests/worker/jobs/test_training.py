"""A training offers a new model where something changes, and says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rules.facts.issue import Choice, History, Issue
from rules.learning.compare.outcome import Comparison
from rules.learning.retrain import Retrained
from rules.rulebook.load import find
from rules.text_model.team.classes import ClassHead
from rules.text_model.team.model import TeamModel
from rules.text_model.team.reliability import Reliability, RuleCount
from tests.worker.team_models.taught import KEY, taught
from worker.jobs.training import Course, Trained, train
from worker.store.models.values import Forget, Memory

NOW = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "offered"),
    [("debt-of-moving-house", False), ("intake-only-a-title", True)],
    ids=["rule for a class", "rule of the gate"],
)
def test_only_another_vote_at_the_gate_makes_a_new_model(rule: str, offered: bool) -> None:
    often = Reliability({rule: RuleCount(0.0, 12.0, 0, 12)})
    known = taught()
    assert isinstance(known.classes, ClassHead)
    in_use = TeamModel(known.seal, known.classes, reliability=often)
    course = Course(
        [Issue("1", "DEMO-1", "DEMO", {"summary": "Weed the pier"})], lambda _: find("default"), KEY
    )
    found = train(course, [], in_use, NOW)
    assert (found.offered is not None) == offered
    assert found.outcome.startswith("only the votes" if offered else "the old model stays")


def test_what_waits_for_a_person_has_only_the_parts_that_are_better() -> None:
    known = taught()
    both = TeamModel(known.seal, known.classes, reliability=Reliability({}))
    better = TeamModel(known.seal, known.classes)
    result = Retrained(known, both, Comparison(), asks=("the mix shifts",), agreed=better)
    assert Trained([], result).offered is better
    assert Trained([], result, unlearn=True).offered is both


@pytest.mark.parametrize(("account", "forgets"), [("ada", True), ("nobody", False)])
def test_a_request_that_matches_no_decision_forgets_nothing(account: str, forgets: bool) -> None:
    choice = Choice("kind", "tech_debt", "ada", at=NOW)
    issue = Issue("1", "DEMO-1", "DEMO", {"summary": "Weed the pier"})
    issue = replace(issue, history=History(choices=(choice,), known=True))
    memory = Memory(forgotten=(Forget("by", account, NOW),))
    assert Course([issue], lambda _: find("default"), KEY, memory).forgets is forgets
