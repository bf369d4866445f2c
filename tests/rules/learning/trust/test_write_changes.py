"""The changes in a rule file judge as the changes that were tried."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any

import pytest

from rules.learning.trust.changes import Change, apply, candidates, moved
from rules.learning.trust.suggestion import Suggestion
from rules.learning.trust.write_changes import edited, figures, own_book
from rules.rulebook.load import parse_book, shipped
from rules.rulebook.rulebook import Rule, Rulebook
from tests.rules.learning.trust.decisions import BOOK, TEXT

DEFAULT = shipped("default")


def suggestion(rule: Rule, change: Change) -> Suggestion:
    return Suggestion(rule, change, "kind", before=3, after=9, of=12, gained=6, lost=0)


def effects(book: Rulebook) -> dict[str, tuple[Any, Any]]:
    return {rule.id: (rule.value, rule.ask) for rule in book.rules}


def every_change(book: Rulebook) -> list[list[Suggestion]]:
    """One change of each rule, then the next of each."""
    from collections import Counter

    chosen = Counter(exploration=2, defer=2, accept=1)
    each = [[suggestion(rule, one) for one in candidates(rule, chosen)] for rule in book.rules]
    return [[few[n % len(few)] for few in each if few] for n in range(4)]


@pytest.mark.parametrize("suggestions", every_change(DEFAULT))
def test_a_book_of_ones_own_judges_as_what_was_tried(suggestions: list[Suggestion]) -> None:
    text = own_book("ours", "default", "About.", suggestions)
    found = parse_book(text.encode(), "ours.yaml")
    assert effects(found) == effects(apply(DEFAULT, [one.change for one in suggestions]))


@pytest.mark.parametrize("suggestions", every_change(BOOK))
def test_an_edited_file_judges_as_what_was_tried(suggestions: list[Suggestion]) -> None:
    found = parse_book(edited(TEXT.encode(), "team.yaml", suggestions).encode(), "team.yaml")
    assert effects(found) == effects(apply(BOOK, [one.change for one in suggestions]))


@pytest.mark.slow
def test_a_large_file_of_a_team_is_edited_as_was_tried() -> None:
    *_, suggestions = every_change(DEFAULT)
    raw = (resources.files("rules") / "books" / "default.yaml").read_bytes()
    text = edited(raw, "default.yaml", suggestions)
    found = parse_book(text.encode(), "default.yaml")
    assert effects(found) == effects(apply(DEFAULT, [one.change for one in suggestions]))
    remarks = re.findall(r"^ *#.*$", raw.decode(), re.M)
    assert re.findall(r"^ *#.*$", text, re.M) == remarks, "all comments stay"


def test_the_question_of_a_rule_survives_another_verdict() -> None:
    asking = next(rule for rule in DEFAULT.rules if rule.gate and rule.urgent)
    text = own_book("ours", "default", "", [suggestion(asking, Change(asking.id, "review"))])
    found = next(r for r in parse_book(text.encode(), "ours.yaml").rules if r.id == asking.id)
    assert (found.gate, found.ask, found.urgent) == ("review", asking.ask, True)


def test_the_figures_stand_above_the_rule() -> None:
    one = suggestion(BOOK.rules[0], Change("upgrade", {"exploration": 3.0}, moved("exploration")))
    assert figures(one) == "class: tech_debt +3 is right on 3 of 12 later decisions, this on 9."
    gone = suggestion(BOOK.rules[0], Change("upgrade"))
    assert figures(gone).endswith("without the rule on 9.")
    assert f"# {figures(one)}" in own_book("ours", "default", "", [one])
