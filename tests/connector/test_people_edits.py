"""The values that a person set: Sluice keeps them, and a copy of an issue has none."""

from __future__ import annotations

import pytest

from connector.people_edits import answers_in, commenters_in
from tests.connector.planned import apply, issue, plan


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
    return [one.text for one in answers_in(comments, "me")]


def test_comments_of_people_are_answers_and_the_newest_is_last() -> None:
    assert answers(said("Later", at=12), said("First", at=11)) == ["First", "Later"]


def test_comments_of_sluice_and_of_apps_are_none() -> None:
    app = said("Deployed", author={"accountType": "app"})
    assert answers(said("Sluice · x", by="me"), app, said("By hand")) == ["By hand"]
    assert answers_in([{"author": {"name": "me"}, "body": "x"}], "me") == ()


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


def test_each_person_who_commented_counts_once() -> None:
    by = [{"name": "ann"}, {"name": "bo"}, {"name": "ann"}, {"name": "me"}, None]
    app = {"accountId": "bot", "accountType": "app"}
    comments = [{"author": author, "body": "x"} for author in [*by, app]]
    assert commenters_in(comments, "me") == {"ann", "bo"}
