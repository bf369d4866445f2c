"""`sluice model` as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from rules.text_model.model import TextModel

ROWS = [
    {"summary": "Refactor the retry loop", "description": "Duplicated twice", "cls": "tech_debt"},
    {"summary": "Export as CSV", "description": "Customers ask for it", "cls": "business_need"},
    {"summary": "Spike: which queue?", "description": "Two days", "cls": "exploration"},
    {"summary": "重构结算模块", "description": "没人敢动", "cls": "tech_debt"},
]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "issues.jsonl"
    rows = [{**row, "source": "ab"[n % 2]} for n, row in enumerate(ROWS * 4)]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return path


def model(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["model", *map(str, words)])


def test_eval_prints_a_table_and_draws_the_curve(file: Path, tmp_path: Path) -> None:
    result = model("eval", file, "--by", "source")
    assert result.exit_code == 0, result.output
    assert "macro-F1 1.000, 100.0% of 16 issues right" in result.output
    assert "a: macro-F1" in result.output and "b: macro-F1" in result.output
    assert (tmp_path / "reliability.svg").read_text("utf-8").startswith("<svg")


def test_eval_can_be_narrowed_to_a_source(file: Path) -> None:
    assert json.loads(model("eval", file, "--json", "--source", "a").output)["issues"] == 8
    result = model("eval", file, "--source", "none")
    assert result.exit_code == 1 and "no issues from none" in result.output


def test_eval_gives_machines_the_figures(file: Path) -> None:
    told = json.loads(model("eval", file, "--json").output)
    assert told["macro_f1"] == 1 and told["coverage"] == 1 and told["accuracy_decided"] == 1
    assert set(told["per_class"]) == {"tech_debt", "business_need", "exploration"}
    assert 0 <= told["ece"] < 1


def test_only_one_of_the_two_can_be_asked(file: Path) -> None:
    rules, alone = (
        json.loads(model("eval", file, "--json", "--only", o).output) for o in ("rules", "model")
    )
    assert rules["bins"] != alone["bins"]


def test_each_source_can_be_judged_by_a_model_that_never_saw_it(file: Path) -> None:
    result = model("eval", file, "--unseen", "--json")
    assert result.exit_code == 0 and json.loads(result.output)["issues"] == 16
    rows = [{**row, "source": "alone"} for row in ROWS]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    result = model("eval", file, "--unseen")
    assert result.exit_code == 1 and "at least two classes" in result.output


def test_what_is_decided_otherwise_than_labelled_is_listed(file: Path) -> None:
    rows = [*ROWS, {**ROWS[1], "key": "SHOP-9", "cls": "tech_debt"}]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    said = model("eval", file, "--mistakes").output
    assert "1 with another class than the label:" in said
    assert "SHOP-9: tech_debt, found business_need: Export as CSV" in said


@pytest.fixture
def readings(file: Path, tmp_path: Path) -> Path:
    """The labels of the file but one, and the class of an issue that has none."""
    rows = [{**row, "source": "ab"[n % 2], "key": f"S-{n}"} for n, row in enumerate(ROWS * 4)]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    more = [{"key": key, "summary": "Zorbly", "source": "c"} for key in ("M-1", "M-2")]
    (tmp_path / "more.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in more))
    lines = [f"{row['key']},{row['source']},{row['cls']},\n" for row in rows[1:]]
    path = tmp_path / "readings.csv"
    path.write_text(
        "key,source,cls,or\nS-0,a,exploration,\nM-1,c,exploration,\nM-2,c,exploration,\n"
        + "".join(lines)
    )
    return path


def test_labels_and_decisions_are_held_against_what_was_read(file: Path, readings: Path) -> None:
    said = model("eval", file, "--readings", readings).output
    assert "agreement with the annotations of 16 issues: labels 93.8%" in said
    told = json.loads(model("eval", file, "--readings", readings, "--json").output)
    assert told["read"]["labels"] == 0.938 and told["read"]["issues"] == 16
    rows = [{**ROWS[1], "key": "S-0", "source": "a", "cls": "tech_debt"}]
    file.write_text(f"{json.dumps(rows[0])}\n")
    said = model("eval", file, "--readings", readings, "--mistakes").output
    assert "S-0: tech_debt, found business_need, annotated exploration: Export as CSV" in said


def test_build_learns_from_issues_that_were_read_and_keeps_common_words_of_them(
    file: Path, readings: Path, tmp_path: Path
) -> None:
    out, more = tmp_path / "own.npz", tmp_path / "more.jsonl"
    words = ("--readings", readings, "--issues", more, "--output", out)
    assert "18 issues" in model("build", file, *words).output
    assert "c: 2 exploration" in model("info", out).output
    assert ("title", "zorbly") in TextModel.load(out).learned
    assert model("build", file, *words, "--licensed", "a", "--licensed", "b").exit_code == 0
    assert ("title", "zorbly") not in TextModel.load(out).learned


def test_issues_without_readings_and_a_broken_file_of_them_are_told(
    file: Path, readings: Path
) -> None:
    result = model("eval", file, "--unseen", "--issues", file)
    assert result.exit_code == 1 and "--issues needs --readings" in result.output
    readings.write_text("key,source,cls,or\nS-0,a,debt,\n")
    result = model("eval", file, "--readings", readings)
    assert result.exit_code == 1 and "readings.csv:2: use a key" in result.output


def test_a_licensed_tracker_that_is_not_there_is_told(file: Path, tmp_path: Path) -> None:
    result = model("build", file, "--licensed", "A", "--output", tmp_path / "own.npz")
    assert result.exit_code == 1
    assert "--licensed A: unknown source. The issues are from a, b" in result.output


def test_half_a_character_in_a_key_does_no_harm(file: Path) -> None:
    file.write_text('{"summary": "Export as CSV", "cls": "tech_debt", "key": "\\ud800"}\n')
    said = model("eval", file, "--mistakes").output
    assert "\N{REPLACEMENT CHARACTER}: tech_debt, found business_need" in said


def test_build_writes_a_model_that_eval_and_info_take(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "own.npz"
    figures = tmp_path / "figures.json"
    figures.write_text(model("eval", file, "--json").output, "utf-8")
    said = model("build", file, "--figures", figures, "--output", out)
    assert said.exit_code == 0 and "16 issues" in said.output
    assert "a: 4 tech_debt" in model("info", out).output
    assert json.loads(model("info", out, "--json").output)["figures"]["macro_f1"] == 1
    assert model("eval", file, "--model", out).exit_code == 0


def test_info_tells_of_the_model_that_ships() -> None:
    said = model("info").output
    assert "zh: 164 tech_debt" in said and "macro_f1" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no issues"),
        ("no json\n", "not JSON"),
        ('{"summary": "a", "cls": "bug"}\n', '"cls" has to be one of'),
    ],
)
def test_a_file_that_can_t_be_used_is_told_in_a_line(text: str, said: str, file: Path) -> None:
    file.write_text(text, "utf-8")
    result = model("eval", file)
    assert result.exit_code == 1 and said in result.output and "Traceback" not in result.output


def test_a_file_that_is_no_model_is_told(file: Path) -> None:
    result = model("eval", file, "--model", file)
    assert result.exit_code == 1 and "is not a text model" in result.output
