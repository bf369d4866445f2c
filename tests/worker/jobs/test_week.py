"""A week on a practice Jira: whose time went where, read from the changelog alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
import requests

from connector.capacity.fetch_work import fetch_work, readable
from rules.capacity.capacity_rules import CapacityRules
from rules.capacity.week_report import week_report
from rules.capacity.working_days import WorkCalendar
from sandbox import Sandbox
from sandbox.operations.site_changes import rename_project
from tests.connector.test_client import site_at
from tests.desk import Desk
from worker.jobs.week import Week, post_week, read_week, week_end
from worker.settings.settings import Project
from worker.tasks import this_process

BERLIN = ZoneInfo("Europe/Berlin")
UNTIL = datetime(2026, 11, 30, 9, tzinfo=BERLIN)


class People:
    """People who work on a practice Jira, at times that a test gives."""

    def __init__(self, jira: Sandbox) -> None:
        self.jira = jira

    def at(self, text: str) -> None:
        moment = datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()
        self.jira.model.clock = lambda: moment

    def ask(self, method: str, path: str, body: Any = None, by: str = "pm") -> Any:
        url = f"{self.jira.url}/rest/api/2/{path}"
        head = self.jira.authorization(by)
        answer = requests.request(method, url, json=body, headers=head, timeout=60)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def create(self, summary: str, **fields: Any) -> str:
        made = self.ask(
            "POST",
            "issue",
            {
                "fields": {
                    "project": {"key": "DEMO"},
                    "issuetype": {"name": "Story"},
                    "summary": summary,
                    **fields,
                }
            },
        )
        return str(made["key"])

    def assign(self, key: str, who: str) -> None:
        account = self.jira.model.accounts.by_name[who]
        cloud = self.jira.deployment == "cloud"
        body = {"accountId": account.account_id} if cloud else {"name": who}
        self.ask("PUT", f"issue/{key}/assignee", body)

    def move(self, key: str, to: str) -> None:
        steps = self.ask("GET", f"issue/{key}/transitions")["transitions"]
        step = next(one["id"] for one in steps if one["to"]["name"] == to)
        self.ask("POST", f"issue/{key}/transitions", {"transition": {"id": step}})


class Team(People):
    """The people of a site that Sluice knows."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.jira)
        self.desk = desk
        self.site = this_process().site_triage("main").site

    @property
    def project(self) -> Project:
        return this_process().site_triage("main").projects["DEMO"]

    def classed(self, summary: str, kind: str) -> str:
        key = self.create(summary)
        self.desk.sluice.person.set(self.id(key), **{"class": kind})
        return key

    def close(self, key: str, resolution: str) -> None:
        model = self.jira.model
        self.move(key, "Done")
        issue = model.issue(key)
        issue.values = issue.values | {"resolution": {"name": resolution}}

    def id(self, key: str) -> str:
        return str(self.jira.model.issue(key).id)

    def comments(self) -> list[str]:
        found = self.ask("GET", "issue/DEMO-1/comment")["comments"]
        return [one["body"] for one in found if "Sluice capacity" in one["body"]]

    def files(self) -> list[str]:
        found = self.ask("GET", "issue/DEMO-1")["fields"]["attachment"]
        return [one["filename"] for one in found]

    def week(self, until: datetime = UNTIL) -> Week:
        return read_week(self.site, self.project, until)


@pytest.fixture
def team(desk: Desk) -> Iterator[Team]:
    found = Team(desk)
    found.at("2026-11-20 09:00")
    yield found


def test_days_are_given_to_what_was_in_progress(team: Team) -> None:
    debt, need = team.classed("Pay debt", "Tech debt"), team.classed("Sell", "Business need")
    team.at("2026-11-23 07:00")
    for key in (debt, need):
        team.assign(key, "pm")
    team.move(debt, "In Progress")
    team.at("2026-11-25 12:00")
    team.move(debt, "Done")
    team.move(need, "In Progress")
    report = team.week().report
    assert report.measured.unit == "person_days"
    assert report.work.parts == {"tech_debt": {debt: 2.5}, "business_need": {need: 2.5}}
    assert report.done.work == (debt,)
    assert report.days.idle == {}


def a_week(team: Team) -> dict[str, str]:
    """Work on five issues for a week; return their keys."""
    keys = {
        "debt": team.classed("Upgrade the queue", "Tech debt"),
        "need": team.classed("Pay by invoice", "Business need"),
        "odd": team.create("Something else"),
        "dropped": team.classed("Never done", "Tech debt"),
    }
    team.at("2026-11-23 07:00")
    for name, who in (("debt", "pm"), ("need", "dev"), ("odd", "dev"), ("dropped", "pm")):
        team.assign(keys[name], who)
    for name in ("debt", "need"):
        team.move(keys[name], "In Progress")
    team.at("2026-11-25 12:00")
    team.move(keys["debt"], "Done")
    team.move(keys["odd"], "In Progress")
    team.close(keys["dropped"], "Won't Do")
    return keys


