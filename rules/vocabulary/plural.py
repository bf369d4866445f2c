"""Write a number with its noun."""

from __future__ import annotations


def many(count: int, noun: str, nouns: str | None = None) -> str:
    """Return `1 issue` or `2,000 issues`; `nouns` is a plural that needs more than an s."""
    return f"{count:,} {noun if count == 1 else nouns or f'{noun}s'}"
