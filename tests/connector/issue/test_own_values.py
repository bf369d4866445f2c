"""Whose a value is: by the record, the changelog and the comment, one situation at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given

from connector.issue.read_issue import read_issue
from connector.layout.field_mapping import Layout
from connector.layout.priorities import Priorities
from tests.connector.planned import LAYOUT, apply, issue, json_values, plan

LATER = "2026-11-24T10:00:00.000+0000"
BEFORE = "2026-11-21T10:00:00.000+0000"
FIELDS = {"kind": "customfield_1", "score": "customfield_2", "verdict": "customfield_3"}


def triaged(**fields: Any) -> dict[str, Any]:
    """An issue after Sluice's first write."""
    raw = issue(**fields)
    update = plan(raw)
    assert update is not None
    return apply(raw, update)


def change(name: str, to: object, by: str = "ann", at: str = LATER, id: str = "") -> dict[str, Any]:
    field = FIELDS.get(name, name)
    item = {"field": field, "fieldId": field, "toString": to, "to": id or None}
    return {"author": {"accountId": by}, "created": at, "items": [item]}


def with_changes(raw: dict[str, Any], *changes: dict[str, Any]) -> dict[str, Any]:
    return raw | {"changelog": {"histories": list(changes), "total": len(changes)}}


def kept(raw: dict[str, Any], layout: Layout = LAYOUT) -> set[str]:
    return set(read_issue(raw, layout).kept.filled())


def word(raw: dict[str, Any], field: str = "customfield_1") -> str:
    found = raw["fields"][field]
    return str(found["value"] if isinstance(found, dict) else found)


def test_a_person_who_sets_sluices_own_value_has_decided() -> None:
    raw = triaged()
    ours = word(raw)
    raw = with_changes(raw, change("kind", "Exploration"), change("kind", ours))
    found = read_issue(raw, LAYOUT)
    assert found.kept.kind == found.managed.kind and found.confirmed == {"kind"}
    (_, last) = found.history.choices
    assert last.value == found.managed.kind and last.wrote is None  # the write is not in this log


def test_a_confirmed_value_is_noted_once_without_a_mail() -> None:
    raw = triaged()
    raw = with_changes(raw, change("kind", "Exploration"), change("kind", word(raw)))
    update = plan(raw)
    assert update is not None
    if not update.quiet:  # the comment says that a person set it
        assert list(update.update) == ["comment"] and not update.fields
    raw = apply(raw, update)
    assert plan(raw) is None
    without = {key: value for key, value in raw.items() if key != "changelog"}
    assert kept(without) == {"kind"} and plan(without) is None


def test_a_robot_that_sets_sluices_own_value_has_not() -> None:
    raw = triaged()
    raw = with_changes(raw, change("kind", word(raw), by="rule"))
    assert kept(raw, replace(LAYOUT, robots=frozenset({"rule"}))) == set()


def test_what_sluice_wrote_after_a_persons_change_is_sluices() -> None:
    raw = triaged()
    raw = with_changes(
        raw,
        change("kind", "Exploration", at=BEFORE),
        change("kind", word(raw), by="me", at="2026-11-23T10:00:01.000+0000"),
    )
    assert kept(raw) == set()


def test_an_account_of_before_is_known_by_the_record() -> None:
    raw = triaged()
    raw = with_changes(raw, change("kind", word(raw), by="me"))
    raw["fields"]["comment"] = {"comments": []}
    assert kept(raw, replace(LAYOUT, account="me2")) == set()


def test_an_account_of_before_is_known_by_the_settings_without_a_record() -> None:
    raw = triaged()
    raw["properties"] = {}
    raw["fields"]["comment"] = {"comments": []}
    log = [change(name, word(raw, field), by="me") for name, field in FIELDS.items()]
    log += [change("priority", raw["fields"]["priority"]["name"], by="me")]
    raw = with_changes(raw, *log)
    assert kept(raw, replace(LAYOUT, account="me2", former=frozenset({"me"}))) == set()


def test_a_record_of_an_earlier_version_does_not_take_a_replaced_account_for_a_person() -> None:
    raw = triaged()
    for key in ("account", "ids", "note"):
        del raw["properties"]["sluice"][key]
    soon = "2026-11-23T10:00:02.000+0000"
    raw = with_changes(raw, change("kind", word(raw), by="me", at=soon))
    assert kept(raw, replace(LAYOUT, account="me2")) == set()


def test_a_record_that_came_along_with_a_migration_is_sluices_record() -> None:
    raw = triaged()
    raw["id"] = "77001"
    raw["fields"]["customfield_2"] = 3
    found = read_issue(raw, LAYOUT)
    assert found.record is not None and set(found.kept.filled()) == {"score"}
    raw["fields"]["comment"] = {"comments": []}  # comments were never written, or got lost
    assert read_issue(raw, LAYOUT).record is not None and kept(raw) == {"score"}


