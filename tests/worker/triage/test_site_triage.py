"""The path of an event, end to end: webhook, queue, one read, one write, and people win."""

import random
import threading

import pytest
import requests

from rules.vocabulary.verdicts import VERDICTS
from sandbox import Sandbox
from tests.live import SECRET, Live, Person, calls
from worker.store.trouble import pauses
from worker.store.work_queue import DeadLetter
from worker.tasks import reconcile_site, resubmit

STORY = (
    "As a shopper I want to pay by invoice so that I can order for my company. 40 customers ask."
)
WORDS = {"Accept", "Needs info", "Defer", "Reject", "Review"}


def test_a_new_issue_is_classified_scored_gated_and_told_why(sluice: Live) -> None:
    issue = sluice.person.create("Refactor the payment module", "Technical debt. " * 5)
    sluice.until(lambda: sluice.person.see(issue)["gate"])
    seen = sluice.person.see(issue)
    assert seen["class"] == "Tech debt"
    assert seen["gate"] in WORDS
    assert 0 <= seen["score"] <= 100
    assert len(seen["comments"]) == 1
    assert seen["comments"][0].startswith("(")
    assert seen["record"]["rulebook"] and seen["record"]["digest"]


def test_a_triage_costs_one_get_and_one_put_and_its_own_event_costs_nothing(sluice: Live) -> None:
    issues = [sluice.person.create(f"Issue {n}", STORY) for n in range(5)]
    sluice.idle()
    assert [calls(sluice.jira, issue) for issue in issues] == [(1, 1)] * 5


def test_ten_events_within_a_second_cost_one_triage_or_two(sluice: Live) -> None:
    issue = sluice.person.create("Pay by invoice", STORY)
    for number in range(9):
        sluice.person.set(issue, summary=f"Pay by invoice, version {number}")
    sluice.idle()
    gets, puts = calls(sluice.jira, issue)
    assert 1 <= gets <= 2 and 1 <= puts <= 2
    assert "version 8" in sluice.person.ask("GET", f"issue/{issue}")["fields"]["summary"]


def test_duplicates_and_reversed_order_end_in_the_same_state(sluice: Live) -> None:
    calm = sluice.person.create("Pay by invoice", STORY)
    sluice.person.set(calm, labels=["feature"])
    sluice.idle()
    sluice.jira.faults.set(duplicate_webhooks=1.0, disorder_webhooks=1.0)
    wild = sluice.person.create("Pay by invoice", STORY)
    sluice.person.set(wild, labels=["feature"])
    sluice.idle()
    left, right = sluice.person.see(calm), sluice.person.see(wild)
    for name in ("class", "gate", "score", "priority", "comments"):
        assert left[name] == right[name]


@pytest.mark.parametrize(
    ("field", "value"),
    [("class", "Exploration"), ("gate", "Reject"), ("score", 3.0), ("priority", "Lowest")],
)
def test_what_a_person_sets_survives_the_next_ten_events(
    sluice: Live, field: str, value: object
) -> None:
    issue = sluice.person.create("Pay by invoice", STORY)
    sluice.idle()
    sluice.person.set(issue, **{field: value})
    for number in range(10):
        sluice.person.set(issue, labels=[f"event-{number}", random.choice(["crash", "feature"])])
        if number % 4 == 3:
            sluice.idle()
    sluice.idle()
    seen = sluice.person.see(issue)
    assert seen[field] == value
    assert len(seen["comments"]) == 1
    assert "Set by a person and kept" in seen["comments"][0]


def test_a_field_that_its_person_clears_is_ours_again(sluice: Live) -> None:
    issue = sluice.person.create("Refactor the payment module", "Technical debt in every file.")
    sluice.idle()
    ours = sluice.person.see(issue)["class"]
    sluice.person.set(issue, **{"class": "Exploration"})
    sluice.idle()
    assert sluice.person.see(issue)["class"] == "Exploration"
    sluice.person.set(issue, **{"class": None})
    sluice.idle()
    seen = sluice.person.see(issue)
    assert seen["class"] == ours
    assert "kept" not in seen["comments"][0]


def test_a_priority_chosen_at_creation_stays_and_the_default_is_set(sluice: Live) -> None:
    chosen = sluice.person.create("Pay by invoice", STORY, priority="Lowest")
    default = sluice.person.create("Crash: every customer loses data at checkout", STORY)
    sluice.idle()
    assert sluice.person.see(chosen)["priority"] == "Lowest"
    assert sluice.person.see(default)["priority"] in ("High", "Highest")


def test_the_comment_is_edited_in_place_and_only_when_the_decision_changes(sluice: Live) -> None:
    issue = sluice.person.create("Something")
    sluice.idle()
    before = sluice.person.see(issue)
    sluice.person.set(issue, duedate="2027-01-31")
    sluice.idle()
    assert calls(sluice.jira, issue) == (2, 1), "a decision that changes nothing writes nothing"
    sluice.person.set(issue, description=STORY)
    sluice.idle()
    after = sluice.person.see(issue)
    assert calls(sluice.jira, issue) == (3, 2)
    assert after["comments"] != before["comments"] and len(after["comments"]) == 1


