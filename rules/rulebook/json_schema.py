"""JSON Schema of rule files: editors complete, explain and check by it.

Made from the models that `check` uses, with what they say of each key. The draft is 2020-12:
https://json-schema.org/draft/2020-12
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from rules.facts.catalog import ALIASES, FIELDS
from rules.rulebook.file_format.book import BookModel
from rules.vocabulary.classes import KINDS, work_class
from rules.vocabulary.languages import LANGUAGES, NAMES

DRAFT = "https://json-schema.org/draft/2020-12/schema"

_WORDS: Mapping[str, str] = {
    **{kind: work_class(kind).about for kind in KINDS},
    **{language: f"In {NAMES.get(language)}." for language in LANGUAGES},
}
"""Keys that are words of our vocabulary: classes and languages."""


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a rule file."""
    about = "What an issue is, what it is worth, and whether it comes in."
    whole = of_model(BookModel, "A rule file of Sluice", about)
    _loosen(whole, whole["$defs"]["RuleModel"])
    return whole


def of_model(model: type[BaseModel], title: str, about: str) -> dict[str, Any]:
    """Return the JSON Schema of a file; descriptions and examples stand in the model."""
    raw = model.model_json_schema(by_alias=True, mode="validation")
    defs = {name: _model(part) for name, part in raw.pop("$defs", {}).items()}
    root = _model(raw)
    rest = {key: value for key, value in root.items() if key not in ("title", "description")}
    head = {"$schema": DRAFT, "title": title, "description": about}
    return {**head, **rest, "$defs": defs}


def _loosen(root: dict[str, Any], rule: dict[str, Any]) -> None:
    """A book that builds on others may name a rule of theirs and say only what differs."""
    about = root["properties"]["rules"]["description"]
    whole = {"items": {"required": ["id", "when", "because"]}, "description": about}
    root["if"] = {"required": ["include"]}
    root["else"] = {"required": ["rules"], "properties": {"rules": whole}}
    root["required"], rule["required"] = ["book"], ["id"]


def field_names() -> list[str]:
    """The names that conditions and measures can ask for, whatever the book."""
    return sorted({*FIELDS, *ALIASES})


def _model(part: dict[str, Any]) -> dict[str, Any]:
    """Return one model as editors want it."""
    part = {key: value for key, value in part.items() if key != "title"}
    keys = part.get("properties", {})
    return {**part, "properties": {k: _key(k, v) for k, v in keys.items()}} if keys else part


def _key(key: str, part: dict[str, Any]) -> dict[str, Any]:
    """Return one key: what it means first, then what it takes, then an example."""
    part = dict(part)
    about, examples = part.pop("description", None), part.pop("examples", None)
    found = _plain(part)
    if key == "when":
        about = f"{about} Fields: {', '.join(field_names())}, and custom fields by name."
    if key == "field":
        # Any other text is fine too: a custom field of the book.
        found = {"anyOf": [{"enum": field_names()}, found]}
    if key == "scale":
        found["propertyNames"] = {"pattern": r"^[-+]?\.?[0-9][0-9_.eE+-]*$"}
    told = {"description": about} if about else {}
    return {**told, **found, **({"examples": examples} if examples else {})}


def _plain(part: Any) -> Any:
    """Without titles made from names, and without null, which nobody writes on purpose."""
    if isinstance(part, list):
        return [_plain(item) for item in part]
    if not isinstance(part, dict):
        return part
    found = {k: _plain(v) for k, v in part.items() if k not in ("title", "description", "default")}
    if "default" in part and part["default"] not in (None, "", [], {}):
        found["default"] = part["default"]
    choices = [one for one in found.get("anyOf", []) if one != {"type": "null"}]
    if len(choices) == 1:
        found |= choices[0]
    found |= {"anyOf": choices} if len(choices) > 1 else {}
    if len(choices) == 1:
        found.pop("anyOf")
    return _named(found)


def _named(part: dict[str, Any]) -> dict[str, Any]:
    """A block with few possible keys: editors complete keys, not patterns for keys."""
    names = part.get("propertyNames", {}).get("enum")
    if not names:
        return {**part, "additionalProperties": False} if "patternProperties" in part else part
    rest = {k: v for k, v in part.items() if k not in ("propertyNames", "additionalProperties")}
    value = part.get("additionalProperties", {})
    # No rule can speak for undecided.
    keys = {n: {"description": _WORDS.get(n, n), **value} for n in names if n != "undecided"}
    return {**rest, "properties": keys, "additionalProperties": False}


def keys_of(part: object) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key that a schema describes, wherever it stands."""
    if isinstance(part, dict):
        properties = part.get("properties")
        if isinstance(properties, dict):
            yield from properties.items()
        for value in part.values():
            yield from keys_of(value)
    elif isinstance(part, list):
        for item in part:
            yield from keys_of(item)
