"""Measure Sluice's rule engine, with its check, against others on the same rules and issues."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from statistics import median

from bench.conditions import Values, conditions, issues
from bench.engines import RIVALS, Judgement, ours
from bench.rounds import Target, interleave, ratio_of

TARGET = Target(4)
WITH_TARGET = ("rule-engine", "business-rules")
SIZES = (10, 100, 1000)


def measure(sizes: Sequence[int] = SIZES, rounds: int = 7, most: int = 300) -> Iterator[str]:
    """Yield the lines of the report."""
    yield "  30 filled fields; numbers, names, lists; evaluations a second on one core"
    for size in sizes:
        sample = issues(min(most, max(30, 20_000 // size)))
        engines = {"ours": ours(conditions(size))}
        engines |= {name: make(conditions(size)) for name, make in RIVALS.items()}
        yield from _disagreements(engines, sample)
        yield from _side_by_side(engines, sample, size, rounds)


def _side_by_side(
    engines: Mapping[str, Judgement], sample: Sequence[Values], size: int, rounds: int
) -> Iterator[str]:
    sides = [partial(_rate, judge, sample) for judge in engines.values()]
    rates = dict(zip(engines, interleave(sides, rounds), strict=True))
    fired = sum(len(engines["ours"](values)) for values in sample) / len(sample)
    what = f"rules, {size:,} rules"
    yield f"{what}: ours {median(rates['ours']):,.0f}/s ({fired:.1f} rules fire on an issue)"
    for name in RIVALS:
        target = TARGET if name in WITH_TARGET and size >= 100 else None
        ratio = ratio_of(rates["ours"], rates[name], target)
        yield f"{what}: {name} {median(rates[name]):,.0f}/s: {ratio}"


def _disagreements(engines: Mapping[str, Judgement], sample: Sequence[Values]) -> Iterator[str]:
    """Yield a line for each engine with other results than Sluice's."""
    expected = [engines["ours"](values) for values in sample]
    for name, judge in engines.items():
        differing = sum(judge(values) != e for values, e in zip(sample, expected, strict=True))
        if differing:
            yield f"  {name.upper()} DISAGREES on {differing} of {len(sample)} issues"


def _rate(judge: Judgement, sample: Sequence[Values], _: int) -> float:
    """Return evaluations a second, each of all rules on one issue."""
    began = time.perf_counter()
    for values in sample:
        judge(values)
    return len(sample) / (time.perf_counter() - began)
