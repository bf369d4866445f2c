"""Reconciling: what is stale is queued, and what can't be read now is read the next time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rules.assess.engine import EngineFault
from rules.facts.issue import Issue
from rules.rulebook.file_format import quantile_bands
from sandbox import Sandbox
from tests.desk import STORY, Desk
from tests.waiting import until
from tests.worker.team import Team
from worker import tasks
from worker.jobs.reconcile import EDGES_MOVED
from worker.store import leases
from worker.store.work_queue import DeadLetter
from worker.triage.site_triage import Outcome, SiteTriage


def test_reconciling_queues_what_is_stale_and_reads_only_what_changed_since(desk: Desk) -> None:
    old, new = (desk.sluice.person.create(f"Pay by invoice {n}", STORY) for n in range(2))
    assert desk.store.passes.short("DEMO") is None
    assert desk.reconcile() == (3, 2), "with the issue of the reports, which is never stale"
    assert [issue for issue, _, _ in desk.queued] == [old, new]
    for issue in (old, new):
        desk.triage(issue)
    for each in ("10000", old):
        age(desk.jira, each)
    assert desk.reconcile(full=False) == (1, 0)
    before = datetime.now(UTC)
    assert desk.reconcile() == (3, 0)
    mark = desk.store.passes.short("DEMO")
    assert mark is not None and before <= mark


QUANTILES = """\
book: team
bands: {quantiles: {High: 25, Medium: 50, Low: 25}}
measures: {pain: {from: [{field: description.length, times: 1}]}}
rules:
  - {id: story, when: type = Task, class: {business_need: 3}, because: A task.}
