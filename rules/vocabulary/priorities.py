"""Rank the priorities that many sites have."""

from __future__ import annotations

RANKS: dict[str, int] = {
    name: rank
    for rank, names in enumerate(
        (
            ("none", "trivial", "lowest", "最低", "p5"),
            ("low", "minor", "低", "p4"),
            ("medium", "normal", "major", "中", "中等", "p3"),
            ("high", "critical", "高", "p2"),
            ("highest", "blocker", "urgent", "最高", "紧急", "p1", "p0"),
        )
    )
    for name in names
}
"""The priorities of Jira Cloud, of older Servers and of the P scheme, lowest first."""
