"""Facts in numbers from free text, English and Chinese: how many, how often, what it costs.

Careful rather than complete: what is not plainly said is not read. The first 8,000 characters
count. The work grows with the length of the text and with nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from rules.facts.issue import Fact
from rules.facts.text_metrics import people, rates, thresholds
from rules.facts.text_metrics.before_after import Change, changes
from rules.facts.text_metrics.experiments import is_named, trial
from rules.facts.text_metrics.sentences import MAX_CHARS, Sentence, sentences

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
)
"""The facts that are read from the text, by the names that conditions use."""

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
    """What a text says in numbers: facts by their names, and metrics that change or stand."""

    facts: Mapping[str, Fact]
    changes: tuple[Change, ...] = ()


def read(text: str) -> Reading:
    """Read a text; a fact that it does not say plainly is not among the facts."""
    plain = unicodedata.normalize("NFKC", text[:MAX_CHARS])
    said = list(sentences(plain))
    metrics = [changes(s) for s in said]
    pairs = zip(said, metrics, strict=True)
    today = [one for sentence, known in pairs for one in thresholds.measured(sentence, known)]
    facts: dict[str, Fact] = {
        "users": _most(people.users, said),
        "frequency": _most(rates.frequency, said),
        "hours": _hours(said),
        "cost": _most(rates.cost, said),
        "share": _most(people.share, said),
        **_limits(said, today),
        **_trial(plain, said),
        "has fallback": _fallback(plain),
    }
    found: dict[str, Change] = {}
    for change in chain.from_iterable(metrics):
        found.setdefault(change.metric, change)
    facts["latency"] = _latency(today)
    known = {
        name: round(value, 2) if isinstance(value, float) else value
        for name, value in facts.items()
        if value is not None
    }
    return Reading(known, tuple(found.values()))


def _most(reader: Callable[[Sentence], float | None], said: Iterable[Sentence]) -> float | None:
    """The largest that is said: who names a customer and the total means the total."""
    found = [value for s in said if (value := reader(s)) is not None]
    return max(found, default=None)


def _hours(said: list[Sentence]) -> float | None:
    """Hours a month, outright or as hours each time by times a month."""
    stated, each = _most(rates.hours, said), _most(rates.hours_each, said)
    often = _most(rates.frequency, said)
    product = round(each * often, 1) if each and often else None
    return max((one for one in (stated, product) if one is not None), default=None)


def _limits(said: list[Sentence], today: list[thresholds.Measured]) -> dict[str, Fact]:
    found = [limit for s in said for limit in thresholds.limits(s)]
    over = sum(thresholds.exceeded(limit, today) for limit in found)
    outright = any(thresholds.broken(s) for s in said)
    return {"limits": float(len(found)), "limits exceeded": float(max(over, outright))}


def _trial(text: str, said: list[Sentence]) -> dict[str, Fact]:
    """A sample and a lift count where an experiment is named, anywhere in the text."""
    trials = [trial(s) for s in said] if is_named(text) else []
    samples = [one.sample for one in trials if one.sample is not None]
    lifts = [one.lift for one in trials if one.lift is not None]
    if not (samples or lifts):
        return {"experiment": "no"}
    largest = max(lifts, key=abs, default=None)
    return {"experiment": "yes", "sample": max(samples, default=None), "lift": largest}


def _fallback(text: str) -> str:
    lower = text.lower()
    if not any(hint in lower for hint in _WAYS_OUT):
        return "no"
    return "yes" if _FALLBACK.search(_NO_FALLBACK.sub("", text)) else "no"


def _latency(today: list[thresholds.Measured]) -> float | None:
    """Milliseconds, as they are today."""
    for name in ("latency", "page load"):
        for one in today:
            if one.metric == name:
                return one.value.base
    return None
