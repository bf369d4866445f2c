"""Real worker processes, killed and stopped in the middle of a triage."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.desk import STORY
from tests.live import Live, environment, live
from tests.waiting import PATIENCE_S, until
from tests.worker.processes import children, worker
from worker import tasks


def start_of_a_slow_triage(sluice: Live) -> str:
    """An issue whose PUT has reached Jira, which takes two seconds to answer."""
    issue = sluice.person.create("Pay by invoice", STORY)
    sluice.jira.faults.set(latency_ms=2000, only_path="issue/", times=2)
    tasks.submit(sluice.store, "main", issue)
    until(lambda: sluice.jira.faults.to_json()["left"] == 0)  # its GET and its PUT are under way
    return issue


@pytest.mark.slow
def test_an_issue_whose_worker_process_is_killed_is_triaged_by_another_once(
    sandbox: Sandbox, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = environment(sandbox, redis_url, tmp_path)
    with live(sandbox, redis_url, tmp_path) as sluice, worker(env, tmp_path / "log") as process:
        sluice.person.create("Where our capacity goes")
        issue = start_of_a_slow_triage(sluice)
        (child,) = children(process)
        os.kill(child, signal.SIGKILL)
        # The lock of the dead one has to run out first.
        until(lambda: not sluice.pending())
        seen = sluice.person.see(issue)
        assert seen["gate"] and len(seen["comments"]) == 1
        assert sandbox.log.count(method="PUT", issue=issue, account="sluice") == 1
        assert sluice.store.dead() == []


@pytest.mark.slow
def test_a_worker_that_is_asked_to_stop_ends_its_triage_first(
    sandbox: Sandbox, redis_url: str, tmp_path: Path
) -> None:
    env = environment(sandbox, redis_url, tmp_path)
    with live(sandbox, redis_url, tmp_path) as sluice:
        sluice.person.create("Where our capacity goes")
        with worker(env, tmp_path / "log") as process:
            issue = start_of_a_slow_triage(sluice)
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0
        assert sluice.pending() == []
        assert len(sluice.person.see(issue)["comments"]) == 1
        assert sandbox.log.count(method="PUT", issue=issue, account="sluice") == 1
