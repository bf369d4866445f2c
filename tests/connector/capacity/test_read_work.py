"""An issue's history for capacity, from Jira's JSON: ids before names, and nothing raises."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connector.capacity.read_work import people_in, read_work
from connector.changelog import Statuses
from connector.layout.field_mapping import Layout, Slot
from connector.layout.points import Points
from rules.capacity.work_history import Span, Write

LAYOUT = Layout(
    kind=Slot("customfield_1", "Sluice Class"),
    score=Slot("customfield_2", "Sluice Score"),
    verdict=Slot("customfield_3", "Sluice Gate"),
    words={"accept": "Accept", "tech_debt": "Tech debt", "needs_info": "Needs info"},
    account="me",
    points=Points({"customfield_4": "Story Points"}),
    agile={"epic link": "customfield_5"},
)


def status(id: str, name: str, key: str) -> dict[str, Any]:
    return {"id": id, "name": name, "statusCategory": {"key": key}}


TODO, DOING, DONE = (
    status("1", "待办", "new"),
    status("3", "Doing", "indeterminate"),
    status("5", "Shipped", "done"),
)
STATUSES = Statuses.of([TODO, DOING, DONE])
CREATED = "2026-11-01T09:00:00.000+0000"


def at(day: int) -> datetime:
    return datetime(2026, 11, day, 9, tzinfo=UTC)


def change(day: int, **item: Any) -> dict[str, Any]:
    return {"created": f"2026-11-{day:02}T09:00:00.000+0000", "items": [item]}


def issue(*histories: dict[str, Any], **fields: Any) -> dict[str, Any]:
    given = {"created": CREATED, "status": DOING, **fields}
    return {"id": "1", "key": "A-1", "fields": given, "changelog": {"histories": [*histories]}}


def test_statuses_are_known_by_id_whatever_their_names_are_today() -> None:
    moves = [
        change(
            5, field="Статус", fieldId="status", **{"from": "1", "fromString": "Old", "to": "3"}
        ),
        change(7, field="status", **{"from": "3", "to": "5", "toString": "Renamed"}),
    ]
    found = read_work(issue(*moves, status=DONE), LAYOUT, STATUSES)
    assert found.categories == (
        Span(at(1), "To Do"),
        Span(at(5), "In Progress"),
        Span(at(7), "Done"),
    )


def test_an_issue_that_was_never_moved_is_where_it_is_since_its_creation() -> None:
    assert read_work(issue(status=TODO), LAYOUT, STATUSES).categories == (Span(at(1), "To Do"),)


def test_an_imported_issue_was_done_at_its_date() -> None:
    dated = issue(status=DONE, resolutiondate="2026-11-09T09:00:00.000+0000")
    assert read_work(dated, LAYOUT, STATUSES).finished(at(20)) == at(9)


def test_assignees_are_accounts_and_the_last_change_wins() -> None:
    moves = [
        change(2, field="assignee", **{"from": None, "to": "a1", "toString": "Ann"}),
        change(4, field="assignee", **{"from": "a1", "fromString": "Ann", "to": "b2"}),
    ]
    raw = issue(*moves, assignee={"accountId": "b2", "displayName": "Bo"})
    found = read_work(raw, LAYOUT, STATUSES)
    assert [span.value for span in found.assignees] == [None, "a1", "b2"]
    assert people_in(raw, LAYOUT) == {"a1": "Ann", "b2": "Bo"}


def test_the_gate_is_followed_in_our_own_words() -> None:
    moves = [
        change(2, field="Sluice Gate", fieldId="customfield_3", toString="Needs info"),
        change(6, field="Sluice Gate", toString="Accept", fromString="Needs info"),
    ]
    found = read_work(issue(*moves, customfield_3={"value": "Accept"}), LAYOUT, STATUSES)
    assert [span.value for span in found.gates] == [None, "needs_info", "accept"]
    assert found.verdict == "accept"


def test_data_center_names_fields_in_the_accounts_language_and_gives_no_id() -> None:
    moves = [
        change(2, field="Исполнитель", **{"from": None, "to": "a1", "toString": "Ann"}),
        change(3, field="Статус", **{"from": "1", "to": "3"}),
        change(4, field="Статус", **{"from": "3", "to": "5"}),
    ]
    russian = replace(LAYOUT, system={"assignee": "Исполнитель", "status": "Статус"})
    raw = issue(*moves, status=DONE, assignee={"key": "a1", "name": "ann"})
    found = read_work(raw, russian, STATUSES)
    assert found.progress == ((at(3), at(4)),)
    assert [span.value for span in found.assignees] == [None, "a1"]
    assert people_in(raw, russian) == {"a1": "Ann"}


def test_parent_epic_size_and_blockers_are_read() -> None:
    blocker = {"type": {"name": "Blocks"}, "inwardIssue": {"fields": {"status": DOING}}}
    raw = issue(
        customfield_5="A-9",
        customfield_4=3,
        timespent=7200,
        issuelinks=[blocker],
        issuetype={"name": "Sub-task", "subtask": True},
        labels=["Incident"],
    )
    found = read_work(raw, LAYOUT, STATUSES)
    assert (found.parent, found.points, found.spent) == ("A-9", 3.0, 2.0)
    assert (found.subtask, found.unplanned, found.blocked) == (True, True, True)


def test_the_rules_of_the_last_decision_come_from_sluices_own_record() -> None:
    record = {"rules": ["wording", 3], "at": "2026-11-05T09:00:00+00:00"}
    found = read_work({**issue(), "properties": {"sluice": record}}, LAYOUT, STATUSES)
    assert (found.rules, found.decided) == (("wording",), at(5))


def test_choices_tell_sluice_from_others_and_the_predicted_effort_is_read() -> None:
    def by(who: dict[str, str], day: int, field: str) -> dict[str, Any]:
        return {**change(day, field=field, toString="x"), "author": who}

    moves = [
        by({"accountId": "ann"}, 9, "priority"),
        by({"accountId": "me"}, 5, "Sluice Class"),
        by({"key": "ann", "name": "ann"}, 7, "Sluice Gate"),
        by({"accountId": "ann"}, 8, "assignee"),
    ]
    record = {"measures": {"effort": 4}}
    found = read_work({**issue(*moves), "properties": {"sluice": record}}, LAYOUT, STATUSES)
    assert found.writes == (Write(at(5), True), Write(at(7), False), Write(at(9), False))
    assert found.effort == 4.0


def test_a_name_that_two_categories_share_tells_nothing() -> None:
    both = Statuses.of([status("1", "Open", "new"), status("2", "Open", "done")])
    assert both.category("9", "Open") == "To Do"
    assert both.category("9", "Closed") == "Done"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON, st.dictionaries(st.sampled_from(["status", "assignee", "created", "parent"]), JSON))
def test_whatever_jira_sends_is_read(histories: Any, fields: dict[str, Any]) -> None:
    raw = {"key": "A-1", "fields": fields, "changelog": {"histories": histories}}
    assert read_work(raw, LAYOUT, STATUSES).categories
    assert isinstance(people_in(raw, LAYOUT), dict)
