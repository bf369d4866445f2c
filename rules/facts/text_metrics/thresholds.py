"""Find the limits that a text sets, such as "latency ≤ 300 ms"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rules.facts.text_metrics.before_after import OTHERS, Change, is_goal
from rules.facts.text_metrics.metric_names import DIMENSIONS, named_in
from rules.facts.text_metrics.quantities import Dimension, Mention, Quantity
from rules.facts.text_metrics.sentences import Sentence

_LIMITED: tuple[Dimension, ...] = ("time", "percent", "size", "rate")
_LONGEST_MS = 24 * 3.6e6
"""A day or more is a delivery date, not a technical limit."""

_SIGN = re.compile(r"(?P<up>≤|<=|<|⩽)\s?$|(?P<low>≥|>=|>|⩾)\s?$")
_UPPER = re.compile(
    r"(?:at most|no(?:t)? (?:more|longer|greater|higher) than|not exceed(?: the)?|within|under|"
    r"below|less than|faster than|max(?:imum|\.)?(?: of)?|limit(?: of| is|ed to|:)?|"
    r"不(?:得|能|可|应|要)?(?:超过|大于|高于)|小于|低于|少于|上限(?:为|是)?|控制在|小于等于|最多)\s?$",
    re.IGNORECASE,
)
_LOWER = re.compile(
    r"(?:at least|no(?:t)? (?:less|lower|fewer) than|not (?:fall|drop|go) below|"
    r"above|min(?:imum|\.)?(?: of)?|"
    r"不(?:得|能|可|应|要)?(?:低于|少于|小于)|至少|大于等于|下限(?:为|是)?|以上)\s?$",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:\b(?:sl[oai]|target|budget|threshold|limit)|目标|要求|指标|阈值|红线)"
    r"(?: of| is| at|是|为|:)?\s?$",
    re.IGNORECASE,
)
"""Beside a metric these mean "at most" or "at least", whichever is better for the metric."""
_MORE_IS_BETTER = ("uptime", "throughput", "coverage", "conversion")
_UPPER_AFTER = re.compile(
    r" ?(?:or less|or faster|max\b|at most|tops\b|以内|之内|以下|内[完返响])", re.IGNORECASE
)
_LOWER_AFTER = re.compile(r" ?(?:or more|or better|以上)", re.IGNORECASE)
_BINDING = re.compile(
    r"\bmust|\bwants?\b|\bshould|\bshall|\bhas to|\bhave to|\bneeds? to|require|\blimit|"
    r"\bsl[oai]\b|budget|\bcap\b|threshold|必须|须|要求|(?<!响)应|需|得|上限|下限|不超过|指标|保证|红线",
    re.IGNORECASE,
)
_BROKEN = re.compile(
    r"(?<!not )\bexceed(?:s|ed|ing)? (?:the |our |its |this )?(?:\w+ )?"
    r"(?:limit|budget|slo|sla|threshold|quota)"
    r"|\b(?:over|above|beyond) (?:the|our|its) (?:\w+ )?(?:limit|budget|slo|sla|threshold|quota)"
    r"|(?<!不)(?<!不得)(?<!不能)(?:超出|超过)了?[^,。]{0,8}(?:上限|限制|阈值|配额|红线|sla)",
    re.IGNORECASE,
)
_TODAY = re.compile(
    r"(?:now|today|currently|at present|is at|is|are|we're|we are|it's|it takes|takes|measured|"
    r"we (?:see|have)|"
    r"目前|现在|当前|实测|如今|已经?|已达|高达|达到?|为)\s?"
    r"(?:at |about |around |约|是|为|要|需要?)?\s?$",
    re.IGNORECASE,
)
_TODAY_AFTER = re.compile(r" ?(?:now|today|currently|at present)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Limit:
    """A limit: at most (`upper`) or at least `bound`; `metric` is None if none is named."""

    bound: Quantity
    upper: bool
    metric: str | None


@dataclass(frozen=True)
class Measured:
    """A value today; `metric` is None if none is named."""

    value: Quantity
    metric: str | None


def limits(sentence: Sentence) -> list[Limit]:
    """Return the limits that a sentence sets."""
    found = []
    for one in sentence.of(*_LIMITED):
        upper = _direction(sentence, one)
        if upper is not None and _machine(one.quantity):
            found.append(Limit(one.quantity, upper, _metric(sentence, one)))
    return found


def measured(sentence: Sentence, changes: Iterable[Change]) -> list[Measured]:
    """Return today's values in a sentence."""
    current = [(change.metric, change.today) for change in changes]
    found = [Measured(value, metric) for metric, value in current if value]
    numbers = sentence.of(*_LIMITED)
    for one in () if not numbers or OTHERS.search(sentence.text) else numbers:
        is_today = _TODAY.search(sentence.before(one)) or _TODAY_AFTER.match(sentence.after(one))
        if is_today and _direction(sentence, one) is None and not is_goal(sentence, one):
            found.append(Measured(one.quantity, _metric(sentence, one)))
    return found


def broken(sentence: Sentence) -> bool:
    """Return whether a sentence states that a limit is exceeded."""
    hint = sentence.has("exceed", "over", "above", "beyond", "超")
    return hint and bool(_BROKEN.search(sentence.text))


def exceeded(limit: Limit, today: Iterable[Measured]) -> bool:
    """Return whether a value today is beyond the limit."""
    bound = limit.bound
    return any(
        one.value.dimension == bound.dimension
        and (one.metric == limit.metric or one.metric is None or limit.metric is None)
        and (one.value.base > bound.base if limit.upper else one.value.base < bound.base)
        for one in today
    )


def _direction(sentence: Sentence, mention: Mention) -> bool | None:
    """Return True for "at most", False for "at least", None for no limit."""
    before, after = sentence.before(mention), sentence.after(mention)
    if sign := _SIGN.search(before):
        return bool(sign["up"])
    metric = _metric(sentence, mention)
    if not (_BINDING.search(sentence.text) or metric):
        return None
    if metric and _NAMED.search(before):
        return metric not in _MORE_IS_BETTER
    # "No less than" ends with "less than", so check the lower bound first.
    if _LOWER.search(before) or _LOWER_AFTER.match(after):
        return False
    return True if _UPPER.search(before) or _UPPER_AFTER.match(after) else None


def _machine(quantity: Quantity) -> bool:
    return quantity.dimension != "time" or (
        quantity.base < _LONGEST_MS
        and not re.search(r"day|week|天|周|星期|人", quantity.unit, re.IGNORECASE)
    )


def _metric(sentence: Sentence, mention: Mention) -> str | None:
    """Return the last metric of the number's dimension before it, or the first one after it."""
    before = after = None
    for start, end, name in named_in(sentence.text):
        if mention.quantity.dimension in DIMENSIONS[name]:
            if end <= mention.start:
                before = name
            elif start >= mention.end:
                after = after or name
    return before or after
