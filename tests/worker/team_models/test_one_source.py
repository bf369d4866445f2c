"""All processes use one model, whatever happens to file, key and Redis."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest
import requests
from click.testing import CliRunner

from cli import main
from tests.live import served
from tests.worker.team_models.taught import OURS, Board, taught
from worker import tasks
from worker.process import Process
from worker.settings.load import load

DEBT, NEED = "Tech debt", "Business need"


@pytest.fixture
def used(board: Board) -> Board:
    """A board with six issues that an approved model judges."""
    board.fill(6)
    board.put(taught())
    tasks.reconcile("main")
    assert board.command("approve", "DEMO").exit_code == 0
    tasks.reconcile("main")
    board.run()
    board.desk.queued.clear()
    return board


def judging(process: Process) -> str | None:
    """The digest of the model that a process judges with."""
    team = process.site_triage("main").projects["DEMO"].team
    return team.digest if team else None


def class_of_a_new_issue(board: Board) -> str:
    issue = board.desk.issue("weed the pier")
    board.desk.triage(issue)
    return str(board.desk.sluice.person.see(issue)["class"])


def everything_said(board: Board) -> list[str]:
    """What status, history, doctor, health and metrics say."""
    with served(load()) as web:
        pages = [requests.get(f"{web}/{name}", timeout=60).text for name in ("health", "metrics")]
    return [
        *pages,
        CliRunner().invoke(main, ["rules", "status"]).output,
        board.command("history", "DEMO").output,
        CliRunner().invoke(main, ["doctor"]).output,
    ]


def test_a_deleted_file_is_told_at_once_and_written_again(
    used: Board, caplog: pytest.LogCaptureFixture
) -> None:
    used.file.unlink()
    for said in everything_said(used)[:3]:  # `model history` looks as a worker does
        assert "is gone" in said and taught().digest in said, said
    used.file.unlink(missing_ok=True)
    tasks.this_process().rulebooks.hurry()
    tasks.this_process().look()
    assert used.file.read_bytes() == taught().as_bytes()
    assert f"was gone: the model {taught().digest} is written again" in caplog.text
    assert not any("is gone" in said for said in everything_said(used))
    assert class_of_a_new_issue(used) == DEBT


def test_a_bad_file_that_is_removed_as_its_message_asks_is_bad_no_longer(used: Board) -> None:
    used.file.write_bytes(b"no model")
    tasks.this_process().rulebooks.hurry()
    tasks.this_process().look()
    for said in everything_said(used):
        assert "Remove it" in said
    used.file.unlink()
    tasks.this_process().rulebooks.hurry()
    tasks.this_process().look()
    assert used.file.read_bytes() == taught().as_bytes()
    health = everything_said(used)[0]
    assert "is bad" not in health and "Remove it" not in health and "is gone" not in health


def test_a_copy_that_cannot_be_written_is_told(
    used: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    used.file.unlink()
    monkeypatch.setattr("worker.team_models.disk.write_whole", full)
    for _ in range(2):
        tasks.this_process().rulebooks.hurry()
        tasks.this_process().look()
    assert "is gone" in everything_said(used)[0]
    wrong = tasks.this_process().store("main").ledger.books()["DEMO"].wrong
    assert any("can't be written: No space left on device" in str(one) for one in wrong)


def test_a_broken_file_is_told_at_once_and_the_model_stays_in_use(used: Board) -> None:
    used.file.write_bytes(b"no model")
    for said in everything_said(used):
        assert "is not a team" in said and "damaged" in said, said
    assert class_of_a_new_issue(used) == DEBT
    other = Process(load())
    assert judging(other) == taught().digest
    other.close()


def test_a_wiped_redis_learns_the_model_from_the_file(used: Board) -> None:
    used.desk.store._redis.flushall()
    assert class_of_a_new_issue(used) == DEBT
    assert "in use" in used.command("history", "DEMO").output
    used.desk.queued.clear()
    tasks.reconcile("main")
    assert used.desk.queued == [], "and nothing is written anew"


def test_a_wiped_redis_and_a_broken_file_leave_a_process_its_last_good_model(used: Board) -> None:
    used.file.write_bytes(b"no model")
    used.desk.store._redis.flushall()
    tasks.this_process().rulebooks.hurry()
    assert class_of_a_new_issue(used) == DEBT


def test_a_lost_model_is_told(used: Board) -> None:
    used.file.unlink()
    used.desk.store._redis.flushall()
    other = Process(load())
    assert judging(other) is None
    assert f"the model {taught().digest} that was in use is lost" in "".join(
        str(problem) for problem in other.store("main").ledger.books()["DEMO"].wrong
    )
    other.close()


def test_a_wipe_during_the_trial_of_a_first_model_begins_the_trial_again(board: Board) -> None:
    board.fill(3)
    board.put(taught())
    tasks.reconcile("main")
    board.run()
    assert board.classes() == [DEBT, NEED, NEED]
    board.desk.store._redis.flushall()
    other = Process(load())
    assert judging(other) == taught().digest
    assert "on trial since" in board.command("history", "DEMO").output
    other.close()


def test_a_wipe_during_a_trial_goes_back_to_the_model_before(used: Board) -> None:
    used.put(taught("exploration"))
    tasks.this_process().site_triage("main")
    assert used.file.read_bytes() == taught().as_bytes(), "the copy is of the one in use"
    used.desk.store._redis.flushall()
    other = Process(load())
    assert judging(other) == taught().digest
    other.close()


def test_a_wipe_after_a_rollback_brings_nothing_back(used: Board) -> None:
    copy = used.file.read_bytes()
    used.command("rollback", "DEMO")
    used.file.write_bytes(copy)  # as on another host, or by a backup
    used.desk.store._redis.flushall()
    other = Process(load())
    assert judging(other) is None
    other.close()


def test_another_key_is_told_and_decisions_of_the_model_stay_as_they_are(
    used: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLUICE_MODEL_KEY", "ab" * 32)
    used.team.configure(OURS)
    said = CliRunner().invoke(main, ["doctor"])
    assert said.exit_code == 1 and "sealed with another key" in said.output
    assert "ab" * 32 not in said.output
    before = used.classes()
    for issue in used.issues:
        used.desk.store.requeue(issue)
        assert used.desk.triage(issue) == "unchanged"
    assert used.classes() == before
    assert class_of_a_new_issue(used) == NEED, "a new issue is not left without a decision"


def test_two_processes_see_a_change_with_their_next_issue(used: Board) -> None:
    other = Process(load())
    now = datetime.now(UTC)
    assert judging(other) == taught().digest
    assert used.command("rollback", "DEMO").exit_code == 0
    begun = used.desk.store.begin(used.issues[0])
    other.notice(begun.epoch)
    other.triage("main", used.issues[0], now)
    assert used.classes()[0] == NEED
    other.close()


def test_an_issue_whose_triage_began_before_a_swap_is_judged_again(used: Board) -> None:
    issue, store = used.issues[0], used.desk.store
    store.requeue(issue)
    begun = store.begin(issue, "token")
    assert begun.events is not None
    used.command("rollback", "DEMO")
    assert not store.done(issue, begun.events, "token", "written", begun.epoch)
    assert store.begin(issue).events == begun.events, "it is still pending"


def test_an_older_copy_on_disk_is_no_new_model(
    used: Board, caplog: pytest.LogCaptureFixture
) -> None:
    older = used.file.read_bytes()
    used.put(taught("exploration"))
    tasks.reconcile("main")
    used.command("approve", "DEMO")
    used.file.write_bytes(older)
    with caplog.at_level(logging.INFO, "sluice"):
        tasks.this_process().rulebooks.hurry()
        issue = used.desk.issue("weed the pier")
        used.desk.triage(issue)
    assert used.desk.sluice.person.see(issue)["class"] == "Exploration"
    assert used.file.read_bytes() == taught("exploration").as_bytes(), "it is brought up to date"
