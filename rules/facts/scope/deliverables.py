"""Count the things that a text promises: list items, and the parts of an enumeration. Pure.

English and Chinese. Steps, acceptance criteria, examples, code, logs and numbers are no promises.
The time is linear in the length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from rules.facts.statements.unsaid import prose

MAX_CHARS = 8_000
"""The part of a text to read. Longer ones are pasted logs."""

MANY = 3
"""An enumeration has at least this many parts; "a and b" is usually one thing."""

LONG = 6
"""From this many parts on an enumeration promises without a word such as "add" or "need"."""

LONGEST_PART = 60
"""The longest part of an enumeration in characters. Longer ones are clauses of a sentence."""

_BRACKETS = re.compile(r"\([^()\n]{0,400}\)|\[[^\[\]\n]{0,400}\]|【[^【】\n]{0,400}】")
_ITEM = re.compile(r"\s{0,3}(?:[-*+•·▪–#]|\d{1,2}[.)、]|[(（]\d{1,2}[)）])\s{0,3}(?=\S)")
_HEADING = re.compile(r"h[1-6]\.\s|#{2,6}\s|[*_]{1,2}[^*_\n]{1,80}[*_]{1,2}:?$")
_NO_PROMISE = re.compile(
    r"\b(?:steps?|reproduc\w*|repro|expected|actual\w*|observed|environment|versions?|logs?|traces?|"
    r"acceptance|criteria|definition of done|out of scope|not in scope|non-?goals?|examples?|"
    r"links?|references?|notes?|see also|questions?|background|today|current\w*|affected)\b"
    r"|步骤|复现|重现|预期|实际|环境|版本|日志|验收|完成标准|范围外|不包括|不做|示例|例子|链接|参考|备注|"
    r"问题|背景|现状|目前",
    re.IGNORECASE,
)
"""Words of a heading whose list promises nothing."""

_STEP = re.compile(
    r"(?:now |then |please )?(?:open|click|tap|press|go to|run|rotate|select|launch|navigate|"
    r"log ?in (?:to|as|with)|enter|observe|start the|install|build and|copy the|notice)\b"
    r"|(?:打开|点击|进入|输入|选择|登录后|运行|启动|观察)",
    re.IGNORECASE,
)
"""The beginning of a list item that is a step of a bug report."""

_EXAMPLES = re.compile(
    r"\b(?:such as|e\.g\.?|for example|for instance)\b.*|(?:例如|比如|譬如).*", re.IGNORECASE
)
_END = re.compile(r"[.!?](?=\s|$)|[。！？；;]")
_PROMISE = re.compile(
    r"\b(?:add|adds|build|create|implement|introduce|provide|support|supports|allow|enable|offer|"
    r"deliver|include|includes|including|need|needs|want|wants|would like|should|must|shall|"
    r"make|write|integrate|set up|features?|modules?|scope)\b"
    r"|需要|支持|新增|增加|添加|实现|提供|包括|包含|开发|要有|做|建|接入|上线|以及|还要|功能|模块",
)
_TROUBLE = re.compile(
    r"\b(?:fail\w*|crash\w*|errors?|broken|wrong|affected|missing|lost|slow\w*|not|never|tested|tried|"
    r"seen|happens?|was|were|did)\b|失败|报错|崩溃|错误|不能|无法|异常|出现"
)
_CLAUSE = re.compile(
    r"\s*(?:before|by|until|after|when|while|which|who|so|because|but|since|if|as|for example)\b",
    re.IGNORECASE,
)
"""The beginning of a part that is a clause and names nothing."""

_LAST = re.compile(r"\s*\b(?:and|or|as well as|plus)\b\s*|以及|还有|及|和|与", re.IGNORECASE)
_BREAK = re.compile(r"[,，、]")
_LETTERS = re.compile(r"[^\W\d_]{2,}|[\u3400-\u9fff]")


def deliverables(summary: str, description: str) -> float:
    """Return how many things a title and a description promise; 0 if they list nothing."""
    found = sum(
        _item(line) if _ITEM.match(line) else enumerated(line) for line in _lines(description)
    )
    return float(max(found, enumerated(_plain(summary))))


def _item(line: str) -> int:
    """Count what a list item promises: a step nothing, else one thing or each that it lists."""
    text = _ITEM.sub("", line, count=1)
    if _STEP.match(text) or not _LETTERS.search(text):
        return 0
    return max(_parts(_EXAMPLES.sub("", text)), 1) if _lists(text) else 1


def _plain(text: str) -> str:
    """Return a text in compatibility form, without blocks and brackets."""
    plain = prose(text[:MAX_CHARS])
    folded = plain if plain.isascii() else unicodedata.normalize("NFKC", plain)
    return _BRACKETS.sub(" ", folded)


def _lists(text: str) -> bool:
    """Return whether a text has the commas of an enumeration. Faster than the patterns."""
    return sum(map(text.count, ",、，")) >= MANY - 2


def _lines(description: str) -> Iterator[str]:
    """Yield the lines of a description that are not below a heading of steps, logs and the like."""
    skipped = False
    for line in map(str.strip, _plain(description).splitlines()):
        told, heading = line, ""
        if _HEADING.match(line):
            told, heading = "", line
        elif line.endswith(":") and not _ITEM.match(line):
            # Prose can stand before the words that begin a list.
            *sentences, heading = _END.split(line)
            told = ". ".join(sentences)
        if told and not skipped:
            yield told
        if heading:
            skipped = _NO_PROMISE.search(heading) is not None


def enumerated(text: str) -> int:
    """Count the parts of the enumerations in the sentences of a text that promise something."""
    if not _lists(text):
        return 0
    return sum(_promised(sentence) for sentence in _END.split(text) if _parts(sentence))


def _promised(sentence: str) -> int:
    """Count the parts after the first word that promises something, without examples.

    A long enumeration of short names needs no such word, unless it tells of trouble.
    """
    lower = sentence.lower()
    promise = _PROMISE.search(lower)
    if promise:
        return _parts(_EXAMPLES.sub("", sentence[promise.start() :]))
    count = _parts(_EXAMPLES.sub("", sentence))
    return count if count >= LONG and not _TROUBLE.search(lower) else 0


def _parts(text: str) -> int:
    """Count the parts of an enumeration; 0 if there are fewer than three."""
    pieces = [piece for piece in _BREAK.split(text) if _names(piece)]
    if len(pieces) < MANY - 1:
        return 0
    *others, last = pieces
    count = len(others) + sum(map(_names, _LAST.split(last)))
    return count if count >= MANY else 0


def _names(part: str) -> bool:
    """Return whether a part of an enumeration names a thing."""
    if len(part.strip()) > LONGEST_PART or not _LETTERS.search(part):
        return False
    return _CLAUSE.match(part) is None
