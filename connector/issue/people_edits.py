"""Recognise what people did on an issue: the values that they set, the comments that they wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from connector.changelog import Chosen, by_hand, first_values, missing, read_choices
from connector.issue.own_values import Owned
from connector.layout.field_mapping import Layout
from rules.facts.issue import Answer, Choice, Managed
from rules.facts.jira_json.comments import by_app, own_words
from rules.facts.jira_json.json_values import dict_of, text_of
from rules.facts.jira_json.names import account_of
from rules.facts.times import moment
from rules.vocabulary.managed_fields import MANAGED_NAMES, ManagedName

CHOSEN: tuple[ManagedName, ...] = ("kind", "verdict", "priority")
"""The managed fields in which a person's value is a decision. A score says no word about why."""


def choices_of(
    raw: Mapping[str, Any], layout: Layout, found: Owned, of_all: Chosen
) -> tuple[Choice, ...]:
    """Return what people set by hand in class, gate and priority, the oldest first.

    If Jira left older changes out, values given at the creation are unknown, and Sluice's last
    value comes from the record.
    """
    fields = {field: name for field, name in of_all.fields.items() if name in CHOSEN}
    chosen = replace(of_all, fields=fields)
    later = read_choices(raw, chosen)
    if not missing(raw):
        return (*_given(raw, chosen, layout, found), *later)
    wrote = found.record.wrote if found.record else Managed()
    return tuple(
        replace(one, wrote=one.wrote or layout.reads_as(one.field, wrote.get(one.field)))
        for one in later
    )


def chosen_of(layout: Layout, accounts: frozenset[str]) -> Chosen:
    """Return what to look for in a changelog: the managed fields, by which accounts of Sluice."""
    return Chosen(
        fields={one: name for name in MANAGED_NAMES for one in layout.named(name)},
        our_name=layout.our_name,
        accounts=accounts,
        robots=layout.robots,
    )


def _given(
    raw: Mapping[str, Any], chosen: Chosen, layout: Layout, found: Owned
) -> Iterator[Choice]:
    """Yield the values that a person gave when creating the issue; a default is none."""
    fields = dict_of(raw.get("fields"))
    author = dict_of(fields.get("creator")) or dict_of(fields.get("reporter"))
    if found.copied or not by_hand({"author": author}, chosen):
        return
    changed = first_values(raw, chosen)
    for name in CHOSEN:
        id, value = changed.get(name) or _unchanged(fields, name, layout, found)
        default = name == "priority" and layout.same(name, value, layout.default_priority, id)
        if value and not default:
            yield Choice(
                field=name,
                value=value,
                account=account_of(author) or "",
                name=text_of(author.get("displayName")) or "",
                at=moment(fields.get("created")),
                id=id,
            )


def _unchanged(
    fields: Mapping[str, Any], name: ManagedName, layout: Layout, found: Owned
) -> tuple[str, str]:
    """Return id and value of a field without a change; empty texts if no person set it."""
    value = found.kept.get(name)
    id = text_of(dict_of(fields.get(layout.slot(name).id)).get("id")) or ""
    return (id, value) if isinstance(value, str) else ("", "")


def written_by(comment: Mapping[str, Any], accounts: AbstractSet[str]) -> bool:
    """Return whether one of the accounts wrote a comment or a change.

    Cloud gives the id of an account, Data Center its name and key. Display names tell nothing.
    """
    author = dict_of(comment.get("author"))
    return any(text_of(author.get(key)) in accounts for key in ("accountId", "name", "key"))


def answers_in(
    comments: Iterable[Mapping[str, Any]], accounts: AbstractSet[str]
) -> tuple[Answer, ...]:
    """Return the comments of people, the oldest first, without those of Sluice and of apps.

    Restricted comments and internal notes of a service desk count too: no text of a comment is ever
    shown again.
    """
    found = [
        Answer(moment(comment.get("created")), text)
        for comment in comments
        if not written_by(comment, accounts) and not by_app(comment)
        if (text := own_words(comment.get("body")))
    ]
    return tuple(sorted(found, key=lambda one: one.at.timestamp() if one.at else 0.0))


def commenters_in(comments: Iterable[Mapping[str, Any]], accounts: AbstractSet[str]) -> set[str]:
    """Return the accounts of the people who wrote a comment, without Sluice and apps."""
    found = (
        account_of(one.get("author"))
        for one in comments
        if not written_by(one, accounts) and not by_app(one)
    )
    return {one for one in found if one}
