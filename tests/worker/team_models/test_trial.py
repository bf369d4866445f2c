"""A new model has an hour of trial: too many rewrites stop it, and what it wrote is put back."""

from __future__ import annotations

import logging

import pytest

from tests.worker.team_models.taught import Board, taught
from worker import tasks

DEBT, NEED = "Tech debt", "Business need"


def test_a_new_model_that_rewrites_too_much_is_foreseen_and_stopped(board: Board) -> None:
    board.fill(9)
    assert board.classes() == [NEED] * 9
    model = taught()
    board.put(model)
    done = tasks.reconcile_site("main")
    assert done.queued == 0
    assert (
        f"DEMO: the new model {model.digest} is rolled back: it would rewrite 3 issues, and the "
        "limit of its first hour is 2. To approve it: `sluice model approve DEMO`" in done.stopped
    )
    assert board.classes() == [NEED] * 9
    assert "stopped: it would rewrite at least 3 issues" in board.command("history", "DEMO").output


def test_what_a_stopped_model_rewrote_is_put_back(
    board: Board, caplog: pytest.LogCaptureFixture
) -> None:
    board.fill(9)
    board.put(taught())
    with caplog.at_level(logging.ERROR, "sluice"):
        for issue in board.issues:
            board.desk.store.requeue(issue)
            board.desk.triage(issue)
    assert board.classes().count(DEBT) == 2, "the limit"
    assert "is rolled back: more than 2 issues rewritten in its first hour" in caplog.text
    tasks.reconcile("main")
    assert len(board.desk.queued) >= 2
    board.run()
    assert board.classes() == [NEED] * 9
    assert board.judged_by() == {None}


def test_an_approved_model_judges_the_whole_board_in_one_pass(board: Board) -> None:
    board.fill(9)
    model = taught()
    board.put(model)
    tasks.reconcile("main")
    said = board.command("approve", "DEMO")
    assert said.exit_code == 0, said.output
    tasks.reconcile("main")
    board.run()
    assert board.classes() == [DEBT, NEED, NEED] * 3
    assert board.judged_by() == {model.digest}, "no mixed board"
    tasks.reconcile("main")
    assert board.desk.queued == [], "and nothing is left to do"


def test_an_issue_that_is_judged_alike_is_not_written_for_people(board: Board) -> None:
    board.fill(3)
    issue = board.issues[1]
    before = board.desk.jira.model.issues[issue].values["updated"]
    comments = board.desk.sluice.person.see(issue)["comments"]
    model = taught()
    board.put(model)
    tasks.reconcile("main")
    board.run()
    after = board.desk.sluice.person.see(issue)
    assert after["record"]["team"] == model.digest
    assert after["comments"] == comments
    assert board.desk.jira.model.issues[issue].values["updated"] == before


def test_no_comment_is_edited_where_only_what_the_rules_say_changed(board: Board) -> None:
    board.fill(3)
    issue, person = board.issues[0], board.desk.sluice.person
    person.set(issue, **{"class": "Exploration"})
    board.desk.store.requeue(issue)
    board.desk.triage(issue)
    comments = person.see(issue)["comments"]
    assert "(the rules say Business need)" in comments[0]
    board.put(taught())
    board.desk.store.requeue(issue)
    assert board.desk.triage(issue) == "unchanged"
    assert person.see(issue)["comments"] == comments