def test_a_deleted_comment_of_ours_stays_away_until_the_decision_changes(sluice: Live) -> None:
    issue = sluice.person.create("Something")
    sluice.idle()
    note = sluice.person.ask("GET", f"issue/{issue}")["fields"]["comment"]["comments"][0]
    sluice.person.ask("DELETE", f"issue/{issue}/comment/{note['id']}")
    sluice.person.set(issue, duedate="2027-01-31")
    sluice.idle()
    assert sluice.person.see(issue)["comments"] == []
    sluice.person.set(issue, description=STORY)
    sluice.idle()
    assert len(sluice.person.see(issue)["comments"]) == 1


def test_an_issue_of_a_project_that_is_not_under_the_gate_is_left_alone(sluice: Live) -> None:
    sluice.jira.model.add_project("OTHER")
    issue = sluice.person.create("Refactor", project="OTHER")
    sluice.idle()
    assert calls(sluice.jira, issue) == (1, 0)


def test_reconciling_finds_what_no_event_told_and_then_writes_nothing(sluice: Live) -> None:
    hooks = requests.get(
        f"{sluice.jira.url}/rest/webhooks/1.0/webhook",
        headers=sluice.jira.authorization("pm"),
        timeout=60,
    ).json()
    for hook in hooks:
        requests.delete(hook["self"], headers=sluice.jira.authorization("pm"), timeout=60)
    issues = [sluice.person.create(f"Nobody told you of {n}", STORY) for n in range(5)]
    first = reconcile_site("main")
    sluice.idle()
    assert first.queued == 5
    assert all(sluice.person.see(issue)["gate"] for issue in issues)
    mark = sluice.jira.log.last_seq()
    again = reconcile_site("main")
    sluice.idle()
    log = sluice.jira.log
    assert (again.read, again.queued) == (6, 0), "the five, and the issue of the reports"
    assert log.count(method="PUT", since=mark) == 0
    assert sum(log.count(issue=issue, since=mark, account="sluice") for issue in issues) == 0


def test_after_redis_is_wiped_nothing_is_lost(sluice: Live) -> None:
    old = sluice.person.create("Pay by invoice", STORY)
    sluice.idle()
    sluice.store._redis.flushall()
    new = sluice.person.create("Refactor the payment module", STORY)
    sluice.until(lambda: sluice.person.see(new)["gate"])
    assert reconcile_site("main").queued == 0
    assert calls(sluice.jira, old) == (1, 1)


def test_a_busy_jira_is_tried_again_until_it_answers(sluice: Live) -> None:
    sluice.jira.faults.set(rate_503=1.0, only_method="PUT", times=2)
    issue = sluice.person.create("Pay by invoice", STORY)
    sluice.until(lambda: sluice.person.see(issue)["gate"])
    assert sluice.store.dead() == []


def test_a_field_that_the_screen_lacks_costs_no_other_and_is_written_once_it_is_back(
    sluice: Live,
) -> None:
    sluice.jira.model.hide_field("Sluice Gate")
    issue = sluice.person.create("Pay by invoice", STORY)
    sluice.until(lambda: sluice.person.see(issue)["class"])
    seen = sluice.person.see(issue)
    assert seen["gate"] is None and len(seen["comments"]) == 1 and sluice.store.dead() == []
    sluice.idle()
    sluice.jira.model.show_field("Sluice Gate")
    sluice.store.screens.forget()
    resubmit(sluice.store, "main", issue)
    sluice.until(lambda: sluice.person.see(issue)["gate"])


def test_a_newer_event_clears_a_dead_letter_when_its_triage_works(sluice: Live) -> None:
    issue = sluice.person.create("Pay by invoice", STORY)
    sluice.idle()
    sluice.store.bury(DeadLetter(issue, "an old trouble", "2026-01-01T00:00:00+00:00"))
    sluice.person.set(issue, summary="Pay by invoice, please")
    sluice.until(lambda: sluice.store.dead() == [])


def test_a_dropped_connection_after_the_write_ends_in_one_comment(
    sluice: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pauses, "UNSURE_S", 1.0)
    sluice.jira.faults.set(drop_after=1.0, only_method="PUT", times=1)
    issue = sluice.person.create("Pay by invoice", STORY)
    sluice.until(lambda: sluice.person.see(issue)["gate"])
    sluice.idle()
    assert len(sluice.person.see(issue)["comments"]) == 1


def test_an_issue_deleted_before_its_triage_leaves_no_dead_letter(sluice: Live) -> None:
    sluice.store.hold(3.0)
    issue = sluice.person.create("Pay by invoice", STORY)
    sluice.person.ask("DELETE", f"issue/{issue}")
    sluice.idle()
    assert sluice.store.dead() == []


