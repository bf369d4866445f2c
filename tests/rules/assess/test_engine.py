"""durable_rules behind its door gives the answer of plain Python, whatever happens to it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from rules.assess import engine as engine_module
from rules.assess.engine import Engine, EngineFault
from rules.facts.facts import Facts
from rules.jql.compiler import compile_condition, vocabulary
from rules.jql.normal_form import conjunctions
from rules.jql.parser import parse
from rules.jql.syntax_tree import And, Clause, Node, Or, QueryError
from tests.rules.jql import naive
from tests.rules.jql.random_conditions import NOW, fields, tree

KNOWN = vocabulary()


def random_book(rng: random.Random, size: int) -> list[Node]:
    found: list[Node] = []
    while len(found) < size:
        node = tree(rng)
        try:
            conjunctions(node)
        except QueryError:
            continue
        found.append(node)
    return found


def plain(book: list[Node], seed: int) -> list[int]:
    values = fields(random.Random(seed))
    return [n for n, node in enumerate(book) if naive.holds(node, values, NOW)]


def engine_of(book: Sequence[Node]) -> Engine:
    return Engine([compile_condition(node, KNOWN) for node in book])


def facts_of(seed: int) -> Facts:
    return Facts(fields(random.Random(seed)), NOW)


def agrees(engine: Engine, book: list[Node], seeds: range) -> None:
    for seed in seeds:
        assert engine.fired(facts_of(seed)) == plain(book, seed), seed


@pytest.mark.parametrize("seed", range(12))
def test_random_books_on_random_issues_fire_what_plain_python_fires(seed: int) -> None:
    book = random_book(random.Random(seed), 20)
    with closing(engine_of(book)) as engine:
        agrees(engine, book, range(40))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100))
def test_a_hundred_books_on_a_hundred_issues_each(seed: int) -> None:
    rng = random.Random(1000 + seed)
    book = random_book(rng, rng.randint(1, 80))
    with closing(engine_of(book)) as engine:
        agrees(engine, book, range(100))


def test_hundreds_of_rules_over_several_shards_fire_as_one() -> None:
    book = random_book(random.Random(7), 320)
    with closing(engine_of(book)) as engine:
        assert len(engine._shards) > 5
        agrees(engine, book, range(25))


def test_one_engine_gives_the_same_answers_after_thousands_of_issues() -> None:
    book = random_book(random.Random(8), 30)
    with closing(engine_of(book)) as engine:
        first = [engine.fired(facts_of(seed)) for seed in range(20)]
        for _ in range(100):
            assert [engine.fired(facts_of(seed)) for seed in range(20)] == first


def test_several_threads_share_one_engine() -> None:
    book = random_book(random.Random(9), 30)
    expected = [plain(book, seed) for seed in range(50)]
    with closing(engine_of(book)) as engine, ThreadPoolExecutor(6) as threads:
        for _ in range(5):
            fired = list(threads.map(lambda seed: engine.fired(facts_of(seed)), range(50)))
            assert fired == expected


def test_engines_side_by_side_do_not_mix() -> None:
    books = [random_book(random.Random(seed), 10) for seed in range(4)]
    engines = [engine_of(book) for book in books]
    for seed in range(20):
        for engine, book in zip(engines, books, strict=True):
            assert engine.fired(facts_of(seed)) == plain(book, seed)
    engines.pop(0).close()
    for engine, book in zip(engines, books[1:], strict=True):
        agrees(engine, book, range(20))
        engine.close()


def test_rules_with_the_same_condition_all_fire() -> None:
    book = [parse("votes > 2 and labels = a")] * 300
    with closing(engine_of(book)) as engine:
        facts = Facts({"votes": 3, "labels": ("a",)}, NOW)
        assert engine.fired(facts) == list(range(300))
        assert engine.fired(Facts({"votes": 3}, NOW)) == []


def test_a_rule_that_can_never_fire_never_does_and_one_that_must_always_does() -> None:
    never = parse("votes > 2 and not votes > 2")
    always = parse("votes > 2 or not votes > 2 or votes is empty")
    with closing(engine_of([never, always])) as engine:
        assert [engine.fired(facts_of(seed)) for seed in range(10)] == [[1]] * 10
    with closing(engine_of([never])) as engine:
        assert engine.fired(facts_of(1)) == []


def test_a_stage_without_rules_fires_nothing() -> None:
    with closing(engine_of([])) as engine:
        assert engine.fired(facts_of(1)) == []


def test_the_longest_conditions_that_are_taken_are_judged() -> None:
    together = And(tuple(Clause("votes", ">", str(n)) for n in range(150)))
    apart = Or(tuple(Clause("votes", "=", str(n)) for n in range(32)))
    with closing(engine_of([together, apart, together])) as engine:
        assert engine.fired(Facts({"votes": 200}, NOW)) == [0, 2]
        assert engine.fired(Facts({"votes": 31}, NOW)) == [1]


class Interrupted(BaseException):
    """Celery's time limit or Ctrl-C could raise this between two calls into C."""