"""


def described(team: Team, length: int) -> str:
    """A triaged issue with a description so long: that is its score."""
    issue = team.desk.sluice.person.create("Pay", "abcdefghijklmnop"[:length])
    team.desk.store.admit(issue)
    assert team.desk.triage(issue) == "written"
    return issue


def test_a_full_pass_sets_the_bands_by_the_scores_of_open_issues(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quantile_bands, "FEWEST", 4)
    team.write(QUANTILES)
    desk, ledger = team.desk, team.desk.store.ledger
    issues = [described(team, n) for n in (10, 12, 14, 16)]
    see = desk.sluice.person.see
    assert {see(issue)["priority"] for issue in issues} == {"Low"}, "nothing else is known yet"
    desk.queued.clear()
    desk.reconcile()
    assert ledger.edges("DEMO") == (16, 12, 0)
    assert ledger.standing("DEMO").swept == EDGES_MOVED, "the next pass reads all issues again"
    desk.reconcile()
    assert {issue for issue, _, _ in desk.queued} == {*issues[1:]}, "the lowest one stays Low"
    for issue in issues:
        desk.triage(issue)
    assert [see(issue)["priority"] for issue in issues] == ["Low", "Medium", "Medium", "High"]
    before = ledger.edges("DEMO")
    assert desk.reconcile()[1] == 0 and ledger.edges("DEMO") == before, "nothing flaps"
    assert ledger.standing("DEMO").swept != EDGES_MOVED


def test_done_issues_do_not_set_the_bands(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantile_bands, "FEWEST", 2)
    team.write(QUANTILES)
    desk = team.desk
    for issue in (described(team, 10), described(team, 12)):
        done = {"transition": {"id": "31"}}
        desk.sluice.person.ask("POST", f"/issue/{issue}/transitions", done)
    desk.reconcile()
    assert desk.store.ledger.edges("DEMO") == ()


def test_the_scheduled_pass_is_full_once_a_day(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.sluice.person.create("Pay by invoice", STORY)
    assert tasks.reconcile("main") == "1 of 2 queued"
    age(desk.jira, "10000")
    assert tasks.reconcile("main") == "1 of 1 queued"
    desk.store.passes.note_full("DEMO", datetime.now(UTC) - timedelta(days=1))
    assert tasks.reconcile("main") == "1 of 2 queued"


def test_a_pass_tries_again_what_somebody_may_have_mended(desk: Desk) -> None:
    """It leaves an error of Sluice, and what Jira does not show."""
    issues = [desk.issue(f"Pay by invoice {n}") for n in range(4)]
    hidden, (refused, tired, odd, back) = "99999", issues
    for issue, kind, final in (
        (refused, "refused", False),
        (tired, "gave up", False),
        (odd, "bug", True),
        (back, "missing", True),
        (hidden, "missing", True),
    ):
        events = desk.store.begin(issue).events or ""
        desk.store.bury(DeadLetter(issue, "why", "2026", final, kind=kind), events)
    done = tasks.reconcile_site("main")
    assert [issue for issue, _, _ in desk.queued] == [refused, tired, back]
    assert done.skipped == (
        "2 dead letters left: 1 since an error of Sluice, or its workers died, "
        "1 since Jira does not show the issue. See `sluice dead list`"
    )
    assert [desk.triage(issue) for issue in (refused, tired, back)] == ["written"] * 3


def test_a_letter_of_an_issue_that_no_search_reads_is_tried_again_too(desk: Desk) -> None:
    issue = desk.issue()
    desk.reconcile()
    age(desk.jira, issue)
    age(desk.jira, "10000")
    events = desk.store.begin(issue).events or ""
    desk.store.bury(DeadLetter(issue, "not on the screen", "2026", kind="refused"), events)
    desk.queued.clear()
    assert desk.reconcile(full=False) == (0, 1)
    assert [one for one, _, _ in desk.queued] == [issue]


@pytest.mark.parametrize("trouble", ["503", "401", "layout"])
def test_a_pass_that_fails_is_put_off_and_leaves_the_watermark(desk: Desk, trouble: str) -> None:
    if trouble == "503":
        desk.jira.faults.set(rate_503=1.0)
    elif trouble == "401":
        desk.jira.model.accounts._by_header.clear()
    else:
        desk.jira.model.remove_field("Sluice Gate")
    assert tasks.reconcile("main") == "postponed"
    assert desk.store.passes.short("DEMO") is None


def age(jira: Sandbox, issue: str, by: timedelta = timedelta(days=1)) -> None:
    """Make it as if nobody had touched an issue for a day, or so long."""
    found = jira.model.issues[issue]
    then = datetime.now(UTC) - by
    found.values = found.values | {"updated": then.strftime("%Y-%m-%dT%H:%M:%S.000+0000")}


def test_a_changed_issue_whose_event_never_came_is_counted(desk: Desk) -> None:
    lost, late, taken = (desk.sluice.person.create(f"Pay {n}", STORY) for n in range(3))
    now = datetime.now(UTC)
    for issue in (lost, taken):
        age(desk.jira, issue, timedelta(minutes=3))
    desk.store.passes.note_short("DEMO", now - timedelta(minutes=5))
    desk.store.admit(taken)
    assert tasks.reconcile_site("main", full=False).queued_issues == {lost, late, taken}
    assert desk.store.passes.missed() == 1, "one event may still come, and one waits"
    desk.triage(lost)
    desk.reconcile(full=False)
    assert desk.store.passes.missed() == 0


def test_a_project_that_jira_refuses_keeps_no_other_from_being_read(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.sluice.person.create("Pay by invoice", STORY)
    gate = tasks.this_process().site_triage("main")
    gate.projects = {**gate.projects, "AAA": gate.projects["DEMO"]}
    assert tasks.reconcile("main") == "1 of 2 queued"
    assert "AAA" in caplog.text and desk.store.passes.short("DEMO") is not None


def test_an_issue_that_cannot_be_judged_keeps_no_other_from_being_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd, plain = (desk.sluice.person.create(f"Pay by invoice {n}", STORY) for n in range(2))
    plan = SiteTriage.plan

    def fault(gate: SiteTriage, issue: Issue, now: datetime, *, asked: bool = False) -> Outcome:
        if issue.id == odd:
            raise EngineFault("two answers")
        return plan(gate, issue, now)

    monkeypatch.setattr(SiteTriage, "plan", fault)
    assert desk.reconcile() == (3, 2)
    assert [desk.triage(issue) for issue in (odd, plain)] == ["dead", "written"]


def test_reconciling_waits_while_another_is_at_it_or_jira_asked_for_a_pause(desk: Desk) -> None:
    with desk.store.leases.held("reconcile"):
        assert tasks.reconcile("main") == "postponed"
    desk.store.hold(30)
    assert tasks.reconcile("main") == "postponed"


def test_a_refused_pass_does_not_use_up_the_full_one_of_the_day(desk: Desk) -> None:
    desk.sluice.person.create("Pay by invoice", STORY)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    desk.store.passes.note_full("DEMO", yesterday)
    desk.store.passes.note_short("DEMO", yesterday)
    accounts = desk.jira.model.accounts._by_header
    kept = dict(accounts)
    accounts.clear()
    assert tasks.reconcile("main") == "postponed"
    assert desk.store.passes.short("DEMO") == desk.store.passes.full("DEMO") == yesterday
    accounts.update(kept)
    desk.store._redis.delete("sluice:main:hold")
    assert tasks.reconcile("main") == "1 of 2 queued"
    assert desk.store.passes.full("DEMO") == desk.store.passes.short("DEMO") != yesterday


def test_a_pass_that_another_process_took_over_queues_no_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk.sluice.person.create("Pay by invoice", STORY)
    plan = SiteTriage.foresee

    def stands_still(gate: SiteTriage, issue: Issue, now: datetime) -> Outcome:
        desk.store._redis.set("sluice:main:chore:reconcile", "another process's")
        until(lambda: "took over a job" in caplog.text)
        return plan(gate, issue, now)

    monkeypatch.setattr(leases, "RENEW_S", 0.01)
    monkeypatch.setattr(SiteTriage, "foresee", stands_still)
    assert tasks.reconcile("main") == "postponed"
    assert not desk.queued and desk.store.passes.short("DEMO") is None
