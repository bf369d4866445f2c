"""`make eval` and `make model`: they work on what ships, and use more where there is more."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import console

ROOT = Path(__file__).resolve().parent.parent


def dry_run(target: str, issues: str) -> str:
    """List the commands of a target, as they would run with the issues in that folder."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    # No stamp of installing is older than itself: -o leaves installing out. VENV is given, since
    # the suite itself may run from a make with another one.
    stamps = ["-o", ".venv/.installed-dev", "-o", ".venv/.installed"]
    return subprocess.check_output(
        ["make", "-n", *stamps, target, f"ISSUES={issues}", "VENV=.venv"], cwd=ROOT, text=True
    )


@pytest.mark.parametrize("target", ["eval", "model"])
def test_a_clone_needs_only_what_ships_and_hears_of_more_data(target: str, tmp_path: Path) -> None:
    printed = dry_run(target, str(tmp_path))
    files = set(re.findall(r"(?<=[ =])[\w./-]+/[\w.-]+\.(?:jsonl|csv)", printed))
    assert files and all((ROOT / file).exists() for file in files)
    assert "rules/text_model/data/default.npz" not in printed, "the model that ships stays"
    assert "docs/how-to/measure.md" in printed


def test_each_expectation_that_ships_is_measured(tmp_path: Path) -> None:
    printed = dry_run("eval", str(tmp_path))
    measured = set(re.findall(r"tests/rules/books/\S+", printed))
    books = ROOT / "tests" / "rules" / "books"
    assert measured == {file.relative_to(ROOT).as_posix() for file in books.rglob("*.jsonl")}


@pytest.mark.parametrize("target", ["eval", "model"])
def test_the_developers_issues_are_used_where_they_are(target: str, tmp_path: Path) -> None:
    (tmp_path / "dev.jsonl").touch()
    assert f"model eval {tmp_path}/dev.jsonl --unseen" in dry_run(target, str(tmp_path))


def test_the_commands_of_a_clone_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("training", "tests/rules/learning"):
        for file in (ROOT / name).glob("*.jsonl"):
            (tmp_path / name).mkdir(parents=True, exist_ok=True)
            # Every 24th issue: the whole takes minutes.
            few = file.read_text("utf-8").splitlines(keepends=True)[::24]
            (tmp_path / name / file.name).write_text("".join(few), "utf-8")
    (tmp_path / ".venv").mkdir()
    printed = dry_run("model", "nowhere")
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"^\.venv/bin/(sluice .*)$", printed, re.M)
    for command in commands:
        assert "(status" not in (said := console.run(command)), said
    assert [shlex.split(command)[2] for command in commands] == ["build", "eval"]
    assert (tmp_path / ".venv" / "model.npz").exists()
