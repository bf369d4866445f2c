"""Which field of a site holds what."""

from typing import Any

import pytest

from connector.layout.field_mapping import Layout, LayoutError, make_layout
from connector.layout.screen import screen_problems

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
    assert found.points.ids == ()


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
    assert found.our_name("debt") == "tech_debt"
    assert found.our_name("Something else") == "Something else"


def test_an_edit_screen_is_proven_for_fields_options_and_priorities() -> None:
    words = dict(zip(("tech_debt", "exploration", "undecided", "accept"), "ABCD", strict=True))
    found = make_layout(FIELDS, NAMES, words, "me")
    screen = {
        "customfield_1": {"allowedValues": [{"value": "a"}, {"value": "B"}]},
        "customfield_3": {},
        "priority": {"allowedValues": [{"name": "High"}]},
    }
    assert screen_problems(screen, found, ["High", "Blocker"], words) == [
        "Kind has no C: add it in Jira, or change `words` in sluice.yaml",
        "Score can't be edited: add it to the edit screen",
        "Priority has no Blocker: add it in Jira, or change `bands` in the rulebook "
        "or `default_priority` in sluice.yaml",
    ]


@pytest.mark.parametrize(
    ("what", "field", "says"),
    [
        ("gate", "Score", "has the type number, but gate needs a select list"),
        ("score", "Kind", "number field"),
    ],
)
def test_a_field_of_the_wrong_type_is_refused(what: str, field: str, says: str) -> None:
    with pytest.raises(LayoutError, match=says):
        layout(**{what: field})


TIER = {"id": "customfield_10010", "name": "Customer Tier", "schema": {"type": "option"}}


def with_custom(*names: str, fields: list[dict[str, Any]] = FIELDS) -> Layout:
    return make_layout([*fields, TIER], NAMES, {}, "me", names)


def test_a_custom_field_is_found_by_name_number_and_id() -> None:
    found = with_custom("customer tier", "CF[10010]", "customfield_10010")
    assert dict(found.custom) == {
        "customer tier": "customfield_10010",
        "cf[10010]": "customfield_10010",
        "customfield_10010": "customfield_10010",
    }
    assert found.wanted().count("customfield_10010") == 1


@pytest.mark.parametrize(
    ("asked", "hint"),
    [("Custmer Tier", '"customer tier"'), ("cf[10011]", r'"cf\[10010\]"')],
)
def test_an_unknown_field_is_told_with_the_nearest(asked: str, hint: str) -> None:
    with pytest.raises(LayoutError, match=f"{hint}.*create it in Jira") as raised:
        with_custom(asked)
    assert f"no field {asked!r} (did you mean" in str(raised.value)
    with pytest.raises(LayoutError, match="no field 'Qqqqq': create"):
        with_custom("Qqqqq")


@pytest.mark.parametrize("name", ["Score", "cf[2]", "customfield_2"])
def test_a_rule_on_a_field_that_sluice_writes_is_refused_however_it_is_named(name: str) -> None:
    with pytest.raises(LayoutError, match=r"Sluice writes Score\. Remove it"):
        with_custom(name)


def test_the_fields_of_boards_are_found_by_their_type_whatever_their_name() -> None:
    kind = "com.pyxis.greenhopper.jira:gh-"
    boards = [
        {"id": "customfield_7", "name": "冲刺", "schema": {"custom": f"{kind}sprint"}},
        {
            "id": "customfield_8",
            "name": "史诗",
            "schema": {"custom": f"{kind}epic-link"},
        },
    ]
    found = with_custom(fields=[*FIELDS, *boards])
    assert dict(found.agile) == {"sprint": "customfield_7", "epic link": "customfield_8"}
    assert set(found.agile.values()) <= set(found.wanted())
    assert dict(with_custom().agile) == {}
