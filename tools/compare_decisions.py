"""Compare the decisions of two commits; exit with status 1 if any differs.

    python tools/compare_decisions.py BEFORE.jsonl AFTER.jsonl

Both files are what `sluice rules judge BOOK FILE.jsonl --json` printed.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SHOWN = 10
MAX_VALUE = 60

Decisions = dict[tuple[str, int], dict[str, Any]]
"""Decisions by key; of several issues with one key by their number too."""


def main(before: Path, after: Path) -> int:
    """Print how many decisions differ, by field, with the first ones. Return the exit status."""
    old, new = read(before), read(after)
    differences = {
        key: fields
        for key in {**old, **new}
        if (fields := sorted(differing(old.get(key), new.get(key))))
    }
    counts = Counter(field for fields in differences.values() for field in fields)
    report = [f"{len(differences)} of {len({**old, **new})} decisions differ"]
    report += (f"  {field}: {count}" for field, count in counts.most_common())
    for key in list(differences)[:SHOWN]:
        report += lines(key[0], old.get(key), new.get(key), differences[key])
    sys.stdout.write("\n".join(report) + "\n")
    return 1 if differences else 0


def read(path: Path) -> Decisions:
    """Read the decisions of a file."""
    found: Decisions = {}
    seen: Counter[str] = Counter()
    with path.open(encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            seen[row["key"]] += 1
            found[row["key"], seen[row["key"]]] = row
    return found


def differing(old: dict[str, Any] | None, new: dict[str, Any] | None) -> set[str]:
    """Name the fields that differ; "missing" if only one file has the issue."""
    if old is None or new is None:
        return {"missing"}
    return {name for name in {**old, **new} if old.get(name) != new.get(name)}


def lines(
    key: str, old: dict[str, Any] | None, new: dict[str, Any] | None, fields: list[str]
) -> Iterator[str]:
    """Show one issue: each field that differs, before and after."""
    yield key
    if old is None or new is None:
        yield f"  is in the file {'after' if old is None else 'before'} only"
        return
    for name in fields:
        yield f"  {name}: {' → '.join(_excerpts(old.get(name), new.get(name)))}"


def _excerpts(old: object, new: object) -> Iterator[str]:
    """Cut both values to the part around their first difference."""
    texts = [json.dumps(value, ensure_ascii=False) for value in (old, new)]
    pairs = enumerate(zip(*texts, strict=False))
    same = next((n for n, (a, b) in pairs if a != b), min(map(len, texts)))
    start = max(0, same - MAX_VALUE // 3)
    for text in texts:
        part = text[start : start + MAX_VALUE]
        yield f"{'…' if start else ''}{part}{'…' if start + MAX_VALUE < len(text) else ''}"


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python tools/compare_decisions.py BEFORE.jsonl AFTER.jsonl")
    sys.exit(main(*map(Path, sys.argv[1:])))
