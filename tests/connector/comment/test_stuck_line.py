"""The line of a stuck issue stands in Sluice's comment, above the last line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connector.comment.stuck_line import says_stuck, with_stuck
from tests.connector.planned import LAYOUT

SINCE = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_line_stands_above_the_last_one_and_is_known_again(language: str) -> None:
    body = "headline\nreasons\nlast line"
    head, reasons, line, last = with_stuck(body, SINCE, LAYOUT, language).split("\n")
    assert [head, reasons, last] == body.split("\n") and "2026-12-01 09:30 UTC" in line
    assert says_stuck(line) and not says_stuck(body)


def test_without_a_comment_the_line_has_a_last_line_by_which_sluice_finds_it() -> None:
    line, last = with_stuck("", SINCE, LAYOUT, "en").split("\n")
    assert says_stuck(line) and "Sluice keeps it" in last
