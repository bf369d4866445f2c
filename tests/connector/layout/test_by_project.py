"""Projects of one site with fields of their own: team-managed ones, doubled names, ids, points."""

from __future__ import annotations

from typing import Any

import pytest

from connector.client import Account, Site
from connector.layout.by_project import ProjectFields
from connector.layout.field_mapping import LayoutError
from sandbox import Sandbox
from sandbox.operations.site_changes import rename_project
from tests.live import FIELDS, Person
from worker.settings.settings import WORDS

ONE, TWO = "DEMO", "TEAM"


def site_at(jira: Sandbox, **projects: Any) -> Site:
    account = Account(jira.url, "cloud", "token-sluice", "sluice@example.com")
    given = {key: ProjectFields(names) for key, names in projects.items()}
    return Site(account, FIELDS, WORDS, projects=given or {ONE: ProjectFields()})


@pytest.fixture
def jira(sandbox: Sandbox) -> Sandbox:
    sandbox.model.add_project(TWO, style="next-gen")
    return sandbox


def test_each_of_two_team_managed_projects_has_its_own_fields(jira: Sandbox) -> None:
    jira.model.add_project("CREW", style="next-gen")
    jira.model.remove_field("Sluice Class")
    own = {
        key: jira.model.add_field("Sluice Class", "option", ("Tech debt",), project=key)
        for key in (TWO, "CREW")
    }
    site = site_at(jira, TEAM={}, CREW={}, DEMO={})
    assert {key: site.layout_of(key).kind.id for key in own} == {k: f.id for k, f in own.items()}
    with pytest.raises(LayoutError, match="DEMO: the site has no field 'Sluice Class'"):
        site.layout_of(ONE)
    person = Person(jira)
    issue = person.create("Old code", project="CREW")
    person.ask("PUT", f"issue/{issue}", {"fields": {own["CREW"].id: {"value": "Tech debt"}}})
    assert site.open(issue).managed.kind == "tech_debt", "one GET, read by its project's layout"
    (found,) = site.search("project = CREW")
    assert found.managed.kind == "tech_debt"


def test_a_projects_own_field_comes_before_the_sites_and_no_other_sees_it(jira: Sandbox) -> None:
    own = jira.model.add_field("Sluice Score", "number", project=TWO)
    site = site_at(jira, DEMO={}, TEAM={})
    assert site.layout_of(TWO).score.id == own.id
    assert site.layout_of(ONE).score.id == jira.model.must_field("Sluice Score").id != own.id
    before = jira.log.count(method="GET", account="sluice")
    site.layout_of(ONE)
    assert jira.log.count(method="GET", account="sluice") == before, "each is made once"


def test_a_project_names_its_own_select_list_by_id_in_each_form(jira: Sandbox) -> None:
    kind = jira.model.add_field("Work", "option", ("Tech debt",))
    number = kind.id.removeprefix("customfield_")
    for id in (kind.id, f"cf[{number}]", number, "work ", "\u00a0Work"):
        site = site_at(jira, DEMO={"class": id}, TEAM={})
        assert site.layout_of(ONE).kind.id == kind.id, id
        assert site.layout_of(ONE).kind.option
        assert site.layout_of(TWO).kind.name == "Sluice Class"


def test_two_global_fields_of_one_name_are_refused_with_their_ids(jira: Sandbox) -> None:
    second = jira.model.add_field("Sluice Class", "option", ("A",))
    with pytest.raises(LayoutError, match=f"several fields have the name.*, {second.id}"):
        site_at(jira, DEMO={}, TEAM={}).layout_of(ONE)


def test_a_name_that_ends_in_a_space_is_found(jira: Sandbox) -> None:
    jira.model.rename_field("Sluice Class", "Sluice\u00a0Class ")
    assert site_at(jira, DEMO={}).layout_of(ONE).kind.id


def test_a_near_name_is_shown(jira: Sandbox) -> None:
    jira.model.rename_field("Sluice Class", "Sluice Classes")
    with pytest.raises(LayoutError, match='did you mean "sluice classes"'):
        site_at(jira, DEMO={}).layout_of(ONE)


def test_what_one_project_lacks_stops_no_other(jira: Sandbox) -> None:
    site = site_at(jira, DEMO={}, TEAM={"class": "No such field"})
    issue = Person(jira).create("Pay by invoice")
    assert site.open(issue).project == ONE
    foreign = Person(jira).create("Elsewhere", project=TWO)
    with pytest.raises(LayoutError, match="TEAM: the site has no field 'No such field'"):
        site.open(foreign)
    jira.model.add_field("No such field", "text")
    assert site.open(foreign).project == TWO, "a field that is created later is found"


def test_a_project_whose_key_was_renamed_keeps_its_layout(jira: Sandbox) -> None:
    kind = jira.model.add_field("Work", "option", ("Tech debt",))
    person, site = Person(jira), site_at(jira, TEAM={}, DEMO={"class": kind.id})
    issue = person.create("Old code")
    person.ask("PUT", f"issue/{issue}", {"fields": {kind.id: {"value": "Tech debt"}}})
    rename_project(jira.model, ONE, "SHOP")
    found = site.open(issue)
    assert (found.project, found.managed.kind) == ("SHOP", "tech_debt")


def points_of(jira: Sandbox, **values: float) -> float | None:
    person, site = Person(jira), site_at(jira, DEMO={})
    issue = person.create("Estimated")
    person.ask("PUT", f"issue/{issue}", {"fields": values})
    found = site.open(issue).fields["points"]
    assert found is None or isinstance(found, float)
    return found


def test_of_the_two_fields_for_points_the_filled_one_counts(jira: Sandbox) -> None:
    named = jira.model.must_field("Story Points").id
    typed = jira.model.add_field("Story point estimate", "points").id
    assert points_of(jira, **{named: 5}) == 5
    assert points_of(jira, **{typed: 3}) == 3
    assert points_of(jira, **{named: 5, typed: 3}) == 5, "the named one comes first"
    assert points_of(jira) is None
    assert site_at(jira, DEMO={}).layout_of(ONE).points.problem == ""


def test_points_in_another_language_are_found_by_their_type(jira: Sandbox) -> None:
    jira.model.remove_field("Story Points")
    typed = jira.model.add_field("Storypunkt-Schätzung", "points").id
    assert points_of(jira, **{typed: 8}) == 8
    assert site_at(jira, DEMO={}).layout_of(ONE).points.problem == ""


def test_doubled_points_are_a_problem_that_names_the_ids_and_the_filled_one_is_read(
    jira: Sandbox,
) -> None:
    first = jira.model.must_field("Story Points").id
    second = jira.model.add_field("Story Points", "number").id
    assert points_of(jira, **{second: 8}) == 8
    layout = site_at(jira, DEMO={}).layout_of(ONE)
    assert f"({first}, {second})" in layout.points.problem
    taken = site_at(jira, DEMO={"points": second}).layout_of(ONE).points
    assert (taken.ids, taken.problem) == ((second,), "")


def test_renamed_points_are_a_problem_that_names_the_number_fields(jira: Sandbox) -> None:
    renamed = jira.model.must_field("Story Points").id
    jira.model.rename_field("Story Points", "Aufwand")
    points = site_at(jira, DEMO={}).layout_of(ONE).points
    assert points.ids == () and f"Aufwand ({renamed})" in points.problem
