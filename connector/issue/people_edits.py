"""Recognise what people did on an issue: the values that they set, the comments that they wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from connector.issue.property_record import same
from connector.jira_json.changelog import Chosen, by_hand, first_values, missing, read_choices
from connector.jira_json.json_values import account_of, dict_of, list_of, text_of
from connector.layout.field_mapping import Layout
from rules.facts.issue import Answer, Choice, Managed, Record
from rules.facts.times import moment
from rules.vocabulary.managed_fields import ManagedName

_QUOTED = re.compile(r"\{quote\}.*?(?:\{quote\}|\Z)|^bq\. [^\n]*", re.DOTALL | re.MULTILINE)
"""Quotes in wiki markup. A person who quotes a question of Sluice has not answered it yet."""

_MENTION = re.compile(r"\[~[^\]\n]{1,150}\]")


def kept_by_people(managed: Managed, record: Record | None, default_priority: str) -> Managed:
    """Return the fields that a person set: not empty, and not what Sluice wrote last.

    Jira gives every new issue the default priority. Before Sluice's first write, this priority does
    not count as a person's.
    """
    wrote = record.wrote if record else Managed(priority=default_priority)
    theirs = {n: value for n, value in managed.filled().items() if not same(value, wrote.get(n))}
    return Managed(**theirs)  # type: ignore[arg-type]


CHOSEN: tuple[ManagedName, ...] = ("kind", "verdict", "priority")
"""The managed fields in which a person's value is a decision. A score says no word about why."""


def choices_of(
    raw: Mapping[str, Any], layout: Layout, managed: Managed, record: Record | None
) -> tuple[Choice, ...]:
    """Return what people set by hand in class, gate and priority, the oldest first.

    If Jira left older changes out, values given at the creation are unknown, and Sluice's last
    value comes from the record.
    """
    chosen = _chosen(layout)
    later = read_choices(raw, chosen)
    if not missing(raw):
        return (*_given(raw, chosen, managed, layout.default_priority, record), *later)
    wrote = record.wrote.filled() if record else {}
    return tuple(replace(one, wrote=one.wrote or _text(wrote.get(one.field))) for one in later)


def _text(value: str | float | None) -> str | None:
    return value if isinstance(value, str) else None


def _chosen(layout: Layout) -> Chosen:
    return Chosen(
        fields={one: name for name in CHOSEN for one in layout.named(name)},
        our_name=layout.our_name,
        account=layout.account,
        robots=layout.robots,
    )


def _given(
    raw: Mapping[str, Any],
    chosen: Chosen,
    managed: Managed,
    default_priority: str,
    record: Record | None,
) -> Iterator[Choice]:
    """Yield the values that a person gave when creating the issue; a default is none."""
    fields = dict_of(raw.get("fields"))
    author = dict_of(fields.get("creator")) or dict_of(fields.get("reporter"))
    if is_clone(fields) or not by_hand({"author": author}, chosen):
        return
    changed = first_values(raw, chosen)
    for name in CHOSEN:
        id, value = changed.get(name) or _unchanged(fields, name, managed, record)
        if value and not (name == "priority" and same(value, default_priority)):
            yield Choice(
                field=name,
                value=value,
                account=account_of(author) or "",
                name=text_of(author.get("displayName")) or "",
                at=moment(fields.get("created")),
                id=id,
            )


def _unchanged(
    fields: Mapping[str, Any], name: ManagedName, managed: Managed, record: Record | None
) -> tuple[str, str]:
    """Return id and value of a field without a change; empty texts for what Sluice wrote."""
    value = _text(managed.get(name)) or ""
    if record and same(value, record.wrote.get(name)):
        return "", ""
    ids = {"priority": dict_of(fields.get("priority")).get("id")}
    return text_of(ids.get(name)) or "", value


def is_clone(fields: Mapping[str, Any]) -> bool:
    """Return whether Jira's Clone made the issue. It copies fields, so no person set them."""
    links = map(dict_of, list_of(fields.get("issuelinks")))
    return any(
        dict_of(link.get("type")).get("name") == "Cloners" and "outwardIssue" in link
        for link in links
    )


def written_by(comment: Mapping[str, Any], account: str) -> bool:
    """Return whether an account wrote a comment; Cloud gives its id, Data Center name and key."""
    author = dict_of(comment.get("author"))
    return account in (author.get("accountId"), author.get("name"), author.get("key"))


def answers_in(comments: Iterable[Mapping[str, Any]], account: str) -> tuple[Answer, ...]:
    """Return the comments of people, the oldest first, without those of Sluice and of apps.

    Restricted comments and internal notes of a service desk count too: no text of a comment is ever
    shown again.
    """
    found = [
        Answer(moment(comment.get("created")), text)
        for comment in comments
        if not written_by(comment, account) and not _by_app(comment)
        if (text := _own_words(comment.get("body")))
    ]
    return tuple(sorted(found, key=lambda one: one.at.timestamp() if one.at else 0.0))


def commenters_in(comments: Iterable[Mapping[str, Any]], account: str) -> set[str]:
    """Return the accounts of the people who wrote a comment, without Sluice and apps."""
    found = (
        account_of(one.get("author"))
        for one in comments
        if not written_by(one, account) and not _by_app(one)
    )
    return {one for one in found if one}


def _by_app(comment: Mapping[str, Any]) -> bool:
    """Return whether an app wrote a comment. Only Cloud tells."""
    return dict_of(comment.get("author")).get("accountType") == "app"


def _own_words(body: object) -> str:
    """Return the text of a comment without quotes and mentions."""
    text = body if isinstance(body, str) else ""
    return _MENTION.sub(" ", _QUOTED.sub(" ", text)).strip()
