"""Convert Jira's forms of values to plain ones. Unexpected values become empty.

What files of issues need, too, is in `rules.facts.jira_json`; it has its names here as well.
"""

from __future__ import annotations

from datetime import datetime

from rules.facts.jira_json.custom_fields import custom_of
from rules.facts.jira_json.json_values import dict_of, list_of, number_of, text_of
from rules.facts.jira_json.names import account_of, name_of, names_of

__all__ = (
    "account_of",
    "custom_of",
    "dict_of",
    "list_of",
    "name_of",
    "names_of",
    "number_of",
    "text_of",
    "time_of",
)


def time_of(value: object) -> datetime | None:
    """Return an ISO time with its zone, as in Sluice's property; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else None
