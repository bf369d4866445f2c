"""Find technical metrics in a sentence: before and after, or today's value."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rules.facts.text_metrics.metric_names import DIMENSIONS, MEASURED, Named, named_in
from rules.facts.text_metrics.quantities import Mention, Quantity, with_unit_of
from rules.facts.text_metrics.sentences import Sentence

NEAR = 40
"""The maximum number of characters between a metric and its number."""


@dataclass(frozen=True)
class Change:
    """A metric's values: `before` and `after` of a change, or its value `now`.

    `happened`: the change is over, as in "rose from 1 s to 3 s"; else it is a plan.
    """

    metric: str
    before: Quantity | None = None
    after: Quantity | None = None
    now: Quantity | None = None
    happened: bool = False

    @property
    def today(self) -> Quantity | None:
        """Return today's value of the metric, or None."""
        return self.after if self.happened else self.before or self.now


_ARROW = re.compile(r" ?(?:-+>|→|=>|⇒|➜) ?")
_TO = re.compile(
    r",? ?(?:down |up )?to (?:about |around |under |below )?|"
    r" ?(?:被?(?:缩短|优化|压缩|降低|减少|提升|提高|恶化|增加|增长|上升|上涨|飙升|[降升涨增变改])?"
    r"(?:到|至|为|成)) ?约?",
    re.IGNORECASE,
)
_FROM_AFTER = re.compile(r",? (?:down |up )?from (?:about |around )?", re.IGNORECASE)
_MOVES = re.compile(
    r"\bfrom\b|reduc|drop|\bcut|bring|improv|increas|decreas|\brais|\brose|\bfell|\bwent|\bgo(?:es)?\b|"
    r"grew|lower|speed|从|由|降|升|减|增|缩|提|优化",
    re.IGNORECASE,
)
_HAPPENED = re.compile(
    r"\b(?:went|rose|grew|jumped|climbed|fell|doubled|tripled|spiked|crept|"
    r"has (?:gone|risen|grown)|(?<!be )(?<!is )(?<!are )(?:increased|dropped|decreased|degraded))\b"
    r"|(?:升|涨|飙|恶化|劣化|退化|增加|增长)[升高长]?(?:到|至|成)",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"target|goal|\baim|should|must|need|want|expect|目标|希望|(?<!响)应|须|需", re.IGNORECASE
)
TARGET = re.compile(
    r"\bsl[oai]\b|budget|limit|threshold|指标|阈值|红线|target|goal|\baim|should|must|need|want|expect|\bby\b|\bto\b|improv|reduc|increas|"
    r"目标|希望|(?<!响)应|须|要|提升|降|达到|提高|减少|≤|≥|<|>|以内|不超过|不低于|至少|"
    r"at (?:least|most)|within|under|below|less",
    re.IGNORECASE,
)
OTHERS = re.compile(
    r"competit|\brivals?\b|\bindustry\b|benchmark|\bgoogle\b|amazon|\bothers?\b|elsewhere|"
    r"vendor|"
    r"\btheirs?\b|supplier|recommend|竞品|竞争对手|友商|行业|业界|同行|别家|其他公司|供应商|"
    r"推荐值|建议值|a/b|\bvariant|\btreatment|(?:control|test) group|\bpilot|\bexperiment|"
    r"实验|对照组|试点",
    re.IGNORECASE,
)
"""A sentence on the numbers of somebody else, or of a part of the users that tries it."""
_DIFFERENCE = re.compile(
    r"(?<!\w)[-+±\u2212\u2013] ?$|(?:\bby|\bup|\bdown|rose|fell|grew|dropp?(?:s|ed)?|gain(?:ed|s)?|"
    r"lost|sav(?:es?|ed|ing)|rises?|falls?|lift|plus|minus|more than|delta|every|each|per|after|"
    r"timeout|timed out|升|涨|降|跌|增|减|少|多|快|慢|差|省|每|超时|波动)(?:了|约|近|将近|of|\s)*$",
    re.IGNORECASE,
)
"""Before a number that is not a value of its metric: a change of it, or something else."""
_DIFFERENCE_AFTER = re.compile(
    r" ?(?:percentage points?|pp\b|points?\b|个百分点|"
    r"(?:less|more|higher|lower|faster|slower|longer|"
    r"shorter|fewer|better|worse|lift|uplift|increase|decrease|drop|gain|rise|loss|delay later|"
    r"timeout|target|limit|budget|max|tops|or (?:less|more|faster|better))\b|"
    r"(?:以内|之内|以下|以上|内|的?(?:目标|红线|上限|阈值|要求|提升|下降|增长|超时)))"
    r"|(?<=%) of (?!(?:all |the |our )?(?:requests?|users?|visitors?|calls?|attempts?|time|"
    r"visits?|sessions?|orders?)\b)"
    r"|(?<=%)的(?!(?:用户|访客|请求|时间|会话|订单))"
    r"| ?(?:-|\u2013|~|\u301c|to|or|and|到|至) ?\d",
    re.IGNORECASE,
)
"""After such a number; also after the first number of a range, and after a part of a part."""
_GOAL = re.compile(
    r"\btarget|\bgoal|\baim|budget|\blimit|\bsl[oai]\b|threshold|\bmust|\bshould|\bshall|\bhas to|"
    r"红线|目标|阈值|指标|预算|上限|下限|(?<!响)应|须|要求",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,，;；。:：]|\b(?:but|and|while)\b|但|而|目前|现在")
