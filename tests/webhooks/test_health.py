"""`/health` and `/ready`: each way of going dark is told in one line, and by a metric."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox import Sandbox
from tests.live import SECRET, Live, live
from tests.redis_faults import Breakable
from tests.waiting import until
from worker.failures.probe import probe
from worker.running.health.heartbeat import Heartbeat
from worker.store.trouble.signs import Signs
from worker.store.work_queue import DeadLetter
from worker.tasks import this_process


@pytest.fixture
def door(sandbox: Sandbox, redis_url: str, tmp_path: Path) -> Iterator[Live]:
    with live(sandbox, redis_url, tmp_path) as found:
        yield found


def ready(door: Live, query: str = "") -> tuple[int, dict[str, Any]]:
    answer = requests.get(f"{door.web}/ready{query}", timeout=60)
    return answer.status_code, answer.json()


def says(door: Live, check: str, part: str) -> bool:
    """Whether /health, /ready and the metric say that a check fails, and the first two why."""
    health = requests.get(f"{door.web}/health", timeout=60).json()["status"]
    _, found = ready(door)
    lines = [*found["lines"], *(line for site in found["sites"].values() for line in site)]
    told = [line["said"] for line in lines if line["check"] == check and not line["ok"]]
    metrics = requests.get(f"{door.web}/metrics", timeout=60).text
    failing = [one for one in metrics.splitlines() if one.startswith("sluice_check_ok{")]
    counted = any(f'check="{check}"' in one and one.endswith(" 0.0") for one in failing)
    return part in health and any(part in one for one in told) and counted


def shows(door: Live, role: str, seconds_ago: float = 0.0) -> None:
    """A process shows that it lived so long ago; the one that lives has its sign."""
    signs = Signs(door.settings.redis_url)
    at = signs.now() - seconds_ago
    said = Heartbeat(role, "host", 1, "1.0", at - 3600, at)
    signs.show(said.name, json.dumps(vars(said)), at)
    if seconds_ago:
        signs.end(said.name)


def test_a_sluice_that_works_says_so(door: Live) -> None:
    for role in ("web", "worker", "beat"):
        shows(door, role)
    status, found = ready(door, "?strict")
    assert status == 200 and found["status"] == "ok" and found["ready"]
    assert {"jira", "webhook", "triages", "passes"} < {
        one["check"] for one in found["sites"]["main"]
    }
    (first, *_) = requests.get(f"{door.web}/health", timeout=60).json()["processes"]
    assert first["host"] == "host"


@pytest.mark.parametrize("role", ["worker", "beat"])
def test_a_dead_process_is_told_and_the_door_stays_open(door: Live, role: str) -> None:
    shows(door, "web")
    shows(door, role, seconds_ago=60)
    assert says(door, role, f"no {role} is alive since")
    assert ready(door)[0] == 200 and ready(door, "?strict")[0] == 503


def test_a_deleted_webhook_is_told(door: Live) -> None:
    door.listen()
    (hook,) = door.jira.webhooks.all()
    hook.events[:] = [*hook.events, "comment_updated", "comment_deleted"]
    assert probe(this_process(), "main", datetime.now(UTC)) == "ok"
    assert ready(door)[1]["status"] == "ok"
    door.jira.webhooks.delete(hook.id)
    assert probe(this_process(), "main", datetime.now(UTC)) == "ok"
    assert says(door, "webhook", "Jira has no webhook to …/webhooks/main")


def test_a_wrong_secret_is_told_until_a_webhook_is_taken(door: Live) -> None:
    url = f"{door.web}/webhooks/main"
    bad = {"X-Hub-Signature": "sha256=00"}
    assert requests.post(url, json={}, headers=bad, timeout=60).status_code == 401
    part = "had a wrong signature: set the same secret in Jira and in SLUICE"
    assert until(lambda: says(door, "webhook", part))
    door.store.admit("1", "delivery")
    assert ready(door)[1]["status"] == "ok"
    assert SECRET not in requests.get(f"{door.web}/ready", timeout=60).text


def test_a_full_redis_is_told_and_the_door_says_that_it_takes_nothing(door: Live) -> None:
    redis = Signs(door.settings.redis_url)._redis
    redis.config_set("maxmemory", 1)
    try:
        assert says(door, "redis", "Redis is full: raise its maxmemory")
        assert ready(door)[0] == 503
    finally:
        redis.config_set("maxmemory", 0)
    assert ready(door)[0] == 200


def test_refused_credentials_are_told_with_their_reason_before_any_event_comes(door: Live) -> None:
    door.jira.faults.set(status=401)
    assert "401" in probe(this_process(), "main", datetime.now(UTC))
    assert says(door, "jira", "main pauses since")
    assert "answered 401" in ready(door)[1]["status"]


def test_a_pass_that_does_not_come_is_told(door: Live) -> None:
    door.store.passes.note_short("DEMO", datetime.now(UTC) - timedelta(hours=1))
    assert says(door, "passes", "no pass has read DEMO since")


def test_issues_that_wait_for_a_person_are_told(door: Live) -> None:
    door.store.bury(DeadLetter("7", "KeyError: x", "2026-12-01T12:00:00+00:00", True, "", "bug"))
    assert says(door, "dead letters", "1 issue can't be triaged until a person helps")


def test_a_report_that_is_late_is_told(door: Live) -> None:
    door.store.set_reported("DEMO", datetime.now(UTC) - timedelta(days=15))
    assert says(door, "reports", "no weekly report was posted of DEMO for 15 days")


def test_triages_that_only_leave_alone_are_told(door: Live) -> None:
    day_before = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    door.store._redis.hset("sluice:main:last", "decision", day_before)
    door.store.tally.note("triage")
    door.store.tally.flush()
    assert says(door, "triages", "no triage ended in a decision since")


def test_without_redis_ready_says_why(sandbox: Sandbox, tmp_path: Path) -> None:
    with Breakable(tmp_path / "redis") as redis, live(sandbox, redis.url, tmp_path) as door:
        assert ready(door)[0] == 200
        redis.kill()
        status, found = ready(door)
        assert status == 503 and "Redis does not answer" in found["status"]
        redis.start()
        assert until(lambda: ready(door)[0] == 200)


def waits(door: Live, since: timedelta) -> None:
    """An event has waited so long."""
    door.store.admit("1")
    at = datetime.now(UTC) - since
    door.store._redis.zadd("sluice:main:waiting_since", {"1": int(at.timestamp() * 1000)})


def test_a_pool_that_hangs_is_told_by_the_event_that_waits(door: Live) -> None:
    waits(door, timedelta(minutes=2))
    assert says(door, "queue", "the oldest event waits since")
    assert "no task has ever ended: if a worker is alive, it hangs" in ready(door)[1]["status"]
    door.store.tally.note("triage")
    door.store.tally.flush()
    assert ready(door)[1]["status"] == "ok"
    metrics = requests.get(f"{door.web}/metrics", timeout=60).text
    (age,) = [one for one in metrics.splitlines() if one.startswith("sluice_queue_age_seconds{")]
    assert float(age.split()[-1]) > 100 and 'sluice_pending{site="main"} 1.0' in metrics


def test_a_queue_that_grows_old_is_told_while_tasks_end(door: Live) -> None:
    waits(door, timedelta(minutes=11))
    door.store.tally.note("triage")
    door.store.tally.flush()
    assert says(door, "queue", "1 issue in all: add workers")


def test_a_queue_that_waits_for_jira_is_no_fault_of_its_own(door: Live) -> None:
    waits(door, timedelta(minutes=11))
    door.store.hold(60)
    assert ready(door)[1]["status"] == "ok"


def test_missed_events_are_told_though_the_webhook_seems_to_work(door: Live) -> None:
    door.store.admit("1", "delivery")
    door.store.passes.note_missed(2)
    assert ready(door)[1]["status"] == "ok"
    door.store.passes.note_missed(3)
    assert says(door, "webhook", "events are missed: the last pass found 3 changed issues")


def test_a_full_pass_that_does_not_come_is_told_though_short_ones_do(door: Live) -> None:
    now = datetime.now(UTC)
    door.store.passes.note_short("DEMO", now)
    door.store.passes.note_full("DEMO", now - timedelta(hours=27))
    assert says(door, "passes", "no full pass has read DEMO since")
