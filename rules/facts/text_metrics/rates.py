"""Find frequencies, hours and costs a month.

A month has 21 working days of eight hours.
"""

from __future__ import annotations

import re

from rules.facts.text_metrics.quantities import Mention
from rules.facts.text_metrics.sentences import Sentence

HOUR_MS = 3.6e6

_A_MONTH = {"minute": 21 * 480, "hour": 168, "day": 21, "week": 4.3, "month": 1, "sprint": 2}
_A_MONTH |= {"quarter": 1 / 3, "year": 1 / 12, "workday": 21, "working day": 21, "business day": 21}
_A_MONTH |= {"morning": 21, "night": 21, "evening": 21}
_A_MONTH |= {"分钟": 21 * 480, "小时": 168, "工作日": 21, "天": 21, "日": 21, "晚": 21, "周": 4.3}
_A_MONTH |= {"星期": 4.3, "礼拜": 4.3, "月": 1, "季度": 1 / 3, "年": 1 / 12}
_A_MONTH |= {"hourly": 168, "daily": 21, "weekly": 4.3, "monthly": 1}

_EN = (
    r"(?P<en>(?:working |business )?day|minute|hour|workday|week|month|quarter|year|"
    r"morning|night|evening|sprint)"
)
_ZH = r"(?P<zh>工作日|分钟|小时|天|日|晚|周|星期|礼拜|月|季度|年)"

_AFTER = re.compile(
    rf"\s*(?:(?:in |over )?(?:an?|per|each|every) (?:single )?|/\s?){_EN}(?![a-z])"
    rf"|\s*[/每]\s?个?{_ZH}",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"(?:每个?|一(?=[天周日年])){_ZH}[^\d,。每]{{0,8}}$")
_TWICE = re.compile(
    rf"\b(?P<count>once|twice) (?:an?|per|each|every) {_EN}(?![a-z])", re.IGNORECASE
)
_EVERY = re.compile(
    rf"(?<!not )\b(?:every|each) (?:single )?{_EN}(?![a-z])"
    rf"|(?P<adverb>\b(?:hourly|daily|weekly|monthly)\b)(?! [a-z])"
    rf"|(?:每个?){_ZH}",
    re.IGNORECASE,
)
_EVERY_FEW = re.compile(r"(?:\bevery |每隔?)$", re.IGNORECASE)
_PAIN = re.compile(
    r"fail|crash|break|broke|happen|occur|error|slow|manual|by hand|los[et]|wast|\bwait|complain|"
    r"restart|tim(?:e|ing)[ -]?out|stuck|wrong|duplicat|outage|\bdown|\bcalls?\b|\bask|copy|"
    r"spen[dt]|costs?\b|takes?\b|sav(?:e|ing)|block|失败|崩溃|出错|报错|错误|手动|手工|人工|卡|慢|等|超时|"
    r"重复|宕|挂|丢|停|投诉|花|耗|费|加班|损失|发生|出现|处理|需要|节省|占用|重启|断",
    re.IGNORECASE,
)
_LOSS = re.compile(
    r"\bcost|\blos[est]|\brevenue|refund|\bfine[ds]?\b|penalt|wast|spen[dt]|\bpay(?:ing|s)?\b|churn|"
    r"\bsav(?:e|es|ing|ings)\b|损失|花|成本|费用|亏|退款|罚|赔|营收|收入|浪费|节省|省下",
    re.IGNORECASE,
)
_SHOWN = re.compile(
    r"instead of|\bshows?\b|displays?\b|\bbuy|\bquot(?:e|ed|ation)\b|\boffers?\b|budget|"
    r"显示|而不是|采购|报价|预算",
    re.IGNORECASE,
)
"""A sum on a page, or a price of something to buy: no loss."""
_EACH_TIME = re.compile(r"\s*(?:each\b|every time|per [a-z]+)|\s*[/每]次", re.IGNORECASE)
_EACH_TIME_BEFORE = re.compile(
    r"(?:每一?次|单次)[^\d,。]{0,8}$|\beach [a-z]+ takes (?:about |us )?$", re.IGNORECASE
)
_OPEN = re.compile(
    r"within|\bopen|available|\blast|\bpast|营业|开放|过去|最近|以内|之内", re.IGNORECASE
)


def frequency(sentence: Sentence) -> float | None:
    """Return the frequency: times a month."""
    found = [
        one.quantity.base * times
        for one in sentence.of("times")
        if (times := _times_a_month(sentence, one))
    ]
    found += [
        (1 + (m["count"].lower() == "twice")) * _A_MONTH[m["en"].lower()]
        for m in (_TWICE.finditer(sentence.text) if sentence.has("once", "twice") else ())
    ]
    found += [few for one in sentence.of("time") if (few := _every_few(sentence, one))]
    often = sentence.has("every", "each", "hourly", "daily", "weekly", "monthly", "每")
    if often and not found and not sentence.of("time", "money"):
        every = [_A_MONTH[_period(m)] for m in _EVERY.finditer(sentence.text)]
        # "Send a report every day" is a wish. With a word for trouble or work it is a problem.
        found = every if every and _PAIN.search(sentence.text) else []
    return max(found, default=None)


def hours(sentence: Sentence) -> float | None:
    """Return hours a month."""
    if not sentence.of("time") or not _PAIN.search(sentence.text):
        return None
    found = [
        one.quantity.base / HOUR_MS * times
        for one in sentence.of("time")
        if (times := _times_a_month(sentence, one)) and not _always(sentence, one)
    ]
    return max(found, default=None)


def hours_each(sentence: Sentence) -> float | None:
    """Return hours per occurrence."""
    found = [
        one.quantity.base / HOUR_MS
        for one in sentence.of("time")
        if _EACH_TIME_BEFORE.search(sentence.before(one))
        or (_EACH_TIME.match(sentence.after(one)) and not _times_a_month(sentence, one))
    ]
    return max(found, default=None)


def cost(sentence: Sentence) -> float | None:
    """Return money a month, or once, in any currency."""
    money = sentence.of("money")
    if not money or not _LOSS.search(sentence.text) or _SHOWN.search(sentence.text):
        return None
    found = [
        one.quantity.base * (_times_a_month(sentence, one) or 1.0) for one in sentence.of("money")
    ]
    return max(found, default=None)


def _times_a_month(sentence: Sentence, mention: Mention) -> float | None:
    """Return the number per month of the period beside a number, such as "a day"."""
    beside = _AFTER.match(sentence.after(mention)) or _BEFORE.search(sentence.before(mention))
    return _A_MONTH[_period(beside)] if beside else None


def _every_few(sentence: Sentence, mention: Mention) -> float | None:
    """Return times a month of "every 2 hours" or 每 3 天."""
    if not _EVERY_FEW.search(sentence.before(mention)) or not mention.quantity.base:
        return None
    if re.match(r"[^,。]{0,8}\d", sentence.after(mention)):
        return None  # 每 2 小时 3 次: the next number has the frequency
    return 168 * HOUR_MS / mention.quantity.base if _PAIN.search(sentence.text) else None


def _always(sentence: Sentence, mention: Mention) -> bool:
    """Return whether hours are opening hours or around the clock, not work."""
    quantity = mention.quantity
    around = sentence.before(mention) + sentence.after(mention)
    return (quantity.base >= 24 * HOUR_MS * 1 and quantity.value in (7, 24)) or bool(
        _OPEN.search(around)
    )


def _period(match: re.Match[str]) -> str:
    """Return the period in a match."""
    named = match.groupdict()
    return str(named.get("en") or named.get("zh") or named.get("adverb")).lower()
