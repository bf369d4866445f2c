"""Count what a text says about urgency apart from single words: topics, type, length, form."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rules.text_model.features import BODY, TITLE
from rules.text_model.urgency.topics import TOPICS, each_topic

_NAMES = (*TOPICS,)
TRAITS = ("bug", "improvement", "stack trace", "steps", "length", "would", "order")
"""Traits after the topics of the title and those of the body."""

SIZE = 2 * len(TOPICS) + len(TRAITS)

MOST = 3_000
"""Limit in characters: traces and steps are searched in the beginning of a text."""

SHORT, LONG = 300, 3_000
"""Between these lengths of the body, a longer one is a little more urgent: "Login broken" is as
urgent without a description."""

_BUG = frozenset(
    ("bug", "defect", "crash", "fault", "incident", "problem", "regression", "anomaly")
)
_IMPROVEMENT = frozenset(
    ("improvement", "enhancement", "optimization", "optimisation", "feature", "wish", "suggestion")
)
_TRACE = re.compile(
    r"\bat [\w.$<>]{3,200}\([\w. ]{0,80}(?::\d+)?\)|Traceback|Exception in|backtrace"
)
_TRACE_HINTS = ("(", "Traceback", "Exception in", "backtrace")
_STEPS = ("Steps to", "steps to", "Reproduc", "reproduc")
_STEP = re.compile(r"\n {0,4}(?:#|\d\.) ")
_WOULD = ("would", "could", "should", "may", "might")
_ORDERS = frozenset(
    (
        *("add", "implement", "create", "allow", "provide", "support", "improve", "make"),
        *("update", "change", "use", "remove", "rename", "move", "fix"),
    )
)


def traits(
    counted: Mapping[str, Counter[str]], body: str, kind: str
) -> tuple[NDArray[np.float64], dict[str, str]]:
    """Return the values of topics and traits, and the first words that named each topic."""
    values = np.zeros(SIZE)
    said: dict[str, str] = {}
    for words, _, place in each_topic(counted[TITLE]):
        values[place] = 1.0
        said.setdefault(_NAMES[place], words)
    often = np.zeros(len(TOPICS))
    for words, count, place in each_topic(counted[BODY]):
        often[place] += count
        said.setdefault(_NAMES[place], words)
    total = (counted[BODY].total() + 1) / 2  # a pair begins at each word but the last
    values[len(TOPICS) : 2 * len(TOPICS)] = np.log1p(often) / math.sqrt(1 + total / 50)
    values[2 * len(TOPICS) :] = _form(counted, body, kind.lower())
    return values, said


def _form(counted: Mapping[str, Counter[str]], body: str, kind: str) -> list[float]:
    """Return the values of TRAITS."""
    kinds = set(kind.split())
    start, title, rest = body[:MOST], counted[TITLE], counted[BODY]
    return [
        float(bool(kinds & _BUG)),
        float(bool(kinds & _IMPROVEMENT) and not kinds & _BUG),
        float(_has_trace(start)),
        float(any(words in start for words in _STEPS) or _STEP.search(f"\n{start}") is not None),
        math.log(min(max(len(body), SHORT), LONG)),
        float(any(word in title or word in rest for word in _WOULD)),
        float(any(f"^ {word}" in title for word in _ORDERS)),
    ]


def _has_trace(text: str) -> bool:
    return any(hint in text for hint in _TRACE_HINTS) and _TRACE.search(text) is not None
