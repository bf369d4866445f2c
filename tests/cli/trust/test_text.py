"""The report on the terminal: it reads well, in a site's own words, and acts on no screen."""

from __future__ import annotations

from cli.trust.text import lines
from rules.assess.judge import Judge
from rules.learning.trust.suggest import suggest
from rules.learning.trust.table import trust
from tests.rules.learning.trust.decisions import BOOK, NOW, examples, row
from worker.settings.settings import WORDS


def report(rows: list[dict[str, str]], **more: object) -> str:
    found = examples(rows)
    table = trust(BOOK, found)
    tried = suggest(BOOK, found, table.rules, Judge, NOW)
    words = {**WORDS, "tech_debt": "技术债", "accept": "OK\x1b[31m"}
    return "\n".join(lines("SHOP", table, tried, words, **more))  # type: ignore[arg-type]


def test_a_rule_that_lost_its_vote_says_so() -> None:
    rows = [row(n, "Any", "later", gate="accept") for n in range(10)]
    assert "gate: defer (no vote here)  " in report(rows, retired={"later"})
    assert "no vote here" not in report(rows)


def test_the_words_are_those_of_the_site_and_columns_stay_in_line() -> None:
    rows = [row(n, "Upgrade it", cls="business_need") for n in range(3)]
    rows += [row(9, "A wish", cls="business_need")]
    said = report(rows).splitlines()
    head = next(n for n, line in enumerate(said) if "Sluice says" in line)
    debt, need = said[head + 1], said[head + 2]
    assert debt.startswith("  技术债 ") and need.startswith("  Business need ")
    # A Chinese character takes two places on a terminal.
    assert len(debt[: debt.index(" 3 ")]) + 3 == len(need[: need.index(" 1 ")])


def test_control_characters_do_not_reach_the_terminal() -> None:
    said = report([row(n, "Any", "later", gate="accept", priority="P\x1b[0m") for n in range(3)])
    assert "\x1b" not in said and "OK [31m" in said and "P [0m" in said


def test_what_people_chose_is_shortened() -> None:
    chosen = ["defer", "needs_info", "review", "reject"]
    said = report([row(n, "Any", gate=chosen[n % 4]) for n in range(8)])
    assert "Defer 2, Needs info 2, Review 2, others 2" in said


def test_the_last_line_of_several_changes_sums_them_up() -> None:
    rows = [row(n, ("Upgrade it", "A wish")[n % 2], cls="exploration") for n in range(60)]
    said = report(rows)
    assert "  all together: right 0 of 30 → 30 of 30 of all decisions since" in said
    assert "upgrade  class: tech_debt +3 → exploration +3" in said
