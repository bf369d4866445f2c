"""Turn Jira's own JSON in files of issues into rows: one column a fact, as our own files have them.

An issue is what `GET /issue` or a page of a search gives; a row may also mix plain columns with
values in Jira's form, such as `"type": {"name": "Bug"}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from rules.facts.issue import Fact
from rules.facts.jira_json.comments import facts_of_comments
from rules.facts.jira_json.custom_fields import custom_of
from rules.facts.jira_json.issue_fields import Places, facts_of
from rules.facts.jira_json.json_values import dict_of, list_of, text_of
from rules.facts.jira_json.short_names import SHORT, by_short_name

_Json = Mapping[str, Any]


class FromJira(dict[str, Any]):
    """A row made of Jira's JSON: its columns are the site's, so none of them is misspelt.

    `nameless` are the ids of filled custom fields whose names the JSON does not tell, `empty` those
    of fields without a value.
    """

    nameless: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()


def issues_in(value: object) -> list[Any] | None:
    """Return the issues of a page of a search, a list or a webhook; None for anything else.

    Each gets the names that the page has for fields.
    """
    if isinstance(value, dict) and "webhookEvent" in value and "issue" in value:
        return [value["issue"]]
    if isinstance(value, Mapping) and isinstance(value.get("issues"), list):
        shared = {key: value[key] for key in ("names", "schema") if key in value}
        return [{**shared, **one} if isinstance(one, Mapping) else one for one in value["issues"]]
    many = isinstance(value, list) and value and all(isinstance(one, dict) for one in value)
    return value if many and isinstance(value, list) else None


def as_row(value: _Json) -> dict[str, Any]:
    """Return the row of an issue in Jira's form; any other row as it is."""
    if isinstance(value, FromJira):
        return value
    if isinstance(value.get("fields"), Mapping):
        return _of_issue(value)
    row: dict[str, Any] = {}
    for name, one in value.items():
        row |= (_of_object(name, one) if _is_object(one) else {}) or {name: one}
    return row


def _is_object(value: object) -> bool:
    """Return whether a value has Jira's form: an object, or a list of objects."""
    return isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(one, dict) for one in value)
    )


_ENVELOPE = (
    *("expand", "self", "fields", "names", "schema", "renderedFields", "changelog", "properties"),
    *("transitions", "operations", "editmeta", "versionedRepresentations", "fieldsToInclude"),
)
"""What stands beside the fields of an issue and says nothing about it."""

_READ = (
    *("summary", "description", "environment", "project", "issuetype", "status", "resolution"),
    *("priority", "security", "parent", "labels", "components", "fixVersions", "versions"),
    *("reporter", "assignee", "creator", "created", "updated", "duedate", "resolutiondate"),
    *("statuscategorychangedate", "votes", "watches", "attachment", "issuelinks", "timespent"),
    *("timeestimate", "timeoriginalestimate", "workratio", "comment"),
)
"""The fields of Jira's own that become facts."""

_UNREAD = (
    *("progress", "aggregateprogress", "aggregatetimespent", "aggregatetimeestimate"),
    *("aggregatetimeoriginalestimate", "timetracking", "worklog", "subtasks", "thumbnail"),
    *("issuerestriction", "statusCategory", "lastViewed"),
)

_TEXT_IS_KEY = {"component": "components"}


def _of_issue(value: _Json) -> FromJira:
    fields = dict_of(value.get("fields"))
    beside = {name: one for name, one in value.items() if name not in _ENVELOPE}
    own = {name: one for name, one in fields.items() if name not in (*_READ, *_UNREAD)}
    names, schema = dict_of(value.get("names")), dict_of(value.get("schema"))
    columns = dict(_columns(own, names, schema))
    row = FromJira({**columns, **beside, **_facts(value, own, schema)})
    row.nameless = tuple(id for id in own if id in columns and is_nameless(id, names))
    row.empty = tuple(id for id in own if id not in columns)
    return row


def is_nameless(id: str, names: _Json) -> bool:
    """Return whether a custom field has only an id, or a short name."""
    return _ID.fullmatch(id) is not None and text_of(names.get(id)) is None


