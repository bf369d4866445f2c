"""Custom fields in the forms that sites give, and what `sluice doctor` says of the others."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.facts.catalog import FieldType
from rules.facts.facts import Facts
from rules.facts.jira_json.custom_fields import as_numbers, custom_of, unreadable
from rules.facts.named import Named
from tests.connector.planned import NOW, json_values

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
PARENT: dict[str, Any] = {"hasEpicLinkFieldDependency": False, "showField": True}
DOCUMENT = {
    "type": "doc",
    "version": 1,
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Disk was full"}]}],
}


@pytest.mark.parametrize(
    ("value", "fact"),
    [
        ([{"value": "A"}, {"value": "B"}], ("A", "B")),
        (5, 5.0),
        ("2026-11-23T10:00:00.000+0000", AT),
        ({"value": "Gold"}, "Gold"),
        ({"requestType": {"id": "37", "name": "Get help"}, "currentStatus": {}}, "Get help"),
        (PARENT | {"data": {"id": 1, "key": "SHOP-1"}}, "SHOP-1"),
        (PARENT | {"nonEditableReason": {"reason": "PLUGIN_LICENSE_ERROR"}}, None),
        ([{"workspaceId": "w", "objectId": "131"}], ("131",)),
        ({"id": "36885b3c", "name": "Platform", "title": "Platform"}, "Platform"),
        ("36885b3c-1bf0-4f85-a357-c5b858c31de4", "36885b3c-1bf0-4f85-a357-c5b858c31de4"),
        ([{"accountId": "1"}, {"accountId": "2"}], ("1", "2")),
        ([{"name": "jira-users", "self": "…"}], ("jira-users",)),
        ({"rating": 4, "comment": "Good"}, 4.0),
        ({"id": 42, "key": "ACC-1", "name": "Marketing"}, "Marketing"),
        ("{}", None),
        ("https://example.com/a", "https://example.com/a"),
        (True, "true"),
        ([True], None),
        (DOCUMENT, "Disk was full"),
        (None, None),
        ({}, None),
        ([], None),
        ({"ongoingCycle": None, "completedCycles": []}, None),
    ],
)
def test_a_custom_field_is_read_by_its_form(value: object, fact: object) -> None:
    assert custom_of(value) == fact


def sla(**cycle: Any) -> dict[str, Any]:
    return {"id": "1", "name": "Time to resolution", "completedCycles": [], **cycle}


LATE = sla(ongoingCycle={"breached": True, "remainingTime": {"millis": -345_600_000}})


@pytest.mark.parametrize(
    ("value", "standing", "minutes"),
    [
        (LATE, "breached", -5760.0),
        (
            sla(ongoingCycle={"breached": False, "remainingTime": {"millis": 90_000}}),
            "running",
            1.5,
        ),
        (sla(ongoingCycle={"breached": False, "paused": True}), "paused", None),
        (sla(completedCycles=[{"breached": True}, {"breached": False}]), "met", None),
        (sla(completedCycles=[{"breached": True}]), "breached", None),
    ],
)
def test_an_sla_has_a_standing_and_minutes_left(
    value: object, standing: str, minutes: float | None
) -> None:
    fact = custom_of(value)
    assert fact == standing
    assert as_numbers({"it": fact}, ["it"]) == {"it": minutes}


def test_a_number_that_the_site_keeps_as_text_counts_where_it_is_declared() -> None:
    values = {"budget": "14.0", "region": "14.0", "odd": "many"}
    facts = Facts(values, NOW, numbers=["budget", "odd", "absent"])
    assert (facts.get("budget"), facts.get("region"), facts.get("odd")) == (14.0, "14.0", None)


def test_a_checkbox_is_yes_or_true() -> None:
    fact = custom_of(False)
    assert isinstance(fact, Named)
    assert (fact, fact.also) == ("false", ("no",))


def site_field(type: str, custom: str = "", items: str = "") -> dict[str, Any]:
    return {"id": "customfield_1", "schema": {"type": type, "custom": custom, "items": items}}


TEXTAREA = "com.atlassian.jira.plugin.system.customfieldtypes:textarea"


@pytest.mark.parametrize(
    ("field", "declared"),
    [
        (site_field("string", TEXTAREA), "text"),
        (site_field("option"), "name"),
        (site_field("option-with-child"), "names"),
        (site_field("array", items="option"), "names"),
        (site_field("array", items="user"), "names"),
        (site_field("number"), "number"),
        (site_field("string"), "number"),
        (site_field("number"), "name"),
        (site_field("any", "com.acme:traffic-light"), "name"),
        (site_field("datetime"), "date"),
        (site_field("sd-servicelevelagreement"), "number"),
        (site_field("sd-customerrequesttype", "com.atlassian.servicedesk:vp-origin"), "name"),
        (site_field("any", "com.atlassian.jpo:jpo-custom-field-parent"), "name"),
        (site_field("any", "com.atlassian.jira.plugins.cmdb:cmdb-object-cftype"), "names"),
        (site_field("any", "com.tempoplugin.tempo-accounts:accounts.customfield"), "name"),
        ({"id": "customfield_1"}, "name"),
    ],
)
def test_these_can_be_read(field: dict[str, Any], declared: FieldType) -> None:
    assert unreadable(field, declared) is None


@pytest.mark.parametrize(
    ("field", "declared", "why"),
    [
        (site_field("date"), "name", "is a date in Jira: declare it as date"),
        (site_field("option"), "number", "is a select list in Jira: declare it as name"),
        (site_field("array", items="option"), "date", "is a list in Jira: declare it as names"),
        (site_field("number"), "date", "is a number in Jira: declare it as number"),
        (site_field("any", "a.b:devsummary"), "text", "is Jira's own summary of branches"),
        (site_field("array", items="attachment"), "names", "has files, which a rule can't read"),
        (site_field("any", "com.acme:traffic-light"), "number", "belongs to an app (com.acme:"),
        (site_field("object"), "text", "belongs to an app (object)"),
        (site_field("any", "x:gh-epic-link"), "number", "is a name in Jira: declare it as name"),
    ],
)
def test_these_can_not_and_the_message_says_what_to_do(
    field: dict[str, Any], declared: FieldType, why: str
) -> None:
    found = unreadable(field, declared)
    assert found is not None
    assert found.startswith(why)


@settings(max_examples=150, deadline=None)
@given(json_values, st.sampled_from(["name", "number", "date", "text", "names"]))
def test_no_json_stops_the_reading(value: Any, declared: FieldType) -> None:
    Facts({"it": custom_of(value)}, NOW, numbers=["it"]).text("it")
    custom_of({"ongoingCycle": value, "completedCycles": value})
    custom_of({"requestType": value, "child": value, "value": "a"})
    unreadable({"schema": value} if declared == "name" else {"schema": {"type": value}}, declared)
