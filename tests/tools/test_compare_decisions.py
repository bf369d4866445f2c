"""Decisions of two commits, compared by the script that CONTRIBUTING.md names."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "compare_decisions.py"
COMMENT = "*Accepted* — tech debt, score 41. " + "It is broken. " * 20


def decision(key: str, **other: Any) -> dict[str, Any]:
    return {"key": key, "verdict": "accept", "score": 41.0, "comment": COMMENT, **other}


@pytest.fixture
def compare(tmp_path: Path) -> Any:
    def run(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> tuple[int, str]:
        files = []
        for name, rows in (("before", before), ("after", after)):
            files.append(tmp_path / f"{name}.jsonl")
            files[-1].write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        command = [sys.executable, str(SCRIPT), *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
        return done.returncode, done.stdout or done.stderr

    return run


def test_equal_decisions_are_status_0(compare: Any) -> None:
    rows = [decision("A-1"), decision("A-2")]
    assert compare(rows, rows) == (0, "0 of 2 decisions differ\n")


def test_differences_are_counted_by_field_and_shown_before_and_after(compare: Any) -> None:
    before = [decision("A-1"), decision("A-2"), decision("A-3")]
    worse = COMMENT.replace("It is broken. ", "", 1).replace(
        "It is broken. It", "It is torn. It", 1
    )
    after = [
        before[0],
        decision("A-2", score=28.0, verdict="defer"),
        decision("A-3", comment=worse),
    ]
    status, said = compare(before, after)
    assert status == 1
    assert said.startswith("2 of 3 decisions differ\n")
    assert "  score: 1\n" in said and "A-1" not in said
    assert 'A-2\n  score: 41.0 → 28.0\n  verdict: "accept" → "defer"\n' in said
    assert "torn" in said.split("A-3\n")[1] and max(map(len, said.splitlines())) < 150


def test_an_issue_that_only_one_file_has_is_a_difference(compare: Any) -> None:
    status, said = compare([decision("A-1"), decision("A-1")], [decision("A-1"), decision("B-1")])
    assert status == 1 and "missing: 2" in said
    assert "A-1\n  is in the file before only" in said
    assert "B-1\n  is in the file after only" in said


def test_only_the_first_ten_are_shown(compare: Any) -> None:
    rows = [decision(f"A-{n}") for n in range(30)]
    status, said = compare(rows, [row | {"score": 1.0} for row in rows])
    assert status == 1 and said.startswith("30 of 30 ")
    assert "A-9\n" in said and "A-10\n" not in said
