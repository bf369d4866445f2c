"""The condition language as laws: printing and reading, what `not` means, any text at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.jql.functions import FUNCTIONS
from rules.jql.parser import grammatical, parse
from rules.jql.syntax_tree import And, Call, Clause, Node, Not, Or, QueryError, without_not

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["cf[10]", "CF[10]", "cf", "share", "NULL", "-", "a.b", "Team[Team]", "\\", '"', "\t", "\x7f"]
)
usable = [(name, known.arguments) for name, known in FUNCTIONS.items() if not known.refused]
calls = st.one_of([
    st.builds(Call, st.just(name), st.lists(words, max_size=most).map(tuple))
    for name, most in usable
])  # fmt: skip
values = st.one_of(words, calls, st.sampled_from(["-4w 2d", "-1", "+3.5", "empty", "and", "is"]))
compared = st.builds(
    Clause,
    words,
    st.sampled_from(["=", "!=", "~", "!~", "<", "<=", ">", ">="]),
    values.filter(bool),
)
listed = st.builds(
    Clause, words, st.sampled_from(["in", "not in"]), st.lists(values, min_size=1).map(tuple)
)
asked = st.builds(Clause, words, st.sampled_from(["is", "is not"]), st.none())


def _grow(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    items = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(And, items), st.builds(Or, items))


trees: st.SearchStrategy[Node] = st.recursive(compared | listed | asked, _grow, max_leaves=8)


@given(trees)
@settings(max_examples=150)
def test_what_a_tree_prints_reads_as_the_same_tree(tree: Node) -> None:
    assert parse(str(tree)) == tree


@given(trees)
@settings(max_examples=50)
def test_reading_and_printing_twice_changes_nothing(tree: Node) -> None:
    assert str(parse(str(tree))) == str(tree)


@given(trees)
def test_no_not_is_left_after_without_not(tree: Node) -> None:
    def holds_not(node: Node) -> bool:
        return isinstance(node, Not) or (
            isinstance(node, And | Or) and any(map(holds_not, node.items))
        )

    assert not holds_not(without_not(tree))


@given(trees)
def test_without_not_a_second_time_changes_nothing(tree: Node) -> None:
    assert without_not(without_not(tree)) == without_not(tree)


@given(trees)
def test_not_not_is_nothing(tree: Node) -> None:
    assert without_not(Not(Not(tree))) == without_not(tree)


@given(st.lists(trees, min_size=2, max_size=4).map(tuple))
def test_de_morgan(items: tuple[Node, ...]) -> None:
    opposites = tuple(Not(item) for item in items)
    assert without_not(Not(And(items))) == without_not(Or(opposites))
    assert without_not(Not(Or(items))) == without_not(And(opposites))


pieces = st.sampled_from(
    [
        "a",
        "votes",
        "(",
        ")",
        "and",
        "or",
        "not",
        "in",
        "is",
        "empty",
        "=",
        "!=",
        "~",
        "<",
        ">=",
        ",",
        "'",
        '"',
        "-30d",
        "5",
        "[",
        "]",
        "\\",
        "!",
        "&&",
        "（",
        "技术债",
        "\n",
        "now()",
    ]
)
texts = st.text(max_size=60) | st.lists(pieces, max_size=14).map(" ".join)


def _never_anything_else(text: str) -> None:
    try:
        parse(text)
        grammatical(text)  # no text is a condition that is not JQL
    except QueryError as error:
        assert error.column >= 1, text
        assert 1 <= error.line <= text.count("\n") + 1, text
        assert "\n" not in str(error), text


@given(texts)
@settings(max_examples=100)
def test_any_text_is_a_condition_or_a_query_error(text: str) -> None:
    _never_anything_else(text)


@pytest.mark.slow
@given(texts)
@settings(max_examples=10_000, deadline=None)
def test_ten_thousand_texts_are_conditions_or_query_errors(text: str) -> None:
    _never_anything_else(text)
