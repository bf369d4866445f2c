"""`sluice doctor` on a project: its screens by type, its points, its steps without edits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.live import SECRET


@pytest.fixture(autouse=True)
def webhook(shell: Shell) -> None:
    """A webhook as it should be, with a filter that no issue passes: nothing is delivered."""
    shell.jira.webhooks.add(
        "http://127.0.0.1:9/webhooks/main", SECRET, jql="project = DEMO AND summary ~ zzz"
    )


def add_to_project(shell: Shell, line: str) -> None:
    path = Path(shell.env["SLUICE_CONFIG"])
    path.write_text(path.read_text("utf-8") + f"    {line}\n", "utf-8")


def test_a_field_that_one_types_screen_lacks_is_told_with_the_type(shell: Shell) -> None:
    shell.person.create("Payment fails", type="Bug")
    shell.jira.model.hide_field("Sluice Score", project="DEMO", issue_type="Bug")
    (line,) = shell.fails("doctor")
    assert "DEMO: Bug: Sluice Score can't be edited: add it to the edit screen" in line
    shell.jira.model.show_field("Sluice Score", project="DEMO", issue_type="Bug")
    assert "no issue to edit yet of" in shell.does("doctor")


def test_a_class_that_the_projects_context_lacks_is_told(shell: Shell) -> None:
    shell.jira.model.hide_option("Sluice Class", "Tech debt", project="DEMO")
    (line,) = shell.fails("doctor")
    assert "DEMO: Sluice Class has no Tech debt: add it in Jira, or change `words`" in line


def test_without_bands_no_screen_needs_a_priority(shell: Shell) -> None:
    shell.jira.model.hide_field("priority")
    (line,) = shell.fails("doctor")
    assert "DEMO: Priority can't be edited" in line
    book = Path(shell.env["SLUICE_CONFIG"]).with_name("books") / "plain.yaml"
    book.parent.mkdir()
    rule = '{id: wish, when: "summary ~ x", points: {pain: 1}, because: {en: A, zh: B}}'
    measure = "measures: {pain: {about: {en: A, zh: B}, weight: 1, min: 0, max: 10}}"
    text = f"book: plain\n{measure}\nbase: 30\nbands: []\nrules: [{rule}]\n"
    book.write_text(text, "utf-8")
    path = Path(shell.env["SLUICE_CONFIG"])
    path.write_text(path.read_text("utf-8").replace("book: default", "book: plain"), "utf-8")
    shell.does("doctor")


def test_doubled_points_are_told_with_their_ids(shell: Shell) -> None:
    first = shell.jira.model.must_field("Story Points").id
    second = shell.jira.model.add_field("Story Points", "number").id
    (line,) = shell.fails("doctor")
    assert "DEMO: several fields have the name 'Story Points': use the id of one" in line
    assert f"({first}, {second})" in line
    add_to_project(shell, f"fields: {{points: {second}}}")
    shell.does("doctor")


def test_renamed_points_are_told_with_the_number_fields_that_could_be_meant(shell: Shell) -> None:
    shell.jira.model.rename_field("Story Points", "Aufwand")
    (line,) = shell.fails("doctor")
    assert "DEMO: the site has no field 'Story Points' for points" in line
    assert f"Aufwand ({shell.jira.model.must_field('Aufwand').id})" in line
    add_to_project(shell, "fields: {points: none}")
    shell.does("doctor")


def test_points_of_a_team_managed_project_are_content(shell: Shell) -> None:
    shell.jira.model.add_field("Story point estimate", "points")
    shell.does("doctor")
    shell.jira.model.remove_field("Story Points")
    shell.does("doctor")


def test_a_step_without_edits_is_said_and_no_problem(shell: Shell) -> None:
    shell.jira.model.lock_status("Done")
    issue = shell.person.create("Over")
    shell.person.ask("POST", f"issue/{issue}/transitions", {"transition": {"id": "31"}})
    bug = shell.person.create("Over, too", type="Bug")
    shell.person.ask("POST", f"issue/{bug}/transitions", {"transition": {"id": "31"}})
    assert "nobody can edit issues in Done (jira.issue.editable)" in shell.does("doctor")


def test_two_projects_are_checked_by_their_own_fields(shell: Shell) -> None:
    model = shell.jira.model
    model.add_project("TEAM", style="next-gen")
    model.add_field("Sluice Score", "number", project="TEAM")
    path = Path(shell.env["SLUICE_CONFIG"])
    path.write_text(path.read_text("utf-8") + "  TEAM: {}\n", "utf-8")
    (hook,) = shell.jira.webhooks.all()
    hook.filters = {"issue-related-events-section": "project in (DEMO, TEAM) AND summary ~ zzz"}
    shell.does("doctor")
    path.write_text(
        path.read_text("utf-8").replace("TEAM: {}", "TEAM: {fields: {class: Nope}}"), "utf-8"
    )
    (line,) = shell.fails("doctor")
    assert "TEAM: " in line and "no field 'Nope'" in line


def test_an_id_that_jira_does_not_know_is_told(shell: Shell) -> None:
    add_to_project(shell, "id: 99999")
    (line,) = shell.fails("doctor")
    assert "main: DEMO: Jira has no project with the id 99999, or the account may not see" in line


def test_a_role_that_the_account_is_not_in_is_told(shell: Shell) -> None:
    add_to_project(shell, "visibility: {role: Developers}")
    shell.does("doctor")
    shell.jira.model.rights.leave_role("sluice", "Developers")
    (line,) = shell.fails("doctor")
    assert "the account is not in the project role 'Developers', so Jira refuses its co" in line


def test_what_jira_does_not_tell_of_groups_hides_no_other_problem(shell: Shell) -> None:
    add_to_project(shell, "visibility: {group: jira-developers}")
    issue = shell.person.create("Pay by invoice")
    account = shell.jira.model.accounts.json(shell.jira.model.accounts.by_name["sluice"])
    who = {"assignee": {"accountId": account["accountId"]}}
    shell.person.ask("PUT", f"issue/{issue}", {"fields": who})
    (line,) = shell.fails("doctor")
    assert "is the assignee or reporter of DEMO-2" in line


def test_the_project_of_an_id_is_checked_and_not_the_one_of_the_key(shell: Shell) -> None:
    model = shell.jira.model
    shop = model.add_project("SHOP").id
    model.rights.take("sluice", "EDIT_ISSUES", shop)
    add_to_project(shell, f"id: {shop}")
    (hook,) = shell.jira.webhooks.all()
    hook.filters = {}
    (line,) = shell.fails("doctor")
    assert "SHOP: the account may not write fields: give it the permission" in line
