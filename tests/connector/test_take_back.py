"""What an undo writes: the values from before, and nothing where a person came after."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from connector.take_back import TakenBack, take_back
from tests.connector.planned import LAYOUT, NOW, apply, issue, plan

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
OURS, THEIRS = {"accountId": LAYOUT.account}, {"accountId": "pm"}


def written(**fields: Any) -> dict[str, Any]:
    """An issue that Sluice has written, with an empty changelog."""
    raw = issue(**fields)
    update = plan(raw)
    assert update is not None
    return apply(raw, update) | {"changelog": {"histories": [], "total": 0}}


def change(raw: dict[str, Any], author: dict[str, str], **item: Any) -> None:
    """Add a change to the changelog, each a minute after the one before."""
    histories = raw["changelog"]["histories"]
    at = f"2026-11-30T10:{len(histories):02}:00.000+0000"
    histories.append({"id": str(len(histories)), "author": author, "created": at, "items": [item]})


def undone(raw: dict[str, Any]) -> TakenBack:
    return take_back(raw, LAYOUT, SINCE, NOW)


def gate(before: str | None, after: str) -> dict[str, Any]:
    slot = LAYOUT.verdict
    return {"field": slot.name, "fieldId": slot.id, "fromString": before, "toString": after}


def test_a_field_gets_the_value_from_before_the_first_write() -> None:
    raw = written()
    change(raw, OURS, **gate("Defer", "Review"))
    change(raw, OURS, **gate("Review", "Accept"))
    found = undone(raw)
    assert found.restored == {LAYOUT.verdict.name: "Defer"}
    assert found.record["wrote"]["verdict"] is None, "it was a person's"


def test_a_value_of_an_earlier_write_of_sluice_is_known_as_its_own() -> None:
    raw = written()
    change(raw, OURS, **gate(None, "Defer"))
    raw["changelog"]["histories"][0]["created"] = "2025-11-30T10:00:00.000+0000"
    change(raw, OURS, **gate("Defer", "Review"))
    assert undone(raw).record["wrote"]["verdict"] == "defer"


def test_a_change_of_a_person_after_the_write_stays() -> None:
    raw = written()
    change(raw, OURS, **gate(None, "Review"))
    change(raw, THEIRS, **gate("Review", "Accept"))
    found = undone(raw)
    assert not found.fields and found.left == [LAYOUT.verdict.name]


def labelled(there: list[str]) -> dict[str, Any]:
    raw = written(labels=there)
    raw["properties"]["sluice"]["operations"] = [
        ["labels", "add", "later"],
        ["labels", "remove", "now"],
        ["components", "add", "App"],
    ]
    change(raw, OURS, field="labels", fromString="mine now", toString="mine later")
    return raw


def test_labels_that_rules_changed_are_changed_back_and_may_be_written_again() -> None:
    found = undone(labelled(["mine", "later"]))
    assert found.update["labels"] == [{"remove": "later"}, {"add": "now"}]
    assert found.record["operations"] == [["components", "add", "App"]]


def test_a_label_that_a_person_removed_meanwhile_needs_no_undo() -> None:
    found = undone(labelled(["mine", "now"]))
    assert "labels" not in found.update


def test_an_issue_without_a_record_of_sluice_is_left() -> None:
    raw = issue() | {"changelog": {"histories": []}}
    change(raw, OURS, **gate(None, "Review"))
    assert not undone(raw).due
