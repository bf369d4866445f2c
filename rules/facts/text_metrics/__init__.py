"""Read metrics from free text, English and Chinese: how many, how often, at what cost.

Only what the text affirms counts: a planned, denied or hoped-for number is not today's. Precision
matters more than recall: unclear statements are skipped. The time is linear in the text's length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from rules.facts.issue import Fact
from rules.facts.statements.statement import Statement, Statements
from rules.facts.text_metrics import people, rates, thresholds
from rules.facts.text_metrics.before_after import Change, changes
from rules.facts.text_metrics.experiments import is_named, outcome, trial
from rules.facts.text_metrics.sentences import Sentence, numbered, sentence_of, sentences

READ = (
    "users",
    "frequency",
    "hours",
    "cost",
    "share",
    "latency",
    "limits",
    "limits exceeded",
    "has fallback",
    "experiment",
    "sample",
    "lift",
    "outcome",
)
"""The facts that `read` finds, by their names in conditions."""

_NO_FALLBACK = re.compile(
    r"\b(?:no|without(?: an?| any)?|lacks?(?: an?)?|missing|not have an?) (?:graceful )?"
    r"(?:fall-?back|degradation|circuit breaker)"
    r"|(?:没有|无|缺少|未做|没做|缺乏) ?(?:任何|备用|自动)?的?(?:降级|兜底|熔断|回退|备用)",
    re.IGNORECASE,
)
_WAYS_OUT = ("fall", "degrad", "circuit", "降级", "兜底", "熔断", "备用", "回退")
_FALLBACK = re.compile(
    r"fall-?back|falls? back|degrade[sd]? gracefully|gracefully degrade|graceful degradation|"
    r"circuit breaker|降级|兜底|熔断|备用方案|回退到",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reading:
    """The metrics of a text: facts by name, and technical metrics with their changes."""

    facts: Mapping[str, Fact]
    changes: tuple[Change, ...] = ()


def read(statements: Statements) -> Reading:
    """Read the metrics of an issue's statements. Unclear ones are left out."""
    parts = list(sentences(statements.all))
    metrics = [changes(s) for s in parts]
    pairs = zip(parts, metrics, strict=True)
    today = [one for sentence, moved in pairs for one in thresholds.measured(sentence, moved)]
    facts: dict[str, Fact] = {
        "users": _most(people.users, parts),
        "frequency": _most(rates.frequency, parts),
        "hours": _hours(parts),
        "cost": _most(rates.cost, parts),
        "share": _most(people.share, parts),
        **_limits(parts, today),
        **_trial(statements.all),
        "has fallback": _fallback(f"{statements.affirmed_title}\n{statements.affirmed_body}"),
    }
    found: dict[str, Change] = {}
    for change in chain.from_iterable(metrics):
        found.setdefault(change.metric, change)
    facts["latency"] = _latency(today)
    rounded = {
        name: round(value, 2) if isinstance(value, float) else value
        for name, value in facts.items()
        if value is not None
    }
    return Reading(rounded, tuple(found.values()))


def _most(reader: Callable[[Sentence], float | None], parts: Iterable[Sentence]) -> float | None:
    """Return the largest value, so that the total counts, not the part of one customer."""
    found = [value for s in parts if (value := reader(s)) is not None]
    return max(found, default=None)


def _hours(parts: list[Sentence]) -> float | None:
    """Return hours a month: stated, or hours per occurrence multiplied by the frequency."""
    stated, each = _most(rates.hours, parts), _most(rates.hours_each, parts)
    often = _most(rates.frequency, parts)
    product = round(each * often, 1) if each and often else None
    return max((one for one in (stated, product) if one is not None), default=None)


def _limits(parts: list[Sentence], today: list[thresholds.Measured]) -> dict[str, Fact]:
    found = [limit for s in parts for limit in thresholds.limits(s)]
    over = sum(thresholds.exceeded(limit, today) for limit in found)
    outright = any(thresholds.broken(s) for s in parts)
    return {"limits": float(len(found)), "limits exceeded": float(max(over, outright))}


def _trial(statements: Sequence[Statement]) -> dict[str, Fact]:
    """Return the largest sample and lift, if the text mentions an experiment."""
    # "No gain" is denied, and a result.
    said = [one.but("negated") for one in statements]
    if not is_named("\n".join(said)):
        return {"experiment": "no"}
    trials = [trial(s) for s in numbered(said)]
    ended = outcome(_on_trial(said))
    samples = [one.sample for one in trials if one.sample is not None]
    lifts = [one.lift for one in trials if one.lift is not None]
    if not (samples or lifts):
        return {"experiment": "no", "outcome": ended}
    largest = max(lifts, key=abs, default=None)
    found = {"sample": max(samples, default=None), "lift": largest, "outcome": ended}
    return {"experiment": "yes", **found}


def _on_trial(said: Sequence[str]) -> Iterator[Sentence]:
    """Yield the sentences that name an experiment, and the one after each: it has the result."""
    named = False
    for text in said:
        before, named = named, is_named(text)
        if named or before:
            yield sentence_of(text)


def _fallback(text: str) -> str:
    lower = text.lower()
    if not any(hint in lower for hint in _WAYS_OUT):
        return "no"
    return "yes" if _FALLBACK.search(_NO_FALLBACK.sub("", text)) else "no"


def _latency(today: list[thresholds.Measured]) -> float | None:
    """Return today's latency in milliseconds, or today's page load time."""
    for name in ("latency", "page load"):
        for one in today:
            if one.metric == name:
                return one.value.base
    return None
