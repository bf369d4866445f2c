"""What is written: the fixed point that ends the loop, and the values that people set."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.field_mapping import Layout, Slot
from connector.plan_update import Update, plan_update
from connector.property_record import read_record
from connector.read_issue import read_issue
from connector.triage_comment import comment
from rules.assess.judge import Judge
from rules.rulebook import load
from worker.settings.load import WORDS

NOW = datetime(2026, 11, 23, 10, tzinfo=timezone.utc)
LAYOUT = Layout(
    kind=Slot("customfield_1", "Sluice Class", option=True),
    score=Slot("customfield_2", "Sluice Score"),
    verdict=Slot("customfield_3", "Sluice Gate"),
    words=WORDS,
    account="me",
    points="customfield_4",
)
JUDGE = Judge(load.shipped("default"))


def issue(**fields: Any) -> dict[str, Any]:
    """An issue as Jira would give it to us."""
    return {
        "id": "10001",
        "key": "SHOP-1",
        "fields": {
            "summary": "Refactor the payment module",
            "description": "Technical debt everywhere. It costs our team 4 hours weekly",
            "project": {"key": "SHOP"},
            "issuetype": {"name": "Task"},
            "status": {"name": "To Do", "statusCategory": {"key": "new"}},
            "priority": {"name": "Medium"},
            "created": "2026-11-20T10:00:00.000+0000",
            "updated": "2026-11-20T10:00:00.000+0000",
            "comment": {"comments": []},
            **fields,
        },
        "properties": {},
    }


def plan(raw: dict[str, Any], now: datetime = NOW, language: str = "en") -> Update | None:
    """One triage of raw JSON."""
    assessment = JUDGE.assess(read_issue(raw, LAYOUT), now)
    return plan_update(assessment, LAYOUT, comment(assessment, LAYOUT, language), now)


def apply(raw: dict[str, Any], update: Update, now: datetime = NOW) -> dict[str, Any]:
    """What Jira would give us after the PUT."""
    raw = copy.deepcopy(raw)
    raw["fields"].update(copy.deepcopy(dict(update.fields)))
    raw["fields"]["updated"] = (now + timedelta(seconds=2)).strftime("%Y-%m-%dT%H:%M:%S.000%z")
    comments = raw["fields"]["comment"]["comments"]
    for operation in update.update.get("comment", []):  # type: ignore[attr-defined]
        if "add" in operation:
            body = operation["add"]["body"]
            comments.append({"id": "1", "author": {"accountId": "me"}, "body": body})
        else:
            mine = next(c for c in comments if c["id"] == operation["edit"]["id"])
            mine["body"] = operation["edit"]["body"]
    for prop in update.properties:
        raw["properties"][prop["key"]] = copy.deepcopy(prop["value"])
    return raw


def test_a_first_triage_writes_fields_comment_and_property_at_once() -> None:
    update = plan(issue())
    assert update is not None
    assert update.fields["customfield_1"] == {"value": "Tech debt"}
    assert isinstance(update.fields["customfield_2"], float)
    assert "add" in update.update["comment"][0]  # type: ignore[index]
    assert update.properties[0]["key"] == "sluice"
    assert set(update.body()) <= {"fields", "update", "properties"}


def test_the_update_applied_leaves_nothing_to_plan() -> None:
    raw = issue()
    update = plan(raw)
    assert update is not None
    assert plan(apply(raw, update)) is None


texts = st.sampled_from(
    [None, "", "crash", "refactor", "As a user I want", "重构 崩溃", "spike research", "x" * 300]
)


@settings(max_examples=150, deadline=None)
@given(
    summary=texts,
    description=texts,
    kind=st.sampled_from(["Bug", "Story", "Spike", None]),
    priority=st.sampled_from([None, "Medium", "High", "Blocker"]),
    hand=st.sampled_from(["", "Reject", "weiß nicht"]),
    score=st.sampled_from([None, 0, 50, 99.5]),
    language=st.sampled_from(["en", "zh"]),
    days=st.integers(0, 900),
)
def test_whatever_the_issue_one_update_is_a_fixed_point(
    summary: str | None,
    description: str | None,
    kind: str | None,
    priority: str | None,
    hand: str,
    score: float | None,
    language: str,
    days: int,
) -> None:
    raw = issue(
        summary=summary,
        description=description,
        issuetype=kind and {"name": kind},
        priority=priority and {"name": priority},
        customfield_3=hand,
        customfield_2=score,
        created=(NOW - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.000%z"),
        updated=(NOW - timedelta(days=days // 2)).strftime("%Y-%m-%dT%H:%M:%S.000%z"),
    )
    update = plan(raw, language=language)
    assert update is not None
    assert plan(apply(raw, update), language=language) is None
    later = NOW + timedelta(minutes=3)
    assert plan(apply(raw, update), later, language) is None


@pytest.mark.parametrize(
    ("field", "value", "mine"),
    [
        ("customfield_1", {"value": "Exploration"}, "customfield_1"),
        ("customfield_1", {"value": "A class of our own"}, "customfield_1"),
        ("customfield_2", 3, "customfield_2"),
        ("customfield_2", 0, "customfield_2"),
        ("customfield_3", "Reject", "customfield_3"),
        ("priority", {"name": "Lowest"}, "priority"),
        ("priority", {"name": "Medium"}, "priority"),
    ],
)
def test_a_value_that_a_person_changed_is_never_written_again(
    field: str, value: object, mine: str
) -> None:
    raw = issue(description="Technical debt everywhere. Some customers complain.")
    first = plan(raw)
    assert first is not None and mine in first.fields
    raw = apply(raw, first)
    raw["fields"][field] = value
    for summary in ("Crash", "Refactor", "As a user I want more", "重构"):
        raw["fields"]["summary"] = summary
        update = plan(raw)
        if update is not None:
            assert mine not in update.fields
            raw = apply(raw, update)
        assert raw["fields"][field] == value


def test_what_a_person_emptied_is_written_again() -> None:
    raw = issue()
    first = plan(raw)
    assert first is not None
    raw = apply(raw, first)
    raw["fields"]["customfield_3"] = "Reject"
    kept = plan(raw)
    assert kept is not None
    raw = apply(raw, kept)
    raw["fields"]["customfield_3"] = None
    again = plan(raw)
    assert again is not None
    assert again.fields["customfield_3"] == first.fields["customfield_3"]


def test_a_value_there_before_our_first_write_is_a_persons() -> None:
    update = plan(issue(customfield_3="Reject", priority={"name": "Highest"}))
    assert update is not None
    assert not {"customfield_3", "priority"} & set(update.fields)


def test_our_comment_is_edited_in_place_even_after_the_property_was_lost() -> None:
    raw = issue()
    first = plan(raw)
    assert first is not None
    raw = apply(raw, first)
    raw["properties"] = {}
    raw["fields"]["summary"] = "Crash: all customers lose data"
    update = plan(raw)
    assert update is not None
    assert update.update["comment"][0]["edit"]["id"] == "1"  # type: ignore[index]


def test_a_comment_that_only_looks_like_ours_is_left_alone() -> None:
    body = "Sluice · I wrote this myself"
    raw = issue(comment={"comments": [{"id": "7", "author": {"accountId": "you"}, "body": body}]})
    update = plan(raw)
    assert update is not None
    assert "add" in update.update["comment"][0]  # type: ignore[index]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.sampled_from([*LAYOUT.wanted(), "comment", "votes", "parent"]), json_values),
    json_values,
)
def test_whatever_jira_holds_is_read_and_judged(fields: dict[str, Any], record: object) -> None:
    raw = {"id": "1", "key": "SHOP-1", "fields": fields, "properties": {"sluice": record}}
    plan(raw)


@given(json_values)
def test_a_property_that_is_not_ours_reads_as_none(value: object) -> None:
    read_record(value, "1")


def test_a_copy_of_an_issue_is_triaged_afresh_whatever_it_took_along() -> None:
    raw = issue()
    first = plan(raw)
    assert first is not None
    copy_ = apply(raw, first)
    copy_["id"], copy_["key"] = "10002", "SHOP-2"
    copy_["fields"]["comment"] = {"comments": []}
    # Another text, so that the score is another one and has to be written.
    copy_["fields"] |= {"summary": "As a user I want more", "description": "Much more"}
    copy_["fields"]["issuelinks"] = [{"type": {"name": "Cloners"}, "outwardIssue": {"id": "10001"}}]
    update = plan(copy_)
    assert update is not None
    assert "customfield_2" in update.fields
    assert "add" in update.update["comment"][0]  # type: ignore[index]
    assert "kept" not in update.update["comment"][0]["add"]["body"]  # type: ignore[index]


def test_sluices_own_priority_is_no_reason_for_the_next_one() -> None:
    raw = issue()
    first = plan(raw)
    assert first is not None
    assert read_issue(raw, LAYOUT).fields["priority"] is None
    raw = apply(raw, first)
    assert read_issue(raw, LAYOUT).fields["priority"] is None
    raw["fields"]["priority"] = {"name": "Blocker"}
    assert read_issue(raw, LAYOUT).fields["priority"] == "Blocker"


def test_our_own_write_is_told_by_jiras_clock_where_ours_is_wrong() -> None:
    raw = issue()
    theirs = NOW - timedelta(hours=1)
    assessment = JUDGE.assess(read_issue(raw, LAYOUT, theirs), NOW)
    update = plan_update(assessment, LAYOUT, comment(assessment, LAYOUT), NOW)
    assert update is not None
    raw = apply(raw, update, theirs)
    assert read_issue(raw, LAYOUT).fields["updated"] == datetime(
        2026, 11, 20, 10, tzinfo=timezone.utc
    )


def labelled(raw: dict[str, Any], *verbs: str) -> Update | None:
    """Plan one triage by rules whose effects add or remove the label "later"."""
    assessment = JUDGE.assess(read_issue(raw, LAYOUT), NOW)
    assessment = replace(assessment, operations={"labels": tuple({v: "later"} for v in verbs)})
    return plan_update(assessment, LAYOUT, comment(assessment, LAYOUT, "en"), NOW)


def test_an_operation_of_an_effect_goes_with_the_one_put_and_is_written_once() -> None:
    raw = issue(labels=["other"])
    update = labelled(raw, "add")
    assert update is not None
    assert update.update["labels"] == [{"add": "later"}]
    after = apply(raw, update)
    after["fields"]["labels"] = ["other", "later"]
    assert labelled(after, "add") is None


def test_what_an_issue_has_already_is_not_added_and_what_it_lacks_not_removed() -> None:
    first = labelled(issue(labels=["later"]), "add"), labelled(issue(labels=[]), "remove")
    assert [set(update.update) for update in first if update] == [{"comment"}, {"comment"}]
    update = labelled(issue(labels=["later"]), "remove")
    assert update is not None and update.update["labels"] == [{"remove": "later"}]


def test_a_label_that_a_person_took_away_stays_away() -> None:
    raw = issue(labels=[])
    update = labelled(raw, "add")
    assert update is not None
    assert labelled(apply(raw, update), "add") is None


def test_rules_that_undo_each_others_operations_come_to_rest() -> None:
    raw, writes = issue(labels=[]), 0
    for verb in ("add", "remove", "add", "remove", "add"):
        if update := labelled(raw, verb):
            writes += "labels" in update.update
            raw = apply(raw, update)
            raw["fields"]["labels"] = ["later"] if verb == "add" else []
    assert writes == 2
