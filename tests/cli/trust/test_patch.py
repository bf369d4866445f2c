"""A patch of a rule file that `patch` and `git apply` take, or a book of one's own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from rules.rulebook.load import load
from tests.cli.trust.conftest import Trust
from tests.cli.trust.upgrades import decided

Rows = Callable[..., Path]

OURS = """\
# What we changed.
book: ours
include: [default]
rules:
  # We say so too.
  - id: our-debt
    when: summary ~ sandpaper
    class: {tech_debt: 3}
    because: We say so.
"""


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    (tmp_path / "books").mkdir()
    file = tmp_path / "books" / "ours.yaml"
    file.write_text(OURS, "utf-8")
    return file


TOOLS = [["patch", "-p1", "-i", "x.patch"], ["git", "apply", "x.patch"]]


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool[0])
def test_the_diff_of_an_own_rule_file_is_taken_by_the_usual_tools(
    tool: list[str], trust: Trust, rows: Rows, ours: Path, tmp_path: Path
) -> None:
    file = rows(decided(30))
    said = trust("--issues", file, "--book", "books/ours.yaml", "--patch", "x.patch")
    assert said.exit_code == 0 and "patch -p1 < x.patch" in said.stderr
    if shutil.which(tool[0]) is None:
        pytest.skip(f"{tool[0]} is not installed")
    done = subprocess.run(tool, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    text = ours.read_text("utf-8")
    assert text.startswith(OURS) and "- id: debt-of-moving-house" in text[len(OURS) :]
    after = trust("--issues", file, "--book", "books/ours.yaml").output
    assert "Class: people agreed 30 of 30 times (100%)" in after


def test_a_rule_of_the_file_itself_is_changed_where_it_stands(
    trust: Trust, rows: Rows, ours: Path
) -> None:
    found = [
        {**one, "summary": one["summary"].replace("Upgrade", "Sandpaper"), "description": ""}
        for one in decided(30)
    ]
    said = trust("--issues", rows(found), "--book", "books/ours.yaml", "--patch", "x.diff")
    assert said.exit_code == 0, said.output
    diff = Path("x.diff").read_text("utf-8")
    assert "-    class: {tech_debt: 3}\n-    because: We say so.\n" in diff
    assert "+    class: {business_need: 6}\n+    because: {en: This team calls such work" in diff
    assert diff.startswith("--- a/books/ours.yaml\n+++ b/books/ours.yaml\n")
    changed = [line for line in diff.splitlines()[2:] if line[0] in "+-"]
    assert len(changed) == 4, "the vote and its reason, and nothing else"


def test_a_folder_takes_a_diff_or_a_book(trust: Trust, rows: Rows, ours: Path) -> None:
    file = rows(decided(30))
    trust("--issues", file, "--book", "books/ours.yaml", "--patch", "out")
    trust("--issues", file, "--patch", "out")
    assert sorted(one.name for one in Path("out").iterdir()) == ["decided.yaml", "ours.patch"]
    assert load(Path("out/decided.yaml")).name == "decided"


def test_a_book_beside_an_own_rule_file_includes_it(trust: Trust, rows: Rows, ours: Path) -> None:
    file = rows(decided(30))
    words = ("--issues", file, "--book", "books/ours.yaml", "--patch")
    assert trust(*words, "books/more.yaml").exit_code == 0
    assert "include: [ours.yaml]" in Path("books/more.yaml").read_text("utf-8")
    assert any(rule.id == "our-debt" for rule in load(Path("books/more.yaml")).rules)
    said = trust(*words, "more.yaml")
    assert said.exit_code == 1 and "put it in the same folder" in said.stderr


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("x.patch", "default ships with Sluice, so it has no file to patch: --patch decided.yaml"),
        ("there.yaml", "there.yaml exists: name another file"),
        ("x.txt", "write a folder, a rule file (.yaml) or a diff (.patch)"),
        ("there.yaml/x.yaml", "can't be written"),
    ],
)
def test_a_patch_that_can_t_be_written_is_told_in_a_line(
    target: str, said: str, trust: Trust, rows: Rows
) -> None:
    Path("there.yaml").write_text("book: there\n", "utf-8")
    result = trust("--issues", rows(decided(30)), "--patch", target)
    assert result.exit_code == 1 and said in result.stderr
    assert Path("there.yaml").read_text("utf-8") == "book: there\n"


def test_an_own_file_without_a_last_line_end_is_patched_too(
    trust: Trust, rows: Rows, ours: Path, tmp_path: Path
) -> None:
    ours.write_text(OURS.rstrip("\n"), "utf-8")
    trust("--issues", rows(decided(30)), "--book", "books/ours.yaml", "--patch", "x.patch")
    subprocess.run(TOOLS[1], cwd=tmp_path, check=True)
    assert any(rule.id == "debt-of-moving-house" for rule in load(ours).own_rules())
