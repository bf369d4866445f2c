"""What a refused write goes on without."""

from __future__ import annotations

from connector.layout.left_out import mark, refused_parts, said_left_out
from tests.connector.planned import LAYOUT

BODY = {
    "fields": {
        "customfield_1": {"value": "Incident"},
        "customfield_2": 72.0,
        "priority": {"id": "1"},
    },
    "update": {"labels": [{"add": "late"}], "comment": [{"add": {"body": "x"}}]},
}
SCREEN = {
    "customfield_1": {"allowedValues": [{"value": "incident", "id": "7"}]},
    "customfield_2": {},
    "priority": {"allowedValues": [{"name": "Höchste", "id": "1"}]},
    "labels": {},
}


def without(*names: str) -> dict[str, object]:
    return {name: field for name, field in SCREEN.items() if name not in names}


def test_a_whole_screen_explains_no_refusal() -> None:
    assert refused_parts(BODY, {}, SCREEN) == frozenset()


def test_what_is_not_on_the_screen_is_left_out_whether_jira_names_it_or_not() -> None:
    screen = without("customfield_2", "labels", "priority")
    assert refused_parts(BODY, {}, screen) == {"customfield_2", "labels", "priority"}


def test_a_value_that_is_not_offered_is_left_out_and_others_of_the_field_are_not() -> None:
    screen = {**SCREEN, "customfield_1": {"allowedValues": [{"value": "Tech debt"}]}}
    assert refused_parts(BODY, {}, screen) == {"customfield_1=incident"}
    assert refused_parts(BODY, {}, {**SCREEN, "priority": {"allowedValues": []}}) == {"priority=1"}


def test_a_field_that_jira_names_is_believed() -> None:
    said = {"customfield_2": "Der Wert ist zu hoch", "comment": "Nicht erlaubt"}
    assert refused_parts(BODY, said, SCREEN) == {"customfield_2=72.0", "comment"}


def test_a_mark_is_the_same_whatever_the_form_of_the_value() -> None:
    assert mark("f", {"value": "Tech Debt"}) == mark("f", "tech debt") == "f=tech debt"


def test_what_is_left_out_is_said_by_the_names_of_the_site() -> None:
    said = said_left_out({LAYOUT.score.id, f"{LAYOUT.kind.id}=incident"}, LAYOUT, "Bug")
    assert sorted(said) == sorted(
        [
            f"{LAYOUT.score.name} is not on the edit screen of Bug: not written",
            f"{LAYOUT.kind.name} does not take 'incident' on Bug: not written",
        ]
    )
