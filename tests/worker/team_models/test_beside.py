"""A model that judges beside the one in use, and the preview of a new one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from tests.worker.team_models.taught import OURS, Board, taught
from worker import tasks
from worker.store.models.state import Shelf
from worker.store.models.values import ModelEntry
from worker.team_models import actions

DEBT, NEED = "Tech debt", "Business need"


def shelf_of(board: Board) -> Shelf:
    shelf = tasks.this_process().shelf(tasks.this_process().config().projects["DEMO"])
    assert shelf
    return shelf


def beside(board: Board, why: str = "trained with --shadow") -> str:
    """Let a model judge beside what ships; return its digest."""
    model, now = taught(), datetime.now(UTC)
    entry = ModelEntry(model.digest, now, "pm")
    tasks.this_process().site_triage("main")
    assert actions.take(shelf_of(board), entry, model.as_bytes(), now, [why]) == "beside"
    tasks.this_process().rulebooks.hurry()
    return model.digest


@pytest.fixture
def gated(board: Board) -> Board:
    """A board whose book rejects tech debt."""
    rejects = "  - {id: never, when: class = tech_debt, gate: reject, because: No.}\n"
    board.team.write(board.team.file.read_text("utf-8") + rejects)
    return board


def test_a_model_beside_counts_and_writes_nothing(gated: Board) -> None:
    digest = beside(gated)
    gated.fill(3)
    assert gated.classes() == [NEED] * 3
    assert gated.judged_by() == {None}
    counts = {
        (one.digest, one.verdict, one.shadow): one.count
        for one in gated.desk.store.ledger.shadows("DEMO")
    }
    assert counts == {(digest, "accept", "reject"): 1, (digest, "accept", "accept"): 2}
    status = CliRunner().invoke(main, ["rules", "status"]).output
    assert f"model {digest} waits and judges beside" in status
    assert f"shadow {digest}: accept → reject: 1" in status
    history = gated.command("history", "DEMO").output
    assert "waits and judges beside: trained with --shadow" in history


def test_a_model_beside_judges_once_it_is_approved(gated: Board) -> None:
    digest = beside(gated)
    gated.fill(3)
    assert gated.command("approve", "DEMO").exit_code == 0
    tasks.reconcile("main")
    gated.run()
    assert gated.classes() == [DEBT, NEED, NEED]
    assert gated.judged_by() == {digest}


def test_the_preview_shows_what_the_waiting_model_decides_otherwise(
    gated: Board, tmp_path: Path
) -> None:
    digest = beside(gated)
    gated.fill(6)
    gated.desk.sluice.person.set(gated.issues[0], **{"class": "Exploration"})
    html = tmp_path / "preview.html"
    said = gated.command("backtest", "DEMO", "--html", str(html))
    assert said.exit_code == 0, said.output
    assert f"new  model {digest}" in said.output and "old  what ships" in said.output
    assert "Classes: 1 of 6 change" in said.output, "a person's class stays"
    assert "Issues with a class: 100% → 100%" in said.output
    assert "class business_need → tech_debt" in said.output
    page = html.read_text("utf-8")
    assert f"model {digest}" in page and "rows: old model, columns: new model" in page
    assert gated.judged_by() == {None}, "nothing is written"


def test_the_preview_of_a_file_compares_with_what_ships(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLUICE_MODEL_KEY", "5ea1" * 16)
    file, new = tmp_path / "open.jsonl", tmp_path / "new.npz"
    rows = [{"summary": f"{word} the pier"} for word in ("weed", "mend", "paint")]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    taught().save(new)
    said = CliRunner().invoke(main, ["model", "backtest", str(file), "--model", str(new), "--json"])
    assert said.exit_code == 0, said.output
    found = json.loads(said.output)
    assert found["issues"] == 3 and found["models"]["old"] == "what ships"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("none.jsonl",), "no such file"),
        (("NONE",), "no project NONE"),
        (("DEMO",), "no new model is on trial or waits"),
    ],
)
def test_what_can_t_be_previewed_is_told_in_a_line(
    board: Board, words: tuple[str, ...], said: str
) -> None:
    found = board.command("backtest", *words)
    assert found.exit_code == 1 and said in found.output and "Traceback" not in found.output


def test_projects_that_share_a_file_share_the_model_and_its_trial(board: Board) -> None:
    text = (
        f"{OURS}    rewrite_cap: 200\n"
        "  OPS:\n    book: team.yaml\n    model: models/demo.npz\n    rewrite_cap: 1\n"
    )
    board.team.configure(text)
    shelf = shelf_of(board)
    assert set(shelf.projects) == {"DEMO", "OPS"}
    board.fill(3)
    board.put(taught())
    tasks.this_process().site_triage("main")
    digest = taught().digest
    assert shelf.rollouts.spend(shelf.name, digest, "1", 200, "DEMO")
    assert shelf.rollouts.spend(shelf.name, digest, "1", 1, "OPS")
    assert not shelf.rollouts.spend(shelf.name, digest, "2", 1, "OPS")
    assert shelf.look().standing.stopped, "the first limit that is reached stops it for both"
    said = board.command("rollback", "DEMO")
    assert "for OPS too, which share models/demo.npz" in said.output
