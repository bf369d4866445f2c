"""The values that a person set: Sluice keeps them, and a copy of an issue has none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from connector.client import Account, Site
from connector.issue import people_edits
from connector.issue.people_edits import answers_in, commenters_in
from connector.issue.read_issue import read_issue
from connector.layout.field_mapping import make_layout
from sandbox import Sandbox
from sandbox.operations.edit import set_values
from tests.connector.planned import LAYOUT, apply, issue, json_values, plan
from tests.connector.test_client import FIELDS, NAMES
from tests.live import Person
from worker.settings.settings import WORDS


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
    text = "The service is down for all customers since 9:00, and nobody can order."
    raw = issue(description=text, labels=["tech-debt"])
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


def said(body: object, by: str = "ann", at: int = 10, **more: object) -> dict[str, object]:
    created = f"2026-11-20T{at}:00:00.000+0000"
    author = {"accountId": by, **more.pop("author", {})}  # type: ignore[dict-item]
    return {"author": author, "body": body, "created": created, **more}


def answers(*comments: dict[str, object]) -> list[str]:
    return [one.text for one in answers_in(comments, {"me"})]


def test_comments_of_people_are_answers_and_the_newest_is_last() -> None:
    assert answers(said("Later", at=12), said("First", at=11)) == ["First", "Later"]


def test_comments_of_sluice_and_of_apps_are_none() -> None:
    app = said("Deployed", author={"accountType": "app"})
    assert answers(said("Sluice · x", by="me"), app, said("By hand")) == ["By hand"]
    assert answers_in([{"author": {"name": "me"}, "body": "x"}], {"me"}) == ()


def test_restricted_comments_and_internal_notes_count_too() -> None:
    role = {"type": "role", "value": "Developers"}
    assert answers(said("Secret", visibility=role), said("Note", jsdPublic=False)) == [
        "Secret",
        "Note",
    ]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("{quote}Please add the steps.{quote}\nI did!", "I did!"),
        ("bq. Please add the steps.\nI did!", "I did!"),
        ("{quote}never closed", ""),
        ("[~accountid:5b10a2844c20] see here", "see here"),
        ("   ", ""),
        (None, ""),
        ({"type": "doc"}, ""),
        (7, ""),
    ],
)
def test_a_quote_of_the_question_is_no_answer(body: object, text: str) -> None:
    assert answers(said(body)) == ([text] if text else [])


@pytest.fixture(params=["cloud", "datacenter"])
def jira(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(deployment=request.param) as found:
        yield found


def told(jira: Sandbox, issue: str, **more: Any) -> list[tuple[str, str, str, str | None]]:
    """What people chose on an issue, by a search: field, value, person, what Sluice had written."""
    kind: Any = jira.deployment
    site = Site(Account(jira.url, kind, "token-sluice", "sluice@example.com"), NAMES, WORDS, **more)
    (found,) = site.search(f"id = {issue}", changelog=True)
    assert found.history.known
    return [(one.field, one.value, one.name, one.wrote) for one in found.history.choices]


def test_a_choice_tells_who_set_what_and_what_sluice_had_written(jira: Sandbox) -> None:
    ada, dan, sluice = Person(jira, "pm"), Person(jira, "dev"), Person(jira, "sluice")
    issue = ada.create("Mend the pier")
    sluice.set(issue, **{"class": "Tech debt"}, gate="Review", priority="Low", score=20)
    ada.set(issue, **{"class": "Exploration"})
    dan.set(issue, gate="Accept", priority="High", score=80)
    assert told(jira, issue) == [
        ("kind", "exploration", "Ada PM", "tech_debt"),
        ("verdict", "accept", "Dan Dev", "review"),
        ("priority", "High", "Dan Dev", "Low"),
    ]


def test_what_is_set_back_or_emptied_is_told_too(jira: Sandbox) -> None:
    ada, dan, sluice = Person(jira, "pm"), Person(jira, "dev"), Person(jira, "sluice")
    issue = ada.create("Mend the pier")
    sluice.set(issue, **{"class": "Tech debt"})
    ada.set(issue, **{"class": "Exploration"})
    dan.set(issue, **{"class": "Tech debt"})
    ada.set(issue, **{"class": None})
    assert told(jira, issue) == [
        ("kind", "exploration", "Ada PM", "tech_debt"),
        ("kind", "tech_debt", "Dan Dev", "tech_debt"),
        ("kind", "", "Ada PM", "tech_debt"),
    ]


def test_no_rule_no_app_and_no_named_robot_chooses(jira: Sandbox) -> None:
    robot, dan = Person(jira, "robot"), Person(jira, "dev")
    issue = robot.create("Nightly check", priority="Highest", gate={"value": "Accept"})
    robot.set(issue, **{"class": "Tech debt"})
    assert told(jira, issue) == []
    dan.set(issue, gate="Review")
    account = jira.model.accounts.by_name["dev"]
    name = account.account_id if jira.deployment == "cloud" else account.name
    assert told(jira, issue) == [("verdict", "review", "Dan Dev", None)]
    assert told(jira, issue, robots=[name]) == []


def test_a_value_given_at_the_creation_is_the_creators_and_the_default_is_nobodys(
    jira: Sandbox,
) -> None:
    ada, dan = Person(jira, "pm"), Person(jira, "dev")
    assert told(jira, ada.create("Mend the pier")) == []
    assert told(jira, ada.create("Mend the pier", priority="Medium")) == []
    issue = ada.create("Mend the pier", priority="High", **{"class": {"value": "Tech debt"}})
    given = [("kind", "tech_debt", "Ada PM", None), ("priority", "High", "Ada PM", None)]
    assert told(jira, issue) == given
    dan.set(issue, priority="Low")
    assert told(jira, issue) == [*given, ("priority", "Low", "Dan Dev", None)]


def test_a_copy_holds_no_choice_until_somebody_makes_one(jira: Sandbox) -> None:
    ada = Person(jira, "pm")
    first = ada.create("Mend the pier", priority="High")
    copied = ada.create("CLONE - Mend the pier", priority="High", gate={"value": "Accept"})
    keys = {id: ada.ask("GET", f"issue/{id}")["key"] for id in (first, copied)}
    link = {"type": {"name": "Cloners"}, "inwardIssue": {"key": keys[copied]}}
    ada.ask("POST", "issueLink", {**link, "outwardIssue": {"key": keys[first]}})
    assert told(jira, copied) == []
    ada.set(copied, priority="Low")
    assert told(jira, copied) == [("priority", "Low", "Ada PM", None)]


def test_of_a_long_changelog_the_part_that_a_search_gives_counts_and_no_get_is_sent() -> None:
    with Sandbox() as jira:
        ada, model = Person(jira, "pm"), jira.model
        issue = ada.create("Mend the pier", priority="High")
        ada.set(issue, **{"class": "Tech debt"})
        for number in range(120):
            values, person = {"summary": f"Pier {number}"}, model.accounts.by_name["pm"]
            set_values(model, model.issues[issue], values, person)
        ada.set(issue, gate="Accept")
        since = jira.log.last_seq()
        assert told(jira, issue) == [("verdict", "accept", "Ada PM", None)]
        assert jira.log.count(path="/issue/", account="sluice", since=since) == 0


def change(field: str, to: str, **more: Any) -> dict[str, Any]:
    author = {"accountId": "ann", "displayName": "Ann"}
    item = {"field": field, "fromString": None, "toString": to}
    return {"author": author, "created": "2026-11-21T10:00:00.000+0000", "items": [item], **more}


def chosen(*changes: object, **layout: Any) -> list[str]:
    raw = {**issue(), "changelog": {"histories": list(changes)}}
    found = read_issue(raw, replace(LAYOUT, **layout))
    return [one.value for one in found.history.choices]


def test_a_priority_field_in_the_accounts_language_is_known() -> None:
    assert chosen(change("Приоритет", "High")) == []
    assert chosen(change("Приоритет", "High"), system={"priority": "Приоритет"}) == ["High"]
    assert make_layout([*FIELDS, {"id": "priority", "name": "优先级"}], NAMES, {}, "me").system == {
        "priority": "优先级"
    }


def test_a_change_of_nobody_or_of_another_system_is_no_choice() -> None:
    assert chosen(change("Sluice Gate", "Accept")) == ["accept"]
    assert chosen(change("Sluice Gate", "Accept", author=None)) == []
    system = {"generator": {"id": "com.example.pipeline"}}
    assert chosen(change("Sluice Gate", "Accept", historyMetadata=system)) == []


@pytest.mark.parametrize(
    "name", ["lowered-priority", "raised-priority", "updated-multiple-values", "updated-sprint"]
)
def test_captured_changes_are_read(name: str, shared: Path) -> None:
    (file,) = (shared / "payloads" / "webhooks").glob(f"*{name}*.json")
    event = json.loads(file.read_text("utf-8"))
    history = {**event["changelog"], "author": event["user"], "created": event["timestamp"]}
    raw = {**event["issue"], "changelog": {"histories": [history]}}
    found = [one for one in read_issue(raw, LAYOUT).history.choices if one.before]
    changed = [item for item in event["changelog"]["items"] if item["field"] == "priority"]
    assert [(one.before, one.value, one.name, one.id) for one in found] == [
        (item["fromString"], item["toString"], event["user"]["displayName"], item["to"])
        for item in changed
    ]


@given(json_values)
def test_no_changelog_however_odd_breaks_reading(odd: Any) -> None:
    for raw in (
        {"changelog": odd},
        {"changelog": {"histories": odd}},
        {"changelog": change("x", odd)},
    ):
        read_issue({**issue(), **raw}, LAYOUT)
    read_issue({**issue(), "changelog": {"histories": [change("Sluice Gate", odd)]}}, LAYOUT)


def test_each_person_who_commented_counts_once() -> None:
    by = [{"name": "ann"}, {"name": "bo"}, {"name": "ann"}, {"name": "me"}, None]
    app = {"accountId": "bot", "accountType": "app"}
    comments = [{"author": author, "body": "x"} for author in [*by, app]]
    assert commenters_in(comments, {"me"}) == {"ann", "bo"}


def test_an_author_whose_name_is_no_text_is_none_of_ours() -> None:
    assert not people_edits.written_by({"author": {"accountId": ["me"]}}, {"me"})
