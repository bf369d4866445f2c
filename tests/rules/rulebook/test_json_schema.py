"""Editors get a schema that agrees with `check` about keys, types and words."""

from __future__ import annotations

import copy
from importlib import resources
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rules.rulebook import yaml_source
from rules.rulebook.json_schema import DRAFT, field_names, keys_of, schema
from rules.rulebook.load import shipped_names
from rules.testing.test_file import tests_schema as schema_of_tests
from rules.vocabulary.classes import KINDS
from rules.vocabulary.verdicts import VERDICTS

VALIDATOR = Draft202012Validator(schema())
FILES = [f"books/{name}.yaml" for name in shipped_names()] + ["starter.yaml"]


def written(file: str) -> dict[str, Any]:
    package = "rules" if "/" in file else "cli.rules.new"
    found = yaml_source.load((resources.files(package) / file).read_bytes(), file).data
    assert isinstance(found, dict)
    return found


def test_it_is_a_schema_of_the_draft_that_it_names() -> None:
    assert schema()["$schema"] == DRAFT
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("file", FILES)
def test_what_ships_is_valid(file: str) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(written(file))] == []


FULL = """\
book: ours
include: [default, team.yaml]
shadow: true
fields: {Customer Tier: name, "cf[10010]": number}
measures:
  reach:
    weight: 2
    default: 0
    from:
      - {field: votes, scale: {5: 2, 20.5: 5}}
      - {field: Customer Tier, table: {Gold: 5, Silver: 2}}
      - {field: points, times: 0.5}
score: "reach * 2"
quadrant:
  value: {measure: reach, from: 3}
  effort: {measure: reach, from: 3}
words:
  latency:
    changed: {en: "Pages answer in {after} instead of {before}."}
    now: "Pages take {value} to answer today."
rules:
  - id: ours
    when: text ~ "crash*"
    points: {reach: 5}
    because: It hurts.
    shadow: true
    examples:
      fires: [App crashes at login, {summary: Login, votes: 5}]
      silent: [Crash course]
  - {id: pain-blocked, off: true}
  - {id: pain-crash, points: {reach: 3}}
"""


def full() -> dict[str, Any]:
    found = yaml_source.load(FULL.encode(), "full.yaml").data
    assert isinstance(found, dict)
    return found


def test_a_book_with_every_key_is_valid() -> None:
    assert [error.message for error in VALIDATOR.iter_errors(full())] == []


def test_only_a_book_that_builds_on_others_may_leave_out_what_a_rule_needs() -> None:
    book = full()
    del book["include"]
    assert not VALIDATOR.is_valid(book)
    assert VALIDATOR.is_valid({"book": "x", "include": ["default"], "base": 30})
    assert not VALIDATOR.is_valid({"book": "x", "base": 30})


@pytest.mark.parametrize(
    "feed",
    [
        {"scale": {"5": 2}},
        {"field": "votes", "scale": {"many": 2}},
        {"field": "votes", "table": {"Gold": "much"}},
        {"field": "votes", "tiems": 2},
    ],
)
def test_a_broken_feed_is_not_valid(feed: dict[str, Any]) -> None:
    book = full()
    book["measures"]["reach"]["from"] = [feed]
    assert not VALIDATOR.is_valid(book)


@pytest.mark.parametrize("bands", ["quantiles", {"quantiles": {"High": 40, "Low": 60}}])
def test_bands_by_quantiles_have_short_forms(bands: Any) -> None:
    assert VALIDATOR.is_valid({**written("books/minimal.yaml"), "bands": bands})


BROKEN: list[tuple[str, Any]] = [
    ("book", "Not An Id"),
    ("book", 5),
    ("bokk", "a key that nobody knows"),
    ("base", 101),
    ("bands", [{"from": 10}]),
    ("bands", "quantile"),
    ("bands", {"quantiles": {"High": "many"}}),
    ("bands", {"shares": {"High": 100}}),
    ("fields", {"Team": "colour"}),
    ("measures", {"Pain": {"weight": 1}}),
    ("measures", {"pain": {"weight": "much"}}),
    ("rules", "none"),
]

BROKEN_RULES: list[tuple[str, Any]] = [
    ("gate", "maybe"),
    ("class", {"debt": 3}),
    ("because", {"fr": "Parce que"}),
    ("points", {"pain": "5"}),
    ("id", "Has Blanks"),
    ("wenn", "type = Bug"),
    ("when", ["a", "list"]),
]


@pytest.mark.parametrize(("key", "value"), BROKEN)
def test_a_broken_book_is_not_valid(key: str, value: Any) -> None:
    book = {**written("books/minimal.yaml"), key: value}
    assert not VALIDATOR.is_valid(book)


@pytest.mark.parametrize(("key", "value"), BROKEN_RULES)
def test_a_broken_rule_is_not_valid(key: str, value: Any) -> None:
    book = copy.deepcopy(written("books/minimal.yaml"))
    book["rules"][0][key] = value
    assert not VALIDATOR.is_valid(book)


def test_every_key_tells_what_it_is_for() -> None:
    silent = sorted({name for name, key in keys_of(schema()) if not key.get("description")})
    assert silent == []


def test_editors_can_complete_verdicts_classes_and_languages() -> None:
    keys = dict(keys_of(schema()["$defs"]["RuleModel"]))
    assert set(VERDICTS) <= set(keys["gate"]["enum"])
    assert set(keys["class"]["properties"]) == set(KINDS)
    assert {"en", "zh"} <= set(keys)


def test_the_condition_tells_which_fields_there_are() -> None:
    keys = dict(keys_of(schema()["$defs"]["RuleModel"]))
    assert all(name in keys["when"]["description"] for name in field_names())
    assert keys["when"]["examples"]


def test_nothing_is_null_and_no_title_is_made_from_a_name() -> None:
    text = str(schema()["$defs"]) + str(schema()["properties"])
    assert "'null'" not in text and "'title':" not in text


TESTS = """\
book: team.yaml
now: "2026-01-15"
language: zh
tests:
  - name: a payment that fails
    issue: {summary: Payment fails, votes: 12, has fallback: no}
    expect:
      {class: undecided, verdict: accept, priority: High, score: ">= 70", quadrant: big bet,
       measures: {pain: 3, value: "> 1"}, fires: [payment], silent: [advert]}
  - {name: a title, issue: Refactor it, expect: {class: tech_debt}}
"""


def test_a_file_of_tests_has_a_schema_that_describes_every_key() -> None:
    Draft202012Validator.check_schema(schema_of_tests())
    whole = yaml_source.load(TESTS.encode(), "team_test.yaml").data
    assert list(Draft202012Validator(schema_of_tests()).iter_errors(whole)) == []
    assert all(key.get("description") for _, key in keys_of(schema_of_tests()))


@pytest.mark.parametrize(
    "wrong",
    [
        {"tests": []},
        {"language": "fr"},
        {"rules": []},
        {"tests": [{"name": "x", "issue": "y", "expect": {"verdict": "maybe"}}]},
        {"tests": [{"name": "x", "issue": "y", "expect": {"score": "much"}}]},
        {"tests": [{"name": "x", "expect": {}}]},
    ],
)
def test_the_schema_of_tests_refuses_what_running_them_would(wrong: dict[str, Any]) -> None:
    whole = yaml_source.load(TESTS.encode(), "team_test.yaml").data
    assert not Draft202012Validator(schema_of_tests()).is_valid({**whole, **wrong})
