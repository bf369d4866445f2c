"""The many forms in which Jira gives a value."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from connector.jira_json.json_values import account_of, custom_of, name_of, names_of, number_of
from rules.facts.times import moment


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("plain", "plain"),
        ({"id": "1", "value": "Option"}, "Option"),
        ({"name": "High"}, "High"),
        ({"value": "Asia", "child": {"value": "Japan"}}, "Asia - Japan"),
        ({"accountId": "5b1", "displayName": "Ada"}, "5b1"),
        (3, "3"),
        (None, None),
        ("  ", None),
        ([], None),
        (True, None),
    ],
)
def test_a_name_is_read_in_every_form(value: object, name: str | None) -> None:
    assert name_of(value) == name


def test_a_sprint_in_javas_notation_gives_its_name() -> None:
    java = (
        "com.atlassian.greenhopper.service.sprint.Sprint@1f[id=3,rapidViewId=2,name=Sprint 7,goal=]"
    )
    assert names_of([java, {"id": 4, "name": "Sprint 8"}, None, 5]) == ("Sprint 7", "Sprint 8", "5")


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
    ],
)
def test_a_number_is_finite_or_none(value: object, number: float | None) -> None:
    assert number_of(value) == number


def test_a_user_is_told_by_account_id_or_name() -> None:
    assert account_of({"accountId": "5b1", "name": "ada"}) == "5b1"
    assert account_of({"name": "ada", "key": "JIRAUSER1"}) == "ada"
    assert account_of("ada") is None


def test_a_time_may_have_an_offset_without_a_colon() -> None:
    zone = timezone(timedelta(hours=8))
    assert moment("2026-11-23T10:00:00.000+0800") == datetime(2026, 11, 23, 10, tzinfo=zone)
    assert moment("2026-11-23") == datetime(2026, 11, 23, tzinfo=UTC)
    assert moment("soon") is None


def test_a_custom_field_is_read_by_its_form() -> None:
    assert custom_of([{"value": "A"}, {"value": "B"}]) == ("A", "B")
    assert custom_of(5) == 5.0
    assert custom_of("2026-11-23T10:00:00.000+0000") == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert custom_of({"value": "Gold"}) == "Gold"
