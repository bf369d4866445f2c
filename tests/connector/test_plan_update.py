"""What is written: the fixed point that ends the loop, the comment, the operations of effects."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.comment.told import Told
from connector.comment.triage_comment import comment
from connector.issue.read_issue import read_issue
from connector.plan_update import Update, plan_update
from tests.connector.planned import JUDGE, LAYOUT, NOW, apply, issue, plan


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


def labelled(raw: dict[str, Any], *verbs: str) -> Update | None:
    """Plan one triage by rules whose effects add or remove the label "later"."""
    assessment = JUDGE.assess(read_issue(raw, LAYOUT), NOW)
    assessment = replace(assessment, operations={"labels": tuple({v: "later"} for v in verbs)})
    return plan_update(assessment, LAYOUT, Told(comment(assessment, LAYOUT, "en")), NOW)


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


def earlier(raw: dict[str, Any]) -> dict[str, Any]:
    """Return an issue as an earlier version left it: the digest is that of the whole comment."""
    update = plan(raw)
    assert update is not None
    after = apply(raw, update)
    body = after["fields"]["comment"]["comments"][0]["body"].replace("(+) ", "")
    after["fields"]["comment"]["comments"][0]["body"] = body.replace("*Why:*", "*Why:*\n* Old.")
    after["properties"]["sluice"]["comment"] = "0123456789abcdef"
    return after


def test_comments_of_earlier_versions_are_not_rewritten_as_long_as_nothing_changed() -> None:
    assert plan(earlier(issue())) is None


def test_a_comment_of_an_earlier_version_is_rewritten_when_it_has_something_else_to_tell() -> None:
    raw = earlier(issue())
    raw["fields"]["customfield_3"] = "Reject"
    update = plan(raw)
    assert update is not None
    assert update.update["comment"][0]["edit"]["body"].startswith("(x) *Rejected*")


def told_nothing(raw: dict[str, Any]) -> Update | None:
    assessment = JUDGE.assess(read_issue(raw, LAYOUT), NOW)
    return plan_update(assessment, LAYOUT, Told(None), NOW)


def test_where_no_comment_is_due_the_fields_are_written_and_that_is_at_rest() -> None:
    update = told_nothing(issue())
    assert update is not None and update.fields and "comment" not in update.update
    assert told_nothing(apply(issue(), update)) is None


def test_a_comment_that_jira_does_not_take_is_added_once_it_does() -> None:
    raw = issue()
    assessment = JUDGE.assess(read_issue(raw, LAYOUT), NOW)
    told = Told(comment(assessment, LAYOUT))
    without = plan_update(assessment, LAYOUT, told, NOW, lacking=frozenset({"comment"}))
    assert without is not None and "comment" not in without.update
    later = plan(apply(raw, without))
    assert later is not None and "add" in later.update["comment"][0]
