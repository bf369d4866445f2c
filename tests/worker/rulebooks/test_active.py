"""Rule files that change under real worker processes: two forked ones that share Redis."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.live import Live, environment, live
from tests.waiting import until
from tests.worker.processes import children, worker
from tests.worker.team import BOOK
from worker import tasks
from worker.rulebooks.active import LOOK_S

pytestmark = pytest.mark.slow


def triaged(sluice: Live, count: int = 4) -> set[float]:
    """The scores of new issues, judged by whichever process takes them."""
    issues = [sluice.person.create("Pay by invoice", "40 customers ask.") for _ in range(count)]
    for issue in issues:
        tasks.submit(sluice.store, "main", issue)
    sluice.until(lambda: not sluice.pending())
    return {float(sluice.person.see(issue)["score"] or -1) for issue in issues}


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    found = tmp_path / "team.yaml"
    found.write_text(BOOK.format(base=40), "utf-8")
    yield found


def test_every_process_takes_a_new_file_keeps_it_when_it_breaks_and_so_does_one_made_anew(
    sandbox: Sandbox, redis_url: str, tmp_path: Path, file: Path
) -> None:
    env, log = environment(sandbox, redis_url, tmp_path, "team.yaml"), tmp_path / "log"
    with live(sandbox, redis_url, tmp_path, "team.yaml") as sluice, worker(env, log, 2) as process:
        sluice.person.create("Where our capacity goes")
        assert triaged(sluice) == {40}
        file.write_text(BOOK.format(base=55), "utf-8")
        time.sleep(LOOK_S + 0.5)
        triaged(sluice)  # one process proves the file, the other may still go by the old one
        time.sleep(LOOK_S + 0.5)
        assert triaged(sluice) == {55}
        file.write_text("rules: [", "utf-8")
        time.sleep(LOOK_S + 0.5)
        assert triaged(sluice) == {55}
        before = children(process)
        for child in before:
            os.kill(child, signal.SIGKILL)
        until(lambda: len(set(children(process)) - set(before)) == 2)
        assert triaged(sluice) == {55}
        (problem,) = sluice.store.ledger.books()["DEMO"].wrong
        assert (problem.file, problem.line) == (str(file), 1)


def test_of_all_processes_together_a_new_book_rewrites_no_more_than_it_may(
    sandbox: Sandbox, redis_url: str, tmp_path: Path, file: Path
) -> None:
    env, log = environment(sandbox, redis_url, tmp_path, "team.yaml"), tmp_path / "log"
    config = tmp_path / "sluice.yaml"
    with live(sandbox, redis_url, tmp_path, "team.yaml") as sluice:
        config.write_text(config.read_text("utf-8") + "    rewrite_cap: 7\n", "utf-8")
        sluice.person.create("Where our capacity goes")
        with worker(env, log, 2):
            issues = [sluice.person.create("Pay by invoice", "Please.") for _ in range(30)]
            for issue in issues:
                tasks.submit(sluice.store, "main", issue)
            sluice.until(lambda: not sluice.pending())
            file.write_text(BOOK.format(base=55), "utf-8")
            time.sleep(LOOK_S + 0.5)
            triaged(sluice)  # new issues are no rewrites; both processes have the file then
            time.sleep(LOOK_S + 0.5)
            for issue in issues:
                tasks.resubmit(sluice.store, "main", issue)
            sluice.until(lambda: not sluice.pending())
            scores = [sluice.person.see(issue)["score"] for issue in issues]
            assert scores.count(55) <= 7 and set(scores) <= {40, 55}
            assert sluice.store.ledger.standing("DEMO").stopped


def test_the_first_pass_of_the_schedule_after_a_new_file_stops_it_before_any_write(
    sandbox: Sandbox, redis_url: str, tmp_path: Path, file: Path
) -> None:
    env, log = environment(sandbox, redis_url, tmp_path, "team.yaml"), tmp_path / "log"
    config = tmp_path / "sluice.yaml"
    with live(sandbox, redis_url, tmp_path, "team.yaml") as sluice:
        config.write_text(config.read_text("utf-8") + "    rewrite_cap: 7\n", "utf-8")
        sluice.person.create("Where our capacity goes")
        with worker(env, log, 2):
            tasks.reconcile.delay("main")
            triaged(sluice, 10)
            file.write_text(BOOK.format(base=55), "utf-8")
            time.sleep(LOOK_S + 0.5)
            writes = sandbox.log.count(method="PUT", account="sluice")
            tasks.reconcile.delay("main")
            ledger = sluice.store.ledger
            sluice.until(lambda: ledger.standing("DEMO").stopped)
            trial = ledger.standing("DEMO").trial
            assert trial and trial.stopped == 10
            assert sandbox.log.count(method="PUT", account="sluice") == writes
