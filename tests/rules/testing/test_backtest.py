"""A backtest counts every issue, keeps the largest moves, and tells why they move."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import pytest

from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.facts.issue import Issue
from rules.facts.jsonl import RowError, issue_from_row
from rules.rulebook.load import parse_book
from rules.testing.backtest import FACETS, Backtest, Write, backtest

NOW = datetime(2026, 11, 23, tzinfo=UTC)

OLD = """\
book: old
measures: {pain: {weight: 10}}
base: 20
bands: [{from: 50, priority: High}, {from: 0, priority: Low}]
rules:
  - {id: debt, when: type = Bug, class: {tech_debt: 3}, because: It is broken.}
  - {id: hurts, when: summary ~ crash, points: {pain: 4}, because: It crashes.}
  - {id: empty, when: description is empty, gate: needs_info, because: Only a title.}
  - {id: unheard, when: labels = nothing-has-this, gate: reject, because: Never.}
"""

NEW = """\
book: new
measures: {pain: {weight: 10}}
base: 20
bands: [{from: 50, priority: High}, {from: 0, priority: Low}]
rules:
  - {id: debt, when: type = Bug, class: {tech_debt: 3}, because: It is broken.}
  - {id: need, when: type = Story, class: {business_need: 3}, because: It is new.}
  - {id: hurts, when: summary ~ crash, points: {pain: 1}, because: It crashes.}
  - {id: legal, when: text ~ gdpr, gate: review, because: It is about the law.}
"""

ISSUES = [
    {"key": "A-1", "summary": "App crashes: crash", "type": "Bug"},
    {"key": "A-2", "summary": "Pay by invoice", "type": "Story", "description": "gdpr"},
    {"key": "A-3", "summary": "Tidy up", "type": "Bug", "description": "all of it"},
    {"key": "A-4", "summary": "Something", "type": "Task"},
]


def issues(rows: Iterable[dict[str, str]] = ISSUES) -> Iterator[Issue]:
    return (issue_from_row(row, number) for number, row in enumerate(rows, 1))


def fields_differ(after: Assessment, before: Assessment | None) -> Write | None:
    return None if before and after.proposed == before.proposed else "fields"


def run(
    found: Iterable[Issue | RowError], old: str | None = OLD, new: str = NEW, keep: int = 200
) -> Backtest:
    judges = [Judge(parse_book(text.encode(), "x.yaml")) for text in (new, old) if text]
    try:
        return backtest(found, judges[0], judges[1] if old else None, NOW, fields_differ, keep)
    finally:
        for judge in judges:
            judge.close()


def test_each_issue_stands_in_one_cell_of_each_matrix() -> None:
    result = run(issues())
    assert result.judged == 4
    assert all(sum(result.matrix[facet].values()) == 4 for facet in FACETS)
    assert result.matrix["verdict"] == {
        ("needs_info", "accept"): 2,
        ("accept", "review"): 1,
        ("accept", "accept"): 1,
    }
    assert result.matrix["class"]["undecided", "business_need"] == 1
    assert result.changed("verdict") == 3 and result.changed("class") == 1
    assert result.changed("priority") == 1 and result.scores == 1
    assert result.labels("verdict") == ["accept", "needs_info", "review"]


def test_an_issue_that_moves_tells_which_rules_make_the_difference() -> None:
    moves = {move.key: move for move in run(issues()).moves()}
    assert set(moves) == {"A-1", "A-2", "A-4"}
    assert [firing.rule for firing in moves["A-2"].came] == ["legal", "need"]
    assert moves["A-2"].went == ()
    assert [f.effect for f in moves["A-1"].came] == ["points: pain +1"]
    assert [f.rule for f in moves["A-1"].went] == ["empty", "hurts"]
    assert moves["A-2"].before.verdict == "accept" and moves["A-2"].after.verdict == "review"


def test_the_largest_move_stands_first() -> None:
    assert [move.key for move in run(issues()).moves()] == ["A-2", "A-1", "A-4"]


def test_rules_that_never_fire_are_named_of_both_books() -> None:
    result = run(issues())
    assert result.silent("old") == ["unheard"] and result.silent("new") == []
    assert result.fired_new["debt"] == 2


def test_without_an_old_book_it_says_what_the_new_one_does() -> None:
    result = run(issues(), old=None)
    assert result.matrix["verdict"] == {("", "accept"): 3, ("", "review"): 1}
    assert result.moved == 0 and result.changed("verdict") == 0 and result.silent("old") == []
    assert result.writes == {"fields": 4}


def test_a_book_against_itself_moves_nothing_and_writes_nothing() -> None:
    result = run(issues(), old=NEW, new=NEW)
    assert result.moved == result.scores == 0 and not result.writes and not result.moves()


def test_what_is_no_issue_is_counted_and_told_and_the_others_go_on() -> None:
    mixed = [RowError("x.jsonl:1: not JSON"), *issues(), RowError("x.jsonl:6: not JSON")]
    result = run(mixed)
    assert result.judged == 4 and result.troubles == 2
    assert result.problems[0] == "x.jsonl:1: not JSON"


def test_an_issue_that_the_engine_fails_on_is_counted_and_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from rules.assess.engine import EngineFault
    from rules.testing import backtest as module

    good = Judge.assess

    def failing(judge: Judge, issue: Issue, now: datetime) -> Assessment:
        if issue.key == "A-2":
            raise EngineFault("the two answers differ")
        return good(judge, issue, now)

    monkeypatch.setattr(module.Judge, "assess", failing)
    result = run(issues())
    assert result.judged == 3 and result.problems == ["A-2: the two answers differ"]


def many(count: int) -> Iterator[Issue]:
    rows = (
        {"key": f"A-{n}", "summary": f"crash {n}", "type": "Bug" if n % 2 else "Story"}
        for n in range(count)
    )
    return issues(rows)


def test_only_the_largest_moves_are_kept_and_samples_of_every_way() -> None:
    result = run(many(300), keep=10)
    assert result.moved == 300
    assert 10 <= len(result.moves()) <= 50
    ways = {(m.before.kind, m.after.kind) for m in result.moves()}
    assert ways == {("tech_debt", "tech_debt"), ("undecided", "business_need")}
    assert run(many(30), keep=0).moves() == []


def test_memory_does_not_grow_with_the_number_of_issues() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        run(many(count), keep=20)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    # What is compiled once, the moves that are kept, and caches of a fixed size are full by then.
    full = peak(300)
    # A move takes more than 1 KB: 600 that stay in memory would show.
    assert peak(900) < full + 300_000


def test_the_data_for_machines_adds_up() -> None:
    data = run(issues()).as_json()
    assert data["issues"] == 4 and data["moved"] == 3 and len(data["moves"]) == 3
    assert sum(cell["issues"] for cell in data["matrix"]["verdict"]) == 4
    assert data["old"]["never"] == ["unheard"] and data["new"]["fired"]["legal"] == 1
    assert data["moves"][0]["old"]["class"] == "undecided"
