"""`sluice model eval FILE --learn`: the curves of what is learned."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from cli import main
from cli.model.eval_learning import knows
from rules.text_model.model import shipped
from rules.text_model.team.classes import ClassHead
from rules.text_model.team.model import TeamModel
from rules.text_model.team.seal import Seal
from rules.vocabulary.classes import KINDS
from tests.own_words import own_words


def command(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["model", "eval", *map(str, words)])


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("learn") / "team.jsonl"
    rows = [
        {"summary": text, "cls": kind, "source": "harbour", "key": f"SHOP-{n}"}
        for n, (text, kind) in enumerate(own_words(50), 1)
    ]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return path


@pytest.mark.slow
def test_curves_by_source_and_their_mean(file: Path, tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    said = command(file, "--learn", "0,25", "--figures", figures)
    assert said.exit_code == 0, said.output
    assert "harbour: 50 issues" in said.output and "mean of 1 source" in said.output
    assert "of 1 taken, right +" in said.output
    found = json.loads(figures.read_text("utf-8"))
    assert [one["learned"] for one in found["learning"]["harbour"]] == [0, 25]
    assert found["mean of sources"][1]["sources"] == 1


def test_json_has_the_figures_of_each_step(file: Path) -> None:
    said = command(file, "--learn", "9", "--noise", "0.5", "--careless", "ana", "--json")
    (step,) = json.loads(said.output)["learning"]["harbour"]
    assert step["taken"] is False and step["reason"]
    assert step["after"] == step["before"] and step["challenger"]["issues"] == 41


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--learn", "0,x"), "give numbers such as 0,10,25,50,100"),
        (("--learn", "-5"), "give numbers such as"),
        (("--learn", "9999999999"), "give numbers such as"),
        (("--noise", "0.2"), "--noise and --careless need --learn"),
        (("--careless", "ben"), "--noise and --careless need --learn"),
        (("--learn", "10", "--careless", "zoe"), "--careless zoe: nobody of that name decides"),
        (("--learn", "70"), "no source has 90 issues"),
    ],
)
def test_what_can_t_be_replayed_is_told_in_a_line(
    file: Path, words: tuple[str, ...], said: str
) -> None:
    found = command(file, *words)
    assert found.exit_code and said in found.output and "Traceback" not in found.output


def test_what_a_team_taught_judges_other_issues(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "a key of the tests, 32 bytes long"
    monkeypatch.setenv("SLUICE_MODEL_KEY", key)
    taught = tmp_path / "ours.npz"
    weights = np.array([[0.0, 0.0, 9.0]], np.float32)
    TeamModel(Seal(key.encode()), ClassHead(KINDS, ("bias",), weights)).save(taught)
    picture = ("--curve", tmp_path / "curve.svg")
    figures = json.loads(command(file, "--team", taught, "--json", *picture).output)
    assert figures["per_class"][KINDS[2]]["recall"] > 0.9
    monkeypatch.setenv("SLUICE_MODEL_KEY", "another key of the tests, 32 bytes")
    said = command(file, "--team", taught, *picture)
    assert said.exit_code == 1 and "is sealed with another key" in said.output


def test_the_shipped_model_tells_what_it_learned_from() -> None:
    assert (
        knows(shipped(), "rust-github")
        and not knows(shipped(), "rust")
        and not knows(shipped(), "harbour")
    )
