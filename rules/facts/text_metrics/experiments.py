"""Find sample, lift and outcome of an experiment or survey."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rules.facts.text_metrics.sentences import Sentence

_TRIAL = re.compile(
    r"a/b|\bab[ -]?tests?\b|split tests?|experiment|fake[ -]?door|smoke test|painted door|\bpilot|"
    r"holdout|control group|\bsurvey|\binterview|实验|假门|试点|灰度|ab ?测试|对照组|调查|访谈|"
    r"问卷",
    re.IGNORECASE,
)
_HINTS = (
    *("a/b", "abtest", "ab test", "ab-test", "ab测试", "ab 测试", "split", "experiment", "fake"),
    *("smoke", "painted", "pilot", "holdout", "control", "survey", "interview", "实验", "假门"),
    *("试点", "灰度", "对照", "调查", "访谈", "问卷"),
)
_SAMPLE = re.compile(
    r"(?:\bn ?[=:]|sample(?: size)?(?: of| is| was|:)?|样本量?(?:为|是|:)?|"
    r"(?:survey|poll)(?:ed)?(?: of| with)?|interview(?:ed|s with)?|(?:调查|访谈|采访)了?) ?$",
    re.IGNORECASE,
)
_UP = re.compile(
    r"(?:lift(?:ed)?|increased?|rise|rose|gain(?:ed)?|grew|improved?|\bup|提升|提高|增长|增加|上升)了?"
    r"(?: of| by| was|:)? ?(?:约|about|around)? ?\+?(?P<minus>-)?$|(?<![a-z0-9])\+ ?$",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"(?:decreased?|drop(?:ped)?|fell|lost|worse|declined?|\bdown|下降|降低|减少|下跌)了?"
    r"(?: of| by| was|:)? ?(?:约|about|around)? ?-?$|(?<![\w)] )(?<![\w)])[-\u2212] ?$|"
    r"(?<=[a-z\u4e00-\u9fff] )[-\u2212]$",
    re.IGNORECASE,
)
_UP_AFTER = re.compile(r" ?(?:lift|uplift|increase|gain|higher|more|的?提升)", re.IGNORECASE)
_DOWN_AFTER = re.compile(r" ?(?:drop|decrease|decline|lower|fewer|的?下降)", re.IGNORECASE)
_NONE = re.compile(
    r"\bno (?:significant |measurable )?(?:lift|uplift|gain|change|effect|difference|improvement)"
    r"|(?:没有|未见|无)(?:明显|显著)?(?:提升|变化|差异|效果)",
    re.IGNORECASE,
)


Outcome = Literal["won", "lost", "unclear"]

_WON = re.compile(
    r"\bwon\b|\bwinner|succe(?:ss|eded)|\bconfirmed|\bproved\b|\bbeat\b|outperform|\bpassed\b|"
    r"strong interest|would (?:buy|pay)|wanted it|significant(?:ly)? (?:lift|gain|"
    r"better|higher|more|"
    r"increase|improvement)|胜出|成功|显著(?:提升|提高|优于|改善)|验证通过|达到预期|超出预期|愿意付费",
    re.IGNORECASE,
)
_LOST = re.compile(
    r"\blost\b|\bfail(?:ed|s|ure)?\b|\bworse\b|\bflop|refuted|rejected|disproved|not confirmed|"
    r"did not (?:help|improve|increase|work)|\bno (?:\w+ )?(?:gain|lift|uplift|effect|interest|"
    r"difference|improvement|demand|change|increase|impact)|not interested|"
    r"would not (?:buy|pay|use)|"
    r"nobody (?:\w+ )?(?:bought|wanted|wants|would|needs?|clicked|uses?)|"
    r"失败|没有效果|无效|未达预期|(?:没有|没|无|未见)(?:明显|显著)?(?:提升|效果|改善|差异|变化)|"
    r"没有?人(?:需要|要|愿意|点击|购买)|"
    r"不感兴趣|都?不需要|不愿意|变差|更差",
    re.IGNORECASE,
)
_CHANCE = re.compile(
    r"\bp ?[=>]+ ?0?\.(\d+)|\bnot (?:\w+ )?significant|\binsignificant|不显著", re.IGNORECASE
)
_LESS_IS_BETTER = re.compile(
    r"error|churn|latency|\btime\b|complain|bounce|abandon|cost|cancel|refund|returns\b|tickets|"
    r"流失|错误|延迟|耗时|投诉|成本|取消|退款|退货|工单|放弃",
    re.IGNORECASE,
)
_ALPHA = 0.05


@dataclass(frozen=True)
class Trial:
    """The sample and the lift of an experiment in a sentence; None if not stated."""

    sample: float | None
    lift: float | None


def is_named(text: str) -> bool:
    """Return whether a text mentions an experiment."""
    lower = text.lower()
    return any(hint in lower for hint in _HINTS) and bool(_TRIAL.search(text))


def trial(sentence: Sentence) -> Trial:
    """Return the sample and the lift in one sentence."""
    samples = [
        one.quantity.value
        for one in sentence.of("none", "people")
        if _SAMPLE.search(sentence.before(one))
    ]
    return Trial(max(samples, default=None), _lift(sentence))


def _lift(sentence: Sentence) -> float | None:
    """Return the lift in percent: negative for a loss, 0 for no change, None if not stated."""
    for one in sentence.of("percent"):
        before, after = sentence.before(one), sentence.after(one)
        up = _UP.search(before)
        if (up and up["minus"]) or _DOWN.search(before) or _DOWN_AFTER.match(after):
            return -one.quantity.base
        if up or _UP_AFTER.match(after):
            return one.quantity.base
    return 0.0 if _NONE.search(sentence.text) else None


def outcome(sentences: Iterable[Sentence]) -> Outcome | None:
    """Return how an experiment ended, for the thing that it tried; None if no sentence tells it.

    Words come before numbers: "lost" is a loss, whatever rose. What is told both ways is unclear,
    and so is a difference that may be chance.
    """
    said = {one for sentence in sentences if (one := _told(sentence))}
    if len(said) > 1:
        return "unclear"
    return next(iter(said), None)


def _told(sentence: Sentence) -> Outcome | None:
    if _LOST.search(sentence.text):
        return "lost"
    if _WON.search(sentence.text):
        return "won"
    lift, chance = _lift(sentence), _may_be_chance(sentence)
    if not lift:
        return "unclear" if chance else "lost" if lift == 0 else None
    better = (lift > 0) is not bool(_LESS_IS_BETTER.search(sentence.text))
    return "unclear" if chance else "won" if better else "lost"


def _may_be_chance(sentence: Sentence) -> bool:
    match = _CHANCE.search(sentence.text)
    return match is not None and not (match[1] and float(f"0.{match[1]}") < _ALPHA)
