"""Evaluate the order of scores on issues with priorities: `sluice model eval --priorities`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from cli.app import fail
from cli.model.eval_rank_history import dumped, lines, rank_histories
from rules.learning.rank_figures import RankFigures
from rules.learning.ranking import priorities
from rules.learning.ranking.priorities import Ranked
from rules.learning.ranking.rank_history import Learner
from rules.learning.ranking.rank_issues import FEWEST, SLUICE, Ranking, rank_issues
from rules.learning.training_extra import require_training_extra
from rules.rulebook.load import find
from rules.text_model.model import shipped
from rules.text_model.model_file import ModelError
from worker.atomic_write import write_whole

MOST_MISTAKES = 20
_HEAD = f"{'':<24}{'issues':>8}{'Spearman':>10}{'Kendall':>9}{'pairs':>8}{'spread':>8}"


def evaluate_priorities(
    file: Path,
    book: str,
    *,
    licensed: tuple[str, ...],
    leave_one_out: bool,
    mistakes: bool,
    as_json: bool,
    figures: Path | None = None,
    sources: tuple[str, ...] = (),
    counts: tuple[int, ...] | None = None,
    noise: float = 0.0,
) -> None:
    """Print how well scores put the issues of a file into the order of their priorities.

    With `counts`, the first issues of each source teach a team's model, which judges the rest.
    """
    issues, skipped = priorities.read(file)
    chosen = [one for one in issues if not one.preset and one.source in (sources or [one.source])]
    if not chosen:
        fail(f"{file}: no row has a `priority_rank` that a person chose")
    known = priorities.licensed(issues, licensed)
    try:
        require_training_extra()
        if counts:
            left_out = _left_out(issues, skipped)
            learner = Learner(find(book), shipped(), datetime.now(UTC), counts, noise)
            curves = rank_histories(chosen, known, learner, leave_one_out)
            told = dumped(curves, left_out)
            if figures:
                save(figures, told)
            click.echo(told if as_json else "\n".join(lines(curves, left_out)))
            return
        found = rank_issues(chosen, known, find(book), shipped(), datetime.now(UTC), leave_one_out)
    except ModelError as error:
        fail(error)
    left_out = _left_out(issues, skipped)
    told = json.dumps(_for_machines(found, left_out), indent=2, ensure_ascii=False)
    if figures:
        save(figures, told)
    wrong = _worst(found, licensed) if mistakes else ()
    click.echo(told if as_json else "\n".join([*_lines(found, left_out), *wrong]))


def _left_out(issues: Sequence[Ranked], skipped: int) -> dict[str, int]:
    """Return how many rows teach and judge nothing, by the reason."""
    return {"without a rank": skipped, "with a preset rank": sum(one.preset for one in issues)}


def save(file: Path, text: str) -> None:
    """Write a text to a file; fail with a line if it cannot be written."""
    try:
        write_whole(file, text.encode())
    except OSError as error:
        fail(f"{file}: cannot be written: {error.strerror}")


def _for_machines(found: Ranking, left_out: Mapping[str, int]) -> dict[str, Any]:
    def plain(parts: Mapping[str, RankFigures]) -> dict[str, Any]:
        return {way: asdict(one) for way, one in parts.items()}

    return {
        "mean": plain(found.mean()),
        "sources": {source: plain(parts) for source, parts in found.by_source().items()},
        "left out": dict(left_out),
    }


def _lines(found: Ranking, left_out: Mapping[str, int]) -> Iterator[str]:
    yield _HEAD
    sources = found.by_source()
    for source, parts in sources.items():
        yield _line(source, parts[SLUICE])
    counted = sum(one[SLUICE].issues >= FEWEST for one in sources.values())
    yield f"\nmean of {counted or len(sources)} sources"
    yield from (_line(way, one) for way, one in found.mean().items())
    yield "\npairs: of issues two levels apart, in the right order; a tie counts half"
    yield "spread: share of the five commonest scores"
    yield f"left out: {', '.join(f'{count} {why}' for why, count in left_out.items())}"


def _line(name: str, one: RankFigures) -> str:
    kinds = ((one.spearman, 10), (one.kendall, 9), (one.pairs, 8), (one.spread, 8))
    cells = (f"{'-' if value is None else f'{value:.2f}':>{width}}" for value, width in kinds)
    return f"{name:<24}{one.issues:>8}{''.join(cells)}"


def _worst(found: Ranking, licensed: tuple[str, ...]) -> Iterator[str]:
    """Yield the issues whose score is farthest from their priority, of licensed sources only."""
    of = f" of {', '.join(licensed)}" if licensed else ""
    yield f"\nissues{of} farthest from their priority, by places in their source (0 to 100):"
    yield "\n| issue | priority | score | title |\n|---|---|---|---|"
    every = found.worst(len(found.issues))
    shown = [one for one in every if not licensed or one[2].source in licensed]
    for by_priority, by_score, issue in shown[:MOST_MISTAKES]:
        title = " ".join(issue.summary.split()).replace("|", "/")
        line = f"| {issue.key} | {by_priority:.0f} | {by_score:.0f} | {title} |"
        yield line.encode("utf-8", "replace").decode()
