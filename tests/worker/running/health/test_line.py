"""Lines of a health answer as sentences."""

from __future__ import annotations

from datetime import timedelta

import pytest

from worker.running.health.line import Line, lasts, summary


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0 seconds"),
        (1, "1 second"),
        (119, "119 seconds"),
        (600, "10 minutes"),
        (8000, "2 hours"),
        (9 * 86400, "9 days"),
    ],
)
def test_a_span_is_told_in_its_largest_unit(seconds: int, text: str) -> None:
    assert lasts(timedelta(seconds=seconds)) == text


def test_what_is_wrong_is_told_in_one_line_each_with_its_site_once() -> None:
    bad = [("", Line("a", False, "no beat")), ("main", Line("b", False, "main pauses"))]
    more = [("main", Line("c", False, "late")), ("main", Line("d", True, "well"))]
    assert summary([*bad, *more]) == "no beat; main pauses; main: late"
    assert summary(more[1:]) == "ok"
