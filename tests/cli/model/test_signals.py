"""`sluice model signals` and the commands beside it, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from rules.text_model.signals.model import SignalModel, shipped

ROOT = Path(__file__).resolve().parents[3]
TEXTS = [
    {"text": "The {} is down", "signals": ["outage"], "mark": "affirmed"},
    {"text": "The {} is not down", "signals": ["outage"], "mark": "negated"},
    {"text": "Rename the button of the {}", "signals": [], "mark": "affirmed"},
    {"text": "{}宕机了", "signals": ["outage"], "mark": "affirmed"},
]


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """Return a file with texts of five domains."""
    file = tmp_path / "texts.jsonl"
    rows = [
        {**row, "text": str(row["text"]).format(domain), "domain": domain}
        for domain in ("bank", "zoo", "farm", "port", "school")
        for row in TEXTS
    ]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return file


def model(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["model", *map(str, words)])


def test_signals_prints_what_a_text_states_with_its_words() -> None:
    result = model("signals", "Patch the library\nAttackers can run code on our servers.")
    assert result.exit_code == 0, result.output
    assert result.output.startswith("security ")
    assert "attackers" in result.output
    assert "deadline" not in result.output


def test_signals_says_so_if_there_is_none_and_can_show_all() -> None:
    text = "Print the page number in the footer"
    assert model("signals", text).output == "no signal: the text states none above its limit\n"
    shown = model("signals", text, "--all").output.splitlines()
    assert len(shown) == len(shipped().signals)
    assert all(line.endswith("below its limit") for line in shown)


def test_build_signals_writes_the_same_model_each_time(texts: Path, tmp_path: Path) -> None:
    digests = set()
    for name in ("a.npz", "b.npz"):
        result = model("build-signals", texts, "--output", tmp_path / name)
        assert result.exit_code == 0, result.output
        digests.add(SignalModel.load(tmp_path / name).digest)
    assert len(digests) == 1


def test_eval_signals_prints_a_table_per_language(texts: Path, tmp_path: Path) -> None:
    model("build-signals", texts, "--output", tmp_path / "own.npz")
    result = model("eval-signals", texts, "--model", tmp_path / "own.npz")
    assert result.exit_code == 0, result.output
    heads = [line.split()[0] for line in result.output.splitlines() if "precision" in line]
    assert heads == ["en", "zh"]
    figures = json.loads(model("eval-signals", texts, "--json").output)
    assert figures["en"][-1]["texts"] == 15


def test_texts_of_one_domain_cannot_be_held_out(tmp_path: Path) -> None:
    file = tmp_path / "one.jsonl"
    row = {"text": "It is down", "signals": ["outage"], "mark": "affirmed", "domain": "zoo"}
    file.write_text(f"{json.dumps(row)}\n", "utf-8")
    result = model("build-signals", file, "--output", tmp_path / "x.npz")
    assert result.exit_code == 1
    assert "several domains" in result.output


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text("{}\n", "utf-8")
    result = model("eval-signals", file)
    assert result.exit_code == 1
    assert "bad.jsonl" in result.output and "line 1" in result.output
