"""The comments of an issue in a file."""

from __future__ import annotations

from typing import Any

from rules.facts.jira_json.comments import by_app, facts_of_comments, own_words


def said(body: object, who: str = "ann", **author: Any) -> dict[str, Any]:
    return {"body": body, "author": {"accountId": who, **author}}


def issue(*comments: object) -> dict[str, Any]:
    return {"fields": {"comment": {"comments": list(comments), "total": len(comments)}}}


def test_people_are_counted_without_the_reporter_apps_and_sluice() -> None:
    bot = said("deployed", "bot", accountType="app")
    ours = said("*Sluice · Needs info*", "sluice")
    raw = issue(said("Why?"), said("Since v2.", "bob"), said("See above."), bot, ours, "odd")
    assert facts_of_comments(raw, "bob") == {
        "comments": 5.0,
        "commenters": 1.0,
        "answers": "Why?\nSince v2.\nSee above.",
    }


def test_a_comment_may_be_a_document() -> None:
    paragraph = {"type": "paragraph", "content": [{"type": "text", "text": "We saw 40 %"}]}
    raw = issue(said({"type": "doc", "version": 1, "content": [paragraph]}))
    assert facts_of_comments(raw, None)["answers"] == "We saw 40 %"


def test_quotes_and_mentions_are_nobodys_own_words() -> None:
    assert own_words("bq. How many?\n[~accountid:1] forty") == "forty"
    assert own_words("{quote}How many?{quote}") == ""
    assert own_words(5) == ""
    assert by_app({"author": {"accountType": "app"}}) and not by_app({"author": None})


def test_only_the_newest_words_are_kept() -> None:
    answers = facts_of_comments(issue(said("a" * 5000), said("last")), None)["answers"]
    assert isinstance(answers, str)
    assert len(answers) == 4000 and answers.endswith("last")
