"""Measure assess: issues a second on one core, by number of rules and length of text."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from importlib.resources import as_file
from pathlib import Path
from statistics import median

from bench.books import book, text, vocabulary
from bench.rounds import Target, interleave
from bench.triage import ROWS
from rules.assess.classify import opinion
from rules.assess.judge import Judge
from rules.facts.issue import Issue
from rules.facts.jsonl import issue_from_row, read_rows
from rules.rulebook.load import shipped
from rules.text_model.model import SHIPPED, TextModel

BACKLOG = Path(__file__).resolve().parents[2] / "shared" / "issues" / "backlog.jsonl"
"""This file is not in the repository. Without it, the demo's issues are used."""

NOW = datetime(2026, 11, 23, tzinfo=UTC)
RATE = Target(1000)
RULES = (10, 30, 100, 300, 1000)
KILOBYTES = (0.5, 1, 2, 4, 8, 16, 32)


def measure(
    limit: int | None = None,
    rounds: int = 5,
    rules: Sequence[int] = RULES,
    kilobytes: Sequence[float] = KILOBYTES,
) -> Iterator[str]:
    """Yield the lines of the report."""
    if not BACKLOG.exists():
        yield "  ../shared/issues/backlog.jsonl does not exist: measuring with the demo's issues"
    rows = read_rows(BACKLOG if BACKLOG.exists() else ROWS, limit)
    issues = [issue_from_row(row, number) for number, row in enumerate(rows, 1)]
    yield _throughput(issues, rounds)
    yield _text_model(issues, rounds)
    # Every n-th issue, since neighbours are of the same year.
    yield from _by_rules(issues[:: max(len(issues) // 150, 1)], rounds, rules)
    yield from _by_text(issues[:: max(len(issues) // 100, 1)], rounds, kilobytes)


def _throughput(issues: Sequence[Issue], rounds: int) -> str:
    judge = Judge(shipped("default"))
    (each,) = interleave([partial(_seconds, judge, issues)], rounds)
    judge.close()
    rates = sorted(1 / seconds for seconds in each)
    spread = f"rounds {rates[0]:,.0f} to {rates[-1]:,.0f}"
    what = f"{len(judge.book.rules)} rules, {len(issues):,} issues"
    rate = median(rates)
    target = RATE.describe(rate)
    return f"assess, default book ({what}): {rate:,.0f}/s on one core ({spread}; {target})"


def _text_model(issues: Sequence[Issue], rounds: int) -> str:
    """Measure the text model alone: loading, and classifying an issue including its features."""
    began = time.perf_counter()
    with as_file(SHIPPED) as path:
        model = TextModel.load(path)
    took = time.perf_counter() - began

    def seconds(_: int) -> float:
        began = time.perf_counter()
        for issue in issues:
            opinion(model, issue)
        return (time.perf_counter() - began) / len(issues)

    (each,) = interleave([seconds], rounds)
    return f"text model: loaded in {took * 1e3:.0f} ms, {median(each) * 1e3:.2f} ms an issue"


def _by_rules(issues: Sequence[Issue], rounds: int, sizes: Sequence[int]) -> Iterator[str]:
    words = vocabulary(ROWS)
    judges, built = [], []
    for size in sizes:
        made = book(size, words)
        began = time.perf_counter()
        judges.append(Judge(made))
        built.append(time.perf_counter() - began)
    times = interleave([partial(_seconds, judge, issues) for judge in judges], rounds)
    for n, size in enumerate(sizes):
        grew = f"{median(times[n]) / median(times[0]):.2f} × that of {sizes[0]}"
        fired = sum(len(judges[n].assess(issue, NOW).firings) for issue in issues) / len(issues)
        yield (
            f"assess, {size:,} rules: {median(times[n]) * 1e3:.3f} ms an issue, {grew} "
            f"({fired:.1f} rules fire; prepared in {built[n] * 1e3:,.0f} ms)"
        )
    for judge in judges:
        judge.close()


def _by_text(issues: Sequence[Issue], rounds: int, kilobytes: Sequence[float]) -> Iterator[str]:
    words, judge = vocabulary(ROWS), Judge(shipped("default"))
    samples = [_with_text(issues, text(int(kb * 1024), words)) for kb in kilobytes]
    times = interleave([partial(_seconds, judge, sample) for sample in samples], rounds)
    judge.close()
    for kb, seconds in zip(kilobytes, times, strict=True):
        grew = f"{median(seconds) / median(times[0]):.2f} × that of {kilobytes[0]:g} KB"
        yield f"assess, text of {kb:g} KB: {median(seconds) * 1e3:.3f} ms an issue, {grew}"


def _with_text(issues: Sequence[Issue], description: str) -> list[Issue]:
    return [Issue(i.id, i.key, i.project, {**i.fields, "description": description}) for i in issues]


def _seconds(judge: Judge, issues: Sequence[Issue], _: int) -> float:
    """Return seconds per issue."""
    began = time.perf_counter()
    for issue in issues:
        judge.assess(issue, NOW)
    return (time.perf_counter() - began) / len(issues)
