"""The field for the reasons is found by its name or id; a site needs none."""

from __future__ import annotations

from typing import Any

import pytest

from connector.layout.site_fields import LayoutError, SiteFields
from connector.layout.why_slot import why_slot

TYPE = "com.atlassian.jira.plugin.system.customfieldtypes"


def field(name: str = "Sluice Why", kind: str = "textarea", type: str = "string") -> dict[str, Any]:
    schema = {"type": type, "custom": f"{TYPE}:{kind}"}
    return {"id": f"customfield_{len(name)}", "name": name, "schema": schema}


@pytest.mark.parametrize(("kind", "line"), [("textarea", False), ("textfield", True)])
def test_a_text_field_of_one_line_is_told_from_one_of_several(kind: str, line: bool) -> None:
    slot = why_slot(SiteFields([field(kind=kind)]), "Sluice Why")
    assert slot is not None and slot.id == "customfield_10" and slot.line is line


def test_a_site_without_the_field_goes_without() -> None:
    assert why_slot(SiteFields([field("Other")]), "Sluice Why") is None
    assert why_slot(SiteFields([field("Other")]), "") is None


@pytest.mark.parametrize(
    ("fields", "name", "problem"),
    [
        ([field("Reasons")], "Resons", "has no field 'Resons'"),
        ([field(), field()], "Sluice Why", "several fields have the name"),
        ([field(type="number")], "Sluice Why", "has the type number, but why needs a text"),
    ],
)
def test_a_field_that_is_named_and_can_not_be_used_is_an_error(
    fields: list[dict[str, Any]], name: str, problem: str
) -> None:
    with pytest.raises(LayoutError, match=problem):
        why_slot(SiteFields(fields), name)
