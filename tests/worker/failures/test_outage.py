"""A site's trouble is not an issue's: it pauses, loses nothing, and goes on by itself."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.desk import STORY, Desk
from worker import tasks
from worker.failures import attempt, tries


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker waits for a pause that is short; `wake` ends pauses."""
    monkeypatch.setattr(tries, "SHORT_S", 0.0)


def wake(desk: Desk) -> None:
    """Let the pauses of the site and its issues be over, as if time had passed."""
    redis = desk.store._redis
    for name in ("hold", "hold:*", "unsure:*", "recent:*"):
        for key in redis.scan_iter(f"sluice:main:{name}"):
            redis.delete(key)


def created(desk: Desk, count: int) -> list[str]:
    """Issues that people create although the API is in trouble."""
    model = desk.jira.model
    place, person = model.projects["DEMO"], model.accounts.by_name["pm"]
    texts = ({"summary": f"Pay by invoice {n}", "description": STORY} for n in range(count))
    return [model.insert(place, values, person).id for values in texts]


def told(desk: Desk) -> list[Any]:
    answer = requests.get(f"{desk.sluice.web}/health", timeout=60).json()
    return [answer["status"], answer["sites"]["main"].get("paused")]


def run(desk: Desk, rounds: int = 40) -> None:
    """Run what is queued, again and again, as if all waits were over each time."""
    for _ in range(rounds):
        if not desk.queued:
            return
        queued, desk.queued[:] = [*desk.queued], []
        for issue, _, number in queued:
            desk.triage(issue, number)
        wake(desk)


TROUBLES = {
    "token expired": {"status": 401},
    "login page": {"status": 302},
    "moved": {"status": 307},
    "gateway's 403": {"status": 403},
    "gateway's 404": {"status": 404},
    "proxy": {"status": 407},
    "locked": {"status": 423},
    **{str(n): {"status": n} for n in (501, 520)},
    "503": {"rate_503": 1.0},
    "cut": {"drop_before": 1.0},
    "quota": {"rate_429": 1.0, "retry_after_429": 1800, "reason_429": "jira-quota-global-based"},
}


@pytest.fixture(params=TROUBLES)
def trouble(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    yield TROUBLES[request.param]


def test_what_a_site_in_trouble_refuses_is_done_when_it_is_over(
    desk: Desk, trouble: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    before = desk.issue("The site was read before")
    assert desk.triage(before) == "written"
    desk.reconcile()
    mark = desk.store.passes.short("DEMO")
    desk.jira.faults.set(**trouble)
    issues = created(desk, 4)
    for issue in issues:
        desk.store.admit(issue)
        desk.queued.append((issue, 0.0, 1))
    caplog.clear()
    for _ in range(attempt.MAX_ATTEMPTS + 2):
        run(desk, 1)
        assert tasks.reconcile("main") == "postponed"
        wake(desk)
    state, paused = told(desk)
    assert state.startswith("main pauses since ") and paused["since"] and paused["reason"] in state
    assert desk.store.dead() == [] and desk.store.passes.short("DEMO") == mark
    errors = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert [text.startswith("main pauses, and goes on by itself") for text in errors] == [True]
    desk.jira.faults.clear()
    run(desk)
    assert told(desk) == ["ok", None] and desk.store.dead() == []
    assert all(desk.sluice.person.see(issue)["class"] for issue in issues)
    assert all(len(desk.sluice.person.see(issue)["comments"]) == 1 for issue in issues)
    assert [one.getMessage() for one in caplog.records if "goes on. It paused since" in one.message]


def test_after_a_token_is_renewed_one_pass_finds_what_no_event_told(desk: Desk) -> None:
    tasks.reconcile("main")
    desk.jira.faults.set(status=401)
    issues = created(desk, 6)
    for _ in range(9):
        assert tasks.reconcile("main") == "postponed"
        wake(desk)
    assert told(desk)[0].startswith("main pauses since ") and "401" in told(desk)[0]
    desk.jira.faults.clear()
    assert tasks.reconcile("main") == "6 of 7 queued"
    run(desk)
    assert told(desk) == ["ok", None] and desk.store.dead() == []
    assert all(desk.sluice.person.see(issue)["gate"] for issue in issues)
