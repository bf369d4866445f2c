"""A rule is parsed and compiled once on its way from the file to the judge."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from rules.assess.judge import Judge
from rules.jql import compiler, parser
from rules.lint.lint import lint
from rules.rulebook.load import load, parse_book, shipped
from rules.rulebook.rulebook import Rulebook, RulebookError

DEFAULT = Path(__file__).parents[3] / "rules" / "books" / "default.yaml"
BASE = """
book: base
fields: {Tier: name}
measures: {pain: {}}
rules:
  - {id: paid, when: Tier = Gold and votes > 5, because: They pay., points: {pain: 3}}
  - {id: loud, when: text ~ down, because: It is down., points: {pain: 2}}
"""


def counted(work: Callable[[], Any]) -> tuple[Counter[str], Counter[str]]:
    """Run some work; return the texts that were parsed and the clauses that were compiled."""
    texts: Counter[str] = Counter()
    clauses: Counter[str] = Counter()
    parser.parse.cache_clear()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is parser.parse.__wrapped__.__code__:
            texts[frame.f_locals["text"]] += 1
        elif event == "call" and frame.f_code is compiler.atom.__code__:
            clauses[str(frame.f_locals["clause"])] += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return texts, clauses


def in_rules(book: Rulebook) -> Counter[str]:
    """Count each clause in each rule that has it."""
    return Counter(str(clause) for rule in book.rules for clause in rule.condition.atoms)


def test_each_clause_of_the_default_book_is_compiled_exactly_once() -> None:
    book, raw = shipped("default"), DEFAULT.read_bytes()
    texts, clauses = counted(lambda: Judge(parse_book(raw, "default.yaml")).close())
    assert clauses == in_rules(book)
    assert texts == Counter(dict.fromkeys((rule.when for rule in book.rules), 1))


def test_lint_compiles_no_clause_of_a_rule_again(tmp_path: Path) -> None:
    path = tmp_path / "base.yaml"
    path.write_text(BASE, "utf-8")
    book = load(path)
    _, clauses = counted(lambda: lint(book, lambda _: (book.name, 1)))
    assert not clauses.keys() & in_rules(book).keys()


def test_a_rule_that_is_inherited_unchanged_is_not_compiled_again(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(BASE, "utf-8")
    top = tmp_path / "top.yaml"
    top.write_text(
        "book: top\ninclude: [base.yaml]\nrules:\n"
        "  - {id: loud, because: Somebody is loud.}\n"
        "  - {id: ours, when: votes > 7, because: Many want it., points: {pain: 1}}\n",
        "utf-8",
    )
    book = load(top)
    texts, clauses = counted(lambda: load(top))
    assert clauses == in_rules(book)
    assert set(texts.values()) == {1}


def test_an_inherited_condition_is_compiled_again_where_its_field_means_something_else(
    tmp_path: Path,
) -> None:
    (tmp_path / "base.yaml").write_text(BASE, "utf-8")
    top = "book: top\ninclude: [base.yaml]\nfields: {Tier: number}\nrules: []\n"
    with pytest.raises(RulebookError, match='"tier" is a number, "Gold" is not'):
        parse_book(top.encode(), str(tmp_path / "top.yaml"))
