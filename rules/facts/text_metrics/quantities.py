"""Find numbers with units in free text, English and Chinese. Linear in the text's length."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

Dimension = Literal["time", "percent", "money", "size", "rate", "people", "times", "none"]

MAX_MENTIONS = 40
"""The maximum per sentence. More numbers are a table, not a sentence."""


@dataclass(frozen=True)
class Quantity:
    """A number and its unit. `base` is in ms, %, money, MB, per second, people or times."""

    value: float
    unit: str
    dimension: Dimension
    base: float
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Mention:
    """A quantity and its position in a sentence."""

    quantity: Quantity
    start: int
    end: int


_SECOND, _MINUTE, _HOUR, _DAY = 1e3, 6e4, 3.6e6, 8 * 3.6e6
"""Milliseconds. A day is a working day of eight hours."""

_PEOPLE = (
    r"(?:(?:of our|of the|our|active|daily|monthly|paying|enterprise|key|premium|internal|external|"
    r"different|registered|affected|large|big|small|new|existing|other|business|end|mobile)\s+)"
    r"{0,3}(?:users|customers|clients|people|persons|accounts|merchants|tenants|sellers|buyers|"
    r"shoppers|subscribers|members|patients|students|teachers|drivers|employees|colleagues|agents|"
    r"developers|engineers|testers|stores|shops|companies|teams)\b"
)
_PEOPLE_ZH = (
    r"(?:多|余)?\s?(?:名|位|个|家)?(?:企业|付费|活跃|内部|外部|重点|大|老|新|海外|线上)?"
    r"(?:用户|客户|商家|商户|员工|同事|门店|学生|老师|患者|病人|司机|骑手|买家|卖家|会员|租户|"
    r"人(?![天月工日员数民力均次机]))"
)
_UNITS: tuple[tuple[Dimension, float, str], ...] = (
    ("time", 1, r"ms\b|msecs?\b|milliseconds?\b|毫秒"),
    ("time", _SECOND, r"s\b|secs?\b|seconds?\b|秒钟?"),
    ("time", _MINUTE, r"mins?\b|minutes?\b|分钟"),
    ("time", _HOUR, r"h\b|hrs?\b|hours?\b|person-hours?\b|个?(?:小时|钟头|工时)"),
    ("time", _DAY, r"(?:person-|man-|working\s)?days?\b|个?人天|个?工作日|天"),
    ("time", 5 * _DAY, r"(?:person-|man-)?weeks?\b|周|个?星期"),
    ("percent", 1, r"%|percent\b|per\scent\b|pct\b|percentage\spoints?\b|个百分点"),
    ("percent", 10, r"成(?=的?(?:用户|客户|请求|订单|流量))"),
    (
        "money",
        1,
        r"usd\b|eur\b|gbp\b|cny\b|rmb\b|dollars?\b|euros?\b|pounds?\b|美元|欧元|元|块钱|人民币",
    ),
    ("size", 1e-3, r"k(?:i)?b\b"),
    ("size", 1, r"m(?:i)?b\b|兆"),
    ("size", 1e3, r"g(?:i)?b\b"),
    ("size", 1e6, r"t(?:i)?b\b"),
    ("rate", 1, r"req/s\b|rps\b|qps\b|tps\b|requests?\s(?:per|a)\ssecond\b|次/秒"),
    ("rate", 1 / 60, r"rpm\b|requests?\s(?:per|a)\sminute\b|次/分钟"),
    ("people", 1, f"{_PEOPLE}|{_PEOPLE_ZH}"),
    ("times", 1, r"times\b|x(?=\s+(?:a|per|each)\b)|次|回"),
)
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "billion": 1e9}
_SCALES |= {"百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8}

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NAMED = {word: float(at) for at, word in enumerate(_WORDS, 1)}
_NAMED |= {char: float(at) for at, char in enumerate("一二三四五六七八九十", 1)}
_NAMED |= {"两": 2.0, "半": 0.5, "half an": 0.5, "half a": 0.5, "a dozen": 12.0, "dozens of": 20.0}
_NAMED |= {"hundreds of": 100.0, "thousands of": 1e3, "几十": 20.0, "数十": 20.0, "上百": 100.0}
_NAMED |= {"几百": 100.0, "数百": 100.0, "上千": 1e3, "几千": 1e3, "数千": 1e3, "上万": 1e4}
_NAMED |= {"数万": 1e4, "几万": 1e4}

_LONGEST = sorted(_NAMED, key=len, reverse=True)
_MENTION = re.compile(
    # Not inside a word, version, date, time, key or path.
    r"(?<![a-z0-9_#@/.])(?<![a-z0-9_][/-])(?<![0-9][,:])"
    r"(?P<currency>us\$\s?|[$€£¥]\s?|(?:usd|eur|gbp|cny|rmb)\s)?"
    r"(?:(?P<number>\d{1,12}(?:,\d{3}){0,4}(?:\.\d{1,6})?)(?![\d_]|[.,:/-]\d)"
    rf"|(?P<named>{'|'.join(_LONGEST)})(?![一二三四五六七八九十百]|(?<=[a-z])[a-z]))"
    r"(?:\s?(?P<scale>thousand\b|million\b|billion\b|k(?![a-z])|m(?![a-z])|十万|百万|千万|万|亿|千|百))?"
    r"(?:[\s-]?(?:"
    + "|".join(f"(?P<unit{at}>{pattern})" for at, (_, _, pattern) in enumerate(_UNITS))
    + r"))?",
    re.IGNORECASE,
)


def mentions(sentence: str) -> list[Mention]:
    """Return the numbers of a sentence. Without a unit the dimension is "none"."""
    found: list[Mention] = []
    for match in _MENTION.finditer(sentence):
        quantity = _quantity(match)
        if quantity:
            found.append(Mention(quantity, match.start(), match.end()))
        if len(found) == MAX_MENTIONS:
            break
    return found


def with_unit_of(bare: Quantity, other: Quantity) -> Quantity:
    """Return a bare number with the unit of another: the 800 of "from 800 to 300 ms" in ms."""
    factor = other.base / other.value if other.value else 1.0
    text = other.text.replace(_figure(other.text), _figure(bare.text), 1)
    return replace(other, value=bare.value, base=bare.value * factor, text=text)


def _figure(text: str) -> str:
    match = re.search(r"\d[\d,.]*", text)
    return match.group() if match else text


def _quantity(match: re.Match[str]) -> Quantity | None:
    dimension, factor, unit = _unit(match)
    scale = (match["scale"] or "").lower()
    if scale == "m" and dimension not in ("money", "people"):
        return None  # metres, minutes or millions: ambiguous
    named = match["named"]
    if named and dimension == "none":
        return None  # "one" alone is not a count
    value = _NAMED[named.lower()] if named else float(match["number"].replace(",", ""))
    value *= _SCALES.get(scale, 1.0)
    text = " ".join(match.group().split())
    return Quantity(value, unit, dimension, value * factor, text)


def _unit(match: re.Match[str]) -> tuple[Dimension, float, str]:
    if match["currency"]:
        return "money", 1.0, match["currency"].strip()
    group = match.lastgroup or ""
    if group.startswith("unit"):
        dimension, factor, _ = _UNITS[int(group.removeprefix("unit"))]
        return dimension, factor, match[group]
    return "none", 1.0, ""
