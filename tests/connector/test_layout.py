"""Which field of a site holds what."""

from typing import Any

import pytest

from connector.layout import Layout, LayoutError, make_layout, screen_problems
from rules.issue import KINDS, VERDICTS

NAMES = {"class": "Kind", "score": "Score", "gate": "Gate", "points": "Story Points"}
FIELDS: list[dict[str, Any]] = [
    {"id": "customfield_1", "name": "Kind", "schema": {"type": "option"}},
    {"id": "customfield_2", "name": "Score", "schema": {"type": "number"}},
    {"id": "customfield_3", "name": "Gate", "schema": {"type": "string"}},
    {"id": "summary", "name": "Summary"},
]


def layout(fields: list[dict[str, Any]] = FIELDS, **names: str) -> Layout:
    return make_layout(fields, {**NAMES, **names}, {"tech_debt": "Debt"}, "me")


def test_fields_are_found_by_name_whatever_the_case() -> None:
    found = layout(**{"class": "KIND"})
    assert (found.kind.id, found.kind.option) == ("customfield_1", True)
    assert (found.verdict.id, found.verdict.option) == ("customfield_3", False)
    assert found.points is None


def test_all_missing_fields_are_named_at_once() -> None:
    with pytest.raises(LayoutError, match=r"'Kind', 'Gate'"):
        layout([FIELDS[1]])


def test_of_two_fields_with_one_name_the_id_is_asked_for_and_taken() -> None:
    twice = [*FIELDS, {"id": "customfield_9", "name": "kind", "schema": {"type": "option"}}]
    with pytest.raises(LayoutError, match=r"customfield_1, customfield_9"):
        layout(twice)
    assert layout(twice, **{"class": "customfield_9"}).kind.id == "customfield_9"


def test_words_lead_from_our_names_to_what_people_see_and_back() -> None:
    found = layout()
    assert found.shown("tech_debt") == "Debt"
    assert found.known("debt") == "tech_debt"
    assert found.known("Something else") == "Something else"


def test_an_edit_screen_is_proven_for_fields_options_and_priorities() -> None:
    words = dict(zip((*KINDS, "undecided", *VERDICTS), "ABCDEFGHI", strict=True))
    found = make_layout(FIELDS, NAMES, words, "me")
    screen = {
        "customfield_1": {"allowedValues": [{"value": "a"}, {"value": "B"}]},
        "customfield_3": {},
        "priority": {"allowedValues": [{"name": "High"}]},
    }
    assert screen_problems(screen, found, ["High", "Blocker"]) == [
        "Kind has no C, D: add it in Jira, or change words:",
        "Score can't be edited: add it to the edit screen",
        "Priority has no Blocker: add it in Jira, or change the bands of the rulebook",
    ]


@pytest.mark.parametrize(
    ("what", "field", "says"),
    [
        ("gate", "Score", "holds a number: gate: needs a select list"),
        ("score", "Kind", "number field"),
    ],
)
def test_a_field_of_the_wrong_type_is_refused(what: str, field: str, says: str) -> None:
    with pytest.raises(LayoutError, match=says):
        layout(**{what: field})
