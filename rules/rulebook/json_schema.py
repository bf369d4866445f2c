"""Generate the JSON Schema of rule files, for completion and checks in editors.

It comes from the models of `check` and their descriptions of the keys. The draft is 2020-12:
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
"""Descriptions for keys that are classes or languages."""


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a rule file."""
    about = "Rules that classify, score and gate issues."
    whole = of_model(BookModel, "A rule file of Sluice", about)
    _loosen(whole, whole["$defs"]["RuleModel"])
    _by_quantiles(whole["properties"]["bands"])
    return whole


def of_model(model: type[BaseModel], title: str, about: str) -> dict[str, Any]:
    """Return the JSON Schema of a model, with its descriptions and examples."""
    raw = model.model_json_schema(by_alias=True, mode="validation")
    defs = {name: _model(part) for name, part in raw.pop("$defs", {}).items()}
    root = _model(raw)
    rest = {key: value for key, value in root.items() if key not in ("title", "description")}
    head = {"$schema": DRAFT, "title": title, "description": about}
    return {**head, **rest, "$defs": defs}


def _loosen(root: dict[str, Any], rule: dict[str, Any]) -> None:
    """Allow partial rules in a rulebook with includes: they override only some keys."""
    about = root["properties"]["rules"]["description"]
    whole = {"items": {"required": ["id", "when", "because"]}, "description": about}
    root["if"] = {"required": ["include"]}
    root["else"] = {"required": ["rules"], "properties": {"rules": whole}}
    root["required"], rule["required"] = ["book"], ["id"]


def _by_quantiles(bands: dict[str, Any]) -> None:
    """Allow the short forms of bands by quantiles: the word, and the shares."""
    shares = {
        "description": "The percent of open issues with each priority, highest first.",
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {"type": "number", "exclusiveMinimum": 0, "maximum": 100},
    }
    short = {
        "type": "object",
        "properties": {"quantiles": shares},
        "required": ["quantiles"],
        "additionalProperties": False,
    }
    listed = {key: bands.pop(key) for key in ("type", "items")}
    bands["anyOf"] = [{"const": "quantiles"}, short, listed]


def field_names() -> list[str]:
    """Return the names of the built-in fields, with aliases."""
    return sorted({*FIELDS, *ALIASES})


def _model(part: dict[str, Any]) -> dict[str, Any]:
    """Return one model in the form for editors."""
    part = {key: value for key, value in part.items() if key != "title"}
    keys = part.get("properties", {})
    return {**part, "properties": {k: _key(k, v) for k, v in keys.items()}} if keys else part


def _key(key: str, part: dict[str, Any]) -> dict[str, Any]:
    """Return one key: its description first, then its type, then examples."""
    part = dict(part)
    about, examples = part.pop("description", None), part.pop("examples", None)
    found = _plain(part)
    if key == "when":
        about = f"{about} Fields: {', '.join(field_names())}, and custom fields by name."
    if key == "field":
        # Any other text is valid too: a custom field of the rulebook.
        found = {"anyOf": [{"enum": field_names()}, found]}
    if key == "scale":
        found["propertyNames"] = {"pattern": r"^[-+]?\.?[0-9][0-9_.eE+-]*$"}
    described = {"description": about} if about else {}
    return {**described, **found, **({"examples": examples} if examples else {})}


def _plain(part: Any) -> Any:
    """Remove generated titles, and null, because nobody writes it on purpose."""
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
    """List the keys of a block with few possible keys, because editors do not complete patterns."""
    names = part.get("propertyNames", {}).get("enum")
    if not names:
        return {**part, "additionalProperties": False} if "patternProperties" in part else part
    rest = {k: v for k, v in part.items() if k not in ("propertyNames", "additionalProperties")}
    value = part.get("additionalProperties", {})
    # No rule can vote for undecided.
    keys = {n: {"description": _WORDS.get(n, n), **value} for n in names if n != "undecided"}
    return {**rest, "properties": keys, "additionalProperties": False}


def keys_of(part: object) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield all keys of a schema, at any depth."""
    if isinstance(part, dict):
        properties = part.get("properties")
        if isinstance(properties, dict):
            yield from properties.items()
        for value in part.values():
            yield from keys_of(value)
    elif isinstance(part, list):
        for item in part:
            yield from keys_of(item)
