"""300 issues, and a model that decides a third of them otherwise."""

from __future__ import annotations

import json
import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.live import Live, environment, live
from tests.waiting import until
from tests.worker.processes import children, worker
from tests.worker.team import BOOK, Team
from tests.worker.team_models.taught import NAME, OURS, WORDS, Board, taught
from worker import tasks
from worker.store.models.state import Shelf
from worker.store.models.values import ModelEntry
from worker.team_models import actions

pytestmark = pytest.mark.slow

DEBT, NEED = "Tech debt", "Business need"
COUNT, CAP = 300, 60


@pytest.fixture
def board(team: Team) -> Board:
    team.configure(OURS + f"    rewrite_cap: {CAP}\n")
    return Board(team)


def test_preview_cap_put_back_rollback_and_one_pass_once_it_is_approved(
    board: Board, tmp_path: Path
) -> None:
    board.fill(COUNT)
    model = taught()
    new = tmp_path / "new.npz"
    model.save(new)
    found = json.loads(board.command("backtest", "DEMO", "--model", str(new), "--json").output)
    assert found["models"] == {"old": "what ships", "new": f"model {model.digest}"}
    assert (found["changed"]["class"], found["moved"]) == (COUNT // 3, COUNT // 3)
    board.put(model)
    for issue in board.issues:
        board.desk.store.requeue(issue)
        board.desk.triage(issue)
    assert board.classes().count(DEBT) == CAP, "the limit stops it"
    tasks.reconcile("main")
    board.run()
    assert board.classes() == [NEED] * COUNT, "what was rewritten is put back"
    assert board.judged_by() == {None}
    assert board.command("approve", "DEMO").exit_code == 0
    tasks.reconcile("main")
    board.run()
    assert board.classes() == [DEBT, NEED, NEED] * (COUNT // 3)
    assert board.judged_by() == {model.digest}, "one pass, and no mixed board"
    assert board.command("rollback", "DEMO").exit_code == 0
    tasks.reconcile("main")
    board.run()
    assert board.classes() == [NEED] * COUNT
    assert board.judged_by() == {None}


def classes(sluice: Live, issues: list[str]) -> list[str]:
    return [str(sluice.person.see(issue)["class"]) for issue in issues]


def test_two_worker_processes_judge_a_board_by_one_model_at_once_after_a_swap(
    sandbox: Sandbox, redis_url: str, tmp_path: Path
) -> None:
    (tmp_path / "team.yaml").write_text(BOOK.format(base=40), "utf-8")
    with live(sandbox, redis_url, tmp_path, "team.yaml") as sluice:
        env = environment(sandbox, redis_url, tmp_path, "team.yaml")
        config = tmp_path / "sluice.yaml"
        config.write_text(config.read_text("utf-8") + OURS, "utf-8")
        sluice.person.create("Where our capacity goes")
        with worker(env, tmp_path / "log", 2) as process:
            issues = [sluice.person.create(f"{WORDS[n % 3]} the pier {n}") for n in range(30)]
            tasks.begin_pass("main")
            sluice.until(lambda: classes(sluice, issues) == [NEED] * 30)
            shelf, now = Shelf(redis_url, NAME, ["DEMO"]), datetime.now(UTC)
            model = taught()
            actions.take(shelf, ModelEntry(model.digest, now, "pm"), model.as_bytes(), now)
            # Killed between the swap and its pass: the next pass is a full one.
            for child in children(process):
                os.kill(child, signal.SIGKILL)
            until(lambda: len(children(process)) == 2)
            tasks.begin_pass("main")
            sluice.until(lambda: classes(sluice, issues) == [DEBT, NEED, NEED] * 10)
            sluice.until(lambda: not sluice.pending())
            named = {sluice.person.see(issue)["record"]["team"] for issue in issues}
            assert named == {model.digest}
            actions.roll_back(shelf, None, "pm", now)
            tasks.begin_pass("main")
            sluice.until(lambda: classes(sluice, issues) == [NEED] * 30)
            sluice.until(lambda: not sluice.pending())
            time.sleep(1.0)
            assert classes(sluice, issues) == [NEED] * 30, "and nobody goes by the other model"
