"""Rule files that change while Sluice runs: the good ones go live, the bad ones change nothing."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from cli import main
from rules.problem import Problem
from tests.worker.team import BOOK, Team
from worker import tasks
from worker.rulebooks import reload


def test_the_next_triage_after_a_change_goes_by_the_new_file(team: Team) -> None:
    assert team.score() == 40
    team.write(BOOK.format(base=55))
    assert team.score() == 55


def test_a_bad_file_keeps_the_last_good_book_and_everybody_is_told(
    team: Team, caplog: pytest.LogCaptureFixture
) -> None:
    team.write(BOOK.format(base=55))
    assert team.score() == 55
    with caplog.at_level(logging.ERROR, "sluice"):
        team.write(BOOK.format(base=55).replace("type = Task", "tipe = Task"))
        assert team.score() == 55
        assert team.score() == 55
    told = f"{team.file}:4: rule story: when, column 23: unknown field"
    assert sum(told in record.getMessage() for record in caplog.records) == 1
    health = requests.get(f"{team.desk.sluice.web}/health", timeout=5).json()
    assert "a rule file or a team's model is bad" in health["status"]
    (wrong,) = health["books"]["main"]["DEMO"]["wrong"]
    assert (wrong["file"], wrong["line"], wrong["rule"]) == (str(team.file), 4, "story")
    assert wrong["message"].startswith("when, column 23: unknown field")
    team.write(BOOK.format(base=60))
    assert team.score() == 60
    assert requests.get(f"{team.desk.sluice.web}/health", timeout=5).json()["status"] == "ok"


@pytest.mark.parametrize("odd", ["", "\0", "gone", "folder"])
def test_a_file_that_is_empty_odd_or_gone_is_a_bad_file(team: Team, odd: str) -> None:
    assert team.score() == 40
    team.write(odd)
    if odd in ("gone", "folder"):
        team.file.unlink()
    if odd == "folder":
        team.file.mkdir()
    assert team.score() == 40


def test_a_book_that_takes_too_long_to_build_never_goes_live(team: Team) -> None:
    assert team.score() == 40
    tasks.this_process().rulebooks.rule_files.check_s = 0.01
    team.write(BOOK.format(base=70))
    assert team.score() == 40
    message = "takes longer than 0.01 s to build: make it smaller"
    assert team.desk.store.ledger.books()["DEMO"].wrong == (Problem(str(team.file), 1, message),)


def test_a_proof_that_crashes_is_a_problem_of_the_file_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho half a word\necho 'Fatal error: no memory' >&2\nexit 139\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    file = tmp_path / "a b: c.yaml"
    message = "can't be built: Fatal error: no memory"
    assert reload._check_file(file, 30) == (Problem(str(file), 1, message),)


def test_a_proof_hands_over_every_problem_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "a b: c.yaml"
    file.write_text(BOOK.format(base=40).replace("type = Task", "tipe = Task") + "roles: []\n")
    found = reload._check_file(file, 60)
    assert {(one.file, one.line, one.rule) for one in found} == {
        (str(file), 4, "story"),
        (str(file), 5, None),
    }


def test_saving_the_same_text_again_changes_nothing(team: Team) -> None:
    assert team.score() == 40
    before = team.desk.store.ledger.books()
    os.utime(team.file, (1, 1))
    tasks.this_process().rulebooks.hurry()
    assert team.score() == 40 and team.desk.store.ledger.books() == before


def test_status_names_file_line_and_reason(team: Team) -> None:
    team.score()
    team.write("book: team\nrules: []\n")
    team.score()
    team.file.write_text(BOOK.format(base=40), "utf-8")  # the command itself reads the settings
    said = CliRunner().invoke(main, ["rules", "status"]).output
    assert "main DEMO: team@" in said and "1 rule, from" in said
    assert f'{team.file}:2: "rules" is empty' in said


def test_a_rule_in_shadow_is_counted_and_never_written(team: Team) -> None:
    shadow = "  - {id: never, when: type = Task, gate: reject, because: No., shadow: true}\n"
    team.write(BOOK.format(base=40) + shadow)
    issue = team.desk.issue()
    assert team.desk.triage(issue) == "written"
    assert team.desk.sluice.person.see(issue)["gate"] == "Accept"
    (counted,) = team.desk.store.ledger.shadows("DEMO")
    assert (counted.verdict, counted.shadow, counted.count) == ("accept", "reject", 1)
    assert "accept → reject: 1" in CliRunner().invoke(main, ["rules", "status"]).output


def test_a_gate_that_a_person_set_to_a_word_of_her_own_stays_whole_beside_a_shadow(
    team: Team,
) -> None:
    shadow = "  - {id: never, when: type = Task, gate: reject, because: No., shadow: true}\n"
    team.write(BOOK.format(base=40) + shadow)
    (gate,) = (f for f in team.desk.jira.model.fields.values() if f.name == "Sluice Gate")
    team.desk.jira.model.add_option(gate, "On hold")
    issue = team.desk.issue()
    team.desk.sluice.person.set(issue, gate="On hold")
    team.desk.triage(issue)
    assert team.desk.sluice.person.see(issue)["gate"] == "On hold"
    said = CliRunner().invoke(main, ["rules", "status"]).output
    assert "On hold → On hold: 1" in said
    metrics = requests.get(f"{team.desk.sluice.web}/metrics", timeout=5).text
    assert 'shadow="On hold",site="main",verdict="On hold"' in metrics


def test_a_project_whose_whole_book_is_in_shadow_writes_nothing(team: Team) -> None:
    team.write("shadow: true\n" + BOOK.format(base=40))
    issue = team.desk.issue()
    assert team.desk.triage(issue) == "shadow"
    seen = team.desk.sluice.person.see(issue)
    assert (seen["gate"], seen["score"], seen["comments"], seen["record"]) == (None, None, [], None)
