"""The one table at the end of `make eval`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tools.figures_table import main, name_of

CLASSES = {
    "issues": 950, "macro_f1": 0.899, "accuracy": 0.896, "coverage": 0.705,
    "accuracy_decided": 0.976, "ece": 0.0312,
}  # fmt: skip
ORDER = {"issues": 120, "spearman": 0.5, "kendall": 0.4, "pairs": None, "spread": 0.25}


def written(folder: Path, name: str, figures: dict[str, Any], age: int) -> None:
    file = folder / f"{name}.json"
    file.write_text(json.dumps(figures), "utf-8")
    os.utime(file, (1_000_000 - age, 1_000_000 - age))


def test_classes_and_order_stand_in_one_table_each_the_oldest_run_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, "chinese", CLASSES, age=10)
    written(tmp_path, "fresh --only rules", CLASSES, age=20)
    written(tmp_path, "ranks leave one out", {"mean": {"sluice": ORDER}}, age=5)
    assert main(tmp_path) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line]
    assert lines[2] == "| fresh, rules only | 950 | 0.899 | 89.6% | 70.5% | 97.6% | 0.031 |"
    assert lines[3].startswith("| chinese | 950")
    assert lines[-1] == "| ranks, leave one out: sluice | 120 | 0.50 | 0.40 | - | 0.25 |"
    assert lines[1] == "|---|---|---|---|---|---|---|" and lines[5] == "|---|---|---|---|---|---|"


def test_learning_has_a_line_for_each_number_of_decisions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ships = {"right": 0.7, "decided": 0.8, "right_of_decided": 0.875, "calibration_error": 0.05}
    steps = [
        {"learned": 50, "sources": 4, "before": ships, "after": {**ships, "right": 0.8}, "taken": 3}
    ]
    written(tmp_path, "fresh team", {"learning": {}, "mean of sources": steps}, age=5)
    assert main(tmp_path) == 0
    shares = "70.0% → 80.0% | 80.0% → 80.0% | 87.5% → 87.5%"
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"| fresh, team | 50 | 4 | {shares} | 0.050 → 0.050 | 3 |"


def test_a_folder_without_figures_is_told_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(tmp_path) == 1
    assert "run `make eval`" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("fresh ", "fresh"),
        ("fresh --only model", "fresh, model only"),
        ("unseen --by source --mistakes", "unseen"),
        ("priorities leave one out", "priorities, leave one out"),
    ],
)
def test_a_run_is_named_by_its_data_and_what_was_left_out(stem: str, name: str) -> None:
    assert name_of(stem) == name
