"""Find the values that a person set: Sluice keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.json_values import dict_of, list_of
from connector.property_record import same
from rules.facts.issue import Managed, Record


def kept_by_people(managed: Managed, record: Record | None, default_priority: str) -> Managed:
    """Return the fields that a person set: not empty, and not equal to Sluice's last write.

    Jira gives every new issue the default priority, so before our first write it does not count.
    """
    wrote = record.wrote if record else Managed(priority=default_priority)
    theirs = {n: value for n, value in managed.filled().items() if not same(value, wrote.get(n))}
    return Managed(**theirs)  # type: ignore[arg-type]


def is_clone(fields: Mapping[str, Any]) -> bool:
    """Return whether Jira's Clone made the issue: a clone has our fields, set by no person."""
    links = map(dict_of, list_of(fields.get("issuelinks")))
    return any(
        dict_of(link.get("type")).get("name") == "Cloners" and "outwardIssue" in link
        for link in links
    )
