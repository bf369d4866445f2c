"""A team corrects classes in Jira; its own text model learns from that, and workers take it."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import requests
from click.testing import CliRunner, Result

from cli import main
from rules.problem import Problem
from rules.text_model.team.classes import ClassHead
from rules.text_model.team.model import TeamModel
from rules.text_model.team.seal import Seal
from rules.vocabulary.classes import KINDS
from tests.live import MODEL_KEY, Person
from tests.own_words import own_words
from tests.worker.team import Team
from worker import tasks
from worker.jobs import retrain
from worker.settings.load import load
from worker.settings.settings import WORDS
from worker.store.models.state import Shelf
from worker.store.models.values import SHIPS

KEY = MODEL_KEY.encode()
OURS = "    model: models/demo.npz\n"


def command(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["model", "train", *map(str, words)])


def created(team: Team, count: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """New issues in the team's own words, triaged, and what the team would call them."""
    for text, kind in own_words(count, seed):
        issue = team.desk.issue(text)
        team.desk.triage(issue)
        yield issue, WORDS[kind]


def corrected(team: Team, count: int, seed: int = 1) -> None:
    """Issues whose class the PM sets by hand, wherever Sluice has found another one."""
    for issue, kind in created(team, count, seed):
        if team.desk.sluice.person.see(issue)["class"] != kind:
            team.desk.sluice.person.set(issue, **{"class": kind})


def right(team: Team, issues: list[tuple[str, str]]) -> float:
    see = team.desk.sluice.person.see
    return sum(see(issue)["class"] == kind for issue, kind in issues) / len(issues)


def shelf() -> Shelf:
    found = tasks.this_process().shelf(tasks.this_process().config().projects["DEMO"])
    assert found
    return found


def model_of(team: Team) -> Path:
    return team.file.parent / "models" / "demo.npz"


@pytest.fixture
def ours(team: Team, monkeypatch: pytest.MonkeyPatch) -> Team:
    """A team whose project has a model of its own, not trained yet."""
    monkeypatch.setattr("tests.desk.STORY", "")
    team.configure(OURS, book="default")
    return team


@pytest.mark.slow
def test_fifty_corrections_raise_what_is_right_of_the_rest_by_ten_points(ours: Team) -> None:
    later = [*created(ours, 60, seed=2)]
    before = right(ours, later)
    corrected(ours, 60)
    said = command("DEMO")
    assert said.exit_code == 0, said.output
    assert "would change sides in the mix of classes" in said.output, "it asks first"
    assert CliRunner().invoke(main, ["model", "approve", "DEMO"]).exit_code == 0
    tasks.this_process().rulebooks.hurry()
    for issue, _ in later:
        ours.desk.store.requeue(issue)
        ours.desk.triage(issue)
    assert right(ours, later) >= before + 0.1


@pytest.mark.slow
def test_the_old_model_is_kept_unless_the_new_one_is_better(ours: Team) -> None:
    words = [WORDS[kind] for kind in KINDS]
    for n, (issue, kind) in enumerate(created(ours, 35)):
        # The team changes its mind: what could be learned is wrong by the time it is tried.
        other = words[(words.index(kind) + (n >= 25)) % 3]
        ours.desk.sluice.person.set(issue, **{"class": other})
    said = command("DEMO")
    assert said.exit_code == 0, said.output
    assert "the old model stays in use" in said.output
    assert not model_of(ours).exists()


def test_too_few_corrections_are_told(ours: Team) -> None:
    corrected(ours, 5)
    said = command("DEMO")
    assert said.exit_code == 0 and "a comparison needs 10" in said.output
    assert not model_of(ours).exists()


def test_workers_take_a_new_model_and_keep_it_when_its_file_goes_bad(
    ours: Team, caplog: pytest.LogCaptureFixture
) -> None:
    head = ClassHead(KINDS, ("bias",), np.zeros((1, len(KINDS)), np.float32))
    model = TeamModel(Seal(KEY), head)
    ours.judged()
    model_of(ours).parent.mkdir()
    model.save(model_of(ours))
    tasks.this_process().rulebooks.hurry()
    # The model of urgency stands beside it in the record.
    assert model.digest in ours.desk.sluice.person.see(ours.judged())["record"]["model"].split("+")
    assert ours.desk.store.ledger.books()["DEMO"].model == model.digest
    status = CliRunner().invoke(main, ["rules", "status"]).output
    assert f"with the team's model {model.digest}" in status
    model_of(ours).write_bytes(b"no model")
    tasks.this_process().rulebooks.hurry()
    with caplog.at_level(logging.ERROR, "sluice"):
        record = ours.desk.sluice.person.see(ours.judged())["record"]
    assert model.digest in record["model"].split("+")
    assert "demo.npz: is not a team's model" in caplog.text
    message = "is not a team's model, or is damaged. Remove it and train again"
    (problem,) = ours.desk.store.ledger.books()["DEMO"].wrong
    assert problem == Problem(str(model_of(ours)), 0, message)
    metrics = requests.get(f"{ours.desk.sluice.web}/metrics", timeout=5).text
    assert f'file="{model_of(ours)}",line="0",project="DEMO",reason="{message}"' in metrics


