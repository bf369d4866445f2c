"""Find the sample and the lift of an experiment."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rules.facts.text_metrics.sentences import Sentence

_TRIAL = re.compile(
    r"a/b|\bab[ -]?tests?\b|split tests?|experiment|fake[ -]?door|smoke test|painted door|\bpilot|"
    r"holdout|control group|实验|假门|试点|ab ?测试|对照组",
    re.IGNORECASE,
)
_HINTS = (
    *("a/b", "abtest", "ab test", "ab-test", "ab测试", "ab 测试", "split", "experiment", "fake"),
    *("smoke", "painted", "pilot", "holdout", "control", "实验", "假门", "试点", "对照"),
)
_SAMPLE = re.compile(
    r"(?:\bn ?[=:]|sample(?: size)?(?: of| is| was|:)?|样本量?(?:为|是|:)?) ?$", re.IGNORECASE
)
_UP = re.compile(
    r"(?:lift(?:ed)?|increased?|rise|rose|gain(?:ed)?|grew|improved?|\bup|提升|提高|增长|增加|上升)了?"
    r"(?: of| by| was|:)? ?(?:约|about|around)? ?\+?(?P<minus>-)?$|(?<![a-z0-9])\+ ?$",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"(?:decreased?|drop(?:ped)?|fell|lost|worse|declined?|\bdown|下降|降低|减少|下跌)了?"
    r"(?: of| by| was|:)? ?(?:约|about|around)? ?-?$",
    re.IGNORECASE,
)
_UP_AFTER = re.compile(r" ?(?:lift|uplift|increase|gain|higher|more|的?提升)", re.IGNORECASE)
_DOWN_AFTER = re.compile(r" ?(?:drop|decrease|decline|lower|fewer|的?下降)", re.IGNORECASE)
_NONE = re.compile(
    r"\bno (?:significant |measurable )?(?:lift|uplift|gain|change|effect|difference|improvement)"
    r"|(?:没有|未见|无)(?:明显|显著)?(?:提升|变化|差异|效果)",
    re.IGNORECASE,
)


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
