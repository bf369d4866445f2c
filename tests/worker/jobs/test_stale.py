"""What is stale is found on Data Center too, where a search gives no records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.desk import STORY, Desk
from tests.live import live
from worker import tasks
from worker.jobs import retrain, stale
from worker.jobs.retrain import history
from worker.triage.site_triage import SiteTriage

VAGUE = "It is broken, please fix."


@pytest.fixture
def server(redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk of a Data Center site."""
    with Sandbox(deployment="datacenter") as jira, live(jira, redis_url, tmp_path) as sluice:
        sluice.person.create("Where our capacity goes")
        found = Desk(sluice)
        monkeypatch.setattr(tasks, "enqueue", found.note)
        yield found


def gate() -> SiteTriage:
    return tasks.this_process().site_triage("main")


def triaged(server: Desk, summary: str, description: str = STORY, **more: str) -> str:
    issue = server.sluice.person.create(summary, description, **more)
    server.store.admit(issue)
    assert server.triage(issue) == "written"
    return issue


def reads(server: Desk) -> int:
    """How often an issue was read by itself."""
    return server.jira.log.count(method="GET", account="sluice", path="/issue/{issue}")


@pytest.mark.parametrize("count", [40, pytest.param(200, marks=pytest.mark.slow)])
def test_three_passes_over_triaged_issues_queue_nothing(server: Desk, count: int) -> None:
    person = server.sluice.person
    issues = [
        triaged(server, f"{TITLES[number % len(TITLES)]} {number}", TEXTS[number % len(TEXTS)])
        for number in range(count)
    ]
    overruled = issues[::20] + issues[7::40]
    for issue in issues[::20]:
        person.set(issue, priority="Highest")
    for issue in issues[7::40]:
        person.set(issue, **{"class": "Tech debt", "gate": "Accept"})
    for issue in overruled:
        server.store.admit(issue)
        server.triage(issue)
    server.jira.log.clear()
    assert [server.reconcile() for _ in range(3)] == [(count + 1, 0)] * 3
    assert reads(server) == 0, "the changelog tells what Sluice wrote, and what people decided"


TITLES = ["Pay by invoice", "Login fails", "Refactor the module of payments", "Survey of shoppers"]
TEXTS = [STORY, VAGUE, "Since Monday 300 users a day see an error 500 at the checkout.", ""]


def test_what_changed_without_an_event_is_found(server: Desk) -> None:
    person = server.sluice.person
    asked, plain = triaged(server, "Login fails", VAGUE), triaged(server, "Pay by invoice")
    assert server.reconcile() == (3, 0)
    person.ask("POST", f"issue/{asked}/comment", {"body": "Open /login, enter a name, error 500."})
    person.set(plain, summary="Production is down, nobody can order")
    assert server.reconcile() == (3, 2)
    assert {issue for issue, _, _ in server.queued} == {asked, plain}


def test_no_more_than_a_bounded_number_is_read_one_by_one(
    server: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stale, "MOST_READ", 2)
    for number in range(4):
        server.sluice.person.set(triaged(server, f"Pay by invoice {number}"), priority="Highest")
    server.jira.log.clear()
    assert server.reconcile() == (5, 4), "their events were not seen, so all four are due"
    assert reads(server) == 2


def test_what_sluice_wrote_is_no_correction(server: Desk) -> None:
    issues = [triaged(server, f"{title} {n}") for n, title in enumerate(TITLES * 5)]
    assert choices() == []
    server.sluice.person.set(issues[3], **{"class": "Exploration"})
    assert choices() == [("kind", "exploration")]


def test_after_the_account_was_replaced_nothing_is_queued_and_nothing_is_a_correction(
    server: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrain, "MOST_RECORDS", 0)  # what a large site would have beyond them
    issues = [triaged(server, f"{title} {n}") for n, title in enumerate(TITLES * 5)]
    accounts = server.jira.model.accounts
    accounts.replace("sluice", "sluice2", "Sluice (new)", keep_token=True)
    tasks.this_process().close()
    server.jira.log.clear()
    assert [server.reconcile() for _ in range(3)] == [(21, 0)] * 3
    log = server.jira.log
    assert log.count(method="GET", account="sluice2", path="/properties/") == 3, "one a pass"
    server.sluice.person.set(issues[3], **{"class": "Exploration"})
    assert choices() == [("kind", "exploration")]


def choices() -> list[tuple[str, str]]:
    found = history(lambda _: gate(), gate().projects.values())
    return [(one.field, one.value) for issue in found for one in issue.history.choices]


def test_a_new_field_for_the_reasons_is_filled_with_the_next_change_of_an_issue(desk: Desk) -> None:
    issue = triaged(desk, "Pay by invoice")
    field = desk.jira.model.add_field("Sluice Why", "text").id
    tasks.this_process().forget_layout("main")
    assert desk.reconcile() == (2, 0)
    desk.sluice.person.set(issue, summary="Pay by invoice in Poland")
    assert desk.reconcile() == (2, 1)
    assert desk.triage(issue) == "written"
    assert desk.sluice.person.ask("GET", f"issue/{issue}")["fields"][field]