def test_a_model_that_can_t_be_read_is_told_and_sluice_starts(ours: Team) -> None:
    model_of(ours).parent.mkdir()
    model_of(ours).write_bytes(b"no model")
    tasks.configure(load())
    ours.judged()
    said = CliRunner().invoke(main, ["doctor"])
    assert said.exit_code == 1 and "demo.npz: is not a team's model" in said.output


@pytest.mark.slow
def test_after_a_rollback_the_weekly_model_waits_for_a_person(ours: Team) -> None:
    corrected(ours, 60)
    tasks.retrain()
    first = shelf().look().standing.trial
    assert first
    said = CliRunner().invoke(main, ["model", "rollback", "DEMO"])
    assert said.exit_code == 0, said.output
    corrected(ours, 30, seed=3)
    week = datetime.now(UTC) + timedelta(days=7)
    (outcome,) = retrain.retrain_on_time(tasks.this_process(), week).values()
    assert f"is beside, a person rolled back {first.digest}" in outcome
    standing = shelf().look().standing
    assert (standing.active, standing.trial) == (SHIPS, None)
    assert CliRunner().invoke(main, ["model", "approve", "DEMO"]).exit_code == 0
    assert shelf().memory().rolled_back == ""


@pytest.mark.slow
def test_what_is_to_be_forgotten_is_unlearned_without_new_corrections(ours: Team) -> None:
    corrected(ours, 60)
    tasks.retrain()
    assert CliRunner().invoke(main, ["model", "approve", "DEMO"]).exit_code == 0
    learned = shelf().memory().in_use
    said = CliRunner().invoke(main, ["model", "forget", "DEMO", "--issue", "DEMO-2"])
    assert said.exit_code == 0, said.output
    week = datetime.now(UTC) + timedelta(days=7)
    (outcome,) = retrain.retrain_on_time(tasks.this_process(), week).values()
    trial = shelf().look().standing.trial
    assert trial and trial.digest != learned and "is on trial" in outcome
    counts = {one.digest: one.lessons for one in shelf().memory().history}
    assert counts[learned]["kind (correction)"] == counts[trial.digest]["kind (correction)"] + 1


def test_each_week_it_learns_if_enough_was_corrected(ours: Team) -> None:
    assert tasks.retrain() == {"demo.npz": "waiting for corrections: 0 of 20"}
    corrected(ours, 60)
    assert tasks.retrain() == {}, "its week is not over"
    week = datetime.now(UTC) + timedelta(days=7)
    said = retrain.retrain_on_time(tasks.this_process(), week)
    assert said["demo.npz"].startswith("new model ")
    trial = shelf().look().standing.trial
    assert trial and f"new model {trial.digest} is on trial" in said["demo.npz"]
    (entry,) = shelf().memory().history
    assert entry.by == "weekly training" and entry.lessons["kind (correction)"] >= 20
    assert entry.after["right"] > entry.before["right"]
    shown = CliRunner().invoke(main, ["model", "history", "DEMO"]).output
    assert f"{entry.lessons['kind (correction)']} corrections of class" in shown
    later = retrain.retrain_on_time(tasks.this_process(), week + timedelta(days=7))
    assert later == {"demo.npz": "waiting for corrections: 0 of 20"}


def test_what_keeps_it_from_learning_is_put_off_or_told(ours: Team) -> None:
    ours.desk.jira.faults.set(rate_503=1.0)
    assert tasks.retrain() == {"demo.npz": "postponed"}
    ours.desk.jira.faults.set(rate_503=0.0)
    ours.configure(f"{OURS}retrain_after: 1\n", book="default")
    corrected(ours, 4)
    (said,) = tasks.retrain().values()
    assert said.startswith("old model kept: people set the class of")


