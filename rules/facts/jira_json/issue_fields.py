"""Read the facts of an issue from Jira's JSON (`GET /issue`, or one issue of a search)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from rules.facts.issue import Fact
from rules.facts.jira_json.custom_fields import custom_of
from rules.facts.jira_json.document import rich_text
from rules.facts.jira_json.json_values import dict_of, list_of, number_of, text_of, written
from rules.facts.jira_json.names import key_of, name_of, names_of, person_of
from rules.facts.named import Named
from rules.facts.times import moment
from rules.vocabulary.status_categories import CATEGORIES

_Json = Mapping[str, Any]

PEOPLE = ("reporter", "assignee", "creator")


@dataclass(frozen=True)
class Places:
    """Where an issue's JSON keeps what each site keeps elsewhere: the ids of custom fields.

    `custom` maps the names of facts to ids.
    """

    sprint: str | None = None
    epic_link: str | None = None
    custom: Mapping[str, str] = field(default_factory=dict)


def facts_of(raw: _Json, places: Places) -> dict[str, Fact]:
    """Return the facts of an issue by their names in conditions. Missing values are empty."""
    fields = dict_of(raw.get("fields"))
    facts: dict[str, Fact] = {"key": _key(raw), "project": _project(raw, fields)}
    facts |= _kind(fields) | _people_and_times(fields) | _lists(fields) | _numbers(fields)
    facts["sprint"] = names_of(fields.get(places.sprint)) if places.sprint else ()
    facts["epic link"] = key_of(fields.get(places.epic_link)) if places.epic_link else None
    facts |= {name: custom_of(fields.get(id)) for name, id in places.custom.items()}
    return facts


def _key(raw: _Json) -> Named | None:
    key = text_of(raw.get("key"))
    return Named(key, (written(raw.get("id")) or "",)) if key else None


def _project(raw: _Json, fields: _Json) -> str | None:
    project = dict_of(fields.get("project"))
    if text_of(project.get("key")):
        return key_of(project)
    key = text_of(raw.get("key"))
    return key.rsplit("-", 1)[0] if key else None


def _kind(fields: _Json) -> dict[str, Fact]:
    """Return what the issue is, where it stands, and what it says."""
    status = dict_of(fields.get("status"))
    project = dict_of(fields.get("project"))
    named = ("status", "resolution", "priority")
    return {
        "type": name_of(fields.get("issuetype")),
        **{name: name_of(fields.get(name)) for name in named},
        "statuscategory": category_of(status.get("statusCategory")),
        "level": name_of(fields.get("security")),
        "projecttype": text_of(project.get("projectTypeKey")),
        "category": name_of(project.get("projectCategory")),
        "parent": _parent(fields),
        "summary": rich_text(fields.get("summary")),
        "description": rich_text(fields.get("description")),
        "environment": rich_text(fields.get("environment")),
    }


def category_of(value: object) -> Named | str | None:
    """Return a status category in English, known by its key, id and local name, too."""
    category = dict_of(value)
    key = text_of(category.get("key"))
    if key is None:
        return None
    others = (key, written(category.get("id")) or "", text_of(category.get("name")) or "")
    return Named(CATEGORIES.get(key, key), others)


def _parent(fields: _Json) -> Named | str | None:
    parent = dict_of(fields.get("parent"))
    return key_of(parent) if text_of(parent.get("key")) else None


def _people_and_times(fields: _Json) -> dict[str, Fact]:
    return {
        **{name: person_of(fields.get(name)) for name in PEOPLE},
        "created": moment(fields.get("created")),
        "updated": moment(fields.get("updated")),
        "due": moment(fields.get("duedate")),
        "resolved": moment(fields.get("resolutiondate")),
        "statuscategorychangeddate": moment(fields.get("statuscategorychangedate")),
    }


def _lists(fields: _Json) -> dict[str, Fact]:
    return {
        "component": names_of(fields.get("components")),
        "fixversion": names_of(fields.get("fixVersions")),
        "affectedversion": names_of(fields.get("versions")),
        "labels": names_of(fields.get("labels")),
        "linked": _linked(list_of(fields.get("issuelinks"))),
        "issuelinktype": _link_types(list_of(fields.get("issuelinks"))),
    }


_COUNTED = (("votes", "votes", "votes"), ("watchers", "watches", "watchCount"))


def _numbers(fields: _Json) -> dict[str, Fact]:
    return {
        **{name: number_of(dict_of(fields.get(id)).get(key)) for name, id, key in _COUNTED},
        "attachments": float(len(list_of(fields.get("attachment")))),
        "links": float(len(list_of(fields.get("issuelinks")))),
        "workratio": _ratio(fields.get("workratio")),
        "timespent": _minutes(fields.get("timespent")),
        "originalestimate": _minutes(fields.get("timeoriginalestimate")),
        "remainingestimate": _minutes(fields.get("timeestimate")),
    }


def _ratio(value: object) -> float | None:
    """Return the work ratio, or None for Jira's -1 (no estimate)."""
    ratio = number_of(value)
    return ratio if ratio is not None and ratio >= 0 else None


def _minutes(value: object) -> float | None:
    """Convert seconds in JSON to minutes, the unit of bare numbers in JQL."""
    seconds = number_of(value)
    return None if seconds is None else seconds / 60


def _linked(links: Iterable[Any]) -> tuple[str, ...] | None:
    """Return the type, the phrase in this direction and the other issue's type of each link."""
    found: list[Named] = []
    for link in map(dict_of, links):
        kind = dict_of(link.get("type"))
        side = "outward" if "outwardIssue" in link else "inward"
        other = dict_of(dict_of(link.get(f"{side}Issue")).get("fields"))
        words = (name_of(kind), text_of(kind.get(side)), name_of(other.get("issuetype")))
        # "Blocks" is often both type and phrase. Count it once.
        once: dict[str, Named] = {}
        for word in filter(None, words):
            before = once.get(word.lower())
            also = (before, *before.also) if before else word.also if _named(word) else ()
            once[word.lower()] = Named(word, also)
        found += once.values()
    return tuple(found) or None


def _link_types(links: Iterable[Any]) -> tuple[str, ...]:
    """Return the type of each link, known by its phrase in this direction, too."""
    found = []
    for link in map(dict_of, links):
        kind = dict_of(link.get("type"))
        phrase = text_of(kind.get("outward" if "outwardIssue" in link else "inward"))
        if name := text_of(kind.get("name")):
            found.append(Named(name, (written(kind.get("id")) or "", phrase or "")))
    return tuple(found)


def _named(word: str) -> TypeGuard[Named]:
    return isinstance(word, Named)
