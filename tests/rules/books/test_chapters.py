"""Each chapter of the default book has texts of its own, which none of its words can decide."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from rules.facts.issue import Issue
from rules.facts.searchable_text import Text
from rules.jql.compiler import clauses
from rules.jql.search.text_query import Searches
from rules.rulebook.load import shipped
from rules.rulebook.rulebook import Rule
from rules.testing.expectations import Expectation
from tests.rules.books.test_default_book_expectations import expectations

BOOK = Path(__file__).parents[3] / "rules" / "books" / "default.yaml"
FILES = sorted((Path(__file__).parent / "chapters").glob("*.jsonl"))
SEARCHED = re.compile("(text|summary|description)( as written)?")
HEADING = re.compile(r"  # \d+ · ([^:]+)")

# Where the rules of a chapter stand in the default book. The words of the business have no rules.
HEADINGS = {
    "compliance": "Compliance",
    "data": "Data",
    "debt": "Technical debt",
    "evidence": "Evidence",
    "intake_and_scope": "Intake and scope",
    "pain": "Pain",
    "perfectionism": "Perfectionism",
    "red_lines_and_fallback": "Feasibility",
    "return_on_investment": "Return on investment",
    "scenario": "Intake and scope",
    "technical_fit": "Technical fit",
    "value_against_difficulty": "Value against difficulty",
}


@cache
def rules_by_heading() -> dict[str, list[Rule]]:
    """Return the rules of the default book by the title of their chapter."""
    rules = shipped("default").own_rules()
    lines = BOOK.read_text("utf-8").splitlines()
    headings = [(number, HEADING.match(line)) for number, line in enumerate(lines, 1)]
    starts = [(number, match[1].strip()) for number, match in headings if match]
    found: dict[str, list[Rule]] = {title: [] for _, title in starts}
    for rule in rules:
        found[[title for number, title in starts if number < rule.line][-1]].append(rule)
    return found


def searched(heading: str) -> dict[str, str]:
    """Return what the rules of a chapter search for in texts, with the rule of each."""
    return {
        alternative: rule.id
        for rule in rules_by_heading()[heading]
        for clause in clauses(rule.condition.tree)
        if clause.op == "~" and SEARCHED.fullmatch(clause.name.lower())
        for alternative in re.split(r"\s+OR\s+", str(clause.operand))
    }


def given_away(rows: list[Expectation], words: dict[str, str]) -> Iterator[str]:
    """Yield the places of texts that contain what a rule searches for."""
    searches = Searches(words)
    for row in rows:
        for issue in (row.issue, row.against):
            found = searches.found(Text(text_of(issue))) if issue else ()
            yield from (f"{row.place}: {word} ({words[word]})" for word in sorted(found))


def text_of(issue: Issue) -> str:
    return "\n".join(str(issue.fields.get(name, "")) for name in ("summary", "description"))


def test_thirteen_chapters_have_texts() -> None:
    assert {file.stem for file in FILES} == {*HEADINGS, "business_words"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_chapter_has_ten_english_and_ten_chinese_texts(file: Path) -> None:
    rows = expectations(file)
    assert Counter(row.language for row in rows) == {"en": 10, "zh": 10}
    assert {row.group for row in rows} == {file.stem}


@pytest.mark.parametrize("chapter", HEADINGS)
def test_no_text_contains_a_word_that_the_rules_of_its_chapter_search_for(chapter: str) -> None:
    (file,) = (file for file in FILES if file.stem == chapter)
    found = list(given_away(expectations(file), searched(HEADINGS[chapter])))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("heading", sorted(set(HEADINGS.values())))
def test_the_chapters_stand_in_the_default_book(heading: str) -> None:
    assert rules_by_heading()[heading]


def test_a_text_with_a_searched_word_is_found(tmp_path: Path) -> None:
    row = {"kind": "pain", "expect": "urgent", "issue": {"summary": "It freezes the whole day"}}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row))
    words = {"freez*": "pain-crash", '"a whole"': "other", "crash*": "pain-crash"}
    found = given_away(expectations(tmp_path / "rows.jsonl"), words)
    assert list(found) == [f"{tmp_path / 'rows.jsonl'}:1: freez* (pain-crash)"]
