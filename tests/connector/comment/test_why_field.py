"""Sluice Why is Sluice's own, until a person writes there; the score alone rewrites nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.comment.why_field import new_why, why_digest
from connector.layout.field_mapping import Slot
from rules.facts.issue import Issue, Managed, Record
from tests.connector.comment.test_triage_comment import LAYOUT

SITE = replace(LAYOUT, why=Slot("customfield_9", "Sluice Why"))
WHY = "Nobody says who needs it.\n(+) Pain: It hurts.\nTech debt: It is old."


def issue(there: str | None, wrote: str | None) -> Issue:
    record = Record(Managed(), "0123", why=why_digest(wrote)) if wrote is not None else None
    return Issue("1", "SHOP-1", "SHOP", {}, record=record, why=there)


@pytest.mark.parametrize(
    ("there", "wrote", "new", "written"),
    [
        (None, None, WHY, WHY),
        (WHY, WHY, WHY, None),
        (WHY.replace("\n", "\r\n"), WHY, WHY, None),
        (WHY, WHY, "Somebody needs it.", "Somebody needs it."),
        ("I know why.", None, WHY, None),
        (WHY + " Ann agrees.", WHY, "Somebody needs it.", None),
        (None, WHY, WHY, None),
        ("", WHY, "Somebody needs it.", "Somebody needs it."),
    ],
)
def test_it_is_written_where_nobody_else_wrote(
    there: str | None, wrote: str | None, new: str, written: str | None
) -> None:
    assert new_why(issue(there, wrote), new, SITE, ()) == written


@pytest.mark.parametrize(
    "moved",
    [
        "Nobody says who needs it.\n(-) Effort: It is large.\nTech debt: It is old.",
        "Nobody says who needs it.\nTech debt: Words that suggest this class: old.",
        "Nobody says who needs it. · (+) Pain: It hurts. · Tech debt: It is old.",
    ],
)
def test_reasons_of_the_score_that_moved_write_nothing(moved: str) -> None:
    assert new_why(issue(WHY, WHY), moved, SITE, ()) is None


def test_another_class_is_written() -> None:
    other = WHY.replace("Tech debt", "Exploration")
    assert new_why(issue(WHY, WHY), other, SITE, ()) == other


def test_a_site_or_a_screen_without_the_field_gets_nothing() -> None:
    assert new_why(issue(None, None), WHY, LAYOUT, ()) is None
    assert new_why(issue(None, None), WHY, SITE, {"customfield_9"}) is None
    assert new_why(issue(None, None), None, SITE, ()) is None


def test_a_search_that_gives_no_record_finds_nothing_to_write() -> None:
    partial = Record(Managed(), "", partial=True)
    for there in (None, WHY):
        one = replace(issue(there, None), record=partial)
        assert new_why(one, WHY, SITE, ()) is None