def test_a_worker_without_the_extra_train_says_so_once_and_reads_nothing(
    ours: Team, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)  # as if it were not installed
    ours.desk.jira.faults.set(rate_503=1.0)
    with caplog.at_level(logging.INFO, "sluice"):
        (said,) = tasks.retrain().values()
        assert tasks.retrain() == {}, "its week is not over"
    assert said.startswith("not trained: ") and "the extra `train`" in said
    assert caplog.text.count(said) == 1


def test_it_learns_at_no_time_of_its_own_where_nobody_wants_that(ours: Team) -> None:
    ours.configure(f"{OURS}retrain_after: 0\n", book="default")
    assert tasks.retrain() == {}
    ours.configure("", book="default")
    assert tasks.retrain() == {}


def test_a_project_without_a_model_of_its_own_is_told_how_to_get_one(team: Team) -> None:
    said = command("DEMO")
    assert said.exit_code == 1 and "`model: models/demo.npz`" in said.output
    said = command("NONE")
    assert said.exit_code == 1 and "name a project: one of DEMO" in said.output


def test_a_query_and_a_number_of_days_narrow_what_is_read(ours: Team) -> None:
    corrected(ours, 3)
    said = command("DEMO", "--jql", "summary ~ nothing")
    assert "0 issues: people" in said.output
    assert "3 issues: people" in command("--days", "1").output


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SLUICE_MODEL_KEY", MODEL_KEY)
    path = tmp_path / "history.jsonl"
    rows = [{"summary": text, "cls": kind} for text, kind in own_words(60)]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return path


@pytest.mark.slow
def test_a_file_of_corrections_is_learned_from_too(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "ours.npz"
    said = command("--issues", file, "--output", out)
    assert said.exit_code == 0, said.output
    assert "60 issues: people set the class of 60" in said.output
    assert "of 55 issues whose class people set" in said.output
    assert "the new model is taken: " in said.output
    first = out.read_bytes()
    again = command("--issues", file, "--output", out)
    assert "the old model stays in use" in again.output and out.read_bytes() == first


@pytest.mark.parametrize(
    ("row", "words", "said"),
    [
        ('{"summary": "a", "cls": "bug"}', ("--output", "o.npz"), 'row 1: "cls" has to be one of'),
        ("no json", ("--output", "o.npz"), "not JSON"),
        ('{"summary": "a"}', (), "--issues needs --output"),
        ('{"summary": "a"}', ("--output", "o.npz", "--days", "3"), "use only one of them"),
    ],
)
def test_what_can_t_be_learned_from_is_told_in_a_line(
    row: str,
    words: tuple[str, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SLUICE_MODEL_KEY", MODEL_KEY)
    path = tmp_path / "odd.jsonl"
    path.write_text(f"{row}\n", "utf-8")
    result = command("--issues", path, *words)
    assert result.exit_code == 1 and said in result.output and "Traceback" not in result.output


def test_what_a_robot_sets_or_a_person_takes_back_teaches_nothing(ours: Team) -> None:
    robot, person = Person(ours.desk.jira, "robot"), ours.desk.sluice.person
    issues = [*created(ours, 8)]
    for n, (issue, kind) in enumerate(issues):
        (robot if n < 4 else person).set(issue, **{"class": kind})
    assert "people set the class of 4," in command("DEMO").output
    person.set(issues[-1][0], **{"class": None})
    assert "people set the class of 3," in command("DEMO").output


def urgent(team: Team, count: int) -> None:
    """Issues that people rank by words of the team's own, whatever the score says."""
    for n in range(count):
        priority = ("Highest", "Lowest")[n % 2]
        text = f"{('Brass', 'Felt')[n % 2]} hatch {n} needs a look"
        team.desk.sluice.person.set(team.desk.issue(text), priority=priority)


def test_priorities_that_people_set_are_lessons_too(ours: Team) -> None:
    urgent(ours, 6)
    assert "the gate of 0 and the priority of 6;" in command("DEMO").output


def test_a_teams_priorities_move_the_scores_of_later_issues(ours: Team) -> None:
    urgent(ours, 80)
    said = command("DEMO", "--approve")
    assert said.exit_code == 0 and "the priority of 80;" in said.output, said.output
    tasks.this_process().rulebooks.hurry()
    scores = []
    for word in ("Brass", "Felt"):
        issue = ours.desk.issue(f"{word} hatch 999 needs a look")
        ours.desk.triage(issue)
        scores.append(ours.desk.sluice.person.see(issue)["score"])
    assert scores[0] > scores[1] + 5, said.output