def test_a_record_that_came_along_with_a_copy_only_tells_what_was_copied() -> None:
    raw = triaged()
    raw["id"], raw["fields"]["created"] = "10077", LATER
    raw["fields"]["comment"] = {"comments": []}
    found = read_issue(raw, LAYOUT)
    assert found.record is None and found.kept.filled() == {} and found.history.choices == ()
    raw["fields"]["customfield_3"] = {"value": "Reject"}
    assert kept(raw) == {"verdict"}


def test_a_copy_without_record_is_known_by_the_score_that_nobody_fills_in() -> None:
    raw = triaged()
    raw["properties"], raw["fields"]["comment"] = {}, {"comments": []}
    assert kept(raw) == set() and kept(with_changes(raw)) == set()
    raw["fields"]["customfield_2"] = None
    assert kept(raw) >= {"kind", "verdict"}


def test_what_a_person_sets_on_a_copy_without_record_is_theirs() -> None:
    raw = triaged()
    raw["properties"], raw["fields"]["comment"] = {}, {"comments": []}
    assert kept(with_changes(raw, change("kind", word(raw)))) == {"kind"}
    score = str(raw["fields"]["customfield_2"])
    assert "score" in kept(with_changes(raw, change("score", score)))


def test_the_comment_tells_where_record_and_changes_are_lost() -> None:
    raw = triaged()
    raw["properties"] = {}
    assert kept(raw) == set()
    other = "Exploration" if word(raw) != "Exploration" else "Tech debt"
    raw["fields"]["customfield_1"] = {"value": other}
    raw["fields"]["customfield_3"] = {"value": "Reject"}
    assert kept(raw) == {"kind", "verdict"}


GERMAN = replace(
    LAYOUT,
    priorities=Priorities.read(
        {"id": str(n), "name": name, "iconUrl": f"/images/icons/priorities/{icon}.svg"}
        for n, (name, icon) in enumerate(
            [("Höchste", "highest"), ("Hoch", "high"), ("Mittel", "medium"), ("Niedrig", "low")], 1
        )
    ),
)


def test_a_priority_that_is_read_back_in_german_is_sluices() -> None:
    raw = triaged(labels=["crash"])
    named = {"highest": "Höchste", "high": "Hoch", "medium": "Mittel", "low": "Niedrig"}
    ours = raw["fields"]["priority"]["name"].lower()
    id = str([*named].index(ours) + 1)
    raw["fields"]["priority"] = {"id": id, "name": named[ours]}
    assert kept(raw, GERMAN) == set()
    raw["fields"]["priority"] = {"id": "4", "name": "Niedrig"}
    assert kept(raw, GERMAN) == ({"priority"} if ours != "low" else set())


def test_the_default_priority_is_nobodys_in_german_too() -> None:
    raw = issue(priority={"id": "3", "name": "Mittel"})
    assert kept(raw, GERMAN) == set()
    raw = issue(priority={"id": "1", "name": "Höchste"})
    found = read_issue(raw, GERMAN)
    assert set(found.kept.filled()) == {"priority"}
    assert found.fields["priority"].also == ("1", "highest")  # type: ignore[union-attr]


def test_a_priority_that_was_renamed_is_known_by_its_id() -> None:
    raw = triaged()
    raw["properties"]["sluice"]["ids"] = {"priority": "7"}
    raw["properties"]["sluice"]["wrote"]["priority"] = "Urgent"
    raw["fields"]["priority"] = {"id": "7", "name": "P1"}
    assert kept(raw) == set()


@given(json_values, json_values, json_values)
def test_any_record_and_any_changelog_are_read(record: Any, log: Any, comments: Any) -> None:
    raw = issue(customfield_1={"value": "Tech debt"}, customfield_2=7)
    raw["properties"] = {"sluice": record}
    raw["changelog"] = {"histories": log, "total": 1}
    raw["fields"]["comment"] = {"comments": comments}
    read_issue(raw, LAYOUT)
    raw["properties"] = {"sluice": {"wrote": {"kind": record}, "digest": "x", "ids": log}}
    raw["changelog"] = {"histories": [{"items": log, "author": record, "created": log}]}
    read_issue(raw, LAYOUT)


def test_a_priority_that_is_read_back_by_an_unknown_name_came_with_sluices_write() -> None:
    raw = triaged(labels=["crash"])
    raw["fields"]["priority"] = {"id": "9", "name": "Sofort"}
    assert kept(raw) == {"priority"}
    at_once = "2026-11-23T10:00:01.000+0000"
    assert kept(with_changes(raw, change("priority", "Sofort", by="me", at=at_once))) == set()
    assert kept(with_changes(raw, change("priority", "Sofort", by="me"))) == {"priority"}


def test_people_who_share_sluices_account_keep_what_they_set() -> None:
    raw = triaged()
    other = "Exploration" if word(raw) != "Exploration" else "Tech debt"
    raw["fields"]["customfield_1"] = {"value": other}
    raw["fields"]["customfield_2"] = 3
    log = [change("kind", other, by="me"), change("score", "3", by="me")]
    assert kept(with_changes(raw, *log)) == {"kind", "score"}
