"""Our verdict on JQL is that of Atlassian's own parser; tests/rules/jql/compare.py says how."""

from __future__ import annotations

import pytest

from rules.jql.parser import parse
from rules.jql.syntax_tree import QueryError
from tests.rules.jql.compare import (
    NoVerdict,
    atlassians,
    corpus,
    disagreements,
    ours,
    random_queries,
)


def ask_atlassian(queries: list[str]) -> list[bool]:
    try:
        return atlassians(queries)
    except NoVerdict as missing:
        pytest.skip(str(missing))


def test_the_corpus_is_large_and_holds_many_mistakes() -> None:
    queries = [query for query, _ in corpus()]
    assert len(set(queries)) == len(queries) >= 1_000
    assert sum(not valid for _, valid in corpus()) >= 400
    assert sum(valid for _, valid in corpus()) >= 400


def test_we_agree_with_atlassian_on_every_query_of_the_corpus() -> None:
    queries, verdicts = zip(*corpus(), strict=True)
    assert disagreements(list(queries), list(verdicts)) == []


def test_a_condition_is_jql_or_the_reason_is_told_with_its_place() -> None:
    for query, valid in corpus():
        try:
            tree = parse(query)
        except QueryError as error:
            assert error.column >= 1, query
            assert str(error), query
            assert "\n" not in str(error), query
        else:
            assert valid, query
            assert parse(str(tree)) == tree, query


def test_most_where_clauses_of_the_corpus_can_be_judged() -> None:
    def judged(query: str) -> bool:
        try:
            return bool(parse(query))
        except QueryError:
            return False

    assert sum(judged(query) for query, valid in corpus() if valid) >= 300


def test_the_verdicts_in_the_corpus_are_atlassians() -> None:
    queries, verdicts = zip(*corpus(), strict=True)
    assert ask_atlassian(list(queries)) == list(verdicts)


def test_we_agree_with_atlassian_on_random_queries() -> None:
    queries = random_queries(2_000, seed=1)
    assert disagreements(queries, ask_atlassian(queries)) == []


@pytest.mark.slow
def test_we_agree_with_atlassian_on_fifty_thousand_random_queries() -> None:
    queries = random_queries(50_000, seed=2)
    assert disagreements(queries, ask_atlassian(queries)) == []


def test_random_queries_are_a_mixture() -> None:
    accepted = sum(map(ours, random_queries(1_000)))
    assert 150 < accepted < 850