def test_the_comment_says_first_which_class_is_furthest_from_its_target(team: Team) -> None:
    keys = a_week(team)
    lines = team.week().comment.splitlines()
    assert lines[0] == "h4. How the capacity was used: DEMO, 2026-11-23 to 2026-11-30"
    assert lines[1].startswith(
        "*Tech debt* took 40 % of 6.2 person-days, 20 points over its target"
    )
    rest = "\n".join(lines)
    assert "Without a class: 1.2 person-days on [1 issue|" in rest
    assert "On no issue of this project: 2.5 person-days of 10 person-days." in rest
    assert "Closed without any work, not counted as done: [1 issue|" in rest
    assert keys["dropped"] in unquote(rest)


def test_every_number_of_issues_is_the_count_of_its_link(team: Team) -> None:
    a_week(team)
    links = re.findall(r"\[(\d+)[^|\]]*\|[^?\]]+\?jql=([^\]]+)\]", team.week().comment)
    assert len(links) > 5
    for number, jql in links:
        found = team.ask("POST", "search/jql", {"jql": unquote(jql), "fields": ["key"]})
        assert len(found["issues"]) == int(number)


def test_a_week_is_posted_once_and_what_changes_later_is_a_line_of_its_own(team: Team) -> None:
    keys = a_week(team)
    assert post_week(team.site, "DEMO-1", team.week(), UNTIL.date()) == "added"
    first = team.comments()
    assert post_week(team.site, "DEMO-1", team.week(), UNTIL.date()) == "same"
    team.desk.sluice.person.set(team.id(keys["odd"]), **{"class": "Exploration"})
    assert post_week(team.site, "DEMO-1", team.week(), UNTIL.date()) == "restated"
    (before,), (after,) = first, team.comments()
    added = [line for line in after.splitlines() if line not in before.splitlines()]
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []
    assert len(added) == 1 and added[0].startswith("(!) Restated on 2026-11-30: ")
    assert keys["odd"] in unquote(added[0])
    assert post_week(team.site, "DEMO-1", team.week(), UNTIL.date()) == "same"


def test_the_trend_reads_the_weeks_as_they_were_posted(team: Team) -> None:
    keys = a_week(team)
    post_week(team.site, "DEMO-1", team.week(), UNTIL.date())
    team.desk.sluice.person.set(team.id(keys["debt"]), **{"class": "Exploration"})
    later = team.week(UNTIL + timedelta(days=7))
    assert [one.week for one in later.report.before] == ["2026-W48"]
    assert later.report.before[0].by_kind["tech_debt"] == 2.5


def test_a_hundred_issues_need_a_request_and_on_cloud_one_for_their_changes(team: Team) -> None:
    for number in range(120):
        values = {"summary": f"Issue {number}"}
        model = team.jira.model
        model.insert(model.projects["DEMO"], values, model.accounts.by_name["pm"])
    team.week()
    log = team.jira.log
    assert log.count(path="/search", account="sluice") == 2
    assert log.count(path="bulkfetch", account="sluice") == 2


@pytest.mark.parametrize(
    ("week", "end"),
    [("2026-W48", "2026-11-30"), ("2026-W53", "2027-01-04"), ("2027-W01", "2027-01-11")],
)
def test_a_week_ends_on_the_monday_after_it(week: str, end: str) -> None:
    found = week_end(week, 0, UNTIL.timetz().replace(tzinfo=None), BERLIN)
    assert f"{found:%Y-%m-%d %H:%M}" == f"{end} 09:00"


@pytest.mark.parametrize("week", ["2025-W53", "9999-W52", "0001-W01", "2026-W00", "2026-W5", "x"])
def test_a_week_that_is_not_in_the_calendar_is_refused(week: str) -> None:
    with pytest.raises(ValueError):
        week_end(week, 0, UNTIL.timetz().replace(tzinfo=None), BERLIN)


def test_a_person_who_quotes_the_report_keeps_their_comment(team: Team) -> None:
    keys = a_week(team)
    post_week(team.site, "DEMO-1", team.week(), UNTIL.date())
    (ours,) = team.comments()
    team.ask("POST", "issue/DEMO-1/comment", {"body": f"Look:\n{ours}"})
    team.desk.sluice.person.set(team.id(keys["odd"]), **{"class": "Exploration"})
    assert post_week(team.site, "DEMO-1", team.week(), UNTIL.date()) == "restated"
    mine, theirs = team.comments()
    assert mine != ours and theirs == f"Look:\n{ours}"


def test_a_comment_that_a_person_deleted_is_added_again(team: Team) -> None:
    a_week(team)
    post_week(team.site, "DEMO-1", team.week(), UNTIL.date())
    (note,) = team.ask("GET", "issue/DEMO-1/comment")["comments"]
    team.ask("DELETE", f"issue/DEMO-1/comment/{note['id']}")
    assert post_week(team.site, "DEMO-1", team.week(), UNTIL.date()) == "added"


