"""Read the values of custom fields, and say which fields' values can't be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeGuard

from rules.facts.catalog import FieldType
from rules.facts.issue import Fact
from rules.facts.jira_json.json_values import dict_of, is_number, list_of, number_of, text_of
from rules.facts.jira_json.names import name_of, names_of
from rules.facts.named import Named
from rules.facts.times import moment

_CYCLES = frozenset(("ongoingCycle", "completedCycles"))
"""The parts of a service-level agreement (SLA)."""


def custom_of(value: object) -> Fact:
    """Return a custom field's value in any form. Only Jira's times become times.

    An SLA is `running`, `paused`, `met` or `breached`; its `state` has the minutes left.
    """
    if isinstance(value, str):
        # Jira gives "{}" where the development field is empty.
        return moment(value) or (_single(value) if value != "{}" else None)
    if isinstance(value, list):
        return names_of(value) or None
    if isinstance(value, bool):
        return Named("true", ("yes",)) if value else Named("false", ("no",))
    return _of_object(value) if isinstance(value, dict) else number_of(value)


def _single(value: str) -> str | None:
    """Return a text; a lone sprint or asset in the form of a list's item is read as there."""
    return next(iter(names_of([value])), None)


def _of_object(value: Mapping[str, Any]) -> Fact:
    if not _CYCLES.isdisjoint(value):
        return _sla(value)
    if is_number(rating := value.get("rating")):
        return number_of(rating)
    return name_of(value)


def _sla(value: Mapping[str, Any]) -> Named | None:
    """Return how an SLA stands, by its running cycle, else by its last one."""
    completed = list_of(value.get("completedCycles"))
    running = dict_of(value.get("ongoingCycle"))
    cycle = running or dict_of(completed[-1] if completed else None)
    if not cycle:
        return None
    left = number_of(dict_of(cycle.get("remainingTime")).get("millis"))
    state = "" if left is None else f"{left / 60_000:g}"
    if cycle.get("breached") is True:
        return Named("breached", ("yes",), state)
    going = "paused" if cycle.get("paused") is True else "running"
    return Named(going if running else "met", ("no",), state)


def as_numbers(values: Mapping[str, Fact], names: Iterable[str]) -> dict[str, Fact]:
    """Return the texts among fields that are declared as numbers as numbers, an SLA as minutes."""
    texts = ((name, value) for name in names if isinstance(value := values.get(name), str))
    return {name: number_of(text.state if _is_sla(text) else text) for name, text in texts}


def _is_sla(value: str) -> TypeGuard[Named]:
    return isinstance(value, Named) and value in _STANDINGS


_STANDINGS = frozenset(("breached", "paused", "running", "met"))


def unreadable(site_field: Mapping[str, Any], declared: FieldType) -> str | None:
    """Return why a field of `GET /field` has no values of the declared type; None if it may.

    The message follows the field's name: `is a date in Jira: declare it as date`.
    """
    schema = dict_of(site_field.get("schema"))
    kind, items = str(schema.get("type") or ""), str(schema.get("items") or "")
    custom = str(schema.get("custom") or "").rpartition(":")[2]
    if not schema:
        return None
    closed = next((_CLOSED[one] for one in (custom, kind, items) if one in _CLOSED), None)
    if closed:
        return f"{closed}, which a rule can't read: remove it from `fields` in the rulebook"
    if kind == "object" or (kind == "any" and custom not in _KNOWN and declared not in _NAMES):
        return (
            f"belongs to an app ({text_of(schema.get('custom')) or kind}) whose values may have "
            "any form: look at an issue with `sluice explain` before a rule relies on it"
        )
    fits = _FITS.get(kind) or _KNOWN.get(custom, _NAMES)
    if declared in fits:
        return None
    return f"is {_CALLED.get(kind, f'of the type {kind}')} in Jira: declare it as {fits[0]}"


_NAMES: tuple[FieldType, ...] = ("name", "names", "text")
_LIST: tuple[FieldType, ...] = ("names", "name", "text")

_FITS: Mapping[str, tuple[FieldType, ...]] = {
    "number": ("number", *_NAMES),
    "date": ("date",),
    "datetime": ("date",),
    "string": ("text", "name", "names", "number"),
    "array": _LIST,
    "sd-servicelevelagreement": ("name", "names", "text", "number"),
    "sd-feedback": ("number",),
    "votes": ("number",),
    "watches": ("number",),
}
"""The types that a rulebook may declare, the usual one first, by the type on the site."""

_CALLED = {
    "any": "a name",
    "array": "a list",
    "date": "a date",
    "datetime": "a time",
    "number": "a number",
    "option": "a select list",
    "option-with-child": "a cascading select list",
    "user": "a person",
    "string": "a text",
    "sd-feedback": "a rating",
}

_CLOSED: Mapping[str, str] = {
    "devsummary": "is Jira's own summary of branches and builds",
    "devsummarycf": "is Jira's own summary of branches and builds",
    "gh-lexo-rank": "is Jira's own order of issues",
    "gh-global-rank": "is Jira's own order of issues",
    "attachment": "has files",
    "comments-page": "has comments",
    "issuelinks": "has links",
    "worklog": "has work logs",
    "timetracking": "has Jira's times",
    "issuerestriction": "has Jira's restrictions",
}

_KNOWN: Mapping[str, tuple[FieldType, ...]] = {
    "gh-epic-link": _NAMES,
    "gh-sprint": _LIST,
    "jpo-custom-field-parent": _NAMES,
    "rm-teams-custom-field-team": _NAMES,
    "atlassian-team": _NAMES,
    "cmdb-object-cftype": _LIST,
    "rlabs-customfield-default-object": _LIST,
    "rlabs-customfield-object-multi": _LIST,
    "vp-origin": _NAMES,
    "accounts.customfield": _NAMES,
    "sd-customer-organizations": _LIST,
    "sd-request-lang": _NAMES,
    "sentiment": _LIST,
}
"""Custom fields of no plain type, by the end of their type, and how they can be read."""
