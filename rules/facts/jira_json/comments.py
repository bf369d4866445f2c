"""Read the comments in an issue's JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rules.facts.issue import Fact
from rules.facts.jira_json.document import rich_text
from rules.facts.jira_json.json_values import dict_of, list_of, text_of
from rules.facts.jira_json.names import account_of

MARKER = "Sluice · "
"""Text in every comment of Sluice. With Sluice's account as author it identifies the comment."""

MAX_ANSWERS = 4000
"""The number of characters of comments that rules can search, the newest ones."""

_QUOTED = re.compile(r"\{quote\}.*?(?:\{quote\}|\Z)|^bq\. [^\n]*", re.DOTALL | re.MULTILINE)
"""Quotes in wiki markup. A person who quotes a question of Sluice has not answered it yet."""

_MENTION = re.compile(r"\[~[^\]\n]{1,150}\]")


def comments_of(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the comments in an issue's JSON."""
    comment = dict_of(dict_of(raw.get("fields")).get("comment"))
    return [dict_of(c) for c in list_of(comment.get("comments"))]


def by_app(comment: Mapping[str, Any]) -> bool:
    """Return whether an app wrote a comment. Only Cloud tells."""
    return dict_of(comment.get("author")).get("accountType") == "app"


def own_words(body: object) -> str:
    """Return the text of a comment without quotes and mentions."""
    return _MENTION.sub(" ", _QUOTED.sub(" ", rich_text(body) or "")).strip()


def facts_of_comments(raw: Mapping[str, Any], reporter: str | None) -> dict[str, Fact]:
    """Return the facts of an issue's comments in a file: Sluice's are told by their text alone."""
    theirs = [one for one in comments_of(raw) if MARKER not in (rich_text(one.get("body")) or "")]
    people = [one for one in theirs if not by_app(one)]
    who = {account_of(one.get("author")) for one in people} - {None, reporter}
    said = "\n".join(words for one in people if (words := own_words(one.get("body"))))
    return {
        "comments": float(len(theirs)),
        "commenters": float(len(who)),
        "answers": text_of(said[-MAX_ANSWERS:]),
    }
