"""Find what numbers and signs of a statement tell in any language: a share, a rise, a date, a list.

A share is high or low, a test significant or not, a gain tiny: "14 of 15", "-3 %", "p = 0.6", "from
99.2 to 99.6". These are the same in English and Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

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
_OF_COUNT = re.compile(rf"\sof\s(?:the\s|our\s)?{_COUNT}\b")
_OF_ZH = re.compile(
    rf"({_NUMBER})\s*[位人名家个条台](?:[\u3400-\u9fff]{{0,6}})[,，里中]\s*(?:有|只有|仅)?\s*({_COUNT})\s*[位人名家个条台]"
)
_PERCENT = re.compile(r"([+\-\u2212]?)\s?(\d+(?:\.\d+)?)\s?(?:%|per ?cent)")
_TENTHS = re.compile(r"([一二三四五六七八九])成")
_STEP = "to|instead of|rather than|提到|提高到|提升到|降到|到|->|→"
_CHANGE = re.compile(rf"({_NUMBER})\s*(?:%|ms|毫秒|秒|s)?\s*(?:{_STEP})\s*({_NUMBER})")
_STEP_TO = re.compile(rf"(?:{_STEP})\s*\d")
"""`_OF_COUNT` and `_STEP_TO` are the ends of slower patterns: without them, these do not match."""
_DIGIT = re.compile(r"\d")


def _word(*words: str) -> str:
    """Return a pattern of words at their start; one that begins with a letter is fast."""
    return "(?:" + "|".join(rf"{word}(?<!\w{word})" for word in words) + ")"


_P = _word("p")
_P_VALUE = re.compile(rf"{_P}\s?(?:=|<|值)?\s?(0?\.\d+)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = f"(?:{'|'.join(_MONTHS)})[a-z]*"
_DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"


class _Form(NamedTuple):
    """One form of a shape: a pattern, and hints of which a text has one if the pattern matches."""

    shape: str
    pattern: re.Pattern[str]
    hints: tuple[str, ...] = ()

    def fits(self, text: str) -> bool:
        """Return whether a text has this form."""
        if self.hints and not any(hint in text for hint in self.hints):
            return False
        return self.pattern.search(text) is not None


_WORDED = (
    _Form("large", re.compile("thousand|million")),
    _Form(
        "until",
        re.compile(
            rf"{_word('by', 'before', 'until', 'till', 'no later than')}\s(?:the\s|next\s)?"
            rf"(?:\d|{_MONTH}|{_DAY}|q[1-4]|end|christmas|easter|summer|autumn)"
        ),
    ),
    _Form("since", re.compile(rf"{_word('since')}\s(?:\d|{_DAY}|yesterday|last|this|noon)")),
    _Form("quote", re.compile('["“「]')),
    _Form(
        "significant",
        re.compile(r"significant(?<!\wsignificant)(?<!not significant)(?<!no significant)"),
    ),
)
_NUMBERED = (
    _Form("large", re.compile(r"\d[,.]?\d{3}")),
    _Form(
        "date",
        re.compile(rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}\b|{_MONTH}\s\d)"),
        _MONTHS,
    ),
    _Form("date", re.compile(rf"{_word('q')}[1-4]\b")),
    _Form("significant", re.compile(rf"{_P}\s?[=<]\s?0?\.0[0-4]")),
    _Form("money", re.compile(r"[$€£¥]\s?\d")),
    _Form("money", re.compile(r"\d\s*(?:k|m|eur|euros?|usd|dollars?|pounds?|million)\b")),
    _Form("time", re.compile(r"\d\s*(?:ms|s|sec|seconds?|min|minutes?)\b")),
)
"""A text without a digit has none of these forms."""
_CHINESE = (
    _Form("large", re.compile(r"\d\s*[万亿]|[百千万亿][名人户家]")),
    _Form("date", re.compile(r"\d\s*[月号日]|[一二三四]季度")),
    _Form("until", re.compile(r"\d\s*[月号日]?[之以]?前|[底末]前")),
    _Form("since", re.compile(r"[昨今前][天晚早]\S{0,4}[起后]|\d\s?点半?起|以来")),
    _Form("money", re.compile(r"\d\s*[万亿]?\s?[元块欧美]")),
    _Form("time", re.compile(r"\d\s*(?:毫秒|秒|分钟)")),
)
_SIGNS = ",，、;；/+及和与"
_ITEM = re.compile(rf"[{_SIGNS} ](?:(?<! )|(?:and|&) )")
"""A sign, or a word between spaces."""
_MANY = (3, 5, 7)
_LENGTHS = (20, 40, 70, 110, 160)
_DENSE = 2.5
"""A Chinese character says as much as this many English ones."""

_MOST, _FEW, _TINY = 0.55, 0.12, 0.06


def shapes(text: str) -> Iterator[str]:
    """Yield the names of what the numbers and signs of a statement in lower case tell."""
    chinese = is_cjk(text)
    numbered = _DIGIT.search(text) is not None
    yield from (form.shape for form in _WORDED if form.fits(text))
    if numbered:
        yield "number"
        yield from (form.shape for form in _NUMBERED if form.fits(text))
        yield from _changes(text)
    if chinese:
        yield from (form.shape for form in _CHINESE if form.fits(text))
    yield from _shares(text, chinese)
    items = _items(text)
    yield from (f"list{many}" for many in _MANY if items >= many)
    length = len(text) * (_DENSE if chinese else 1)
    yield f"length{sum(length > limit for limit in _LENGTHS)}"


def _items(text: str) -> int:
    """Count what separates the items of a list. Counting is faster than the pattern."""
    if " & " in text:
        return len(_ITEM.findall(text))
    return sum(map(text.count, _SIGNS)) + text.count(" and ")


def _shares(text: str, chinese: bool) -> Iterator[str]:
    """Yield what shares of people or things there are: most, few, some."""
    found = _OF.findall(text) if _OF_COUNT.search(text) else []
    pairs = [(_value(a), _value(b)) for a, b in found]
    pairs += [(_value(a), _value(b)) for b, a in _OF_ZH.findall(text)] if chinese else []
    shares = [part / whole for part, whole in pairs if whole]
    yield from {f"part {_sized(share)}" for share in shares if share <= 1}
    percents = [(s, float(n) / 100) for s, n in _PERCENT.findall(text)] if _percent(text) else []
    percents += [("", _WORDS[n] / 10) for n in _TENTHS.findall(text)] if chinese else []
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
    for first, second in _CHANGE.findall(text) if _STEP_TO.search(text) else ():
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
