"""The times in Sluice's own property."""

from datetime import UTC, datetime

from rules.facts.times import time_of


def test_a_time_of_ours_has_a_zone() -> None:
    assert time_of("2026-11-23T10:00:00+00:00") == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert time_of("2026-11-23T10:00:00") is None
    assert time_of("soon") is None
    assert time_of(5) is None
