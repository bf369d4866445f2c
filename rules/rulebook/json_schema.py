"""JSON Schema of rule files and of their tests: editors complete, explain and check by it.

Made from the model that `check` uses; what it says of each key is added here. The draft is 2020-12:
https://json-schema.org/draft/2020-12
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from rules.facts.catalog import ALIASES, FIELDS
from rules.rulebook.file_format import BookModel
from rules.testing.test_file import TestsModel
from rules.vocabulary.classes import KINDS, UNDECIDED, work_class
from rules.vocabulary.languages import LANGUAGES, NAMES
from rules.vocabulary.verdicts import VERDICTS

DRAFT = "https://json-schema.org/draft/2020-12/schema"

_ABOUT: Mapping[str, str] = {
    "book": "The name of the book: small letters, digits and -. Comments and reports name it.",
    "about": "What it is for, in a sentence: a text, or one text a language "
    f"({', '.join(LANGUAGES)}).",
    "include": "Books that this one builds on: shipped names, or files beside this one. Later ones "
    "win over earlier ones, and this file wins over all.",
    "shadow": "true: judged and recorded, but it never counts and nothing of it is written.",
    "fields": "Custom fields that conditions ask for: their name in Jira and the type of value.",
    "classify": "How votes become a class.",
    "doubt": "Held back against every class: the winner's share of the votes counts this too.",
    "model": "How much the text model's vote weighs beside those of rules; 0: it is not asked.",
    "undecided_below": "With a confidence below this, 0 to 1, the class is undecided.",
    "measures": "What is weighed, such as pain or value. Rules give points to measures.",
    "weight": "What one point of the measure is worth in the score; below 0 it counts against.",
    "min": "The measure never falls below this.",
    "max": "The measure never rises above this.",
    "default": "The value of the measure as long as no field gives one.",
    "score": "The score as a formula over measures, with + - * / ( ), min(…), max(…) and "
    "clamp(x, low, high). Without it: base + weight × measure, summed up.",
    "quadrant": "Which measures tell a quick win from a big bet, a fill-in and a money pit.",
    "value": "The measure that says how much it is worth, and from where on that is high.",
    "effort": "The measure that says what it costs, and from where on that is large.",
    "measure": "The name of a measure of this book.",
    "base": "Where the score begins, 0 to 100, before any measure is added.",
    "bands": "Which score gives which Jira priority.",
    "priority": "A priority as Jira names it.",
    "words": "What technical metrics mean for the business; the comment says it in these words.",
    "changed": "Said where the text gives a value before and after; {before} and {after} stand "
    "for them.",
    "now": "Said where the text gives today's value; {value} stands for it.",
    "rules": "The rules. Their order does not matter.",
    "id": "The name of the rule: small letters, digits and -. Explanations and overrides use it.",
    "when": "The condition, as in Jira's search box (JQL).",
    "because": "The reason that people read in the comment: a text, or one text a language.",
    "class": "Votes for what the issue is; 1 is a hint, 3 a good reason, 6 the author's own word.",
    "points": "Points for measures of this book.",
    "gate": f"The decision. Of all that fire the strictest wins: {', '.join(VERDICTS)}.",
    "ask": "What the comment asks the author for.",
    "off": "true: switches a rule of an included book off.",
    "examples": "Issues to test the rule with, by `sluice rules test`.",
    "fires": "Issues on which the rule has to fire: a text (the summary), or field: value.",
    "silent": "Issues on which the rule must not fire: a text (the summary), or field: value.",
    "field": "The field that is read.",
    "scale": "From which value on the measure gets how much, as {5: 2, 20: 5}. Below the first: 0.",
    "table": "Which name gives how much, as {Gold: 5, Silver: 2}. Any other name: 0.",
    "times": "The measure gets the field's value times this.",
    "language": f"Of the comment and of reasons: {' or '.join(LANGUAGES)}.",
    "tests": "Issues, and what each should come to.",
    "name": "What the test is about; it is printed when it fails.",
    "issue": "The issue: a text (the summary), or its fields by name.",
    "expect": "What the issue should come to; what is not named may be anything.",
    "verdict": "The gate's decision.",
    **{kind: work_class(kind).about for kind in KINDS},
    **{language: f"In {NAMES.get(language)}." for language in LANGUAGES},
}

_OF: Mapping[tuple[str, str], str] = {
    (
        "MeasureModel",
        "from",
    ): "The fields that feed the measure, each by scale, table or times.",
    ("BandModel", "from"): "From this score on.",
    ("TestsModel", "now"): "The day that the issues are judged on, such as 2026-01-15.",
    ("TestsModel", "book"): "The book to test: a file beside this one, or the name of a book that "
    "ships.",
    ("ExpectModel", "class"): "What the issue should be told to be.",
    ("ExpectModel", "score"): 'The score: a number, or a limit such as ">= 60".',
    ("ExpectModel", "measures"): 'What measures should come to: a number each, or ">= 3".',
    ("ExpectModel", "priority"): "The Jira priority that the score should give.",
    ("ExpectModel", "quadrant"): "Where value against effort should put it.",
    ("ExpectModel", "fires"): "Rules that should fire, by their ids.",
    ("ExpectModel", "silent"): "Rules that should not fire, by their ids.",
    ("*", "from"): "From this value of the measure on.",
}
"""Keys that mean another thing in another place, by the model they stand in."""

_EXAMPLES: Mapping[str, list[Any]] = {
    "when": ["summary ~ 'refactor* OR cleanup'", "type = Bug and votes >= 5", "class = undecided"],
    "score": ["reach * impact * confidence / effort"],
    "because": [{"en": "It stops people at their work.", "zh": "它让人干不下去。"}],
    "ask": [{"en": "Who is affected?", "zh": "影响谁？"}],
    "bands": [[{"from": 60, "priority": "High"}, {"from": 0, "priority": "Low"}]],
    "fields": [{"Customer Tier": "name"}],
    "include": [["default"]],
    "fires": [["App crashes at login"]],
    "silent": [["Crash course for new colleagues"]],
}


def schema() -> dict[str, Any]:
    """The JSON Schema of a rule file."""
    root, defs = _models(BookModel)
    _loosen(root, defs["RuleModel"])
    about = "What an issue is, what it is worth, and whether it comes in."
    return _whole("A rule file of Sluice", about, root, defs)


def tests_schema() -> dict[str, Any]:
    """The JSON Schema of a `*_test.yaml`."""
    root, defs = _models(TestsModel)
    about = "Issues, and what a rulebook should make of them."
    return _whole("Tests of a rulebook of Sluice", about, root, defs)


def _models(model: type[BaseModel]) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """A model and those that it is made of, their keys described."""
    raw = model.model_json_schema(by_alias=True, mode="validation")
    defs = {name: _model(name, part) for name, part in raw.pop("$defs", {}).items()}
    return _model(model.__name__, raw), defs


def _whole(
    title: str, about: str, root: Mapping[str, Any], defs: Mapping[str, Any]
) -> dict[str, Any]:
    rest = {key: value for key, value in root.items() if key not in ("title", "description")}
    head = {"$schema": DRAFT, "title": title, "description": about}
    return {**head, **rest, "$defs": defs}


def _loosen(root: dict[str, Any], rule: dict[str, Any]) -> None:
    """A book that builds on others may name a rule of theirs and say only what differs."""
    whole = {"items": {"required": ["id", "when", "because"]}, "description": _ABOUT["rules"]}
    root["if"] = {"required": ["include"]}
    root["else"] = {"required": ["rules"], "properties": {"rules": whole}}
    root["required"], rule["required"] = ["book"], ["id"]


def field_names() -> list[str]:
    """The names that conditions and measures can ask for, whatever the book."""
    return sorted({*FIELDS, *ALIASES})


def _model(name: str, part: dict[str, Any]) -> dict[str, Any]:
    """One model, its keys described."""
    part = {key: value for key, value in part.items() if key != "title"}
    keys = part.get("properties", {})
    return {**part, "properties": {k: _key(name, k, v) for k, v in keys.items()}} if keys else part


def _key(model: str, key: str, part: dict[str, Any]) -> dict[str, Any]:
    """One key: what it means first, then what it takes, then an example."""
    told = _OF.get((model, key)) or _ABOUT.get(key) or _OF.get(("*", key))
    found = _plain(part)
    about = {"description": _with_fields(told) if key == "when" else told} if told else {}
    if key == "field":
        # Any other text is fine too: a custom field of the book.
        found = {"anyOf": [{"enum": field_names()}, found]}
    if key == "scale":
        found["propertyNames"] = {"pattern": r"^[-+]?\.?[0-9][0-9_.eE+-]*$"}
    if key == "class" and "properties" in found:
        found["properties"].pop(UNDECIDED, None)  # no rule can speak for it
    shown = key in _EXAMPLES and model != "ExpectModel"  # whose keys are results, not rules
    return {**about, **found, **({"examples": _EXAMPLES[key]} if shown else {})}


def _with_fields(told: str) -> str:
    return f"{told} Fields: {', '.join(field_names())}, and custom fields by name."


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
    keys = {name: {"description": _ABOUT.get(name, name), **value} for name in names}
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