_FORMER = re.compile(r"\bwas\b|\bwere\b|had been|原来|之前|以前|曾|原先|当时", re.IGNORECASE)


def changes(sentence: Sentence) -> list[Change]:
    """Return the metrics of a sentence, each once. Pairs take precedence over single values."""
    named = named_in(sentence.text) if sentence.of(*MEASURED) else []
    if not named or OTHERS.search(sentence.text):
        return []
    found: dict[str, Change] = {}
    used: set[int] = set()
    happened = bool(_HAPPENED.search(sentence.text)) and not _WISH.search(sentence.text)
    for first, second, before, after in _pairs(sentence):
        used |= {first.start, second.start}
        if metric := _nearest(named, first, second):
            found.setdefault(metric, Change(metric, before, after, happened=happened))
    for mention in sentence.mentions:
        if mention.start not in used and (metric := _metric_of(sentence, named, mention)):
            found.setdefault(metric, Change(metric, now=mention.quantity))
    return list(found.values())


def _pairs(sentence: Sentence) -> list[tuple[Mention, Mention, Quantity, Quantity]]:
    """Return adjacent numbers that are a before and an after."""
    found = []
    for first, second in zip(sentence.mentions, sentence.mentions[1:], strict=False):
        between = sentence.text[first.end : second.start]
        one, other = _same_unit(first.quantity, second.quantity)
        if one.dimension != other.dimension or one.dimension == "none":
            continue
        moves = _MOVES.search(sentence.text[: first.start])
        if _ARROW.fullmatch(between) or (moves and _TO.fullmatch(between)):
            found.append((first, second, one, other))
        elif _FROM_AFTER.fullmatch(between):
            found.append((first, second, other, one))
    return found


def _same_unit(first: Quantity, second: Quantity) -> tuple[Quantity, Quantity]:
    if first.dimension == "none":
        return with_unit_of(first, second), second
    if second.dimension == "none":
        return first, with_unit_of(second, first)
    return first, second


def _nearest(named: list[Named], first: Mention, second: Mention) -> str | None:
    """Return the metric of a pair of numbers: the last one before, else the first one after."""
    dimension = (first if second.quantity.dimension == "none" else second).quantity.dimension
    fitting = [one for one in named if dimension in DIMENSIONS[one[2]]]
    before = [one for one in fitting if one[1] <= first.start]
    after = [one for one in fitting if one[0] >= second.end]
    return before[-1][2] if before else after[0][2] if after else None


def _metric_of(sentence: Sentence, named: list[Named], mention: Mention) -> str | None:
    """Return the metric of a single number, if the number is its value today."""
    for start, end, metric in named:
        if mention.quantity.dimension not in DIMENSIONS[metric]:
            continue
        between = sentence.text[end : mention.start]
        if end <= mention.start and len(between) <= NEAR and _plain(between):
            return metric if _is_value(sentence, mention, 12) else None
        beside = sentence.text[mention.end : start]
        if mention.end <= start and re.fullmatch(r" ?(?:of |的)?(?:p\d+ )?", beside):
            return metric if _is_value(sentence, mention, 24) else None
    return None


def _is_value(sentence: Sentence, mention: Mention, chars: int) -> bool:
    """Return whether a number is a value of today: no target, no change, no range, nothing past."""
    before, after = sentence.before(mention, chars), sentence.after(mention)
    return not (
        TARGET.search(before)
        or _DIFFERENCE.search(before)
        or _FORMER.search(before)
        or _DIFFERENCE_AFTER.match(sentence.text, mention.end)
        or TARGET.match(after.lstrip())
        or is_goal(sentence, mention)
    )


def is_goal(sentence: Sentence, mention: Mention) -> bool:
    """Return whether the words around a number call it a target or a limit."""
    return bool(_GOAL.search(_clause(sentence, mention)))


def _clause(sentence: Sentence, mention: Mention) -> str:
    """Return the part of a sentence around a number, between two signs or joining words."""
    parted = [match.span() for match in _CLAUSE.finditer(sentence.text)]
    start = max((end for _, end in parted if end <= mention.start), default=0)
    stop = min((at for at, _ in parted if at >= mention.end), default=len(sentence.text))
    return sentence.text[start:stop]


def _plain(between: str) -> bool:
    """Return whether the text between metric and number contains no target and no other number."""
    return not (TARGET.search(between) or re.search(r"[,，。;；\d()]", between))
