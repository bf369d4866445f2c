"""What Redis holds of rulebooks: typed on the way in and out, and an older format harms nobody."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.problem import Problem
from worker.store.rollout_state import Standing
from worker.store.rulebook_values import BookStatus, MovedIssue, Rollout, ShadowCount
from worker.store.work_queue import Store

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 13, tzinfo=UTC)
BOOK = BookStatus("team", "team.yaml", "abc", 3, False, AT)
SITE = "sluice:main:"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_a_status_that_did_not_change_keeps_its_time(store: Store) -> None:
    store.ledger.report("DEMO", BOOK)
    store.ledger.report("DEMO", replace(BOOK, since=LATER))
    assert store.ledger.books() == {"DEMO": BOOK}
    broken = replace(BOOK, since=LATER, wrong=(Problem("a b: c.yaml", 4, "不 对"),))
    store.ledger.report("DEMO", broken)
    assert store.ledger.books() == {"DEMO": broken}


def test_a_rollout_counts_each_issue_once_and_stops_when_its_cap_is_spent(store: Store) -> None:
    ledger, digest = store.ledger, "a b:c/延"
    ledger.settle("DEMO", "old", "{}")
    ledger.begin("DEMO", digest, "{new}", AT)
    assert ledger.spend("DEMO", digest, "1", 2) and ledger.spend("DEMO", digest, "1", 2)
    assert ledger.spend("DEMO", digest, "2", 2) and not ledger.spend("DEMO", digest, "3", 2)
    stopped = Standing("old", Rollout(digest, AT, 2, 3))
    assert ledger.standing("DEMO") == stopped
    ledger.begin("DEMO", digest, "{new}", LATER)
    assert ledger.standing("DEMO") == stopped, "a trial goes on with what was counted"
    assert not ledger.spend("DEMO", digest, "1", 2), "it is rolled back for all issues"
    assert ledger.spend("DEMO", "old", "1", 2), "the active book may"
    ledger.begin("DEMO", "newer", "{}", LATER)
    assert ledger.standing("DEMO") == Standing("old", Rollout("newer", LATER))


def test_only_the_book_on_trial_can_be_stopped(store: Store) -> None:
    ledger = store.ledger
    ledger.stop("DEMO", "new", 7)
    assert ledger.standing("DEMO") == Standing()
    ledger.begin("DEMO", "new", "{}", AT)
    ledger.stop("DEMO", "other", 7)
    assert not ledger.standing("DEMO").stopped
    ledger.stop("DEMO", "new", 7)
    assert ledger.standing("DEMO") == Standing(None, Rollout("new", AT, 0, 7))


@pytest.mark.parametrize("verdict", ["On hold", "a: b", "x\ny", "延后 处理", '"', "\ud800"])
def test_a_verdict_may_be_any_text(store: Store, verdict: str) -> None:
    ledger = store.ledger
    for key in ("DEMO-1", "DEMO-2", "DEMO-1"):
        ledger.count_shadow("DEMO", key, "abc", verdict, "hold accept")
    ledger.count_shadow("DEMO", "DEMO-3", "abc", verdict, verdict)
    counted = {
        ShadowCount("abc", verdict, "hold accept", 3),
        ShadowCount("abc", verdict, verdict, 1),
    }
    assert set(ledger.shadows("DEMO")) == counted
    moved = [MovedIssue(key, "abc", verdict, "hold accept") for key in ("DEMO-1", "DEMO-2")]
    assert list(ledger.moved("DEMO")) == moved, "an issue stands once, the latest first"


def test_what_an_earlier_version_left_counts_as_absent_and_is_written_anew(store: Store) -> None:
    redis, ledger = store._redis, store.ledger
    old = {"found": {"book": "team", "wrong": ["a.yaml:1: x"]}, "since": "2026-11-23T12:00:00Z"}
    redis.hset(f"{SITE}books", "DEMO", json.dumps(old))
    book = {"charge": "old", "trial": "new", "trial_text": "{}", "since": 1.5, "stopped": 900}
    redis.hset(f"{SITE}book:DEMO", mapping=book)
    redis.sadd(f"{SITE}rewritten:DEMO", "1", "2")
    redis.hset(f"{SITE}shadow:DEMO", "abc On hold accept", 4)
    redis.lpush(f"{SITE}moved:DEMO", "DEMO-1 abc On hold accept")
    assert ledger.books() == {}
    assert ledger.standing("DEMO") == Standing("old")
    assert (ledger.shadows("DEMO"), ledger.moved("DEMO")) == ((), ())
    ledger.report("DEMO", BOOK)
    ledger.begin("DEMO", "new", "{}", AT)
    ledger.count_shadow("DEMO", "DEMO-1", "abc", "On hold", "accept")
    assert ledger.spend("DEMO", "new", "3", 2)
    assert ledger.books() == {"DEMO": BOOK}
    assert ledger.standing("DEMO") == Standing("old", Rollout("new", AT, 1))
    assert ledger.shadows("DEMO") == (ShadowCount("abc", "On hold", "accept", 1),)
    assert ledger.moved("DEMO") == (MovedIssue("DEMO-1", "abc", "On hold", "accept"),)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.one_of(JSON.map(json.dumps), st.text(st.characters(exclude_categories=["Cs"]))))
def test_whatever_redis_holds_nothing_breaks_and_all_is_written_anew(
    store: Store, odd: str
) -> None:
    redis, ledger = store._redis, store.ledger
    redis.delete(f"{SITE}moved_issues:DEMO", f"{SITE}shadow_counts:DEMO")
    redis.hset(f"{SITE}book_status", "DEMO", odd)
    redis.hset(f"{SITE}book:DEMO", "rollout", odd)
    redis.hset(f"{SITE}shadow_counts:DEMO", odd, 4)
    redis.lpush(f"{SITE}moved_issues:DEMO", odd)
    assert ledger.books() == {} and ledger.standing("DEMO") == Standing()
    assert (ledger.shadows("DEMO"), ledger.moved("DEMO")) == ((), ())
    assert ledger.spend("DEMO", "new", "1", 0), "no book is on trial"
    ledger.stop("DEMO", "new", 7)
    ledger.report("DEMO", BOOK)
    ledger.begin("DEMO", "new", "{}", AT)
    assert ledger.books() == {"DEMO": BOOK}
    assert ledger.standing("DEMO") == Standing(None, Rollout("new", AT))


@pytest.mark.parametrize("odd", ['["a.yaml:1: x"]', "7", "[", "null", '[{"file": 1}]'])
def test_a_proof_that_can_t_be_read_is_made_again(store: Store, odd: str) -> None:
    wrong = (Problem("a b.yaml", 4, "x: y\nz", "story"),)
    assert store.ledger.check_once("contents", lambda: wrong) == wrong
    (known,) = store._redis.keys(f"{SITE}proof:*")
    store._redis.set(known, odd)
    assert store.ledger.check_once("contents", lambda: wrong) == wrong
    assert store.ledger.check_once("contents", lambda: ()) == wrong, "it is known now"
