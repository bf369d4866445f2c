"""The decision log of a worker: off by default, replayed by the command line, never in the way."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli import main
from tests.worker.team import BOOK, Team

LOG = "decision_log: {file: decisions.jsonl}\n"


def rows(team: Team) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log_of(team).read_text().splitlines()]


def log_of(team: Team) -> Path:
    return team.file.parent / "decisions.jsonl"


def replay(*words: object) -> Result:
    return CliRunner().invoke(main, ["replay", *map(str, words)])


def test_by_default_no_decision_is_logged(team: Team) -> None:
    team.judged()
    assert not log_of(team).exists()


def test_each_decision_is_logged_and_made_again_by_the_command_line(team: Team) -> None:
    team.configure(LOG)
    team.judged()
    team.write(BOOK.format(base=70))
    team.judged()
    found = replay(log_of(team))
    assert found.exit_code == 0, found.output
    assert found.output.endswith("2 decisions: 2 the same, 0 not\n")
    assert [row["decision"]["score"] for row in rows(team)] == [40, 70]
    assert len(list((team.file.parent / "decisions.jsonl.sources").iterdir())) == 2
    private = [log_of(team), *(team.file.parent / "decisions.jsonl.sources").iterdir()]
    assert all(file.stat().st_mode & 0o077 == 0 for file in private)


def test_a_decision_that_differs_gives_exit_status_1_and_says_in_what(team: Team) -> None:
    team.configure(LOG)
    team.judged()
    (row,) = rows(team)
    row["decision"]["verdict"] = "reject"
    log_of(team).write_text(json.dumps(row) + "\n")
    found = replay(log_of(team))
    assert found.exit_code == 1 and '  verdict: was "reject", is' in found.output
    (shown,) = map(json.loads, replay(log_of(team), "--json").output.splitlines())
    assert list(shown["differs"]) == ["verdict"] and not shown["same"]
    assert replay(log_of(team), "--issue", "DEMO-404").exit_code == 1


def test_a_masked_log_has_no_text_and_is_replayed_from_answers(team: Team) -> None:
    team.configure("decision_log: {file: decisions.jsonl, mask: [text, comments, people]}\n")
    team.judged()
    assert "invoice" not in log_of(team).read_text()
    found = replay(log_of(team))
    assert found.exit_code == 0 and "from answers, since" in found.output


def test_lines_that_are_no_records_are_told_one_by_one(team: Team, tmp_path: Path) -> None:
    file = tmp_path / "odd.jsonl"
    file.write_text('{"format": 1}\n[]\n{"torn\n\n')
    found = replay(file)
    assert found.exit_code == 1 and found.output.count("can't be replayed") == 3


def test_a_log_that_can_not_be_written_stops_no_triage_and_is_told_once(
    team: Team, caplog: pytest.LogCaptureFixture
) -> None:
    team.configure("decision_log: {file: nowhere/decisions.jsonl}\n")
    with caplog.at_level(logging.ERROR, "sluice"):
        assert team.score() == 40 and team.score() == 40
    assert caplog.text.count("decisions are not logged in") == 1
    assert team.desk.store.health()["decisions_not_logged"] == 2


def test_a_rulebook_that_is_not_beside_the_log_is_told(team: Team) -> None:
    team.configure(LOG)
    team.judged()
    found = replay(log_of(team), "--sources", team.file.parent / "none")
    assert found.exit_code == 1 and "the rulebook @" in found.output
