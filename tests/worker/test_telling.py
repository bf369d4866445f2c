"""Who reads what Sluice tells, end to end on a practice Jira: customers never, others as set."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connector.setup.telling import telling_problems
from sandbox import Sandbox
from tests.live import Person, environment
from worker.jobs.week import post_week, read_week
from worker.settings.load import load
from worker.settings.settings import Project
from worker.triage.site_triage import SiteTriage, open_site_triage

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
READY = (
    "As a shopper I want to pay by invoice so that I can order for my company. 40 customers ask.\n"
    "Acceptance criteria:\n- The invoice has a due date.\n- It is sent by mail."
)


class Told:
    """A practice Jira, the triage of it, and what people see there."""

    def __init__(self, jira: Sandbox, folder: Path, settings: str = "") -> None:
        self.jira, self.person = jira, Person(jira)
        env = environment(jira, "redis://localhost:1/0", folder)
        path = Path(env["SLUICE_CONFIG"])
        path.write_text(path.read_text("utf-8") + settings, "utf-8")
        self.settings = load(env)
        site = self.settings.sites["main"]
        self.triage: SiteTriage = open_site_triage(site, self.settings.of_site("main"))
        self.person.create("Where our capacity goes")

    @property
    def project(self) -> Project:
        return self.triage.projects["DEMO"]

    def new(self, summary: str = "Pay by invoice", description: str = READY) -> str:
        issue = self.person.create(summary, description, type="Story")
        self.again(issue)
        return issue

    def again(self, issue: str) -> Any:
        return self.triage.apply(self.triage.plan(self.triage.site.open(issue), NOW)).update

    def comments(self, issue: str, by: str = "pm") -> list[dict[str, Any]]:
        found = Person(self.jira, by).ask("GET", f"issue/{issue}/comment?expand=properties")
        return list(found["comments"])

    def why(self, issue: str) -> str | None:
        fields = self.person.ask("GET", f"issue/{issue}")["fields"]
        found = fields[self.person.field("Sluice Why")]
        return None if found is None else str(found)

    def internal(self, issue: str) -> list[bool]:
        known = self.jira.model.comment_properties
        marks = (known.get(one["id"], {}).get("sd.public.comment") for one in self.comments(issue))
        return [mark == {"internal": True} for mark in marks]


@pytest.fixture(params=["cloud", "datacenter"])
def jira(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(deployment=request.param) as found:
        yield found


@pytest.fixture
def told(jira: Sandbox, tmp_path: Path) -> Callable[..., Told]:
    return lambda settings="": Told(jira, tmp_path, settings)


def service_desk(jira: Sandbox) -> None:
    jira.model.must_project("DEMO").type_key = "service_desk"


def test_a_request_of_a_service_desk_gets_an_internal_note_that_edits_leave_internal(
    told: Callable[..., Told], jira: Sandbox
) -> None:
    service_desk(jira)
    desk = told()
    issue = desk.new("Search does not work", "It is broken for one customer. Please fix soon!!")
    assert desk.internal(issue) == [True]
    desk.jira.model.comment_properties.clear()  # as if an edit without the mark lifted it
    desk.person.set(issue, description=READY, summary="Pay by invoice")
    assert "edit" in desk.again(issue).update["comment"][0]
    assert desk.internal(issue) == [True]


def test_a_software_project_gets_an_ordinary_comment(told: Callable[..., Told]) -> None:
    site = told()
    assert site.internal(site.new()) == [False]


def test_questions_to_a_reporter_who_cannot_see_the_note_are_for_the_team_to_pass_on(
    told: Callable[..., Told], jira: Sandbox
) -> None:
    service_desk(jira)
    desk = told()
    (note,) = desk.comments(desk.new("Better search", ""))
    assert "*Please pass on to the reporter, who can't see this note:* Please" in note["body"]
    assert "For the reporter" not in note["body"]


def test_the_weekly_report_in_a_service_desk_is_internal_and_has_no_picture(
    told: Callable[..., Told], jira: Sandbox
) -> None:
    service_desk(jira)
    desk = told()
    week = read_week(desk.triage.site, desk.project, NOW)
    assert post_week(desk.triage.site, "DEMO-1", week, NOW.date()) == "added"
    assert desk.internal("DEMO-1") == [True]
    assert desk.person.ask("GET", "issue/DEMO-1")["fields"]["attachment"] == []


def test_a_comment_is_for_a_role_and_stays_so_when_it_is_edited(
    told: Callable[..., Told], jira: Sandbox
) -> None:
    site = told("    visibility: {role: Developers}\n")
    issue = site.new("Search does not work", "It is broken for one customer. Please fix soon!!")
    level = site.comments(issue)[0]["visibility"]
    assert (level["type"], level["value"]) == ("role", "Developers")
    site.person.set(issue, description=READY, summary="Pay by invoice")
    edit = site.again(issue).update["comment"][0]["edit"]
    assert edit["visibility"] == {"type": "role", "value": "Developers"}
    jira.model.rights.leave_role("dev", "Developers")
    assert len(site.comments(issue)) == 1 and site.comments(issue, "dev") == []


def test_a_role_that_jira_does_not_know_costs_the_comment_and_no_field(
    told: Callable[..., Told],
) -> None:
    site = told("    visibility: {role: Developer}\n")
    issue = site.new()
    assert site.person.see(issue)["gate"] and site.comments(issue) == []
    problems = [*telling_problems(site.triage.site, "DEMO", site.project.telling)]
    assert len(problems) == 1
    assert "there is no project role 'Developer' for `visibility`: use one of" in problems[0]
    assert "Developers" in problems[0]


def test_without_mails_is_asked_for_and_given_up_where_the_account_may_not(
    told: Callable[..., Told], jira: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    site = told("    notify: false\n")
    assert [*telling_problems(site.triage.site, "DEMO", site.project.telling)] == []
    for right in ("ADMINISTER", "ADMINISTER_PROJECTS"):
        jira.model.take_right("sluice", right)
    with caplog.at_level(logging.WARNING, logger="sluice"):
        issues = [site.new(), site.new("Pay by card")]
    assert all(site.person.see(issue)["gate"] for issue in issues)
    refused = [one for one in caplog.messages if "without mails" in one]
    assert len(refused) == (1 if jira.deployment == "datacenter" else 0), "Cloud only ignores it"
    problems = [*telling_problems(site.triage.site, "DEMO", site.project.telling)]
    assert "may not write without mails" in problems[0]


def test_the_reasons_stand_in_their_field_and_no_comment_is_written_where_nobody_has_to_act(
    told: Callable[..., Told], jira: Sandbox
) -> None:
    jira.model.add_field("Sluice Why", "text")
    site = told()
    issue = site.new()
    assert site.person.see(issue)["gate"] == "Accept"
    assert site.comments(issue) == [] and 1 <= len(str(site.why(issue)).splitlines()) <= 3
    assert site.again(issue) is None, "its own text is no reason to look again"
    asked = site.new("Search does not work", "It is broken for one customer. Please fix soon!!")
    assert len(site.comments(asked)) == 1 and site.why(asked)


def test_what_a_person_wrote_as_the_reason_stays(told: Callable[..., Told], jira: Sandbox) -> None:
    jira.model.add_field("Sluice Why", "text")
    site = told()
    issue = site.new("Search does not work", "It is broken for one customer. Please fix soon!!")
    field = site.person.field("Sluice Why")
    site.person.ask("PUT", f"issue/{issue}", {"fields": {field: "Ann knows why."}})
    site.person.set(issue, description=READY, summary="Pay by invoice")
    site.again(issue)
    assert site.why(issue) == "Ann knows why."


def test_a_comment_that_was_answered_tells_the_final_state_and_no_second_one_comes(
    told: Callable[..., Told], jira: Sandbox
) -> None:
    jira.model.add_field("Sluice Why", "text")
    site = told()
    issue = site.new("Search does not work", "It is broken for one customer. Please fix soon!!")
    assert not site.comments(issue)[0]["body"].startswith("(/)")
    site.person.set(issue, description=READY, summary="Pay by invoice")
    site.again(issue)
    assert [one["body"][:3] for one in site.comments(issue)] == ["(/)"]


def test_a_score_that_moves_writes_the_score_and_no_comment(
    told: Callable[..., Told],
) -> None:
    site = told()
    issue = site.new()
    before = site.person.see(issue)
    site.person.ask("PUT", f"issue/{issue}", {"fields": {site.person.field("points"): 2}})
    update = site.again(issue)
    assert set(update.fields) == {site.person.field("score")} and "comment" not in update.update
    after = site.person.see(issue)
    assert after["score"] != before["score"] and after["comments"] == before["comments"]


def twice(site: Told, issue: str) -> None:
    """Let Sluice's comment be there twice, as after a write that timed out and was repeated."""
    body = site.comments(issue)[0]["body"]
    Person(site.jira, "sluice").ask("POST", f"issue/{issue}/comment", {"body": body})
    site.person.ask("POST", f"issue/{issue}/comment", {"body": f"{body}\nWhat is this?"})


def test_two_comments_of_ours_become_one_with_one_write(told: Callable[..., Told]) -> None:
    site = told()
    issue = site.new("Search does not work", "It is broken for one customer. Please fix soon!!")
    twice(site, issue)
    update = site.again(issue)
    assert [next(iter(one)) for one in update.update["comment"]] == ["edit", "remove"]
    left = [one["body"] for one in site.comments(issue)]
    assert len(left) == 2 and left[1].endswith("What is this?") is not left[0].endswith("this?")
    assert site.again(issue) is None


def test_where_it_may_not_remove_a_comment_the_second_one_points_to_the_first(
    told: Callable[..., Told], jira: Sandbox
) -> None:
    for right in ("DELETE_OWN_COMMENTS", "DELETE_ALL_COMMENTS"):
        jira.model.take_right("sluice", right)
    site = told()
    issue = site.new("Search does not work", "It is broken for one customer. Please fix soon!!")
    twice(site, issue)
    site.again(issue)
    bodies = [one["body"] for one in site.comments(issue)]
    assert len(bodies) == 3
    assert sum(one.startswith("(i) See Sluice's other comment.") for one in bodies) == 1
    assert site.again(issue) is None
