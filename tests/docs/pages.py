"""The documents, for the tests that look at them."""

from __future__ import annotations

from pathlib import Path

from tests.console import Block

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
DOCUMENTS = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def name(one: object) -> str:
    """Name a document or a block for the test report."""
    if isinstance(one, Block):
        return f"line {one.line}"
    return one.relative_to(ROOT).as_posix() if isinstance(one, Path) else str(one)
