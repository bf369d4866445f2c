"""A week's page: one file, everything escaped, the tables behind the picture."""

from __future__ import annotations

import pytest

from connector.capacity.comment import Reader
from connector.capacity.page import Part, page, parts, plain
from rules.capacity.frozen_week import FrozenWeek
from tests.connector.capacity.test_comment import DOING, debt, need, reported
from tests.rules.capacity.histories import item

READER = Reader("https://jira.example.com", "Sluice Class")
BEFORE = [FrozenWeek("2026-W47", "person_days", {"tech_debt": 1.0, "business_need": 3.0})]


def test_the_page_has_the_sentence_the_shares_and_every_issue() -> None:
    found = page(reported(debt(), need(who="bo"), before=BEFORE), READER, b"\x89PNG")
    assert "Tech debt took 50 % of 10 person-days, 30 points over its target of 20 %." in found
    assert '<img src="data:image/png;base64,' in found
    assert '<a href="https://jira.example.com/browse/SHOP-2">SHOP-2</a> Need 2' in found
    assert "<td>2026-W47</td>" in found and "<td>2026-W48</td>" in found


def test_without_a_picture_the_tables_stand_alone() -> None:
    found = page(reported(debt()), READER, None)
    assert "<img" not in found and "Debt 1" in found


def test_titles_are_text_and_never_markup() -> None:
    odd = item("SHOP-9", ("2026-11-23", DOING), summary="<script>x</script>", kind="tech_debt")
    found = page(reported(odd), READER, None)
    assert "<script>x" not in found and "&lt;script&gt;x&lt;/script&gt;" in found


def test_it_speaks_chinese() -> None:
    chinese = Reader("https://jira.example.com", "Sluice Class", "zh")
    found = page(reported(debt()), chinese, None)
    assert '<html lang="zh">' in found and "本周的问题" in found


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("*Tech debt* took 3", "Tech debt took 3"),
        (r"a \*b\* \{c\}", "a *b* {c}"),
        ("[2 issues|https://x/?jql=1].", "2 issues."),
    ],
)
def test_wiki_markup_becomes_text(line: str, text: str) -> None:
    assert plain(line) == text


def test_only_addresses_of_the_web_become_links() -> None:
    assert [*parts("a [b|https://x/y] c [d|javascript:x]")] == [
        Part("a "),
        Part("b", "https://x/y"),
        Part(" c "),
        Part("d"),
        Part(""),
    ]


def test_the_page_says_that_another_unit_was_used() -> None:
    bare = [debt(number) for number in (1, 2)]
    found = page(reported(*bare, unit="points"), READER, None)
    assert "Counted by number of issues, not by story points: only 0 of 2" in found
