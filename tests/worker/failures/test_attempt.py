"""One try at an issue: what is Jira's word on it, what is in doubt, and what may still happen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.desk import STORY, Desk
from tests.worker.failures.test_outage import created, run, told, wake
from worker import tasks
from worker.failures import attempt, tries
from worker.store.trouble.pauses import UNSURE_S


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker waits for a pause that is short."""
    monkeypatch.setattr(tries, "SHORT_S", 0.0)


def known(desk: Desk) -> str:
    """An issue whose site was read before, so that only the issue's requests follow."""
    first, issue = desk.issue("First"), desk.issue()
    assert desk.triage(first) == "written"
    desk.queued.clear()
    return issue


def test_an_issue_in_trouble_of_its_own_holds_no_other_and_is_given_up_in_the_end(
    desk: Desk,
) -> None:
    """Its write is blocked by a gateway that dislikes the text; the site answers otherwise."""
    issue, other = known(desk), desk.issue()
    desk.jira.faults.set(status=403, only={"method": "PUT", "path": f"issue/{issue}"})
    assert desk.triage(issue) == "busy"
    assert desk.queued[-1][2] == 2 and told(desk) == ["ok", None]
    assert desk.triage(other) == "written"
    assert desk.triage(issue, attempt.MAX_ATTEMPTS) == "dead"
    (letter,) = desk.store.dead()
    assert letter.reason.startswith("gave up after 20 tries: ") and not letter.final
    desk.jira.faults.clear()
    tasks.reconcile("main")
    run(desk)
    assert desk.store.dead() == [], "the next pass heals it"


def test_what_meets_every_issue_is_the_sites_trouble(desk: Desk) -> None:
    issues = [known(desk), desk.issue(), desk.issue()]
    desk.jira.faults.set(status=502, only={"method": "PUT"})
    assert [desk.triage(issue) for issue in issues] == ["busy"] * 3
    assert "main pauses since" in told(desk)[0] and "answered 502" in told(desk)[0]
    desk.jira.faults.clear()
    wake(desk)
    run(desk)
    assert told(desk) == ["ok", None] and desk.store.dead() == []


def test_after_a_pause_one_worker_tries_and_the_others_wait_for_it(desk: Desk) -> None:
    issue, other = known(desk), desk.issue()
    desk.jira.faults.set(status=401)
    desk.triage(issue)
    wake(desk)
    assert desk.store.begin(issue).probe
    begun = desk.store.begin(other)
    assert not begun.probe and 0 < begun.hold_s <= 1


def test_an_issue_that_does_not_exist_is_final_and_comes_back_when_it_is_found(
    desk: Desk,
) -> None:
    issue = known(desk)
    hidden = desk.jira.model.issues.pop(issue)
    assert desk.triage(issue) == "dead"
    (letter,) = desk.store.dead()
    assert letter.final and letter.kind == "missing"
    desk.jira.model.issues[issue] = hidden
    tasks.reconcile("main")
    run(desk)
    assert desk.store.dead() == [] and desk.sluice.person.see(issue)["class"]


def test_an_account_that_sees_no_project_any_more_makes_no_dead_letters(desk: Desk) -> None:
    issue = known(desk)
    desk.jira.model.take_right("sluice", "BROWSE_PROJECTS")
    assert desk.triage(issue) == "busy", "Jira says 404, as of a deleted issue"
    assert "shows Sluice's account none of its projects (DEMO)" in told(desk)[0]
    assert tasks.reconcile("main") == "postponed" and desk.store.dead() == []


def test_the_causes_of_letters_are_asked_for_once_in_a_while(desk: Desk) -> None:
    issue = known(desk)
    before = desk.jira.log.count(path="/myself", account="sluice")
    for number in range(8):
        desk.store.admit(str(99_000 + number))
        assert desk.triage(str(99_000 + number)) == "dead"
    assert desk.jira.log.count(path="/myself", account="sluice") == before + 1
    assert desk.triage(issue) == "written"


