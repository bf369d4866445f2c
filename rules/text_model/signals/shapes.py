"""Find what numbers and signs of a statement tell in any language: a share, a rise, a date, a list.

A share is high or low, a test significant or not, a gain tiny: "14 of 15", "-3 %", "p = 0.6", "from
99.2 to 99.6". These are the same in English and Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rules.text_model.features import is_cjk

_NUMBER = r"\d+(?:[.,]\d+)*"
_ENGLISH = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WORDS = {
    **{word: n for n, word in enumerate(_ENGLISH)},
    **{sign: n for n, sign in enumerate("零一二三四五六七八九十")},
    "none": 0,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "两": 2,
}
_COUNT = rf"(?:{_NUMBER}|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_OF = re.compile(rf"\b({_COUNT})\s(?:out\s)?of\s(?:the\s|our\s)?({_COUNT})\b")
_OF_ZH = re.compile(
    rf"({_NUMBER})\s*[位人名家个条台](?:[\u3400-\u9fff]{{0,6}})[,，里中]\s*(?:有|只有|仅)?\s*({_COUNT})\s*[位人名家个条台]"
)
_PERCENT = re.compile(r"([+\-\u2212]?)\s?(\d+(?:\.\d+)?)\s?(?:%|per ?cent)")
_TENTHS = re.compile(r"([一二三四五六七八九])成")
_STEP = "to|instead of|rather than|提到|提高到|提升到|降到|到|->|→"
_CHANGE = re.compile(rf"({_NUMBER})\s*(?:%|ms|毫秒|秒|s)?\s*(?:{_STEP})\s*({_NUMBER})")
_P_VALUE = re.compile(r"\bp\s?(?:=|<|值)?\s?(0?\.\d+)")
_DIGIT = re.compile(r"\d")
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_NUMBERED = {
    "money": re.compile(
        r"[$€£¥]\s?\d|\d\s*(?:k|m|eur|euros?|usd|dollars?|pounds?|million)\b|\d\s*[万亿]?\s?[元块欧美]"
    ),
    "time": re.compile(r"\d\s*(?:ms|s|sec|seconds?|min|minutes?)\b|\d\s*(?:毫秒|秒|分钟)"),
}
_WORDED = {
    "large": re.compile(
        r"\d{1,3}[,.]\d{3}|\d{4,}|\d\s*[万亿]|thousand|million|[百千万亿][名人户家]"
    ),
    "date": re.compile(
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}\b|\b{_MONTH}\s\d|\d\s*[月号日]"
        rf"|\bq[1-4]\b|[一二三四]季度"
    ),
    "until": re.compile(
        r"\b(?:by|before|until|till|no later than)\s(?:the\s|next\s)?"
        rf"(?:\d|{_MONTH}|{_DAY}|q[1-4]|end|christmas|easter|summer|autumn)"
        r"|\d\s*[月号日]?[之以]?前|[底末]前"
    ),
    "since": re.compile(
        rf"\bsince\s(?:\d|{_DAY}|yesterday|last|this|noon)"
        r"|[昨今前][天晚早]\S{0,4}[起后]|\d\s?点半?起|以来"
    ),
    "quote": re.compile('["“「]'),
    "significant": re.compile(r"\bp\s?[=<]\s?0?\.0[0-4]|(?<!not )(?<!no )\bsignificant"),
}
_HINTS = {
    "large": ("thousand", "million"),
    "until": ("by", "before", "until", "till", "no later than"),
    "since": ("since",),
    "quote": ('"',),
    "significant": ("significant",),
}
"""Without a digit, an English statement without any of its hints does not match a pattern."""
_ITEM = re.compile(r"[,，、;；/+及和与 ](?:(?<! )|(?:and|&) )")
"""A sign, or a word between spaces: a pattern that begins with one of some signs is fast."""
_MANY = (3, 5, 7)
_LENGTHS = (20, 40, 70, 110, 160)
_DENSE = 2.5
"""A Chinese character says as much as this many English ones."""

_MOST, _FEW, _TINY = 0.55, 0.12, 0.06


def shapes(text: str) -> Iterator[str]:
    """Yield the names of what the numbers and signs of a statement in lower case tell."""
    numbered = _DIGIT.search(text) is not None
    may_match: Iterable[str] = _WORDED if numbered or not text.isascii() else _hinted(text)
    yield from (name for name in may_match if _WORDED[name].search(text))
    if may_match is _WORDED or "of" in text:
        yield from _shares(text)
    if numbered:
        yield "number"
        yield from (name for name, pattern in _NUMBERED.items() if pattern.search(text))
        yield from _changes(text)
    items = len(_ITEM.findall(text))
    yield from (f"list{many}" for many in _MANY if items >= many)
    length = len(text) * (_DENSE if is_cjk(text) else 1)
    yield f"length{sum(length > limit for limit in _LENGTHS)}"


def _hinted(text: str) -> list[str]:
    return [name for name, hints in _HINTS.items() if any(hint in text for hint in hints)]


def _shares(text: str) -> Iterator[str]:
    """Yield what shares of people or things there are: most, few, some."""
    pairs = [(_value(a), _value(b)) for a, b in _OF.findall(text)]
    chinese = not text.isascii()
    pairs += [(_value(a), _value(b)) for b, a in _OF_ZH.findall(text)] if chinese else []
    shares = [part / whole for part, whole in pairs if whole]
    yield from {f"part {_sized(share)}" for share in shares if share <= 1}
    percents = [(s, float(n) / 100) for s, n in _PERCENT.findall(text)] if _percent(text) else []
    percents += [("", _WORDS[number] / 10) for number in _TENTHS.findall(text)]
    if percents:
        yield "percent"
    yield from {f"percent {_sized(share)}" for _, share in percents}
    yield from {{"+": "plus", "": ""}.get(sign, "minus") for sign, _ in percents} - {""}


def _percent(text: str) -> bool:
    return "%" in text or "cent" in text


def _sized(share: float) -> str:
    return "most" if share >= _MOST else "few" if share <= _FEW else "some"


def _changes(text: str) -> Iterator[str]:
    """Yield how large the step between two numbers is, and whether a test is significant."""
    for first, second in _CHANGE.findall(text):
        before, after = _value(first), _value(second)
        if before and after:
            yield "tiny step" if abs(after - before) <= _TINY * max(before, after) else "step"
    for value in _P_VALUE.findall(text):
        yield "p small" if float(value) <= 0.05 else "p large"


def _value(number: str) -> float:
    if number in _WORDS:
        return float(_WORDS[number])
    _, dot, tail = number.rpartition(".")
    whole = number.replace(",", "")
    if dot and len(tail) != 3 and whole.count(".") == 1:
        return float(whole)
    return float(re.sub("[.,]", "", number))
