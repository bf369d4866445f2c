"""What the edit screens lack: the rest is written, it is remembered, and an admin's cure heals."""

from __future__ import annotations

import pytest

from connector.layout.left_out import READ_ONLY
from tests.desk import STORY, Desk
from tests.live import calls
from worker.store.site.screens import TRUSTED_S, Known, Place, Screens, ScreensHere, SharedScreens
from worker.store.work_queue import Store

BUG = Place("10000", "10004", "To Do")


@pytest.fixture(params=["here", "shared"])
def screens(request: pytest.FixtureRequest, store: Store) -> Screens:
    return ScreensHere() if request.param == "here" else store.screens


def test_a_field_lacks_for_a_type_and_edits_for_a_status(screens: Screens) -> None:
    screens.add(BUG, {"customfield_1", "customfield_2=incident"})
    screens.add(BUG._replace(status="Closed"), {READ_ONLY})
    assert screens.known(BUG).lacking == {"customfield_1", "customfield_2=incident"}
    assert READ_ONLY in screens.known(BUG._replace(status="Closed")).lacking
    assert screens.known(BUG._replace(type="10001")) == Known()
    assert screens.known(BUG._replace(project="10001")) == Known()


def expire(store: Store) -> None:
    """An hour is over."""
    client = store._connection.client
    for name in ("trusted", "tried"):
        for key in client.scan_iter(store._key(name, "*")):
            assert 0 < client.ttl(key) <= TRUSTED_S
            client.delete(key)


def test_what_is_shared_is_doubtful_after_an_hour_and_one_issue_tries_it(store: Store) -> None:
    screens: SharedScreens = store.screens
    screens.add(BUG, {"customfield_1"})
    expire(store)
    assert screens.known(BUG) == Known(doubtful=frozenset({"customfield_1"}))
    assert screens.may_try(BUG) and not screens.may_try(BUG)
    assert not screens.wants_all()
    screens.cured(BUG, {"customfield_1"})
    assert screens.known(BUG) == Known() and screens.wants_all()


def test_what_is_shared_can_be_forgotten_at_once(store: Store) -> None:
    screens: SharedScreens = store.screens
    screens.forget()
    assert not screens.wants_all(), "nothing was known"
    screens.add(BUG, {"customfield_1"})
    screens.forget()
    assert screens.known(BUG) == Known() and screens.wants_all()


def bug(desk: Desk, summary: str = "Payment fails") -> str:
    issue = desk.sluice.person.create(summary, STORY, type="Bug")
    desk.store.admit(issue)
    return issue


def test_a_wish_to_read_all_stays_until_a_pass_has_read_all_that_was_cured_before_it(
    store: Store,
) -> None:
    screens = store.screens
    screens.add(BUG, {"customfield_1"})
    screens.cured(BUG, {"customfield_1"})
    first = screens.wants_all()
    screens.add(BUG, {"customfield_2"})
    screens.cured(BUG, {"customfield_2"})
    screens.all_read(first)
    second = screens.wants_all()
    assert second > first > 0
    screens.all_read(second)
    assert screens.wants_all() == 0


def test_a_screen_without_the_score_costs_the_other_fields_nothing(desk: Desk) -> None:
    desk.jira.model.hide_field("Sluice Score", project="DEMO", issue_type="Bug")
    issue, second, task = bug(desk), bug(desk, "Card fails"), desk.issue()
    assert desk.triage(issue) == "written"
    seen = desk.sluice.person.see(issue)
    assert seen["class"] and seen["gate"] and len(seen["comments"]) == 1
    assert seen["score"] is None and desk.store.dead() == []
    assert desk.triage(second) == "written"
    assert calls(desk.jira, second) == (1, 1), "what was met once costs no request"
    assert desk.triage(task) == "written"
    assert desk.sluice.person.see(task)["score"] is not None, "another type has it"
    desk.triage("10000")
    assert desk.reconcile()[1] == 0


@pytest.mark.parametrize("field", ["Priority", "Sluice Class", "Sluice Gate"])
def test_whatever_is_off_the_screen_the_rest_is_written(desk: Desk, field: str) -> None:
    desk.jira.model.hide_field("priority" if field == "Priority" else field)
    issue = desk.issue("Outage: payments fail for all customers")
    assert desk.triage(issue) == "written"
    seen = desk.sluice.person.see(issue)
    off = {"Sluice Class": "class", "Sluice Gate": "gate"}.get(field)
    written = [seen[name] for name in ("class", "gate", "score") if name != off]
    assert all(one is not None for one in written) and len(seen["comments"]) == 1
    if field == "Priority":
        headline = seen["comments"][0].splitlines()[0]
        assert seen["priority"] == "Medium" and "priority" not in headline
    assert desk.store.dead() == []
    desk.triage("10000")
    assert desk.reconcile()[1] == 0


