"""Compute the measures and the score of an issue, as a list of terms that add up to the score.

A measure that nobody said anything about is unknown: it counts with its default, has the widest
uncertainty, and is empty in conditions unless the rulebook gives it a default.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rules.facts.catalog import ALIASES
from rules.facts.facts import Facts, plain
from rules.facts.issue import Fact
from rules.rulebook.file_format.book import FeedModel, MeasureModel
from rules.rulebook.rulebook import Rule, Rulebook, say
from rules.text_model.team.rank_view import RankView
from rules.text_model.team.ranking import RankHead
from rules.vocabulary.languages import Language

BASE = "base"
DEFAULT = "default"
LIMIT = "limit"
TEAM = "team"
"""The sources of terms that come neither from a rule nor from a field."""

AS_RANKED: dict[Language, str] = {
    "en": "as this team ranks such issues",
    "zh": "这个团队给这类问题排的先后",
}
"""The reason of the points that the team's priorities taught."""

MOST_WORDS = 4


@dataclass(frozen=True)
class Term:
    """One term of a score: its measure, its source (a rule's id or a field) and its points.

    `points` are points of the score, after the weight of the measure. `because` is the reason.
    """

    measure: str
    source: str
    points: float
    because: str = ""

    @property
    def by_team(self) -> bool:
        """Return whether it has the points of the team. A rule or measure can be called "team"."""
        return not self.measure and self.source == TEAM


@dataclass(frozen=True)
class Level:
    """The value of a measure; it lies within `uncertainty` of it.

    `inputs` counts the fields and rules that gave it something, `name` is for readers.
    """

    value: float
    uncertainty: float = 0.0
    inputs: int = 0
    name: str = ""

    @property
    def known(self) -> bool:
        """Return whether a rule or a field said anything about the measure."""
        return self.inputs > 0


@dataclass(frozen=True)
class Ranked:
    """The points that a team's priorities add to the score of an issue."""

    points: float
    head: RankHead = field(repr=False, compare=False)
    seen: RankView = field(repr=False, compare=False)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Return the words of the issue that moved the points most; only readers need them."""
        return tuple(word for word, _ in self.head.moved(self.seen, MOST_WORDS))


@dataclass(frozen=True)
class Score:
    """A score from 0 to 100 with one decimal, its uncertainty, its measures and its terms.

    The terms add up to the value. A score by a formula has no terms. `ranked` tells what the team's
    priorities added, in both cases; None if the team taught nothing about them.
    """

    value: float
    uncertainty: float = 0.0
    levels: Mapping[str, Level] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()
    ranked: Ranked | None = None

    def of_measure(self, measure: str) -> float:
        """Return the points of a measure; of "" the base, without the team's points."""
        mine = (t.points for t in self.terms if t.measure == measure and not t.by_team)
        return round(sum(mine), 1)

    @property
    def of_team(self) -> float:
        """Return the points that the team's priorities added, after the limits of the score."""
        return round(sum(term.points for term in self.terms if term.by_team), 1)

    def of_rule(self, rule: str) -> float:
        """Return the points of a rule, over all measures."""
        own = (t.points for t in self.terms if t.source == rule and not t.by_team)
        return round(sum(own), 1)


def score(
    book: Rulebook,
    scored: Sequence[Rule],
    known: Facts,
    language: str = "en",
    ranked: Ranked | None = None,
) -> Score:
    """Return the score of an issue by the rules that fired, fields that feed measures, the team."""
    more = ranked.points if ranked else 0.0
    given = {
        name: _fitted(list(_inputs(name, model, scored, known, language)), model.min, model.max)
        for name, model in book.measures.items()
    }
    levels = {
        name: _level(model, given[name], say(model.name, language) or name)
        for name, model in book.measures.items()
    }
    if book.score:
        value = book.score.evaluate({name: level.value for name, level in levels.items()})
        return Score(round(min(max(value + more, 0.0), 100.0), 1), levels=levels, ranked=ranked)
    terms = [Term("", BASE, book.base)] if book.base else []
    for name, parts in given.items():
        weight = book.measures[name].weight
        terms += [Term(t.measure, t.source, t.points * weight, t.because) for t in parts]
    if more:
        terms.append(Term("", TEAM, more, say(AS_RANKED, language)))
    shown = _rounded(_fitted(terms, 0.0, 100.0))
    spread = (book.measures[name].weight * level.uncertainty for name, level in levels.items())
    return Score(
        value=round(sum(term.points for term in shown), 1),
        uncertainty=round(math.hypot(*spread), 1),
        levels=levels,
        terms=tuple(shown),
        ranked=ranked,
    )


def in_conditions(book: Rulebook, levels: Mapping[str, Level]) -> dict[str, Fact]:
    """Return the measures as facts: one without input or default is empty."""
    return {
        name: level.value if level.known or book.measures[name].default is not None else None
        for name, level in levels.items()
    }


