"""Plain values of JSON, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facts.jira_json.json_values import dict_of, list_of, number_of, text_of, written


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3.0),
        (3.5, 3.5),
        ("8", 8.0),
        ("many", None),
        (None, None),
        (True, None),
        (float("nan"), None),
        (float("inf"), None),
        ("1e999", None),
        ("nan", None),
        ({}, None),
        (10**400, None),
    ],
)
def test_a_number_is_finite_or_none(value: object, number: float | None) -> None:
    assert number_of(value) == number


def test_an_id_is_read_as_text_or_number() -> None:
    assert (written("10002"), written(10002), written(12345678)) == ("10002", "10002", "12345678")
    assert (written(2.5), written(True), written(" "), written(10**400)) == (
        "2.5",
        None,
        None,
        None,
    )


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.text()))
def test_what_is_no_object_or_list_is_an_empty_one(value: object) -> None:
    assert dict_of(value) == {}
    assert list_of(value) == []


def test_a_blank_text_is_none() -> None:
    assert (text_of(" \n"), text_of(3), text_of("a ")) == (None, None, "a ")