def test_a_class_that_a_context_lacks_is_left_out_and_others_are_not(desk: Desk) -> None:
    issue = desk.issue()
    assert desk.triage(issue) == "written"
    word = desk.sluice.person.see(issue)["class"]
    desk.jira.model.hide_option("Sluice Class", word, project="DEMO")
    second = desk.issue("Pay by invoice again")
    assert desk.triage(second) == "written"
    seen = desk.sluice.person.see(second)
    assert seen["class"] is None and seen["gate"] and desk.store.dead() == []


def test_a_field_that_an_admin_adds_is_written_when_its_absence_is_forgotten(desk: Desk) -> None:
    desk.jira.model.hide_field("Sluice Score")
    issue = desk.issue()
    assert desk.triage(issue) == "written"
    desk.jira.model.show_field("Sluice Score")
    desk.store.screens.forget()
    desk.triage("10000")
    assert desk.reconcile()[1] == 1
    assert desk.triage(issue) == "written"
    assert desk.sluice.person.see(issue)["score"] is not None
    assert desk.sluice.person.see(issue)["record"]["wrote"]["score"] is not None


def test_a_cure_heals_all_issues_by_itself_after_an_hour(desk: Desk) -> None:
    desk.jira.model.hide_field("Sluice Score")
    issues = [desk.issue(f"Pay by invoice, part {n}") for n in range(4)]
    assert {desk.triage(one) for one in issues} == {"written"}
    desk.triage("10000")
    expire(desk.store)
    assert desk.reconcile()[1] == 1, "one issue tries it, not all of them"
    assert desk.reconcile()[1] == 0
    (tried,) = [issue for issue, _, _ in desk.queued]
    assert desk.triage(tried) == "unchanged", "nothing is cured yet"
    expire(desk.store)
    desk.jira.model.show_field("Sluice Score")
    desk.queued.clear()
    assert desk.reconcile()[1] == 1
    (tried,) = [issue for issue, _, _ in desk.queued]
    assert desk.triage(tried) == "written"
    assert desk.store.screens.wants_all(), "the next pass reads all"
    assert desk.reconcile()[1] == 3
    assert {desk.triage(one) for one in issues if one != tried} == {"written"}
    assert all(desk.sluice.person.see(one)["score"] is not None for one in issues)


def test_a_field_that_was_removed_and_created_anew_is_found_by_a_process_that_runs(
    desk: Desk,
) -> None:
    first, second = desk.issue(), desk.issue("Pay by card")
    assert {desk.triage(one) for one in (first, second)} == {"written"}
    desk.triage("10000")
    desk.jira.model.remove_field("Sluice Score")
    assert desk.reconcile()[1] == 2
    assert {desk.triage(one) for one in (first, second)} == {"unchanged"}, "the rest goes on"
    assert desk.reconcile()[1] == 0 and desk.store.dead() == []
    score = desk.jira.model.add_field("Sluice Score", "number").id
    expire(desk.store)
    for _ in range(2):
        assert desk.reconcile()[1] == 1, "one tries it, then the other has to be written"
        assert desk.triage(desk.queued[-1][0]) == "written"
    assert all(desk.jira.model.issue(one).values[score] for one in (first, second))
    assert desk.reconcile()[1] == 0


def test_a_step_that_allows_edits_again_heals_after_an_hour(desk: Desk) -> None:
    desk.jira.model.lock_status("In Progress")
    issue = desk.issue()
    body = {"transition": {"id": "21"}}
    desk.sluice.person.ask("POST", f"issue/{issue}/transitions", body)
    assert desk.triage(issue) == "left alone"
    desk.triage("10000")
    assert desk.reconcile()[1] == 0
    desk.jira.model.screens.locked.clear()
    expire(desk.store)
    assert desk.reconcile()[1] == 1
    assert desk.triage(issue) == "written"


def test_where_the_screen_lacks_sluice_why_the_comment_tells_the_reasons(desk: Desk) -> None:
    why = desk.jira.model.add_field("Sluice Why", "text").id
    desk.jira.model.hide_field(why, project="DEMO", issue_type="Bug")
    issue = bug(desk)
    assert desk.triage(issue) == "written"
    assert len(desk.sluice.person.see(issue)["comments"]) == 1 and desk.store.dead() == []


def commands(store: Store) -> int:
    """Return how many commands Redis has run, this one included."""
    return int(store._connection.client.info("stats")["total_commands_processed"])


def test_what_lacks_nothing_is_asked_once_until_another_process_finds_what_does(
    store: Store, redis_url: str
) -> None:
    other = Store(redis_url, store.site)
    for _ in range(2):
        store.admit("1")
        store.begin("1")
    assert store.screens.known(BUG) == Known()
    before = commands(store)
    assert store.screens.known(BUG) == Known()
    assert commands(store) == before + 1, "Redis was asked nothing but the number"
    other.screens.add(BUG, {"customfield_1"})
    store.begin("1")
    assert store.screens.known(BUG).lacking == {"customfield_1"}
