"""Change a seed a little: its characters, its words, its JSON. A function of the random numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

MOST = 40_000
"""An input has at most so many bytes. Jira's own limit of a text is 32,767 characters."""
_LONG = 20_000
"""A piece that is repeated fills so many characters: enough to show a quadratic expression."""

_ODD = (
    *("", " ", "\n", "\r", "\t", "\0", "\ufeff", "\u2028", "\u200d", "\u0130", "ſ", "\ud800"),
    *(
        "１２",
        "²",
        "٣",
        "😀",
        "数",
        "。",
        "（",
        "、",
        "e\u0301",
        "\x85",
        "\x1b[31m",
        "\\",
        '"',
        "'",
    ),
    *(
        "1e999",
        "-0",
        "9" * 400,
        "NaN",
        "Infinity",
        "0x10",
        "1_000",
        "10001",
        "%s",
        "{}",
        "{{",
        "]]",
    ),
    *("null", "true", "- ", ": ", "? ", "&a ", "*a ", "!!python/object:os.system ", "<<: *a", "|"),
)
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 10**30, 1e308, float("nan"), float("inf"), "", " ", "\ud800"),
    *(
        [],
        {},
        [[]],
        [None],
        {"": None},
        "x" * 5000,
        "2026-02-30T99:99",
        "0001-01-01T00:00:00.000+2359",
    ),
    *("9999-12-31T23:59:59.999-1200", "NaN", "１", "\0"),
)


def mutate(random: Random, seed: bytes, others: Sequence[bytes], words: Sequence[str]) -> bytes:
    """Return a changed seed; `others` give parts to it, and `words` are put into it."""
    if seed[:1] in b"{[" and seed and random.random() < 0.8:
        changed = _json(random, seed, words)
        if changed is not None:
            return changed[:MOST]
    text = seed.decode("utf-8", "surrogateescape")
    for _ in range(1 + int(random.expovariate(0.5))):
        text = random.choice(_CHANGES)(random, text, others, words)[:MOST]
    return text.encode("utf-8", "surrogatepass" if _has_halves(text) else "surrogateescape")[:MOST]


def _has_halves(text: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" and not "\udc80" <= sign <= "\udcff" for sign in text)


_Change = Callable[[Random, str, Sequence[bytes], Sequence[str]], str]


def _place(random: Random, text: str) -> tuple[int, int]:
    start = random.randint(0, len(text))
    return start, min(len(text), start + int(random.expovariate(0.1)))


def _cut(random: Random, text: str, _: Sequence[bytes], __: Sequence[str]) -> str:
    start, end = _place(random, text)
    return text[:start] + text[end:]


def _put(random: Random, text: str, _: Sequence[bytes], words: Sequence[str]) -> str:
    at = random.randint(0, len(text))
    piece = random.choice(words) if words and random.random() < 0.6 else random.choice(_ODD)
    return text[:at] + piece + text[at:]


def _swap(random: Random, text: str, _: Sequence[bytes], words: Sequence[str]) -> str:
    start, end = _place(random, text)
    return text[:start] + random.choice((*words, *_ODD)) + text[end:]


def _repeat(random: Random, text: str, _: Sequence[bytes], words: Sequence[str]) -> str:
    """Repeat a piece: rarely thousands of times, which a quadratic expression does not survive."""
    start, end = _place(random, text)
    piece = text[start:end] or random.choice((*words, *_ODD))
    far = random.random() < 0.1
    times = _LONG // max(len(piece), 1) if far else random.randint(2, 12)
    return text[:start] + piece * times + text[end:]


def _flip(random: Random, text: str, _: Sequence[bytes], __: Sequence[str]) -> str:
    at = random.randint(0, len(text))
    sign = chr(random.choice((random.randrange(128), random.randrange(0xD800))))
    return text[:at] + sign + text[at + 1 :]


def _join(random: Random, text: str, others: Sequence[bytes], _: Sequence[str]) -> str:
    other = random.choice(others).decode("utf-8", "surrogateescape")
    return text[: random.randint(0, len(text))] + other[random.randint(0, len(other)) :]


_CHANGES: tuple[_Change, ...] = (_cut, _put, _put, _swap, _swap, _repeat, _flip, _join)


def _json(random: Random, seed: bytes, words: Sequence[str]) -> bytes | None:
    """Return a document in which some values are others; None if the seed is no JSON."""
    try:
        document = json.loads(seed)
    except (ValueError, RecursionError):
        return None
    try:
        for _ in range(1 + int(random.expovariate(0.5))):
            document = _changed(random, document, words)
        made = json.dumps(document, ensure_ascii=random.random() < 0.5)
    except RecursionError:  # a seed that earlier mutations nested
        return None
    return made.encode("utf-8", "surrogatepass")


def _changed(random: Random, node: Any, words: Sequence[str]) -> Any:
    """Go down to some value of a document and change it there."""
    if isinstance(node, dict) and node and random.random() < 0.93:
        key = random.choice(list(node))
        return _in_object(random, node, key, words)
    if isinstance(node, list) and node and random.random() < 0.93:
        at = random.randrange(len(node))
        return [*node[:at], _changed(random, node[at], words), *node[at + 1 :]]
    return _other(random, node, words)


def _in_object(random: Random, node: dict[str, Any], key: str, words: Sequence[str]) -> Any:
    roll = random.random()
    if roll < 0.05:
        return {name: value for name, value in node.items() if name != key}
    if roll < 0.1:
        return {**node, random.choice((*words, *_ODD)): node[key]}
    return {**node, key: _changed(random, node[key], words)}


def _other(random: Random, node: Any, words: Sequence[str]) -> Any:
    roll = random.random()
    if isinstance(node, str) and roll < 0.4:
        return _put(random, _repeat(random, node, (), words), (), words)
    if isinstance(node, list) and node and roll < 0.4:
        return node * random.randint(2, 50)
    if roll < 0.5:
        return [node]
    if roll < 0.6 and words:
        return random.choice(words)
    if roll < 0.62:
        return _nested(random.randint(2, 300), node)
    return random.choice(_VALUES)


def _nested(depth: int, node: Any) -> Any:
    for _ in range(depth):
        node = [node]
    return node