@pytest.mark.parametrize("at", [0, 1, 3, 7])
@pytest.mark.parametrize("call", ["complete_and_start_action", "start_action_for_state"])
def test_an_interruption_in_the_middle_leaves_nothing_for_the_next_issue(
    monkeypatch: pytest.MonkeyPatch, call: str, at: int
) -> None:
    book = random_book(random.Random(10), 60)
    real, calls = getattr(engine_module.durable, call), iter(range(at + 1))

    def broken(*args: object) -> object:
        if next(calls, None) == at:
            raise Interrupted
        return real(*args)

    with closing(engine_of(book)) as engine:
        busy = max(range(40), key=lambda seed: len(plain(book, seed)))
        monkeypatch.setattr(engine_module.durable, call, broken)
        interrupted = 0
        for _ in range(10):
            try:
                engine.fired(facts_of(busy))
            except Interrupted:
                interrupted += 1
        monkeypatch.undo()
        assert interrupted == 1
        agrees(engine, book, range(30))


def test_a_failing_retract_leaves_nothing_for_the_next_issue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    book = random_book(random.Random(11), 30)
    with closing(engine_of(book)) as engine:
        with monkeypatch.context() as patch:

            def fails(*_: object) -> None:
                patch.undo()
                raise Interrupted

            patch.setattr(engine_module.durable, "retract_fact", fails)
            with pytest.raises(Interrupted):
                engine.fired(facts_of(3))
        agrees(engine, book, range(30))


class Broken(Facts):
    """The facts of an issue of which one field can't be read."""

    def get(self, name: str) -> Any:
        if name == "votes":
            raise ZeroDivisionError
        return super().get(name)


def test_a_field_that_fails_leaves_the_engine_in_order() -> None:
    book = random_book(random.Random(12), 30)
    with closing(engine_of(book)) as engine:
        with pytest.raises(ZeroDivisionError):
            engine.fired(Broken({}, NOW))
        agrees(engine, book, range(10))


def test_a_wrong_answer_of_durable_rules_is_a_fault_and_never_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with closing(engine_of([parse("votes > 2")])) as engine:
        with monkeypatch.context() as patch:
            patch.setattr(engine_module._Shard, "fired", lambda *_: set())
            with pytest.raises(EngineFault, match=r"fired \[\], plain Python \[0\]"):
                engine.fired(Facts({"votes": 3}, NOW))
        assert engine.fired(Facts({"votes": 3}, NOW)) == [0]


def test_what_was_left_behind_by_another_is_a_fault_and_then_cleared() -> None:
    book = [parse("votes > 2"), parse("labels = a")]
    with closing(engine_of(book)) as engine:
        shard = engine._shards[0]
        engine_module.durable.assert_fact(shard._handle, '{"id": "i", "g": 1, "a0": 1, "a1": 1}')
        with pytest.raises(EngineFault):
            engine.fired(Facts({"votes": 3}, NOW))
        agrees(engine, book, range(20))
