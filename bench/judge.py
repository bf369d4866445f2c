"""Measure assess: issues a second on one core, by number of rules and length of text."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
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
from rules.assess.signals import statements_of
from rules.facts.issue import Issue
from rules.facts.jsonl import issue_from_row, read_rows
from rules.facts.statements.reader import read_statements
from rules.rulebook.load import shipped
from rules.text_model.model import SHIPPED, TextModel
from rules.text_model.model import shipped as shipped_model
from rules.text_model.signals.model import shipped as shipped_signals

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
    yield from _throughput(issues, rounds)
    yield from _readers(issues, rounds)
    # Every n-th issue, since neighbours are of the same year.
    yield from _by_rules(issues[:: max(len(issues) // 150, 1)], rounds, rules)
    yield from _by_text(issues[:: max(len(issues) // 100, 1)], rounds, kilobytes)


def _throughput(issues: Sequence[Issue], rounds: int) -> Iterator[str]:
    """Measure the default rulebook without and with the text model that gives it classes."""
    judges = [Judge(shipped("default"), model=model) for model in (None, shipped_model())]
    times = interleave([partial(_seconds, judge, issues) for judge in judges], rounds)
    whats = ("default book", "with the text model")
    for judge, each, what in zip(judges, times, whats, strict=True):
        judge.close()
        rates = sorted(1 / seconds for seconds in each)
        spread = f"rounds {rates[0]:,.0f} to {rates[-1]:,.0f}"
        of = f"{len(judge.book.rules)} rules, {len(issues):,} issues"
        rate = median(rates)
        yield f"assess, {what} ({of}): {rate:,.0f}/s on one core ({spread}; {RATE.describe(rate)})"


def _readers(issues: Sequence[Issue], rounds: int) -> Iterator[str]:
    """Measure alone what reads a text: the text model, the reader of statements, the signals."""
    began = time.perf_counter()
    with as_file(SHIPPED) as path:
        model = TextModel.load(path)
    took = time.perf_counter() - began
    signals = shipped_signals()
    texts = [(issue.summary, str(issue.fields.get("description") or "")) for issue in issues]
    said = [statements_of(read_statements(*one)) for one in texts]

    def classes() -> None:
        # The statements are kept for the last few issues only, so this includes reading them.
        for issue in issues:
            opinion(model, issue)

    def read_all() -> None:
        # Not the kept statements: each text is read again.
        for title_and_body in texts:
            read_statements.__wrapped__(*title_and_body)

    def signal() -> None:
        for one in said:
            signals.read(one)

    times = interleave(
        [partial(_each, run, len(issues)) for run in (classes, read_all, signal)], rounds
    )
    classed, reading, signalled = (median(each) for each in times)
    loaded = f"loaded in {took * 1e3:.0f} ms"
    yield f"text model: {loaded}, {classed * 1e3:.2f} ms an issue with the reader of statements"
    for name, seconds in (("reader of statements", reading), ("signals", signalled)):
        yield f"{name}: {seconds * 1e3:.2f} ms an issue, {seconds / classed:.2f} × the text model"


def _each(run: Callable[[], None], issues: int, _: int) -> float:
    """Return seconds per issue."""
    began = time.perf_counter()
    run()
    return (time.perf_counter() - began) / issues


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
