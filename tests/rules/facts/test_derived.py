"""Facts that follow from others, as conditions see them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facts.catalog import Field
from rules.facts.facts import Facts
from rules.facts.jsonl import issue_from_row
from rules.jql.compiler import vocabulary
from rules.jql.parser import parse
from rules.jql.syntax_tree import QueryError
from tests.rules.jql.compile_tree import compile_tree

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LINKS = ("Duplicate", "is duplicated by", "Bug", "Relates", "relates to", "Support", "Blocks")


def holds(condition: str, **values: Any) -> bool:
    return compile_tree(parse(condition), vocabulary())(Facts(values, NOW))


def test_a_field_of_the_book_with_the_name_of_a_derived_one_is_empty_where_jira_has_no_value() -> (
    None
):
    own = Field("customers", "name", "the book's own")
    issue = issue_from_row({"summary": "x", "linked": ["Customer"]}, 1, [own])
    assert Facts(issue.fields, NOW).get("customers") is None
    assert Facts(issue_from_row({"summary": "x"}, 1).fields, NOW).get("customers") == 0
    filled = issue_from_row({"summary": "x", "customers": "Acme"}, 1, [own])
    assert Facts(filled.fields, NOW).get("customers") == "Acme"


@pytest.mark.parametrize(
    ("condition", "values"),
    [
        ("age = 3", {"created": NOW - timedelta(days=3)}),
        ("age >= 3 and age < 4", {"created": NOW - timedelta(days=3, hours=5)}),
        ("age is empty", {}),
        ("age = 400", {"age": 400.0, "created": NOW}),
        ("idle > 179", {"updated": NOW - timedelta(days=180)}),
        ("age = 0", {"created": NOW + timedelta(days=1)}),
        ("description.length = 5", {"description": "  five5 "}),
        ("description.length = 0", {}),
        ("words = 0", {}),
        ("words = 4", {"description": "Print 3 labels twice."}),
        ("words = 6", {"description": "扫码打印两张标签了"}),
        ("words = 3", {"description": "打印 PDF 标签"}),
        ("task ~ detector and task !~ spike", {"summary": "Add a spike detector"}),
        ("task is empty", {"summary": " "}),
        ("question = yes", {"summary": "Which vendor fits us?"}),
        ("question = no", {"summary": "Can we have a print button?"}),
        ("question = no", {}),
        ('"has acceptance criteria" = yes', {"description": "Acceptance criteria: it works"}),
        ('"has acceptance criteria" = yes', {"description": "验收标准：能退款"}),
        ('"has acceptance criteria" = yes', {"description": "Given a user\nthen she pays"}),
        ('"has acceptance criteria" = no', {"description": "I accept this"}),
        ("duplicates = 1 and tickets = 1 and incidents = 0", {"linked": LINKS}),
        ('"linked blocks" = 1 and "linked Bug" = 1 and "linked epic" = 0', {"linked": LINKS}),
        ("linked = Relates and linked != Cloners", {"linked": LINKS}),
        ("duplicates = 0", {}),
        ("customers = 2", {"linked": ("Customer", "x", "customer")}),
    ],
)
def test_what_follows_from_an_issue_can_be_asked_for(
    condition: str, values: dict[str, Any]
) -> None:
    assert holds(condition, **values)


def test_a_kind_of_link_has_to_be_named() -> None:
    with pytest.raises(QueryError, match="unknown field"):
        holds('"linked " > 1')


@given(st.text(max_size=300))
def test_any_description_can_be_looked_at(text: str) -> None:
    yes = holds('"has acceptance criteria" = yes', description=text)
    assert yes is not holds('"has acceptance criteria" = no', description=text)
