"""Short names of custom fields stand for one field, or for none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rules.facts.jira_json.short_names import by_short_name

FIELDS = ["severity", "start date", "story points", "sprint", "teams", "epic link"]


def test_a_name_its_beginning_and_its_initials_stand_for_a_field() -> None:
    columns = ["cf_sev", "cf_sd", "cf_teams", "cf_Epic_Link", "summary"]
    assert by_short_name(columns, FIELDS) == {
        "severity": "cf_sev",
        "start date": "cf_sd",
        "teams": "cf_teams",
        "epic link": "cf_Epic_Link",
    }


def test_what_fits_several_fields_stands_for_none() -> None:
    assert by_short_name(["cf_s", "cf_sp"], FIELDS) == {}
    assert by_short_name(["cf_sev", "cf_seve"], FIELDS) == {}
    assert by_short_name(["cf_", "cf_x"], FIELDS) == {}


def test_a_whole_name_leaves_its_beginnings_to_the_others() -> None:
    found = by_short_name(["cf_sprint", "cf_sp"], FIELDS)
    assert found == {"sprint": "cf_sprint", "story points": "cf_sp"}


@given(st.lists(st.text().map("cf_".__add__)), st.lists(st.text()))
def test_no_column_stands_for_two_fields(columns: list[str], fields: list[str]) -> None:
    found = by_short_name(columns, fields)
    assert set(found) <= set(fields)
    assert set(found.values()) <= set(columns)
