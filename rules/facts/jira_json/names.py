"""Read values that Jira knows by several names: people, versions, sprints, options, issues."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from rules.facts.jira_json.document import is_document, rich_text
from rules.facts.jira_json.json_values import dict_of, list_of, text_of, written
from rules.facts.named import Named

_PERSON = ("accountId", "name", "key")
_NAMES = ("value", "name")
_OTHERS = ("id", "key", "name", "displayName", "emailAddress", "accountId", "groupId", "objectId")
_LAST = ("key", "languageCode", "displayName", "label", "title", "objectId")
"""Keys that name a value without `value` or `name`: of an issue, a language, an asset, a team."""


def name_of(value: object) -> Named | str | None:
    """Return the name in any of Jira's forms: text, `{name}`, `{value, child}`, a number."""
    return _of_object(value) if isinstance(value, dict) else written(value)


def _of_object(value: Mapping[str, Any]) -> Named | str | None:
    for key in _WRAPPED:
        if key in value and isinstance(value[key], dict):
            return _of_object(value[key])
    if is_document(value):
        return rich_text(value)
    name = _first(value, _NAMES) or account_of(value) or _first(value, _LAST)
    if name is None:
        return None
    child = value.get("child")
    return _with_child(name, value, child) if child else Named(name, _others(value), _state(value))


def _first(value: Mapping[str, Any], keys: Iterable[str]) -> str | None:
    for key in keys:
        if key in value and (found := _word(value[key])):
            return found
    return None


_WRAPPED = ("requestType", "data")
"""Where a request type of a service desk and a parent of Advanced Roadmaps keep the value."""


def _with_child(name: str, value: Mapping[str, Any], child: object) -> Named:
    """Return both options of a cascading select; either is another name of it."""
    inner = name_of(child)
    if inner is None:
        return Named(name, _others(value))
    more = inner.also if isinstance(inner, Named) else ()
    return Named(f"{name} - {inner}", (name, str(inner), *_others(value), *more))


def _others(value: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(found for key in _OTHERS if key in value and (found := _word(value[key])))


def _word(value: object) -> str | None:
    """Return a text, a number or true and false as text."""
    if isinstance(value, str):
        return value if value.strip() else None
    return str(value).lower() if isinstance(value, bool) else written(value)


def _state(value: Mapping[str, Any]) -> str:
    """Return what Jira says of a version or sprint."""
    released = value.get("released")
    if isinstance(released, bool):
        return "released" if released else "unreleased"
    subtask = value.get("subtask")
    if isinstance(subtask, bool):
        return "subtask" if subtask else "standard"
    state = value.get("state")
    return state.lower() if isinstance(state, str) else ""


def account_of(value: object) -> str | None:
    """Return `accountId` (Cloud), or `name` or `key` (Data Center)."""
    data = dict_of(value)
    for key in _PERSON:
        if name := text_of(data.get(key)):
            return name
    return None


def person_of(value: object) -> Named | None:
    """Return a person's account, known by user name, display name and mail, too."""
    account = account_of(value)
    return Named(account, _others(dict_of(value))) if account else None


def key_of(value: object) -> Named | str | None:
    """Return the key of an issue or a project, known by its id and name, too; or a text."""
    data = dict_of(value)
    key = text_of(data.get("key"))
    return Named(key, _others(data)) if key else name_of(value)


_SPRINT = re.compile(r"@[0-9a-f]+\[(.*)\]", re.DOTALL)
"""A sprint as Data Center gives it: Java's notation of the object."""

_PART = re.compile(r"(?:^|,)(id|state|name)=(.*?)(?=,\w+=|$)", re.DOTALL)

_ASSET = re.compile(r"(.+) \(([A-Z][A-Z0-9]*-\d+)\)", re.DOTALL)
"""An object of Assets as Data Center gives it."""


def names_of(value: object) -> tuple[str, ...]:
    """Return the names in a list, also of sprints in Java's notation and of assets."""
    found = (_item(item) for item in list_of(value))
    return tuple(name for name in found if name)


def _item(item: object) -> str | None:
    if isinstance(item, str) and item.endswith(("]", ")")):
        return _sprint(item) or _asset(item) or text_of(item)
    return name_of(item)


def _sprint(text: str) -> Named | None:
    found = _SPRINT.search(text[:4000])
    if not found:
        return None
    parts = dict(_PART.findall(found.group(1)))
    name = text_of(parts.get("name"))
    state = parts.get("state", "").lower()
    return Named(name, (parts.get("id", ""),), state) if name else None


def _asset(text: str) -> Named | None:
    found = _ASSET.fullmatch(text[:1000])
    return Named(text, (found.group(2), found.group(1))) if found else None
