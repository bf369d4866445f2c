"""Derive facts from other facts: age, idle time, links. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from rules.facts.issue import Fact
from rules.facts.scope.deliverables import deliverables
from rules.facts.scope.task import asks, task
from rules.facts.searchable_text import CJK

Values = Mapping[str, Fact]

_DAY_S = 86_400.0

_CRITERIA = re.compile(
    r"acceptance criteri|definition of done|done when|success criteri|\bgiven\b.{1,200}\bthen\b"
    r"|验收标准|验收条件|完成标准|成功标准",
    re.IGNORECASE | re.DOTALL,
)

_CJK = re.compile(f"[{CJK}]")
_WORD = re.compile(rf"[^\W{CJK}]+")
_ASCII_WORD = re.compile(r"\w+")
_CRITERIA_HINTS = ("criteri", "done", "given", "验收", "标准")
"""Without one of these, the pattern does not match: it is slow."""

KINDS_OF_LINK = {
    "customers": ("customer", "account", "requested by", "is requested by", "客户"),
    "tickets": ("ticket", "support", "support ticket", "service request", "support case", "工单"),
    "incidents": ("incident", "outage", "problem", "is caused by", "causes", "事故", "故障"),
    "duplicates": ("is duplicated by", "被重复"),
}
"""For each count of links: the link types, phrases and types of linked issues that it includes."""


def derive(name: str, values: Values, now: datetime) -> Fact:
    """Return a derived fact, or None if its source is empty."""
    if name in KINDS_OF_LINK:
        return _linked(values, KINDS_OF_LINK[name])
    if name.startswith("linked "):
        return _linked(values, (name.removeprefix("linked "),))
    rule = _RULES.get(name)
    return rule(values, now) if rule else None


def _linked(values: Values, kinds: tuple[str, ...]) -> float:
    """Count the links whose type, phrase or other end is one of these kinds."""
    links = values.get("linked")
    named = [str(one).strip().lower() for one in links] if isinstance(links, tuple) else []
    return float(sum(one in kinds for one in named))


def _days(name: str) -> Callable[[Values, datetime], Fact]:
    def since(values: Values, now: datetime) -> Fact:
        moment = values.get(name)
        if not isinstance(moment, datetime):
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
        return round(max((now - moment).total_seconds() / _DAY_S, 0.0), 2)

    return since


def _words(values: Values, _: datetime) -> Fact:
    text = str(values.get("description") or "")[:32_767]
    if text.isascii():
        return float(len(_ASCII_WORD.findall(text)))
    characters, words = len(_CJK.findall(text)), len(_WORD.findall(text))
    return float(words + 2 * characters // 3)


def _task(values: Values, _: datetime) -> Fact:
    return task(str(values.get("summary") or "")) or None


def _question(values: Values, _: datetime) -> Fact:
    return "yes" if asks(str(values.get("summary") or "")) else "no"


def _criteria(values: Values, _: datetime) -> Fact:
    text = str(values.get("description") or "")[:32_767]
    lower = text.lower()
    hinted = any(hint in lower for hint in _CRITERIA_HINTS)
    return "yes" if hinted and _CRITERIA.search(text) else "no"


def _deliverables(values: Values, _: datetime) -> Fact:
    return deliverables(str(values.get("summary") or ""), str(values.get("description") or ""))


_RULES: dict[str, Callable[[Values, datetime], Fact]] = {
    "growth": lambda values, now: 0.0,
    "issuelinktype": lambda values, now: values.get("linked"),
    "age": _days("created"),
    "idle": _days("updated"),
    "deliverables": _deliverables,
    "words": _words,
    "has acceptance criteria": _criteria,
    "task": _task,
    "question": _question,
}

OF_THE_TEXT = frozenset({"words", "has acceptance criteria"})
"""The derived facts for which answers in comments count too, at the gate."""

DERIVED = frozenset({*_RULES, *KINDS_OF_LINK})