def test_bad_input_never_stops_the_next_event(sluice: Live) -> None:
    odd = "\u0000\ud7ff\u202e{code}{{{" + "[" * 500 + "😀" * 500 + "a*" * 500
    strange = sluice.person.create("{color:red}*odd*", odd)
    missing = "99999999"
    body = b'{"webhookEvent": "jira:issue_updated", "issue": {"id": "99999999"}}'
    post_signed(sluice, body)
    issue = sluice.person.create("Pay by invoice", STORY)
    sluice.until(lambda: sluice.person.see(issue)["gate"])
    sluice.until(lambda: sluice.person.see(strange)["gate"])
    sluice.until(sluice.store.dead)
    assert [letter.issue_id for letter in sluice.store.dead()] == [missing]


def test_many_people_at_once_get_one_triage_each(sluice: Live) -> None:
    issues: list[str] = []
    threads = [
        threading.Thread(
            target=lambda n=n: issues.append(sluice.person.create(f"Issue {n}", STORY))
        )
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sluice.idle()
    assert {calls(sluice.jira, issue) for issue in issues} == {(1, 1)}


def test_a_chinese_issue_is_understood(sluice: Live) -> None:
    issue = sluice.person.create("重构支付模块", "历史遗留的技术债太多，每次修改都要三天。")
    sluice.idle()
    assert sluice.person.see(issue)["class"] == "Tech debt"


def test_verdicts_have_an_order_from_mild_to_strict() -> None:
    assert VERDICTS[0] == "accept" and VERDICTS[-1] == "reject"


def test_on_data_center_the_same_path_works(
    redis_url: str, queue_worker: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from tests.live import live

    folder = tmp_path_factory.mktemp("dc")
    with (
        Sandbox(deployment="datacenter", context_path="/jira") as jira,
        live(jira, redis_url, folder) as sluice,
    ):
        sluice.listen()
        issue = sluice.person.create("Refactor the payment module", "Technical debt everywhere.")
        sluice.idle()
        assert sluice.person.see(issue)["class"] == "Tech debt"
        assert calls(jira, issue) == (1, 1)
        assert reconcile_site("main").queued == 0


def post_signed(sluice: Live, body: bytes) -> None:
    import hashlib
    import hmac

    mac = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    answer = requests.post(
        f"{sluice.web}/webhooks/main",
        body,
        headers={"X-Hub-Signature": f"sha256={mac}"},
        timeout=60,
    )
    assert answer.status_code == 202


def test_an_answer_in_a_comment_is_heard_and_an_apps_comment_is_not(sluice: Live) -> None:
    issue = sluice.person.create("Login is broken", "It is just broken!!", type="Bug")
    sluice.idle()
    asked = sluice.person.see(issue)
    assert asked["gate"] == "Needs info" and "add the steps" in asked["comments"][0]
    robot = Person(sluice.jira, "robot")
    robot.ask("POST", f"issue/{issue}/comment", {"body": "Steps: none, this is a build log"})
    sluice.idle()
    assert sluice.person.see(issue)["gate"] == "Needs info"
    reporter = Person(sluice.jira, "reporter")
    answer = "Steps: press Login. Expected: the start page. Seen: an error."
    reporter.ask("POST", f"issue/{issue}/comment", {"body": answer})
    sluice.idle()
    heard = sluice.person.see(issue)
    assert heard["gate"] == "Accept" and "add the steps" not in heard["comments"][0]
    assert "start page" not in heard["comments"][0]
    gets, puts = calls(sluice.jira, issue)
    assert puts == 2 and gets <= 5, "one triage for each event of another, none for our own"


def test_a_reply_that_no_rule_recognises_is_heard_and_the_question_not_repeated(
    sluice: Live,
) -> None:
    issue = sluice.person.create("Wish lists")
    sluice.idle()
    question = "Who is affected, what happens today"
    asked = sluice.person.see(issue)
    assert asked["gate"] == "Needs info" and question in asked["comments"][0]
    assert asked["record"]["asks"] and question not in str(asked["record"])
    reply = "It would be good for the regulars, they forget what they liked last time."
    Person(sluice.jira, "reporter").ask("POST", f"issue/{issue}/comment", {"body": reply})
    sluice.idle()
    heard = sluice.person.see(issue)
    assert heard["gate"] == "Review"
    asks, looks = heard["comments"][0].split("Answered in a comment, please look")
    assert question not in asks and question in looks
    assert "regulars" not in heard["comments"][0] and len(heard["comments"]) == 2
    _, puts = calls(sluice.jira, issue)
    sluice.person.set(issue, duedate="2027-01-31")
    sluice.idle()
    assert calls(sluice.jira, issue)[1] == puts


def test_a_persons_verdict_carries_that_persons_name(sluice: Live) -> None:
    issue = sluice.person.create("Pay by invoice", STORY)
    sluice.idle()
    sluice.person.set(issue, gate="Reject")
    sluice.idle()
    lines = sluice.person.see(issue)["comments"][0].split("\n")
    assert lines[0].startswith("(x) *Rejected* by Ada PM — ")
    assert not any(line.startswith("*Why") for line in lines)