def test_a_write_that_ends_after_we_gave_up_leaves_one_comment(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue = known(desk)
    going = slow_write(desk, monkeypatch)
    assert desk.triage(issue) == "busy"
    assert desk.queued[-1][1] >= UNSURE_S, "Jira may write it yet"
    desk.store._redis.delete("sluice:main:hold")
    desk.store.admit(issue)
    assert desk.triage(issue) == "on hold", "an event does not repeat it early"
    going.set()
    desk.sluice.until(lambda: desk.sluice.person.see(issue)["comments"])
    wake(desk)
    assert desk.triage(issue) == "unchanged"
    assert len(desk.sluice.person.see(issue)["comments"]) == 1


def test_an_edit_during_a_slow_write_ends_in_one_comment_with_the_last_verdict(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue, person = known(desk), desk.sluice.person
    going = slow_write(desk, monkeypatch)
    assert desk.triage(issue) == "busy"
    person.set(issue, summary="Wish lists", description="Later.")
    going.set()
    desk.sluice.until(lambda: person.see(issue)["comments"])
    wake(desk)
    desk.store.requeue(issue)
    assert desk.triage(issue) == "written"
    seen = person.see(issue)
    assert len(seen["comments"]) == 1 and seen["gate"] == "Needs info"
    assert "*Needs info*" in seen["comments"][0]


def slow_write(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let the sandbox hold the next PUT until the returned event is set; we give up at once."""
    from connector.http import connection

    going = threading.Event()
    monkeypatch.setattr(connection, "TIMEOUT", (0.5, 0.5))
    tasks.this_process().close()
    plan = type(desk.jira.faults).plan

    def held(faults: Any, method: str, path: str, account: str) -> Any:
        if method == "PUT" and "/issue/" in path and account == "sluice":
            going.wait(60)
        return plan(faults, method, path, account)

    monkeypatch.setattr(type(desk.jira.faults), "plan", held)
    return going


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
def test_a_write_whose_connection_was_cut_is_read_again_before_it_is_repeated(
    desk: Desk, fault: str
) -> None:
    issue = known(desk)
    desk.jira.faults.set(**{fault: 1.0}, only={"method": "PUT"}, times=1)
    assert desk.triage(issue) == "busy"
    assert desk.queued[-1][1] >= UNSURE_S
    wake(desk)
    assert desk.triage(issue) == ("written" if fault == "drop_before" else "unchanged")
    assert len(desk.sluice.person.see(issue)["comments"]) == 1


def test_jira_may_ask_for_half_an_hour_or_until_a_date(desk: Desk) -> None:
    issue = known(desk)
    for wait in (1800, "Mon, 30 Nov 2099 12:00:00 GMT"):
        wake(desk)
        desk.jira.faults.set(status=503, retry_after=wait)
        assert desk.triage(issue) == "busy"
        assert desk.store.held() > 1790


@pytest.mark.parametrize("over", [0, "Mon, 30 Nov 2015 12:00:00 GMT"])
def test_a_wait_that_is_over_already_does_not_make_it_knock_for_ever(
    desk: Desk, over: float | str
) -> None:
    desk.issue()
    waits = []
    for issue in (desk.issue(), desk.issue(), desk.issue()):
        desk.jira.faults.set(status=503, retry_after=over)
        assert desk.triage(issue) == "busy"
        waits.append(desk.store.held())
        wake(desk)
        desk.store._redis.delete("sluice:main:probe")
    assert waits[0] < waits[1] < waits[2]


def test_a_field_that_is_not_on_the_screen_is_no_final_matter(desk: Desk) -> None:
    issues = created(desk, 1)
    desk.store.admit(issues[0])
    desk.jira.model.hide_field("Sluice Class")
    desk.triage(issues[0])
    assert not any(letter.final for letter in desk.store.dead())
    desk.jira.model.show_field("Sluice Class")
    desk.store._redis.delete(*desk.store._redis.keys("sluice:main:*screen*") or ["none"])
    tasks.this_process().close()
    tasks.reconcile("main")
    run(desk)
    assert desk.store.dead() == [] and desk.sluice.person.see(issues[0])["class"]


def test_half_an_emoji_in_a_title_or_a_text_is_no_trouble(desk: Desk) -> None:
    model = desk.jira.model
    values = {"summary": "Pay by invoice \ud83d", "description": f"{STORY} \ude00"}
    issue = model.insert(model.projects["DEMO"], values, model.accounts.by_name["pm"]).id
    desk.store.admit(issue)
    assert desk.triage(issue) == "written"
    assert tasks.reconcile("main").startswith("0 of ") and desk.store.dead() == []


BURST = {"rate_429": 1.0, "retry_after_429": 9, "reason_429": "jira-burst-based"}


def test_a_limit_of_myself_holds_the_issue_that_asked_and_no_other(desk: Desk) -> None:
    issue, other = known(desk), desk.issue()
    with refusing(desk, issue):
        desk.jira.faults.set(**BURST, only={"path": "/myself"})
        assert desk.triage(issue) == "busy", "a 404 is doubtful, and `myself` says 429"
    assert desk.store.held() == 0 and told(desk) == ["ok", None] and desk.store.dead() == []
    assert desk.queued[-1][1] >= 9 and desk.queued[-1][2] == 1
    assert desk.triage(other) == "written"


@contextmanager
def refusing(desk: Desk, issue: str) -> Iterator[None]:
    """Let Jira not show an issue for a while."""
    hidden = desk.jira.model.issues.pop(issue)
    try:
        yield
    finally:
        desk.jira.model.issues[issue] = hidden


def test_a_quota_that_myself_meets_holds_the_site(desk: Desk) -> None:
    issue = known(desk)
    with refusing(desk, issue):
        quota = {**BURST, "reason_429": "jira-quota-tenant-based"}
        desk.jira.faults.set(**quota, only={"path": "/myself"})
        assert desk.triage(issue) == "busy"
    assert 8 < desk.store.held() <= 9


def test_a_limit_that_the_probe_meets_holds_no_triage(desk: Desk) -> None:
    issue = known(desk)
    for path in ("/myself", "/webhook"):
        desk.jira.faults.set(**BURST, only={"path": path})
        tasks.probe()
        desk.jira.faults.clear()
        assert desk.store.held() == 0 and told(desk) == ["ok", None]
    assert desk.triage(issue) == "written"
