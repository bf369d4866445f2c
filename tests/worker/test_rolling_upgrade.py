"""Workers of an earlier version beside those of this one, with work in flight."""

from __future__ import annotations

import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.desk import STORY
from tests.live import Live, environment, live
from tests.waiting import until
from tests.worker.processes import ROOT, worker
from worker import tasks

EARLIER = "babd294b9d"
"""The commit before messages had a format and rulebooks one source."""

ISSUES = 100


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of an earlier version, from the history of this clone."""
    found = subprocess.run(["git", "archive", EARLIER], cwd=ROOT, capture_output=True, check=False)
    if found.returncode:
        pytest.skip("this clone has no history: git fetch --unshallow")
    home = tmp_path_factory.mktemp("earlier")
    with tarfile.open(fileobj=BytesIO(found.stdout)) as packed:
        packed.extractall(home, filter="data")
    return home


def all_written_once(sluice: Live, issues: list[str]) -> None:
    """Nothing is lost, nothing doubled, nothing buried."""
    assert sluice.store.dead() == []
    log = sluice.jira.log
    puts = {issue: log.count(method="PUT", issue=issue, account="sluice") for issue in issues}
    assert set(puts.values()) == {1}
    assert all(len(sluice.person.see(issue)["comments"]) == 1 for issue in issues)


@pytest.mark.slow
def test_old_and_new_workers_share_the_work_in_flight(
    sandbox: Sandbox, redis_url: str, tmp_path: Path, earlier: Path
) -> None:
    env = environment(sandbox, redis_url, tmp_path)
    with live(sandbox, redis_url, tmp_path) as sluice:
        sluice.person.create("Where our capacity goes")
        issues = [sluice.person.create(f"Pay by invoice {n}", STORY) for n in range(ISSUES)]
        logs = tmp_path / "old.log", tmp_path / "new.log"
        with worker(env, logs[0], 2, home=earlier) as old:
            for issue in issues[: ISSUES // 2]:
                tasks.submit(sluice.store, "main", issue)
            with worker(env, logs[1], 2):
                for issue in issues[ISSUES // 2 :]:
                    tasks.submit(sluice.store, "main", issue)
                until(lambda: len(sluice.pending()) < ISSUES * 3 // 4)
                old.terminate()  # the rolling upgrade reaches its host, with work in flight
                until(lambda: not sluice.pending())
        assert all(" written by " in log.read_text() for log in logs), "both worked"
        all_written_once(sluice, issues)


def test_a_message_has_a_format_that_a_worker_of_this_version_knows() -> None:
    assert f'"sluice_format": {tasks.FORMAT}' in tasks.message("main")


@pytest.mark.slow
def test_a_message_of_a_newer_format_waits_for_a_newer_worker(
    sandbox: Sandbox, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = environment(sandbox, redis_url, tmp_path)
    with live(sandbox, redis_url, tmp_path) as sluice:
        sluice.person.create("Where our capacity goes")
        issue = sluice.person.create("Pay by invoice", STORY)
        monkeypatch.setattr(tasks, "HEADERS", {"sluice_format": tasks.FORMAT + 1})
        tasks.resubmit(sluice.store, "main", issue)
        log = tmp_path / "log"
        with worker(env, log):
            until(lambda: "waits for a worker of a newer version" in log.read_text())
        assert len(sluice.pending()) == 1 and sluice.store.dead() == []
