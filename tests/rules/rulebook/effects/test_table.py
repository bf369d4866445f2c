"""Each effect says in its own file what it is; a rule has exactly one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.assess.judge import effect, operations
from rules.rulebook.describe import book_in_words
from rules.rulebook.effects.effect import Effect
from rules.rulebook.effects.table import EFFECTS, given, latest_stage
from rules.rulebook.load import parse_book
from rules.rulebook.rulebook import Rule, RulebookError

BOOK = """\
book: ours
measures: {pain: {}}
rules:
  - {id: a, when: votes > 1, because: x, class: {exploration: -1, tech_debt: 3}}
  - {id: b, when: votes > 2, because: x, points: {pain: 2.5}}
  - {id: c, when: votes > 3, because: x, gate: defer, ask: Why now?}
"""


def rules(text: str = BOOK) -> list[Rule]:
    return list(parse_book(text.encode(), "ours.yaml").rules)


def test_each_effect_has_a_line_for_explain_and_a_clause_for_readers() -> None:
    assert [effect(rule) for rule in rules()] == [
        "class: tech_debt +3, exploration -1",
        "points: pain +2.5",
        "gate: defer",
    ]
    assert [rule.effect.in_words(rule.value) for rule in rules()] == [
        "technical debt gets 3 votes and an exploration loses 1 vote",
        "pain gets +2.5",
        "it is deferred (defer)",
    ]


def test_a_rule_has_the_votes_points_or_verdict_of_its_effect_and_none_of_the_others() -> None:
    a, b, c = rules()
    assert (dict(a.votes), a.points, a.gate) == ({"tech_debt": 3, "exploration": -1}, {}, None)
    assert (b.votes, b.points, b.gate) == ({}, {"pain": 2.5}, None)
    assert (c.votes, c.points, c.gate) == ({}, {}, "defer")


def test_an_effect_that_is_left_blank_is_not_given() -> None:
    assert given({"class": None, "points": {}, "off": True}) == [EFFECTS["points"]]
    assert latest_stage({"class": {}, "points": {}}) == "points"
    assert latest_stage({}) == "gate"


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("class: {tech_debt: 3}", "class: {exploration: 2}", "votes for exploration, not"),
        ("points: {pain: 3}", "points: {pain: -2}", "gives pain -2, not +3"),
        ("gate: defer", "gate: review", "gives the verdict review, not defer"),
    ],
)
def test_two_values_of_an_effect_can_contradict_each_other(one: str, other: str, told: str) -> None:
    head = "book: x\nmeasures: {pain: {}}\nrules:\n"
    rule = "  - {{id: {}, when: votes > 1, because: x, {}}}\n"
    first, second = rules(head + rule.format("a", one) + rule.format("b", other))
    assert told in second.effect.contradiction(second.value, first.value)
    assert first.effect.contradiction(first.value, first.value) == ""


def test_nothing_can_be_asked_beside_an_effect_that_asks_nothing() -> None:
    with pytest.raises(RulebookError, match="ask: works with gate: only; remove it"):
        rules(BOOK.replace("points: {pain: 2.5}", "points: {pain: 2.5}, ask: Why?"))


def test_what_several_rules_write_is_written_once() -> None:
    label: Effect[str] = Effect(
        key="label",
        stage="gate",
        type=str,
        about="",
        explained=str,
        in_words=str,
        writes=lambda word: {"labels": [{"add": word}]},
    )
    fired = [
        replace(rule, effect=label, value=word)
        for rule, word in zip(rules(), ("later", "now", "later"), strict=True)
    ]
    assert operations(fired) == {"labels": ({"add": "later"}, {"add": "now"})}
    assert operations(rules()) == {}


def test_only_a_verdict_can_be_firm() -> None:
    firm = "book: x\nrules: [{id: a, when: votes > 1, because: x, gate: review, firm: true}]\n"
    plain = firm.replace(", firm: true", "")
    assert rules(firm)[0].firm and not rules(plain)[0].firm
    with pytest.raises(RulebookError, match="firm: works with gate: only; remove it"):
        rules(firm.replace("gate: review", "class: {tech_debt: 3}"))


def test_a_firm_rule_changes_the_digest_and_a_book_without_one_keeps_its_own() -> None:
    firm = "book: x\nrules: [{id: a, when: votes > 1, because: x, gate: review, firm: true}]\n"
    digests = [
        parse_book(text.encode(), "x.yaml").digest
        for text in (firm, firm.replace("true", "false"), firm.replace(", firm: true", ""))
    ]
    assert digests[0] != digests[1] == digests[2]
    assert "  Firm: " in "\n".join(book_in_words(parse_book(firm.encode(), "x.yaml")))
