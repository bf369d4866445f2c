"""Generate rulebooks and texts of any size, the same in every run."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rules.facts.jsonl import read_rows
from rules.rulebook.load import parse_book
from rules.rulebook.rulebook import Rulebook

SEED = 2
_TYPES = ("Bug", "Story", "Task", "Improvement", '"New Feature"', "Epic", "Spike")
_LABELS = ("cleanup", "android", "ios", "docs", "regression", "api", "ui", "build")


def vocabulary(rows: Path) -> list[str]:
    """Return the English and Chinese words of a file's issues, in alphabetical order."""
    words: set[str] = set()
    for row in read_rows(rows):
        text = f"{row['summary']} {row.get('description') or ''}".lower()
        words.update(re.findall(r"[a-z]{4,}|[\u4e00-\u9fff]{2}", text))
    return sorted(words - {"and", "or", "not", "in", "is"})


def book(size: int, words: Sequence[str]) -> Rulebook:
    """Return a book of `size` rules. A larger book begins with the rules of a smaller one."""
    chance = random.Random(SEED)
    document = {
        "book": f"synthetic-{size}",
        "measures": {"pain": {"weight": 2}, "value": {"weight": 2}},
        "base": 30,
        "bands": [{"from": 50, "priority": "High"}, {"from": 0, "priority": "Low"}],
        "rules": [_rule(n, chance, words) for n in range(size)],
    }
    return parse_book(json.dumps(document, ensure_ascii=False).encode(), "synthetic.yaml")


def text(length: int, words: Sequence[str]) -> str:
    """Return prose of `length` characters."""
    chance = random.Random(SEED)
    pieces: list[str] = []
    while sum(map(len, pieces)) + len(pieces) <= length:
        pieces += chance.choices(words, k=200)
    return " ".join(pieces)[:length]


def _rule(number: int, chance: random.Random, words: Sequence[str]) -> dict[str, Any]:
    """Return a rule: of five rules, two are for classes, two for points and one for the gate."""
    effects: tuple[dict[str, Any], ...] = (
        {"class": {"tech_debt": 3}},
        {"points": {"pain": 2}},
        {"class": {"business_need": 3}},
        {"points": {"value": -1}},
        {"gate": chance.choice(("accept", "defer", "needs_info", "review"))},
    )
    when = _condition(chance, words)
    return {"id": f"r{number}", "when": when, "because": "It fits.", **effects[number % 5]}


def _condition(chance: random.Random, words: Sequence[str]) -> str:
    """Return a text search with up to two more clauses, similar to conditions of real books."""
    narrow = [_clause(chance) for _ in range(chance.choice((0, 1, 1, 2)))]
    return " and ".join([_search(chance, words), *narrow])


def _search(chance: random.Random, words: Sequence[str]) -> str:
    one, two, three, four = chance.sample(words, 4)
    return chance.choice(
        (
            f"text ~ '{one} OR {two[:5]}* OR \"{three} {four}\"'",
            f"summary ~ '{one} OR {two} OR {three} OR {four}'",
            f"(text ~ '{one} OR {two} OR {three[:5]}*' or summary ~ '{four}')",
        )
    )


def _clause(chance: random.Random) -> str:
    return chance.choice(
        (
            f"type in ({', '.join(chance.sample(_TYPES, 2))})",
            f"labels in ({', '.join(chance.sample(_LABELS, 3))})",
            f"votes >= {chance.randint(1, 50)}",
            f"created <= -{chance.randint(10, 900)}d",
            "not description is empty",
        )
    )
