"""The `sluice` property is read whatever stands in it."""

from __future__ import annotations

from hypothesis import given

from connector.field_mapping import PROPERTY
from connector.property_record import read_record
from tests.connector.planned import apply, issue, json_values, plan


@given(json_values)
def test_a_property_that_is_not_ours_reads_as_none(value: object) -> None:
    read_record(value, "1")


def test_what_was_written_is_read_back_the_same_from_that_issue_only() -> None:
    raw = issue(labels=[])
    update = plan(raw)
    assert update is not None
    written = apply(raw, update)["properties"][PROPERTY]
    record = read_record(written, "10001")
    assert record is not None
    assert record.wrote.kind == "tech_debt" and record.wrote.filled() == written["wrote"]
    assert read_record(written, "10002") is None
