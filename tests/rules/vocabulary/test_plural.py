"""A number and its noun agree."""

from __future__ import annotations

from rules.vocabulary.plural import many


def test_one_is_singular_and_all_other_numbers_are_plural() -> None:
    assert [many(n, "issue") for n in (0, 1, 2)] == ["0 issues", "1 issue", "2 issues"]
    assert many(12_000, "issue") == "12,000 issues"
    assert [many(n, "try", "tries") for n in (1, 5)] == ["1 try", "5 tries"]
