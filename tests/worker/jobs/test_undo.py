"""Taking back what Sluice wrote: as before where nobody touched it, and left where somebody did."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from tests.desk import STORY, Desk
from tests.live import calls
from tests.worker.team import Team
from worker import tasks
from worker.jobs.bulk_work import Shown, Tally
from worker.jobs.pace import Pace
from worker.jobs.undo import Found, Undo, preview, undo

HOUR = timedelta(hours=1)


def asked(since: datetime | None = None, book: str | None = None) -> Undo:
    return Undo("main", ("DEMO",), since or datetime.now(UTC) - HOUR, book)


def run(plan: Undo) -> tuple[Tally, Found]:
    return undo(tasks.this_process(), plan, Pace(1000.0), Shown())


def triaged(desk: Desk, summary: str = "Pay by invoice", **more: str) -> str:
    issue = desk.sluice.person.create(summary, STORY, **more)
    desk.store.admit(issue)
    assert desk.triage(issue) == "written"
    return issue


def test_an_undone_issue_is_as_it_was_with_one_get_and_one_put(desk: Desk) -> None:
    issue, see = triaged(desk), desk.sluice.person.see
    assert see(issue)["gate"] and see(issue)["comments"]
    before = calls(desk.jira, issue)
    done, _ = run(asked())
    assert done == Tally(written=1)
    seen = see(issue)
    assert (seen["class"], seen["gate"], seen["score"]) == (None, None, None)
    assert (seen["priority"], seen["comments"]) == ("Medium", [])
    assert tuple(b - a for a, b in zip(before, calls(desk.jira, issue), strict=True)) == (1, 1)


def test_what_the_account_before_wrote_is_undone_too(desk: Desk) -> None:
    issue, see = triaged(desk), desk.sluice.person.see
    desk.jira.model.accounts.replace("sluice", "sluice2", "Sluice (new)", keep_token=True)
    tasks.this_process().close()
    done, _ = run(asked())
    seen = see(issue)
    assert done == Tally(written=1)
    assert (seen["class"], seen["gate"], seen["score"]) == (None, None, None)
    assert seen["comments"] == []


def test_what_is_undone_stays_so_until_a_person_changes_the_issue(desk: Desk) -> None:
    issue, person = triaged(desk), desk.sluice.person
    run(asked())
    assert desk.reconcile()[1] == 0
    desk.store.admit(issue)
    assert desk.triage(issue) == "left alone"
    assert run(asked())[0].written == 0, "and it is not undone twice"
    changed_later(desk, issue)
    desk.store.admit(issue)
    assert desk.triage(issue) == "written"
    assert person.see(issue)["gate"]


def changed_later(desk: Desk, issue: str) -> None:
    """Let a person edit an issue two minutes from now."""
    clock = desk.jira.model.clock
    desk.jira.model.clock = lambda: clock() + 120
    desk.sluice.person.set(issue, summary="Pay by invoice, also abroad")


def test_another_rulebook_judges_an_undone_issue_again(team: Team) -> None:
    issue = triaged(team.desk)
    run(asked())
    team.write(team.file.read_text("utf-8").replace("40", "60"))
    team.desk.store.admit(issue)
    assert team.desk.triage(issue) == "written"


def test_a_value_that_a_person_changed_stays_and_the_others_are_taken_back(desk: Desk) -> None:
    issue = triaged(desk)
    desk.sluice.person.set(issue, **{"class": "Exploration"})
    _, found = run(asked())
    seen = desk.sluice.person.see(issue)
    assert (seen["class"], seen["gate"]) == ("Exploration", None)
    assert found.left == {"Sluice Class": 1}


def test_what_was_written_before_the_time_stays(desk: Desk) -> None:
    issue = triaged(desk)
    assert run(asked(datetime.now(UTC) + timedelta(seconds=2)))[0].written == 0
    assert desk.sluice.person.see(issue)["gate"]


def test_the_values_of_an_earlier_write_come_back_and_the_text_is_said_to_stay(
    team: Team,
) -> None:
    desk = team.desk
    issue = triaged(desk)
    before = desk.sluice.person.see(issue)
    time.sleep(1.1)  # Jira's times have whole seconds
    since = datetime.now(UTC)
    team.write(team.file.read_text("utf-8").replace("40", "60"))
    desk.store.admit(issue)
    time.sleep(1.1)
    assert desk.triage(issue) == "written"
    assert desk.sluice.person.see(issue)["score"] != before["score"]
    _, found = run(asked(since))
    assert desk.sluice.person.see(issue)["score"] == before["score"]
    assert found.restored["Sluice Score"] == 1


def test_only_what_a_rulebook_wrote_is_taken_back_if_it_is_named(desk: Desk) -> None:
    issue = triaged(desk)
    assert run(asked(book="0000"))[0].written == 0
    digest = desk.sluice.person.see(issue)["record"]["rulebook"]
    assert run(asked(book=digest[:6]))[0].written == 1


def test_a_preview_counts_fields_and_writes_nothing(desk: Desk) -> None:
    issue = triaged(desk)
    found = preview(tasks.this_process(), asked(), Shown())
    assert found.issues == 1 and found.restored["comment"] == 1
    assert found.samples[0].restored["Sluice Gate"] == "empty"
    assert calls(desk.jira, issue)[1] == 1
