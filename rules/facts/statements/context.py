"""Find the parts of a sentence that are not affirmed: the ConText algorithm.

Triggers are looked up in a tree of tokens, the longest one wins, so the time is linear in the
length of the sentence. https://doi.org/10.1016/j.jbi.2009.05.002
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, product
from typing import Literal, NamedTuple

from rules.facts.statements import triggers_en as en
from rules.facts.statements import triggers_zh as zh
from rules.facts.statements.statement import Part
from rules.facts.statements.tokens import Token, tokens
from rules.vocabulary.marks import Mark


class _Meaning(NamedTuple):
    """What a trigger does: opens a scope from itself on, or over its clause; ends one; nothing."""

    reach: Literal["forward", "backward", "end", "none"]
    mark: Mark = "affirmed"
    words: int = 10_000
    subject: bool = False
    partial: bool = False


@dataclass(slots=True)
class _Branch:
    next: dict[str, _Branch] = field(default_factory=dict)
    meanings: dict[str, _Meaning] = field(default_factory=dict)

    def add(self, word: str) -> _Branch:
        """Return a new branch below this one."""
        self.next[word] = branch = _Branch()
        return branch


class _Trigger(NamedTuple):
    """A trigger that was found: its first token, the first token after it, what it does."""

    first: int
    after: int
    meanings: tuple[_Meaning, ...]


_LIST = frozenset((",", "、", "or", "nor", "and"))
_SIGNS = frozenset((",", "，", ":", "：", "(", ")", "（", "）", "\u2014", "\u2013", "\x1f", '"'))
_SENTENCE = frozenset(("planned", "past"))
"""Marks whose scope passes commas: "planned: a test, with 300 users"."""
_FILLERS = en.ADVERBS | {"a", "an", "the", "further", "more"}
_CHINESE = re.compile("[\u3400-\u9fff]")
_LETTERS = re.compile("[^a-z]+")
_COMMON = frozenset(
    en.words("is are was were be been in to the a and as at we i on it that this now")
)
_SHORTENED = tuple(
    f"{auxiliary}nt"
    for auxiliary in en.words("do does did is are was were has have had wo ca could would should")
)
_NEAR = 6


def scopes(sentence: str) -> list[Part]:
    """Return the parts of a sentence that are not affirmed, in their order, without overlaps."""
    if not _may_mark(sentence):
        return []
    parts = tokens(sentence)
    asked = _question(sentence, parts)
    found = list(_triggers(parts))
    ends = [one for one in found if one.meanings[0].reach == "end"]
    marks: list[tuple[Mark, int] | None] = [None] * len(parts)
    for trigger in found:
        for meaning in trigger.meanings:
            first, after = _extent(parts, trigger, meaning, ends)
            clause = first if meaning.partial else _clause(parts, first, ends)
            for at in range(first, after):
                marks[at] = marks[at] or (meaning.mark, clause)
    for at in range(asked, len(parts)):
        marks[at] = ("question", asked)
    return list(_joined(parts, marks))


def _clause(parts: list[Token], at: int, ends: list[_Trigger]) -> int:
    """Return the first token of the clause around a token."""
    firm = (e.after for e in ends if parts[e.first].word not in en.LIGHT_ENDS)
    start = max((after for after in firm if after <= at), default=0)
    return max(start, _sign_before(parts, at))


def _extent(
    parts: list[Token], trigger: _Trigger, meaning: _Meaning, ends: list[_Trigger]
) -> tuple[int, int]:
    """Return the first token of a scope and the first one after it."""
    if meaning.reach == "forward":
        if meaning.subject and _enabled(parts, trigger):
            return 0, 0
        return trigger.first, _stop(parts, trigger, meaning, ends)
    if meaning.reach == "backward":
        return _clause(parts, trigger.first, ends), _stop(parts, trigger, meaning, ends)
    return 0, 0


def _stop(parts: list[Token], trigger: _Trigger, meaning: _Meaning, ends: list[_Trigger]) -> int:
    """Return the first token after the scope of a trigger."""
    stop = min((e.first for e in ends if e.first >= trigger.after), default=len(parts))
    stop = _sign_after(parts, trigger.after, stop, meaning.mark)
    left = meaning.words
    for at in range(trigger.after, stop):
        if meaning.partial and at > trigger.after and parts[at].word in en.FAILING:
            return at
        left -= parts[at].word not in _FILLERS
        if left < 0:
            return at
    return stop


def _enabled(parts: list[Token], trigger: _Trigger) -> bool:
    """Return whether "nobody" is followed by "can": then the sentence states a fault."""
    near = parts[trigger.after : trigger.after + _NEAR]
    return any(token.word in en.ENABLING for token in near)


def _sign_after(parts: list[Token], at: int, stop: int, mark: Mark) -> int:
    """Return the sign that ends a scope; a list such as "no crash, outage or loss" goes on."""
    if at < stop and parts[at].word in (":", "："):
        at += 1
    for n in range(at, stop):
        if parts[n].word not in _SIGNS or (n > at and parts[n].word == "\x1f"):
            continue
        comma = parts[n].word in (",", "，")
        if comma and (mark in _SENTENCE or _is_list(parts, n, stop)):
            continue
        return n
    return stop


def _is_list(parts: list[Token], comma: int, stop: int) -> bool:
    """Return whether a comma is within a list: short items, with an "or" before the last one."""
    since = 0
    for token in parts[comma + 1 : stop]:
        if token.word in ("or", "nor"):
            return True
        since = 0 if token.word == "," else since + 1
        if since > 3 or token.word in _SIGNS - {","}:
            return False
    return False


def _sign_before(parts: list[Token], at: int) -> int:
    return next((n + 1 for n in range(at - 1, -1, -1) if parts[n].word in _SIGNS), 0)


def _question(sentence: str, parts: list[Token]) -> int:
    """Return the token where a question begins, or the number of tokens if there is none."""
    if sentence.rstrip("\x1f \t\"')*_")[-1:] not in ("?", "？"):
        return len(parts)
    start = 0
    for n, token in enumerate(parts):
        if token.word in ("why", "please", "为", "请") and n == start:
            return len(parts)
        if token.word in (":", "：", ",", "，", "\u2014"):
            start = n + 1
    first = parts[start].word if start < len(parts) else ""
    second = parts[start + 1].word if start + 1 < len(parts) else ""
    if first in ("can", "could", "would", "will") and second in ("you", "someone", "somebody"):
        return len(parts)
    return start


def _triggers(parts: list[Token]) -> Iterator[_Trigger]:
    """Yield the longest triggers from left to right; they do not overlap."""
    at = 0
    while at < len(parts):
        if parts[at].word in _TREE.next and (found := _longest(parts, at)):
            yield found
            at = found.after
        else:
            at += 1


def _longest(parts: list[Token], first: int) -> _Trigger | None:
    branch, at, found = _TREE, first, None
    while at < len(parts):
        word = parts[at].word
        if word in branch.next:
            branch = branch.next[word]
            if branch.meanings:
                found = _Trigger(first, at + 1, tuple(branch.meanings.values()))
        elif at == first or word not in en.ADVERBS:
            break
        at += 1
    return found


def _joined(parts: list[Token], marks: list[tuple[Mark, int] | None]) -> Iterator[Part]:
    """Yield the runs of tokens with one mark."""
    start = 0
    for at in range(1, len(parts) + 1):
        if at == len(parts) or marks[at] != marks[start]:
            if marked := marks[start]:
                mark, clause = marked
                yield Part(parts[start].start, parts[at - 1].end, mark, parts[clause].start)
            start = at


def _phrases(phrase: str) -> Iterator[list[str]]:
    """Yield the tokens of a phrase, for each word of its slots."""
    pieces = re.split(r"\{([^}]+)\}", phrase)
    choices = [_slot(piece) if n % 2 else (_words(piece),) for n, piece in enumerate(pieces)]
    for chosen in product(*choices):
        yield [*chain.from_iterable(chosen)]


@cache
def _slot(name: str) -> list[list[str]]:
    """Return the tokens of each word of a slot."""
    return [_words(word) for word in {**en.SLOTS, **zh.SLOTS}[name]]


def _words(text: str) -> list[str]:
    return [token.word for token in tokens(text)]


def _tree() -> _Branch:
    tree = _Branch()
    for phrase, meaning in _rows():
        for words in _phrases(phrase):
            branch = tree
            for word in words:
                branch = branch.next.get(word) or branch.add(word)
            # What only looks like a trigger beats the trigger of the same words.
            if "none" not in branch.meanings:
                branch.meanings = {} if meaning.reach == "none" else branch.meanings
                branch.meanings.setdefault(meaning.reach, meaning)
    return tree


def _rows() -> Iterator[tuple[str, _Meaning]]:
    for table in (en, zh):
        yield from ((phrase, _Meaning("none")) for phrase in table.AFFIRMED)
        yield from ((phrase, _Meaning("end")) for phrase in table.ENDS)
        for mark, phrases in table.FORWARD.items():
            yield from ((phrase, _forward(phrase, mark, table.SHORT)) for phrase in phrases)
        for mark, phrases in table.BACKWARD.items():
            yield from ((phrase, _Meaning("backward", mark)) for phrase in phrases)


def _forward(phrase: str, mark: Mark, short: Iterable[str]) -> _Meaning:
    words = {**en.SHORT, **zh.SHORT}.get(phrase, 10_000) if phrase in short else 10_000
    subject = phrase in en.SUBJECTS or "{people}" in phrase
    partial = phrase in en.PARTIAL or phrase in zh.PARTIAL
    return _Meaning("forward", mark, words, subject, partial)


def _telling_words() -> frozenset[str]:
    """Return a word of each trigger that marks something; most sentences have none of them."""
    first = {
        max(words, key=lambda word: (word not in _COMMON, len(word)))
        for phrase, meaning in _rows()
        if meaning.reach in ("forward", "backward")
        for words in _phrases(phrase)
    }
    return frozenset(first | {"cannot", "t", "ll", *_SHORTENED})


def _may_mark(sentence: str) -> bool:
    """Return whether a sentence may have a trigger or a question; a quick look."""
    lower = sentence.lower()
    if not _TELLING.isdisjoint(_LETTERS.split(lower)) or "?" in sentence:
        return True
    return (not sentence.isascii() and not _TELLING.isdisjoint(lower)) or "\uff1f" in sentence


_TREE = _tree()
_TELLING = _telling_words()
