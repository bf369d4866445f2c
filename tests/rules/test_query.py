"""The condition language: what it reads, what it prints, and what it says of mistakes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.query import And, Call, Clause, Node, Not, Or, QueryError, parse

READS = [
    ("votes >= 5", Clause("votes", ">=", "5")),
    ("labels in (a, 'b c', 3)", Clause("labels", "in", ("a", "b c", "3"))),
    ("labels not in (a)", Clause("labels", "not in", ("a",))),
    ("assignee is empty", Clause("assignee", "is", None)),
    ("assignee IS NOT NULL", Clause("assignee", "is not", None)),
    ("assignee = empty", Clause("assignee", "is", None)),
    ("assignee != null", Clause("assignee", "is not", None)),
    ("created < -30d", Clause("created", "<", "-30d")),
    ("created < '-4w 2d'", Clause("created", "<", "-4w 2d")),
    ("created < startOfWeek(-1)", Clause("created", "<", Call("startofweek", ("-1",)))),
    ("created < now()", Clause("created", "<", Call("now"))),
    ("cf[10010] = x", Clause("cf[10010]", "=", "x")),
    ("'Story Points' > 3", Clause("Story Points", ">", "3")),
    ("类型 = 缺陷", Clause("类型", "=", "缺陷")),
    ("labels = tech-debt", Clause("labels", "=", "tech-debt")),
    ("due <= 2026-01-31", Clause("due", "<=", "2026-01-31")),
    (r'text ~ "\"data loss\" OR x"', Clause("text", "~", '"data loss" OR x')),
    (r'a = "\u4e2d\ud83d\ude00"', Clause("a", "=", "中😀")),
    ("a=1 and b=2 or c=3", Or((And((Clause("a", "=", "1"), Clause("b", "=", "2"))),
                               Clause("c", "=", "3")))),
    ("a=1 && !(b=2 || c=3)", And((Clause("a", "=", "1"),
                                  Not(Or((Clause("b", "=", "2"), Clause("c", "=", "3"))))))),
    ("not a=1", Not(Clause("a", "=", "1"))),
    ("note = 1 and order_ = 2", And((Clause("note", "=", "1"), Clause("order_", "=", "2")))),
]  # fmt: skip


@pytest.mark.parametrize(("text", "tree"), READS, ids=[text for text, _ in READS])
def test_a_condition_is_read(text: str, tree: Node) -> None:
    assert parse(text) == tree


SAYS = [
    ("", 1, 1, "is empty"),
    ("a =", 1, 4, "ends too early"),
    ("votes > 5 and\n  (b = 1", 2, 9, "ends too early"),
    ("a = b c", 1, 7, 'did not expect "c" here: join clauses'),
    ("type = User Story", 1, 13, "put several words in quotes"),
    ("a = [b", 1, 5, "special characters in quotes"),
    ("a = 'b", 1, 5, "quotation mark is not closed"),
    ("status was Open", 1, 8, "can't be judged on one issue"),
    ("a = b order by c", 1, 7, "can't be judged on one issue"),
    ("a > empty", 1, 3, 'write "is empty"'),
    ("type in （Bug）", 1, 9, "full-width: write ("),
    ("labels = “x”", 1, 10, "full-width"),
    ("type in (缺陷、故障)", 1, 12, "full-width: write ,"),
    ("a = b ) or c = d", 1, 7, 'did not expect ")"'),
    ("(" * 60 + "a=1" + ")" * 60, 1, 1, "levels"),
    ("not " * 60 + "a=1", 1, 1, "levels"),
    ("a=1 or " * 2000 + "a=1", 1, 1, "over 10,000 characters"),
]


@pytest.mark.parametrize(("text", "line", "column", "says"), SAYS, ids=[s[0][:30] for s in SAYS])
def test_a_mistake_is_told_with_its_place(text: str, line: int, column: int, says: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert says in str(caught.value)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_every_clause_knows_its_place() -> None:
    tree = parse("votes > 5\n  and labels = x")
    assert isinstance(tree, And)
    places = [(i.line, i.column) for i in tree.items if isinstance(i, Clause)]
    assert places == [(1, 1), (2, 7)]


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
calls = st.builds(Call, st.sampled_from(["now", "startofweek"]), st.lists(
    words.map(str.strip), max_size=2).map(tuple))  # fmt: skip
values = st.one_of(words, calls, st.sampled_from(["-4w 2d", "-1", "+3.5", "empty", "and", "is"]))
compared = st.builds(
    Clause, words, st.sampled_from(["=", "!=", "~", "!~", "<", "<=", ">", ">="]), values
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
    except QueryError as error:
        assert error.column >= 1, text
        assert 1 <= error.line <= text.count("\n") + 1, text
        assert "\n" not in str(error), text


@given(texts)
@settings(max_examples=300)
def test_any_text_is_a_condition_or_a_query_error(text: str) -> None:
    _never_anything_else(text)


@pytest.mark.slow
@given(texts)
@settings(max_examples=10_000, deadline=None)
def test_ten_thousand_texts_are_conditions_or_query_errors(text: str) -> None:
    _never_anything_else(text)
