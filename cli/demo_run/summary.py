"""Format the demo's summary: classes and verdicts, requests, latency, the weekly report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import ceil

from rich.table import Table

from cli.demo_run.jira_user import IssueResult
from rules.vocabulary.classes import ALL_KINDS
from rules.vocabulary.plural import many
from rules.vocabulary.verdicts import VERDICTS
from worker.settings.settings import WORDS

KINDS = [WORDS[kind] for kind in ALL_KINDS]
GATES = [WORDS[verdict] for verdict in VERDICTS]


def decisions(seen: Sequence[IssueResult]) -> Table:
    """Return a table with the number of issues by class and verdict."""
    table = Table(title=f"{many(len(seen), 'issue')}, class × verdict")
    table.add_column("")
    for verdict in [*GATES, "total"]:
        table.add_column(verdict, justify="right")
    counts = Counter((one.kind, one.verdict) for one in seen)
    for kind in KINDS:
        row = [counts[kind, verdict] for verdict in GATES]
        table.add_row(kind, *map(str, row), str(sum(row)))
    columns = [sum(counts[kind, verdict] for kind in KINDS) for verdict in GATES]
    table.add_row("total", *map(str, columns), str(sum(columns)), style="bold")
    return table


def costs(seen: Sequence[IssueResult]) -> list[str]:
    """Return the requests per issue from the sandbox's log, and the time from event to write."""
    lines = []
    for name, calls in (("GET", [one.gets for one in seen]), ("PUT", [one.puts for one in seen])):
        mean = sum(calls) / len(calls) if calls else 0.0
        least, most = min(calls, default=0), max(calls, default=0)
        lines.append(f"{name} for each issue: mean {mean:.2f}, least {least}, most {most}")
    waited = sorted(one.waited_s for one in seen if one.waited_s is not None)
    if waited:
        lines.append(
            f"from event to write: median {1000 * quantile(waited, 0.5):.0f} ms, "
            f"99th percentile {1000 * quantile(waited, 0.99):.0f} ms"
        )
    return lines


def quantile(ordered: Sequence[float], part: float) -> float:
    """Return the quantile of sorted values (nearest rank)."""
    return ordered[max(ceil(part * len(ordered)), 1) - 1]
