"""Values that Jira knows by several names, in the forms that Cloud and Data Center give."""

from __future__ import annotations

import pytest

from rules.facts.jira_json.names import account_of, key_of, name_of, names_of, person_of
from rules.facts.named import Named


def also(value: object) -> tuple[str, ...]:
    assert isinstance(value, Named)
    return value.also


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("plain", "plain"),
        ({"id": "1", "value": "Option"}, "Option"),
        ({"name": "High"}, "High"),
        ({"value": "Asia", "child": {"value": "Japan"}}, "Asia - Japan"),
        ({"accountId": "5b1", "displayName": "Ada"}, "5b1"),
        ({"workspaceId": "w", "id": "w:131", "objectId": "131"}, "131"),
        ({"languageCode": "de", "displayName": "German"}, "de"),
        ({"type": "doc", "version": 1, "content": []}, None),
        (3, "3"),
        (12345678, "12345678"),
        (None, None),
        ("  ", None),
        ([], None),
        (True, None),
        ({"schemeIds": [1]}, None),
    ],
)
def test_a_name_is_read_in_every_form(value: object, name: str | None) -> None:
    assert name_of(value) == name


def test_a_value_is_known_by_its_id() -> None:
    assert also(name_of({"self": "…", "id": "10002", "name": "Bug", "subtask": False})) == (
        "10002",
    )
    assert also(name_of({"id": 4, "value": "Gold"})) == ("4",)


def test_either_option_of_a_cascading_select_names_it() -> None:
    found = name_of({"id": "1", "value": "EU", "child": {"id": "2", "value": "Berlin"}})
    assert also(found) == ("EU", "Berlin", "1", "2")


def test_a_person_is_known_by_account_name_and_mail() -> None:
    cloud = {"accountId": "5b1", "displayName": "Ada", "emailAddress": "ada@example.com"}
    assert person_of(cloud) == "5b1"
    assert also(person_of(cloud)) == ("Ada", "ada@example.com")
    server = {"name": "ada", "key": "JIRAUSER1", "displayName": "Ada"}
    assert (person_of(server), also(person_of(server))) == ("ada", ("JIRAUSER1", "Ada"))
    assert person_of({"displayName": "Former user"}) is None
    assert account_of("ada") is None


def test_a_project_and_an_issue_are_called_by_their_keys() -> None:
    shop = key_of({"id": "10000", "key": "SHOP", "name": "Web Shop"})
    assert (shop, also(shop)) == ("SHOP", ("10000", "Web Shop"))
    assert key_of("SHOP-1") == "SHOP-1"


def test_a_version_is_released_or_not() -> None:
    one, two = names_of(
        [{"id": "1", "name": "2.9", "released": True}, {"name": "3", "released": 0}]
    )
    assert isinstance(one, Named)
    assert (one, one.state, one.also) == ("2.9", "released", ("1",))
    assert isinstance(two, Named)
    assert two.state == ""


JAVA = (
    "com.atlassian.greenhopper.service.sprint.Sprint@1f[id=3,rapidViewId=2,state=ACTIVE,"
    "name=Pay, first half,startDate=<null>,sequence=3,goal=<null>]"
)


def test_a_sprint_is_read_as_an_object_and_in_javas_notation() -> None:
    found = names_of([JAVA, {"id": 4, "name": "Sprint 8", "state": "closed"}, None, 5])
    assert found == ("Pay, first half", "Sprint 8", "5")
    states = [(one.also, one.state) for one in found if isinstance(one, Named)]
    assert states == [(("3",), "active"), (("4",), "closed")]


def test_an_asset_of_data_center_is_known_by_its_key() -> None:
    assert also(names_of(["Laptop of Ann (IT-12)"])[0]) == ("IT-12", "Laptop of Ann")
    assert names_of(["a (b)", "x]"]) == ("a (b)", "x]")
