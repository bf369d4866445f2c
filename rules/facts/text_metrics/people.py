"""Find the number of affected people and their share."""

from __future__ import annotations

import re

from rules.facts.text_metrics.quantities import Mention
from rules.facts.text_metrics.sentences import Sentence

_NOT_TOUCHED = re.compile(
    r"(?:up to|max(?:imum)?(?: of)?|at most|limit(?:ed)?(?: of| to)?|supports?|support for|team of|"
    r"needs?|requires?|takes|hire|\bper|interview(?:s|ed|ing)?(?: with| of)?|"
    r"survey(?:ed)?(?: of| with)?|asked|polled|questioned|test(?:s|ed)?(?: it)? with|"
    r"want|target(?: of| is)?|"
    r"goal(?: of| is|:)?|aim for|reach|for another|"
    r"最多|上限|支持|需要|投入|安排|招|调查了?|访谈了?|问卷|采访了?|问了|调研了?|目标|达到|争取)"
    r"\s*(?:约|about|around|the|our)?\s*$",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:interview|survey|poll(?:ed)?\b|questionnaire|focus group)|调查|访谈|问卷|受访|采访",
    re.IGNORECASE,
)
"""A sentence on people who were asked, not on people who are affected."""
_PLANNED = re.compile(
    r"\broll|launch|target|\bgoal|\baim|\bramp|灰度|放量|目标|推广", re.IGNORECASE
)
_OF_ALL = re.compile(
    r"\s*of (?:(?:all|our|the|these|those|paying|active|mobile|incoming|daily|new) ){0,3}"
    r"(?:users|customers|people|visitors|accounts|requests|calls|orders|sessions|traffic|payments|"
    r"transactions|checkouts|logins|visits|builds|jobs|emails|messages|merchants|devices|runs)\b"
    r"|\s*的?(?:用户|客户|请求|订单|流量|会话|支付|交易|商家|访问|设备|调用)",
    re.IGNORECASE,
)
_OF_ALL_BEFORE = re.compile(r"(?:用户|客户|请求|订单|支付|交易|商家)(?:中|里)?有?约?\s*$")
_SMALL = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SO_MANY_IN = re.compile(
    rf"\b(?P<some>\d{{1,3}}|{'|'.join(_SMALL)}) (?:in|out of)(?: every)? $", re.IGNORECASE
)
_OF_EVERY = re.compile(
    r"\s*[里中,]*(?:就|会|都)?有\s?(?P<some>\d{1,3}|[一二两三四五六七八九])\s?[个名位人家]"
)
_CHINESE = "零一二三四五六七八九"
_ALL = re.compile(
    r"(?:affect\w*|hits?|hurts?|blocks?) (?:all|every) (?:of )?"
    r"(?:our |the )?(?:users?|customers?)\b"
    r"|\b(?:all|every) (?:of )?(?:our |the )?(?:users?|customers?) (?:are|is|cannot|can't|can not) "
    r"|(?:影响|波及)(?:所有|全部|全体)(?:用户|客户|商家)"
    r"|(?:所有|全部)(?:用户|客户|商家)都?(?:受影响|无法|不能)",
    re.IGNORECASE,
)


def users(sentence: Sentence) -> float | None:
    """Return the number of affected people, not a system's capacity or a team's size."""
    people = sentence.of("people")
    if not people or _ASKED.search(sentence.text):
        return None
    found = [
        one.quantity.base
        for one in people
        if not _NOT_TOUCHED.search(sentence.before(one)) and _part(sentence, one) is None
    ]
    return max(found, default=None)


def share(sentence: Sentence) -> float | None:
    """Return the affected percentage of users, requests, orders and so on."""
    found = [
        one.quantity.base
        for one in sentence.of("percent")
        if one.quantity.base <= 100
        and (_OF_ALL.match(sentence.after(one)) or _OF_ALL_BEFORE.search(sentence.before(one)))
    ]
    parts = [_part(sentence, one) for one in sentence.of("people")]
    found += [part for part in parts if part is not None]
    if sentence.has("all ", "every ", "所有", "全部", "全体") and _ALL.search(sentence.text):
        found.append(100.0)
    return max(found) if found and not _PLANNED.search(sentence.text) else None


def _part(sentence: Sentence, mention: Mention) -> float | None:
    """Return the percentage of "3 in 10 users" or 每 10 个用户有 3 个; None for other numbers."""
    match = _SO_MANY_IN.search(sentence.before(mention))
    if match is None and sentence.before(mention).rstrip().endswith("每"):
        match = _OF_EVERY.match(sentence.after(mention))
    some, whole = _count(match["some"]) if match else 0, mention.quantity.base
    return 100 * some / whole if 0 < some <= whole else None


def _count(word: str) -> int:
    if word.isdigit():
        return int(word)
    if word.lower() in _SMALL:
        return _SMALL.index(word.lower()) + 1
    return _CHINESE.index(word.replace("两", "二"))
