"""The `sluice` property is read whatever stands in it."""

from __future__ import annotations

from hypothesis import given

from connector.issue.property_record import next_record, read_record, write_record
from connector.issue.read_issue import read_issue
from connector.layout.field_mapping import PROPERTY
from tests.connector.planned import JUDGE, LAYOUT, NOW, apply, issue, json_values, plan


@given(json_values)
def test_a_property_that_is_not_ours_reads_as_none(value: object) -> None:
    read_record(value)


def test_what_was_written_is_read_back_the_same_from_that_issue_only() -> None:
    raw = issue(labels=[])
    update = plan(raw)
    assert update is not None
    written = apply(raw, update)["properties"][PROPERTY]
    record = read_record(written)
    assert record is not None
    assert record.wrote.kind == "tech_debt" and record.wrote.filled() == written["wrote"]
    assert record is not None and record.issue == "10001"


def test_a_comment_that_was_there_when_the_question_was_asked_is_no_reply_to_it() -> None:
    """Jira's clock has seconds here and milliseconds there: an import does all in one second."""
    said = {
        "author": {"accountId": "ann"},
        "body": "We talked about it for a long time in the meeting on Monday.",
        "created": "2026-11-23T10:00:00.900+0000",
    }
    raw = issue(summary="Header", description=None, comment={"comments": [said]})
    read = read_issue(raw, LAYOUT, NOW)
    found = JUDGE.assess(read, NOW)
    assert found.decision.asks.open
    record = next_record(found, NOW)
    assert record.asks and all(at > NOW for at in record.asks.values())
    raw["properties"][PROPERTY] = write_record(record, found)
    again = JUDGE.assess(read_issue(raw, LAYOUT, NOW), NOW)
    assert again.decision.asks.open == found.decision.asks.open
    assert again.decision.asks.heard == ()