def test_the_picture_is_attached_once_and_shown_in_the_comment(team: Team) -> None:
    a_week(team)
    found = team.week()
    post_week(team.site, "DEMO-1", found, UNTIL.date())
    (body,) = team.comments()
    assert f"!{found.picture_name}|width=600!\n*Looking back on two weeks*" in body
    assert team.files() == [found.picture_name]


def test_killed_between_picture_and_comment_it_adds_no_second_picture(team: Team) -> None:
    a_week(team)
    found = team.week()
    picture = found.picture()
    assert picture is not None and picture.startswith(b"\x89PNG")
    team.site.attach("DEMO-1", found.picture_name, picture, "image/png")
    assert post_week(team.site, "DEMO-1", team.week(), UNTIL.date()) == "added"
    assert team.files() == [found.picture_name] and len(team.comments()) == 1


def test_data_center_gives_the_same_days_from_its_own_changelog() -> None:
    with Sandbox(deployment="datacenter", context_path="/jira") as jira:
        site = site_at(jira.url, "datacenter")
        team = People(jira)
        team.at("2026-11-20 09:00")
        key = team.create("Pay debt")
        team.at("2026-11-23 07:00")
        team.assign(key, "pm")
        team.move(key, "In Progress")
        team.at("2026-11-25 12:00")
        team.assign(key, "dev")
        team.at("2026-11-26 07:00")
        team.move(key, "Done")
        work = fetch_work(site, "project = DEMO")
        rules = CapacityRules({}, WorkCalendar(BERLIN))
        report = week_report("DEMO", work.items, rules, UNTIL)
    assert report.days.by_person() == {"pm": {key: 2.5}, "dev": {key: 0.5}}
    assert report.work.unplaced == {key: 3.0}
    assert jira.log.count(path="search", account="sluice") == 1
    assert work.people["pm"] == "Ada PM"


def test_a_parent_that_is_hidden_or_deleted_does_not_stop_the_report(team: Team) -> None:
    epics = [team.classed(f"Epic {number}", "Tech debt") for number in range(5)]
    found = readable(team.site, [*epics[:3], "DEMO-9999", *epics[3:], "GONE-7"])
    assert {raw["key"] for raw in found} == {*epics}
    assert [*readable(team.site, ["DEMO-9999"])] == []


def test_all_parents_are_read_and_not_the_first_hundred_only(team: Team) -> None:
    model = team.jira.model
    pm, project = model.accounts.by_name["pm"], model.projects["DEMO"]
    epics = [model.insert(project, {"summary": f"Epic {n}"}, pm).key for n in range(130)]
    assert len([*readable(team.site, epics)]) == 130


def test_where_jira_takes_no_files_the_comment_is_posted_without_the_picture(team: Team) -> None:
    a_week(team)
    team.jira.model.takes_files = False
    assert post_week(team.site, "DEMO-1", team.week(), UNTIL.date()) == "added"
    (body,) = team.comments()
    assert "|width=600!" not in body and team.files() == []


def test_an_epic_of_another_project_gives_its_class_and_no_work(team: Team) -> None:
    model = team.jira.model
    model.add_project("OPS")
    story = team.create("Renew the certificates")
    epic = team.create("Quieter nights", project={"key": "OPS"})
    team.desk.sluice.person.set(team.id(epic), **{"class": "Tech debt"})
    issue = model.issue(story)
    issue.values = issue.values | {"parent": {"id": team.id(epic)}}
    team.at("2026-11-23 07:00")
    for key in (epic, story):
        team.assign(key, "pm")
    team.move(epic, "In Progress")
    team.at("2026-11-25 07:00")
    team.move(story, "In Progress")
    team.at("2026-11-26 07:00")
    for key in (epic, story):
        team.move(key, "Done")
    report = team.week().report
    assert report.work.parts == {"tech_debt": {story: 1.0}} and report.done.work == (story,)
    assert epic not in {*report.flow.created, *report.flow.started}


def test_a_project_whose_key_was_renamed_is_reported_on_as_before(team: Team) -> None:
    keys = a_week(team)
    before = team.week()
    assert post_week(team.site, "DEMO-1", before, UNTIL.date()) == "added"
    rename_project(team.jira.model, "DEMO", "SHOP")
    now = team.week()
    assert now.report.work.total == before.report.work.total > 0
    assert now.note and now.note.id == before.note.id if before.note else now.note
    assert post_week(team.site, "DEMO-1", now, UNTIL.date()) == "same"
    team.desk.sluice.person.set(team.id(keys["odd"]), **{"class": "Exploration"})
    assert post_week(team.site, "DEMO-1", team.week(), UNTIL.date()) == "restated"
    (line,) = [one for one in team.comments()[0].splitlines() if one.startswith("(!) Restated")]
    shown = set(re.findall(r"[A-Z]+-\d+", unquote(line)))
    assert shown == {keys["odd"].replace("DEMO", "SHOP")}
