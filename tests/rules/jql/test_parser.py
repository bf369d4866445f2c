"""The condition language: what it reads, what it prints, and what it says of mistakes."""

from __future__ import annotations

import pytest

from rules.jql.parser import grammatical, parse
from rules.jql.syntax_tree import And, Call, Clause, Node, Not, Or, QueryError, without_not

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
    ("a ~ empty", Clause("a", "is", None)),
    ("a !~ NULL", Clause("a", "is not", None)),
    ("a = 'empty'", Clause("a", "=", "empty")),
    ("a in (b, (c, (empty)), now())", Clause("a", "in", ("b", "c", "", Call("now")))),
    ("a in currentUser()", Clause("a", "in", (Call("currentuser"),))),
    ("CF [ 10010 ] = x", Clause("cf[10010]", "=", "x")),
    ("Severity[Dropdown] = S1", Clause("Severity[Dropdown]", "=", "S1")),
    ("'select' = \"order\"", Clause("select", "=", "order")),
    (r"a\ b = \u006eot", Clause("a b", "=", "not")),
    (r"a = 'C:\\temp'", Clause("a", "=", r"C:\temp")),
    ("limits.p95-x:y <= -5", Clause("limits.p95-x:y", "<=", "-5")),
    ("due <= endOfMonth('+15d')", Clause("due", "<=", Call("endofmonth", ("+15d",)))),
    ("a=1 OR b=2 AND NOT c=3", Or((Clause("a", "=", "1"), And((Clause("b", "=", "2"),
                                                               Not(Clause("c", "=", "3"))))))),
    ("a=1|b=2&!c=3", Or((Clause("a", "=", "1"), And((Clause("b", "=", "2"),
                                                     Not(Clause("c", "=", "3"))))))),
    ("a=1 or b=2 or c=3", Or((Clause("a", "=", "1"), Clause("b", "=", "2"),
                              Clause("c", "=", "3")))),
    ("(" * 1000 + "a=1" + ")" * 1000, Clause("a", "=", "1")),
    ("note = 1 and order_ = 2", And((Clause("note", "=", "1"), Clause("order_", "=", "2")))),
]  # fmt: skip


@pytest.mark.parametrize(("text", "tree"), READS, ids=[text[:30] for text, _ in READS])
def test_a_condition_is_read(text: str, tree: Node) -> None:
    assert parse(text) == tree