def _facts(value: _Json, own: _Json, schema: _Json) -> dict[str, Any]:
    """Return the facts that an issue has, by their columns."""
    places = Places(_place(own, schema, "gh-sprint"), _place(own, schema, "gh-epic-link"))
    facts = facts_of(value, places)
    if "comment" in dict_of(value.get("fields")):
        facts |= facts_of_comments(value, text_of(facts.get("reporter")))
    plain = ((_TEXT_IS_KEY.get(name, name), _plain(fact)) for name, fact in facts.items())
    return {name: fact for name, fact in plain if fact not in (None, [])}


def _place(own: _Json, schema: _Json, kind: str) -> str | None:
    """Return the id of a field of Jira Software, by its type; sprints are known by their form."""
    typed = (id for id in own if str(dict_of(schema.get(id)).get("custom")).endswith(f":{kind}"))
    sprints = (id for id, one in own.items() if kind == "gh-sprint" and _has_sprints(one))
    return next(iter([*typed, *sprints]), None)


def _has_sprints(value: object) -> bool:
    return any(
        ("Sprint@" in one and "state=" in one)
        if isinstance(one, str)
        else str(dict_of(one).get("state")).lower() in ("active", "closed", "future")
        for one in list_of(value)
    )


_NUMBER = re.compile(r"customfield_(\d+)")
_ID = re.compile(rf"customfield_\d+|{SHORT}.+", re.IGNORECASE)
_POINTS = frozenset(("story points", "story point estimate"))


def _columns(own: _Json, names: _Json, schema: _Json) -> Iterator[tuple[str, Any]]:
    """Yield the columns of custom fields: by name, id and `cf[…]`. The first filled one counts."""
    taken: set[str] = set()
    for id, value in own.items():
        fact = _plain(custom_of(value))
        for column in _called(id, names, schema):
            if column not in taken and fact is not None:
                taken.add(column)
                yield column, fact


def _called(id: str, names: _Json, schema: _Json) -> Iterator[str]:
    name = (text_of(names.get(id)) or id).strip().lower()
    is_points = str(dict_of(schema.get(id)).get("custom")).endswith(":jsw-story-points")
    yield "points" if name in _POINTS or is_points else name
    yield id
    yield _NUMBER.sub(r"cf[\1]", id)


def _plain(fact: Fact) -> Any:
    """Return a fact as a row has it."""
    if isinstance(fact, datetime):
        return fact.isoformat()
    return list(fact) if isinstance(fact, tuple) else fact


_IDS = {
    "type": "issuetype",
    "component": "components",
    "fixversion": "fixVersions",
    "fixversions": "fixVersions",
    "affectedversion": "versions",
    "level": "security",
    "links": "issuelinks",
    "attachments": "attachment",
    "comments": "comment",
    "watchers": "watches",
}
"""Jira's ids of fields, by the names that a row's columns may have besides."""


def _of_object(name: str, value: object) -> dict[str, Any]:
    """Return the columns for a value in Jira's form; none if it can't be read."""
    id = _IDS.get(name.lower(), name)
    if id not in _READ:
        fact = _plain(custom_of(value))
        return {} if fact is None else {name: fact}
    if id == "comment" and isinstance(value, list):
        value = {"comments": value}
    facts, bare = (_facts({"fields": fields}, {}, {}) for fields in ({id: value}, {}))
    return {name: fact for name, fact in facts.items() if bare.get(name) != fact}


def with_names(row: dict[str, Any], wanted: Iterable[str]) -> dict[str, Any]:
    """Return the row with the fields of a rulebook that it has under short names."""
    if not isinstance(row, FromJira) or not row.nameless:
        return row
    fields = {name: name for name in wanted} | {"story points": "points", "epic link": "epic link"}
    open_fields = [name for name, column in fields.items() if column not in row]
    found = by_short_name(row.nameless, open_fields)
    named = FromJira({**row, **{fields[name]: row[column] for name, column in found.items()}})
    known = found.values()
    named.nameless = tuple(id for id in row.nameless if id not in known)
    named.empty = (*row.empty, *by_short_name(row.empty, open_fields))
    return named


def lacking(row: _Json, wanted: Iterable[str]) -> str:
    """Return why fields of a rulebook are not found in Jira's JSON, or an empty text."""
    if not isinstance(row, FromJira):
        return ""
    missing = [name for name in wanted if name not in row and name not in row.empty]
    if not row.nameless or not missing:
        return ""
    return (
        f'no field is called "{missing[0]}": the JSON has custom fields by id only, such as '
        f"{row.nameless[0]}. Fetch it with expand=names, or name the field by its id in the "
        "rulebook"
    )
