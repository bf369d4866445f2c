"""A person takes a model back, approves one, and has decisions forgotten."""

from __future__ import annotations

import json

import pytest

from sandbox.operations.site_changes import rename_project
from tests.worker.team_models.taught import NAME, OURS, Board, taught
from worker import tasks
from worker.jobs.training import forgotten
from worker.store.models.state import Shelf
from worker.store.models.values import SHIPS
from worker.team_models import disk

DEBT, NEED, LEARN = "Tech debt", "Business need", "Exploration"


def settled(board: Board) -> Board:
    """A board with nine issues that an approved model judges."""
    board.fill(9)
    board.put(taught())
    tasks.reconcile("main")
    assert board.command("approve", "DEMO").exit_code == 0
    tasks.reconcile("main")
    board.run()
    return board


def history(board: Board) -> dict[str, object]:
    found = json.loads(board.command("history", "DEMO", "--json").output)
    assert isinstance(found, dict)
    return found


def test_a_rollback_goes_back_to_what_ships_at_once_and_rewrites_the_board(board: Board) -> None:
    settled(board)
    model = taught()
    said = board.command("rollback", "DEMO")
    assert said.exit_code == 0, said.output
    assert "DEMO: back to what ships" in said.output
    tasks.reconcile("main")
    board.run()
    assert board.classes() == [NEED] * 9
    assert board.judged_by() == {None}
    assert not board.file.exists(), "what ships has no file"
    shown = board.command("history", "DEMO").output
    assert "what ships judges" in shown and model.digest in shown and "rolled back" in shown


def test_a_rollback_goes_to_the_model_before_or_to_a_given_one(board: Board) -> None:
    first, second = taught(), taught("exploration")
    settled(board)
    board.put(second)
    assert "is approved" in board.command("approve", "DEMO").output
    tasks.reconcile("main")
    board.run()
    assert set(board.classes()) == {LEARN, NEED}
    said = board.command("rollback", "DEMO")
    assert f"back to the model {first.digest}" in said.output
    tasks.reconcile("main")
    board.run()
    assert set(board.classes()) == {DEBT, NEED}
    assert board.command("rollback", "DEMO", second.digest[:6]).exit_code == 0
    tasks.reconcile("main")
    board.run()
    assert set(board.classes()) == {LEARN, NEED}
    assert board.file.read_bytes() == second.as_bytes(), "the copy is of the model in use"


def test_a_rollback_ends_a_trial(board: Board) -> None:
    board.fill(3)
    board.put(taught())
    tasks.reconcile("main")
    board.run()
    assert DEBT in board.classes()
    assert "back to what ships" in board.command("rollback", "DEMO").output
    tasks.reconcile("main")
    board.run()
    assert board.classes() == [NEED] * 3


def test_what_was_rolled_back_does_not_come_back_by_its_file(board: Board) -> None:
    settled(board)
    board.command("rollback", "DEMO")
    board.put(taught())
    tasks.reconcile("main")
    board.run()
    assert board.classes() == [NEED] * 9
    assert history(board)["judging"] == SHIPS


def test_what_can_t_be_rolled_back_or_approved_is_told_in_a_line(board: Board) -> None:
    assert "no model is in use: what ships judges" in board.command("rollback", "DEMO").output
    assert (
        "no model of the history begins with abc" in board.command("rollback", "DEMO", "abc").output
    )
    assert "no new model waits for approval" in board.command("approve", "DEMO").output
    assert "no project NONE: sluice.yaml has DEMO" in board.command("approve", "NONE").output


def test_decisions_are_forgotten_and_remembered_again_also_after_redis_was_wiped(
    board: Board,
) -> None:
    for words in (("--by", "acc-1"), ("--issue", "DEMO-7"), ("--since", "2026-11-23")):
        said = board.command("forget", "DEMO", *words)
        assert said.exit_code == 0 and "will be forgotten" in said.output, said.output
    assert "are left out already" in board.command("forget", "DEMO", "--by", "acc-1").output
    board.desk.store._redis.flushall()
    shown = board.command("history", "DEMO").output
    assert "decisions of the account acc-1" in shown and "decisions on DEMO-7" in shown
    assert "decisions since 2026-11-23T00:00:00+00:00" in shown
    said = board.command("forget", "DEMO", "--by", "acc-1", "--undo")
    assert "are learned from again" in said.output
    assert "acc-1" not in board.command("history", "DEMO").output
    memory = disk.read_memory(board.file)
    assert memory and [one.scope for one in memory.forgotten] == ["issue", "since"]


def test_what_can_t_be_forgotten_is_told_in_a_line(board: Board) -> None:
    for words, said in (
        ((), "name one of --by ACCOUNT"),
        (("--by", "a", "--issue", "DEMO-1"), "name one of --by ACCOUNT"),
        (("--issue", "demo"), "is not the key of an issue"),
        (("--issue", "PAY-9"), "--issue PAY-9 is not of DEMO: the model learns from no other"),
        (("--since", "yesterday-ish"), "is not a day or time"),
        (("--since", "2999-01-01"), "is in the future: there is no decision yet"),
        (("--issue", "DEMO-7", "--undo"), "decisions on DEMO-7 were not forgotten"),
    ):
        found = board.command("forget", "DEMO", *words)
        assert found.exit_code == 1 and said in found.output and "Traceback" not in found.output


def test_a_model_of_another_key_is_neither_approved_nor_gone_back_to(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(board)
    board.put(taught("exploration"))
    trial = history(board)["trial"]
    assert trial
    monkeypatch.setenv("SLUICE_MODEL_KEY", "ab" * 32)
    board.team.configure(OURS)
    for words in (("approve", "DEMO"), ("rollback", "DEMO", taught().digest)):
        said = board.command(*words)
        assert said.exit_code == 1 and "sealed with another key" in said.output, said.output
        assert history(board)["trial"] == trial
    assert "back to what ships" in board.command("rollback", "DEMO", "ships").output


def test_the_history_is_bounded_and_so_are_the_models_in_redis(board: Board) -> None:
    board.fill(1)
    for n in range(24):
        board.put(taught(odds=40.0 + n))
        board.desk.triage(board.desk.issue())
    shelf = Shelf(board.desk.sluice.settings.redis_url, NAME, ["DEMO"])
    assert len(shelf.memory().history) == 20
    assert len(shelf._redis.hkeys(shelf._bytes)) <= 21
    assert len(shelf.memory().known) == 24


def test_what_is_forgotten_of_an_issue_stays_so_after_its_project_was_renamed(
    board: Board,
) -> None:
    jira = board.desk.jira
    first, second = (board.desk.sluice.person.create(name) for name in ("Pay", "Sell"))
    keys = [jira.model.issue(one).key for one in (first, second)]
    assert board.command("forget", "DEMO", "--issue", keys[0]).exit_code == 0
    rename_project(jira.model, "DEMO", "SHOP")
    renamed = [key.replace("DEMO", "SHOP") for key in keys]
    said = board.command("forget", "DEMO", "--issue", renamed[1])
    assert said.exit_code == 0, said.output
    memory = disk.read_memory(board.file)
    assert memory and [one.id for one in memory.forgotten] == [first, second]
    assert {first, second} <= {*forgotten(memory).issues}
