"""Recognise the values that a person set: they are kept, whatever the rules say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.json_values import dict_of, list_of
from connector.property_record import same
from rules.facts.issue import Managed, Record


def kept_by_people(managed: Managed, record: Record | None, default_priority: str) -> Managed:
    """Return the fields that a person set: not empty and not what Sluice wrote last.

    Jira gives every new issue a priority, so before our first write the default one is nobody's.
    """
    wrote = record.wrote if record else Managed(priority=default_priority)
    theirs = {n: value for n, value in managed.filled().items() if not same(value, wrote.get(n))}
    return Managed(**theirs)  # type: ignore[arg-type]


def is_clone(fields: Mapping[str, Any]) -> bool:
    """Return whether Jira's Clone made the issue: it copies our fields, so no person set them."""
    links = map(dict_of, list_of(fields.get("issuelinks")))
    return any(
        dict_of(link.get("type")).get("name") == "Cloners" and "outwardIssue" in link
        for link in links
    )