SAYS = [
    ("", 1, 1, "is empty"),
    (" \n", 1, 1, "is empty"),
    ("a", 1, 2, "an operator such as = or ~ is missing"),
    ("a =", 1, 4, "ends too early: a value"),
    ("a in", 1, 5, "ends too early: a value"),
    ("a in b", 1, 7, "write a list in parentheses after in"),
    ("a is", 1, 5, "write empty or not empty after"),
    ("votes > 5 and\n  (b = 1", 2, 9, "ends too early"),
    ("a = b c", 1, 7, 'did not expect "c" here: join clauses'),
    ("User Story = 1", 1, 1, '"User" is a reserved word of JQL: put it, or the whole value'),
    ("team name = core", 1, 6, 'did not expect "name" here: write an operator'),
    ("type = User Story", 1, 8, "put it, or the whole value, in quotes"),
    ("share >= 5", 1, 1, '"share" is a reserved word of JQL'),
    ("a = [b", 1, 5, "special characters in quotes"),
    ("due < +3d", 1, 7, "special characters in quotes"),
    ("a = 'b", 1, 5, "quotation mark is not closed"),
    (r"a ~ 'C:\temp\data'", 1, 5, r'"\d" is not an escape: write \\ for one \ '.strip()),
    ("a = 'b\tc'", 1, 5, r"write \t for a tab"),
    ("a == b", 1, 4, '"==" is not JQL: write ='),
    ("a <> b", 1, 4, '"<>" is not JQL: write !='),
    ("a => 5", 1, 4, '"=>" is not JQL: write >='),
    ("a = (b, c)", 1, 5, "a list works only with in"),
    ("a in ()", 1, 7, "a field or a value is missing before it"),
    ("= 5", 1, 1, "a field or a value is missing before it"),
    ("a in (b c)", 1, 9, "write a comma between values"),
    ("a not = b", 1, 7, "not works only with in (…)"),
    ("a in b c", 1, 8, "write a list in parentheses after in"),
    ("a is Bug", 1, 6, 'write empty or not empty after "is", or use = with a value'),
    ("and a = b", 1, 1, "write a clause such as votes >= 5 before it"),
    ("status was Open", 1, 8, '"was" needs the history of the issue, but conditions see one'),
    ("status CHANGED BY me", 1, 8, '"changed" needs the history of the issue'),
    ("a = b order by c", 1, 7, "conditions see one issue as it is now"),
    ("order by c", 1, 1, "conditions see one issue as it is now"),
    (
        "key in issueHistory()",
        1,
        8,
        "conditions see one issue only, but issueHistory() searches for other issues",
    ),
    ("a=1 and key in linkedIssues(X-1, blocks)", 1, 16, "linkedIssues() searches"),
    ("assignee in membersOf(devs)", 1, 13, "needs the members of a group"),
    ('labels = ""', 1, 10, "nothing between the quotes"),
    ("issue.property[x].y = 1", 1, 16, "[x] needs a property of an integration"),
    ("created < startOfWek()", 1, 11, 'unknown function startOfWek(): did you mean "startOfWeek"'),
    ("a = qqqqqq()", 1, 5, "unknown function qqqqqq(): write one of now(), currentUser()"),
    ("created < now(1)", 1, 11, "now() takes no arguments"),
    ("created < startOfDay(1, 2)", 1, 11, "startOfDay() takes at most one argument, such as -1"),
    ("a > empty", 1, 5, '">" can\'t be used with empty: write "is empty"'),
    ("type in （Bug）", 1, 9, "full-width: write ("),
    ("labels = “x”", 1, 10, '"“" is a curly quotation mark: write "'),
    ("type in (缺陷、故障)", 1, 12, "full-width: write ,"),
    ("a = 缺陷，故障", 1, 7, "full-width: write ,"),
    ("a =\u3000b", 1, 4, "a special space"),
    ("a\u00a0= b and c", 1, 2, "a special space"),
    ("a = b ) or c = d", 1, 7, 'did not expect ")" here: the matching ( is missing'),
    ("not " * 60 + "a=1", 1, 1, "nested parentheses"),
    ("a in " + "(" * 60 + "b" + ")" * 60, 1, 1, "nested parentheses"),
    ("a=1 and (b=1 or (" * 30 + "c=1" + "))" * 30, 1, 1, "nested parentheses"),
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


@pytest.mark.parametrize(
    "text",
    ["", "  \n", "order by a desc", "a was not in (b) by c", "a changed from b to (c)", "a = f(1)"],
)
def test_what_one_issue_can_not_answer_is_jql_all_the_same(text: str) -> None:
    grammatical(text)
    with pytest.raises(QueryError):
        parse(text)


@pytest.mark.parametrize("text", ["(" * 9_990, "a in " + "(" * 4_990, "!" * 9_999, "\\" * 9_999])
def test_ten_thousand_characters_of_nonsense_are_refused(text: str) -> None:
    with pytest.raises(QueryError):
        grammatical(text)
    with pytest.raises(QueryError):
        parse(text)


MEANS = [
    ("not a = b", "a != b"),
    ("not (votes < 5)", "votes >= 5"),
    ("not votes <= 5", "votes > 5"),
    ("! text ~ x", "text !~ x"),
    ("not labels not in (x)", "labels in (x)"),
    ("not (a is empty)", "a is not empty"),
    ("not (a = 1 or b > 2)", "a != 1 and b <= 2"),
    ("not (a = 1 and not (b = 2 or c = 3))", "a != 1 or (b = 2 or c = 3)"),
]


@pytest.mark.parametrize(("text", "same"), MEANS, ids=[text for text, _ in MEANS])
def test_not_turns_into_the_opposite_operators(text: str, same: str) -> None:
    assert without_not(parse(text)) == parse(same)


def test_a_clause_keeps_its_place_without_not() -> None:
    clause = without_not(parse("a = 1 and not b = 2"))
    assert isinstance(clause, And)
    assert [i.column for i in clause.items if isinstance(i, Clause)] == [1, 15]
