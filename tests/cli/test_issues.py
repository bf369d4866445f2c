"""Which week a report is on."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from cli.issues import _until
from sandbox.operations.site_changes import rename_project
from tests.cli.shell import Shell
from worker.settings.capacity_format import DAYS
from worker.settings.file_format import ReportModel
from worker.settings.settings import Project


@pytest.mark.parametrize("day", DAYS)
def test_what_is_posted_without_a_week_is_the_last_complete_one(day: Any) -> None:
    asked = ReportModel(issue="SHOP-1", day=day)
    project = cast(Project, SimpleNamespace(report=asked, key="SHOP"))
    now = datetime.now(ZoneInfo(asked.timezone))
    until = _until(project, None, post=True)
    assert until.date() in {now.date() - timedelta(days=n) for n in range(8)}
    assert (until.weekday(), until.time()) == (asked.weekday, asked.time)


DONE = {"transition": {"id": "31"}}


def test_explain_says_why_a_finished_issue_is_left_alone_and_judges_it_all_the_same(
    shell: Shell,
) -> None:
    issue = shell.person.create("Payment fails", "Since Monday, for 40 customers.")
    shell.person.ask("POST", f"issue/{issue}/transitions", DONE)
    said = shell.does("explain", "DEMO-2")
    assert "Nothing is written: the issue is finished, so Sluice leaves it in peace." in said
    assert "score" in said.lower()
    assert "leaves it in peace" in shell.does("triage", "DEMO-2")
    assert shell.person.see(issue)["record"] is None


def test_explain_says_what_the_screen_of_the_type_lacks(shell: Shell) -> None:
    shell.jira.model.hide_field("Sluice Score", project="DEMO", issue_type="Bug")
    issue = shell.person.create("Payment fails", "Since Monday.", type="Bug")
    said = shell.does("triage", "DEMO-2")
    assert "Sluice Score is not on the edit screen of Bug: not written" in said
    assert "Sluice Score is not on the edit screen of Bug" in shell.does("explain", "DEMO-2")
    record = shell.person.see(issue)["record"]
    assert record["left_out"] == [shell.jira.model.must_field("Sluice Score").id]
    assert record["wrote"]["score"] is None


def test_commands_take_the_new_key_and_the_old_one_after_a_project_was_renamed(
    shell: Shell,
) -> None:
    issue = shell.person.create("Payment fails", "Since Monday, for 40 customers.")
    rename_project(shell.jira.model, "DEMO", "SHOP")
    assert "Would write:" in shell.does("triage", "SHOP-2", "--dry-run")
    assert "Written:" in shell.does("triage", "DEMO-2")
    assert "Nothing to write: the issue is up to date" in shell.does("triage", "SHOP-2")
    assert shell.person.see(issue)["record"]["issue"] == issue
    assert "score" in shell.does("explain", "SHOP-2").lower()
    assert "SHOP-1: the weekly report is posted here" in shell.fails("triage", "SHOP-1")[0]


def test_a_dry_run_shows_the_reasons_and_who_would_read_a_comment(shell: Shell) -> None:
    shell.jira.model.add_field("Sluice Why", "text")
    shell.jira.model.must_project("DEMO").type_key = "service_desk"
    path = Path(shell.env["SLUICE_CONFIG"])
    path.write_text(path.read_text("utf-8") + "    visibility: {role: Developers}\n", "utf-8")
    issue = shell.person.create(
        "Search does not work", "It is broken for one customer. Please fix soon!!"
    )
    said = shell.does("triage", "DEMO-2", "--dry-run")
    assert "  Sluice Why:\n    " in said
    assert "  comment, new, internal note, only for the role Developers:\n    (" in said
    assert shell.person.see(issue)["comments"] == []
