"""docs/reference/lint.md: each code has its section, and the examples give what they show."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from rules.lint.lint import lint
from rules.rulebook.load import parse_book

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "lint.md"
HUNDREDS_OF_RULES = {"too-many"}  # test_lint.py generates its example


def codes_in_the_code() -> set[str]:
    """Collect the second argument of each call that makes a finding."""
    found = set()
    for file in (ROOT / "rules" / "lint").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("of_rule", "_say"):
                code = node.args[1]
                if isinstance(code, ast.Constant):
                    found.add(str(code.value))
    return found


def sections() -> dict[str, tuple[str, list[str]]]:
    """Map each code to the text of its section and the YAML snippets in it."""
    parts = re.split(r"^### (\S+)$", PAGE.read_text("utf-8"), flags=re.M)[1:]
    return {
        code: (text, re.findall(r"```yaml\n(.*?)```", text, re.S))
        for code, text in zip(parts[::2], parts[1::2], strict=True)
    }


SECTIONS = sections()


def codes_of(snippet: str) -> set[str]:
    head = "" if "book:" in snippet else "book: piece\n"
    if not re.search("^(book|include):", snippet, re.M):
        head += "include: [minimal]\n"
    book = parse_book((head + snippet).encode(), "piece.yaml")
    return {finding.code for finding in lint(book, lambda path: ("piece.yaml", 1))}


def test_each_lint_code_has_a_section_and_no_section_is_of_another() -> None:
    assert len(codes_in_the_code()) > 20
    assert set(SECTIONS) == codes_in_the_code()


@pytest.mark.parametrize("code", SECTIONS)
def test_a_section_says_what_and_why(code: str) -> None:
    text, _ = SECTIONS[code]
    assert "**What:**" in text and "**Why:**" in text


@pytest.mark.parametrize("code", sorted(set(SECTIONS) - HUNDREDS_OF_RULES))
def test_before_gives_the_finding_and_after_does_not(code: str) -> None:
    _, (before, after) = SECTIONS[code]
    assert code in codes_of(before)
    assert not codes_of(after) - {"unreachable-verdict", "no-example", "no-rule-for-class"}
    assert code not in codes_of(after)