def worths(
    book: Rulebook, scored: Sequence[Rule], known: Facts, found: Score
) -> Mapping[str, float]:
    """Return each rule's part of the score; with a formula, the difference that the rule makes."""
    if not book.score:
        return {rule.id: found.of_rule(rule.id) for rule in scored}
    without = {
        rule.id: score(book, [o for o in scored if o is not rule], known, ranked=found.ranked)
        for rule in scored
    }
    return {rule: round(found.value - other.value, 1) for rule, other in without.items()}


def _inputs(
    name: str, model: MeasureModel, scored: Sequence[Rule], known: Facts, language: str
) -> Iterator[Term]:
    """Yield what a measure gets, before its limits: from fields or its default, and from rules."""
    if model.default and not any(_has_value(part, known) for part in model.from_):
        yield Term(name, DEFAULT, model.default, say(model.about, language))
    for part in model.from_:
        if term := _fed(name, part, known, language):
            yield term
    for rule in scored:
        if points := rule.points.get(name):
            yield Term(name, rule.id, points, say(rule.because, language))


def _fed(name: str, part: FeedModel, known: Facts, language: str) -> Term | None:
    """Return what a field gives to a measure; None if it is empty or below the first step."""
    amount = _amount(part, known)
    if amount is None:
        return None
    value = known.get(_name(part))
    shown = _counted(value) if isinstance(value, int | float) else ", ".join(_words(value))
    because = say(part.because, language).replace("{value}", shown)
    return Term(name, part.field, amount, because or f"{part.field}: {shown}")


def _counted(value: float) -> str:
    """Return a number as people write it: 2,000,000, not 2e+06."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _words(value: object) -> list[str]:
    return list(map(plain, value)) if isinstance(value, tuple) else [plain(value)]


def _has_value(part: FeedModel, known: Facts) -> bool:
    if part.table is not None:
        return known.folded(_name(part)) is not None
    return _number(known.get(_name(part))) is not None


def _number(value: Fact) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _name(part: FeedModel) -> str:
    return ALIASES.get(part.field.lower(), part.field.lower())


def _amount(part: FeedModel, known: Facts) -> float | None:
    """Return the amount from one field: by steps, a table (the largest of a list) or a factor."""
    name = _name(part)
    if part.table is not None:
        folded = known.folded(name)
        names = folded if isinstance(folded, frozenset) else {folded}
        table = {key.lower(): amount for key, amount in part.table.items()}
        return max(table.get(one, 0.0) for one in names if one) if folded else None
    value = _number(known.get(name))
    if value is None:
        return None
    if part.scale is not None:
        steps = [step for step in part.scale if step <= value]
        return part.scale[max(steps)] if steps else None
    return (value - part.above) * (part.times or 0.0)


def _level(model: MeasureModel, terms: Sequence[Term], name: str) -> Level:
    """Return the value of a measure. Each input narrows its uncertainty, as one more reading."""
    inputs = sum(term.source not in (DEFAULT, LIMIT) for term in terms)
    value = sum(term.points for term in terms)
    return Level(
        value=min(max(value, model.min), model.max),
        uncertainty=round(model.uncertainty / math.sqrt(1 + inputs), 2),
        inputs=inputs,
        name=name,
    )


def _fitted(terms: Sequence[Term], low: float, high: float) -> list[Term]:
    """Return the terms with a sum between two limits.

    Above the upper limit, the terms above 0 shrink by one factor; below the lower limit, the terms
    below 0. So the terms still add up, and each keeps its sign.
    """
    total = sum(term.points for term in terms)
    if low <= total <= high:
        return list(terms)
    limit, sign = (high, 1) if total > high else (low, -1)
    excess = sum(term.points for term in terms if term.points * sign > 0)
    factor = max(0.0, (limit - (total - excess)) / excess) if excess else 1.0
    found = [
        Term(t.measure, t.source, t.points * factor, t.because) if t.points * sign > 0 else t
        for t in terms
    ]
    rest = limit - sum(term.points for term in found)
    measure = terms[0].measure if terms else ""
    return [*found, Term(measure, LIMIT, rest)] if abs(rest) > 1e-9 else found


def _rounded(terms: Sequence[Term]) -> list[Term]:
    """Return the terms with one decimal; the largest takes what rounding would lose."""
    exact = round(sum(term.points for term in terms), 1)
    points = [round(term.points, 1) for term in terms]
    if points:
        largest = max(range(len(points)), key=lambda n: abs(points[n]))
        points[largest] = round(points[largest] + exact - sum(points), 1)
    pairs = zip(terms, points, strict=True)
    return [Term(t.measure, t.source, p, t.because) for t, p in pairs if p]
