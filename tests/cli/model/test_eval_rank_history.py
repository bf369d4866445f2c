"""`sluice model eval FILE --priorities --learn`: how a team's priorities teach the score."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from tests.rules.learning.wordings import NOUNS, SORTS


def model(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["model", *map(str, words)])


def written(path: Path, count: int, source: str = "harbour") -> Path:
    """Write issues, not in order, of a team that ranks one word above another."""
    dice = random.Random(5)
    rows = []
    for number in range(count):
        loud = dice.random() < 0.5
        word = "moored" if loud else "varnished"
        title = f"The {dice.choice(SORTS)} {dice.choice(NOUNS)} is {word}"
        rank = dice.choice([3, 4] if loud else [0, 1])
        key = f"{source}#{number}"
        rows.append({"source": source, "key": key, "summary": title, "priority_rank": rank})
    dice.shuffle(rows)
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return path


def curves(file: Path, *more: str) -> dict[str, list[dict[str, object]]]:
    result = model("eval", file, "--priorities", "--json", *more)
    assert result.exit_code == 0, result.output
    found: dict[str, list[dict[str, object]]] = json.loads(result.output)["learning"]
    return found


def spearman(step: dict[str, object], part: str) -> float:
    figures = step[part]
    assert isinstance(figures, dict)
    return float(figures["spearman"])


def test_the_first_issues_teach_and_the_others_are_judged(tmp_path: Path) -> None:
    (steps,) = curves(written(tmp_path / "a.jsonl", 160), "--learn", "0,40,120").values()
    assert [step["learned"] for step in steps] == [0, 40, 120]
    judged = [step["after"] for step in steps]
    assert [one["issues"] for one in judged if isinstance(one, dict)] == [160, 120, 40]
    assert steps[0]["before"] == steps[0]["after"]
    assert spearman(steps[2], "after") > 0.6
    assert steps[2]["before"] != steps[2]["after"]


def test_wrong_priorities_teach_less(tmp_path: Path) -> None:
    file = written(tmp_path / "a.jsonl", 160)
    (clear,), (wrong,) = (
        curves(file, "--learn", "120", *more).values() for more in ((), ("--noise", "0.6"))
    )
    assert spearman(clear[0], "after") > spearman(wrong[0], "after")


def test_a_large_tracker_is_judged_after_most_of_its_history_too(tmp_path: Path) -> None:
    file = written(tmp_path / "a.jsonl", 400)
    result = model("eval", file, "--priorities", "--learn", "390")
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.output.splitlines()]
    assert [line[0] for line in lines if line and line[0] in ("280", "390", "70%")] == [
        "280",
        "70%",
    ], "390 leaves too few to judge"


def test_sources_and_what_is_left_out_are_told(tmp_path: Path) -> None:
    file = written(tmp_path / "a.jsonl", 80)
    extra = {"source": "harbour", "summary": "b", "priority_rank": 2, "default": True}
    file.write_text(f"{file.read_text('utf-8')}{json.dumps(extra)}\n", "utf-8")
    result = model("eval", file, "--priorities", "--learn", "40")
    assert "harbour: 80 issues" in result.output
    assert "mean of sources" in result.output and "1 with a preset rank" in result.output


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--learn", "20", "--careless", "ana"), "--careless is for classes"),
        (("--noise", "0.2"), "need --learn"),
        (("--learn", "5000"), "no source has"),
    ],
)
def test_options_that_do_not_fit_are_told_in_a_line(
    more: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    result = model("eval", written(tmp_path / "a.jsonl", 40), "--priorities", *more)
    assert result.exit_code != 0 and said in result.output and "Traceback" not in result.output
