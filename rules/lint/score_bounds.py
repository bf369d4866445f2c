"""Compute the possible ranges of a rulebook's measures and score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rules.rulebook import score_formula
from rules.rulebook.file_format.book import FeedModel, MeasureModel
from rules.rulebook.rulebook import Rulebook

Range = tuple[float, float]
"""The least and the greatest value."""

_ANY = (-score_formula.LARGEST, score_formula.LARGEST)
_NEAR_ZERO = 1e-9


def measure_ranges(book: Rulebook) -> dict[str, Range]:
    """Return the range of each measure, from its feeds and rules."""
    return {name: _measure(book, name, model) for name, model in book.measures.items()}


def _measure(book: Rulebook, name: str, model: MeasureModel) -> Range:
    points = [rule.points.get(name, 0.0) for rule in book.rules]
    low, high = _fed(model)
    low += sum(min(0.0, given) for given in points)
    high += sum(max(0.0, given) for given in points)
    return min(max(low, model.min), model.max), min(max(high, model.min), model.max)


def _fed(model: MeasureModel) -> Range:
    """Return the range of the feeds; each feed can be empty, and then the default can apply."""
    parts = [_feed(part) for part in model.from_]
    low, high = sum(min(0.0, p[0]) for p in parts), sum(max(0.0, p[1]) for p in parts)
    default = model.default or 0.0
    return min(default, low), max(default, high)


def _feed(part: FeedModel) -> Range:
    steps = part.scale if part.scale is not None else part.table
    if steps is not None:
        return min(0.0, *steps.values()), max(0.0, *steps.values())
    return _ANY if part.times else (0.0, 0.0)


def score_range(book: Rulebook, measures: Mapping[str, Range]) -> Range:
    """Return the range of the score, with one decimal."""
    if book.score:
        low, high = _Bounds(measures).of(book.score.tree)
    else:
        weighed = [_times(measures[n], (m.weight, m.weight)) for n, m in book.measures.items()]
        low, high = (book.base + sum(one[end] for one in weighed) for end in (0, 1))
    return round(min(max(low, 0.0), 100.0), 1), round(min(max(high, 0.0), 100.0), 1)


def zero_divisors(book: Rulebook, measures: Mapping[str, Range]) -> list[tuple[str, ...]]:
    """Return the measures of each divisor that can be 0, in the order of the formula."""
    if not book.score:
        return []
    bounds = _Bounds(measures)
    bounds.of(book.score.tree)
    return list(dict.fromkeys(bounds.zeros))


class _Bounds:
    """Compute a formula with ranges in place of values."""

    def __init__(self, measures: Mapping[str, Range]) -> None:
        self._measures = measures
        self.zeros: list[tuple[str, ...]] = []

    def of(self, node: Any) -> Range:
        """Return the range of a part of the formula. It is Any: lark mixes trees and tokens."""
        if node.data == "number":
            value = min(float(node.children[0]), score_formula.LARGEST)
            return value, value
        if node.data in ("name", "quoted"):
            return self._measures[str(node.children[0]).strip('"')]
        if node.data == "call":
            name, *parts = node.children
            return _call(str(name), [self.of(part) for part in parts])
        return self._operation(node)

    def _operation(self, node: Any) -> Range:
        (low, high), *others = (self.of(child) for child in node.children)
        if node.data == "neg":
            return -high, -low
        other = others[0]
        if node.data == "add":
            return _cut((low + other[0], high + other[1]))
        if node.data == "sub":
            return _cut((low - other[1], high - other[0]))
        if node.data == "mul":
            return _times((low, high), other)
        if other[0] <= _NEAR_ZERO and other[1] >= -_NEAR_ZERO:
            self.zeros.append(tuple(_names(node.children[1])))
            return _ANY
        return _times((low, high), (1 / other[1], 1 / other[0]))


def _call(name: str, parts: Sequence[Range]) -> Range:
    if name == "clamp":
        value, low, high = parts
        return _least((_most((value, low)), high))
    return _least(parts) if name == "min" else _most(parts)


def _least(parts: Sequence[Range]) -> Range:
    return min(low for low, _ in parts), min(high for _, high in parts)


def _most(parts: Sequence[Range]) -> Range:
    return max(low for low, _ in parts), max(high for _, high in parts)


def _times(one: Range, other: Range) -> Range:
    ends = [a * b for a in one for b in other]
    return _cut((min(ends), max(ends)))


def _cut(found: Range) -> Range:
    return max(found[0], _ANY[0]), min(found[1], _ANY[1])


def _names(node: Any) -> Iterator[str]:
    for found in node.find_pred(lambda part: part.data in ("name", "quoted")):
        yield str(found.children[0]).strip('"')
