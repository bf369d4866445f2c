"""Projects by id: a renamed key goes on, foreign issues cost nothing, two keys can be swapped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rules.facts.issue import Issue
from sandbox import Sandbox
from sandbox.operations.site_changes import rename_project
from tests.live import Person
from worker.jobs.retrain import searched
from worker.jobs.stale import stale
from worker.settings.load import load
from worker.triage.site_projects import ASK_AGAIN_S, SiteProjects
from worker.triage.site_triage import SiteTriage, open_site_triage

CONFIG = """\
sites:
  main: {{url: "{url}", kind: {kind}, email: sluice@example.com}}
projects:
  DEMO: {{{demo}}}
  TEAM: {{{team}}}
"""


@pytest.fixture(params=["cloud", "datacenter"])
def jira(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(deployment=request.param) as found:
        for key in ("TEAM", "ELSE"):
            found.model.add_project(key)
        yield found


def opened(jira: Sandbox, folder: Path, demo: str = "", team: str = "language: zh") -> SiteTriage:
    """A process that begins now."""
    text = CONFIG.format(url=jira.url, kind=jira.deployment, demo=demo, team=team)
    (folder / "sluice.yaml").write_text(text, encoding="utf-8")
    found = load(
        {
            "SLUICE_CONFIG": str(folder / "sluice.yaml"),
            "SLUICE_MAIN_TOKEN": "token-sluice",
            "SLUICE_MAIN_SECRET": "a secret of tests",
        }
    )
    return open_site_triage(found.sites["main"], found.of_site("main"))


def new(jira: Sandbox, project: str) -> str:
    return Person(jira).create("Pay by invoice", project=project)


def named(gate: SiteTriage, issue: Issue) -> str | None:
    project = gate.project_of(issue)
    return project and project.key


def asked(jira: Sandbox, since: int) -> int:
    return jira.log.count(account="sluice", path="/project/", since=since)


def test_a_renamed_project_keeps_its_settings(jira: Sandbox, tmp_path: Path) -> None:
    issue = new(jira, "TEAM")
    rename_project(jira.model, "TEAM", "SHOP")
    gate = opened(jira, tmp_path)
    outcome = gate.plan(gate.site.open(issue), datetime.now(UTC))
    assert outcome.issue.project == "SHOP" and outcome.project == "TEAM"
    assert named(gate, gate.site.open("TEAM-1")) == named(gate, gate.site.open("SHOP-1")) == "TEAM"
    assert gate.places.renamed() == [("TEAM", "SHOP")]
    assert gate.places.jql("TEAM") == f"project = {outcome.issue.project_id}"
    found = [one for one, *_ in stale(gate, "TEAM", datetime.now(UTC))]
    assert [one.key for one in found] == ["SHOP-1"]
    assert [one.project for one in searched(gate, gate.places.jql("TEAM"))] == ["TEAM"]


def test_it_goes_on_in_a_process_that_runs(jira: Sandbox, tmp_path: Path) -> None:
    issue, gate = new(jira, "TEAM"), opened(jira, tmp_path)
    assert named(gate, gate.site.open(issue)) == "TEAM"
    rename_project(jira.model, "TEAM", "SHOP")
    assert named(gate, gate.site.open(issue)) == "TEAM"
    rename_project(jira.model, "SHOP", "MALL")
    assert named(gate, gate.site.open(issue)) == "TEAM"


def test_issues_of_foreign_projects_cost_one_question_a_project(
    jira: Sandbox, tmp_path: Path
) -> None:
    gate, issues = opened(jira, tmp_path), [new(jira, "ELSE") for _ in range(4)]
    assert named(gate, gate.site.open(issues[0])) is None
    since = jira.log.last_seq()
    assert [named(gate, gate.site.open(one)) for one in issues[1:]] == [None] * 3
    assert asked(jira, since) == 0


def test_a_project_that_jira_does_not_know_is_asked_for_again_after_a_while(
    jira: Sandbox, tmp_path: Path
) -> None:
    gate, clock = opened(jira, tmp_path), [0.0]
    issue = gate.site.open(new(jira, "ELSE"))
    del jira.model.projects["TEAM"]
    places = SiteProjects(gate.site, gate.projects, clock=lambda: clock[0])
    assert places.place("TEAM") is None and places.jql("TEAM") == 'project = "TEAM"'
    assert places.of(issue) is None
    since = jira.log.last_seq()
    assert places.of(issue) is None
    assert asked(jira, since) == 0
    clock[0] = ASK_AGAIN_S + 1
    assert places.of(issue) is None
    assert asked(jira, since) == 1


def test_a_new_project_that_takes_an_old_key_is_what_the_key_means(
    jira: Sandbox, tmp_path: Path
) -> None:
    old = new(jira, "TEAM")
    rename_project(jira.model, "TEAM", "SHOP")
    jira.model.add_project("TEAM")
    gate, issue = opened(jira, tmp_path), new(jira, "TEAM")
    assert named(gate, gate.site.open(issue)) == "TEAM"
    assert named(gate, gate.site.open(old)) is None


def test_two_swapped_keys_are_told_apart_by_the_ids_in_the_settings(
    jira: Sandbox, tmp_path: Path
) -> None:
    issues = {key: new(jira, key) for key in ("DEMO", "TEAM")}
    ids = {key: jira.model.projects[key].id for key in issues}
    for old, key in (("DEMO", "TMP"), ("TEAM", "DEMO"), ("TMP", "TEAM")):
        rename_project(jira.model, old, key)
    by_key = opened(jira, tmp_path)
    assert {key: named(by_key, by_key.site.open(one)) for key, one in issues.items()} == {
        "DEMO": "TEAM",
        "TEAM": "DEMO",
    }
    by_id = opened(jira, tmp_path, f"id: {ids['DEMO']}", f"id: '{ids['TEAM']}'")
    assert {key: named(by_id, by_id.site.open(one)) for key, one in issues.items()} == {
        "DEMO": "DEMO",
        "TEAM": "TEAM",
    }
    assert by_id.places.jql("DEMO") == f"project = {ids['DEMO']}"


def test_the_issue_of_the_weekly_report_is_known_by_its_id(jira: Sandbox, tmp_path: Path) -> None:
    post, other = new(jira, "TEAM"), new(jira, "TEAM")
    settings = "report: {issue: TEAM-1}"
    now = datetime.now(UTC)
    rename_project(jira.model, "TEAM", "SHOP")
    gate = opened(jira, tmp_path, team=settings)
    assert gate.plan(gate.site.open(post), now).status == "foreign"
    assert gate.plan(gate.site.open(other), now).status == "written"
    jira.model.move(post, "DEMO")
    gate = opened(jira, tmp_path, team=settings)
    assert gate.plan(gate.site.open(post), now).status == "foreign"
