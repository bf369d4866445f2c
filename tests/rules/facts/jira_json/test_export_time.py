"""An export is judged as of its newest change."""

from __future__ import annotations

from datetime import UTC, datetime

from rules.facts.jira_json.export_time import export_time


def test_the_newest_change_is_the_time_of_an_export() -> None:
    lines = [
        b'{"key": "A-1", "fields": {"updated": "2026-02-03T10:00:00.000+0000"}}',
        b'{"key": "A-2", "fields": {"updated": "2026-02-01T10:00:00.000+0000"}}',
    ]
    assert export_time(lines) == datetime(2026, 2, 3, 10, tzinfo=UTC)


def test_rows_of_our_own_and_odd_times_tell_no_time() -> None:
    assert export_time([b'{"summary": "x", "updated": "2026-02-03T10:00:00Z"}']) is None
    assert export_time([b'{"fields": {"updated": "some time ago"}}', b"\xff"]) is None
