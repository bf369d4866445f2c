"""Rank the issues of each source by the whole default path and by baselines, and measure both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from rules.assess.judge import Judge
from rules.facts.jsonl import issue_from_row
from rules.learning.rank_figures import RankFigures, mean_figures, rank_figures, ranks
from rules.learning.ranking.priorities import Ranked, learn_urgency
from rules.learning.ranking.rank_baselines import by_keywords, by_length, by_words
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import TextModel
from rules.text_model.model_file import ModelError
from rules.text_model.urgency.model import USUAL, UrgencyModel, shipped

FEWEST = 30
"""Sources with fewer issues do not count in the mean, if there are larger ones."""

SLUICE, URGENCY = "sluice", "urgency alone"
LENGTH, KEYWORDS, TFIDF = "length of the text", "keywords", "TF-IDF + ridge"

Scores = Mapping[str, Sequence[float]]
"""The scores of issues by each way to rank them."""


@dataclass(frozen=True)
class Ranking:
    """Issues and their scores by each way, in the same order."""

    issues: Sequence[Ranked]
    scores: Scores

    def by_source(self) -> dict[str, dict[str, RankFigures]]:
        """Return the figures of each way within each source."""
        return {source: self._within(source) for source in sources_of(self.issues)}

    def _within(self, source: str) -> dict[str, RankFigures]:
        inside = _inside(self.issues, source)
        truth = [float(self.issues[n].rank) for n in inside]
        return {
            way: rank_figures([given[n] for n in inside], truth)
            for way, given in self.scores.items()
        }

    def mean(self) -> dict[str, RankFigures]:
        """Return the mean figures of each way over the sources that are large enough."""
        parts = [*self.by_source().values()]
        large = [one for one in parts if one[SLUICE].issues >= FEWEST] or parts
        return {way: mean_figures([one[way] for one in large]) for way in self.scores}

    def worst(self, most: int) -> list[tuple[float, float, Ranked]]:
        """Return the largest distances of places: by priority, by score (0 to 100), the issue."""
        found = []
        for source in sources_of(self.issues):
            inside = _inside(self.issues, source)
            truth = [float(self.issues[n].rank) for n in inside]
            scored = _places([self.scores[SLUICE][n] for n in inside])
            pairs = zip(_places(truth), scored, inside, strict=True)
            found += [(one, other, self.issues[n]) for one, other, n in pairs]
        return sorted(found, key=lambda one: -abs(one[0] - one[1]))[:most]


def rank_issues(
    issues: Sequence[Ranked],
    known: Sequence[Ranked],
    book: Rulebook,
    model: TextModel,
    now: datetime,
    leave_one_out: bool = False,
) -> Ranking:
    """Rank issues by the whole rulebook, by urgency alone and by baselines; raise ModelError.

    `known` are the issues to learn from. TF-IDF leaves out the source that it ranks; with
    `leave_one_out` the model of urgency does so too.
    """
    scores = {way: np.zeros(len(issues)) for way in (SLUICE, URGENCY, TFIDF)}
    teacher = Teacher(known)
    by_model: dict[str, tuple[UrgencyModel, list[int]]] = {}
    for source in sources_of(issues):
        inside = _inside(issues, source)
        part = [issues[n] for n in inside]
        scores[TFIDF][inside] = by_words(teacher.others(source), part)
        urgency = teacher.without(source) if leave_one_out else shipped()
        by_model.setdefault(urgency.digest, (urgency, []))[1].extend(inside)
    for urgency, inside in by_model.values():
        part = [issues[n] for n in inside]
        scores[SLUICE][inside] = _judged(part, book, model, urgency, now)
        scores[URGENCY][inside] = [_value(one, urgency) for one in part]
    scores |= {LENGTH: np.array(by_length(issues)), KEYWORDS: np.array(by_keywords(issues))}
    return Ranking(issues, {way: given.tolist() for way, given in scores.items()})


def sources_of(issues: Sequence[Ranked]) -> list[str]:
    """Return the sources in their order."""
    return [*dict.fromkeys(one.source for one in issues)]


class Teacher:
    """Train models of urgency that leave one source out; equal ones are trained once."""

    def __init__(self, known: Sequence[Ranked]) -> None:
        self._known = known
        self._models: dict[tuple[str, ...], UrgencyModel] = {}

    def others(self, source: str) -> list[Ranked]:
        """Return the issues of other sources."""
        found = [one for one in self._known if one.source != source]
        if not found:
            raise ModelError(f"without {source} there is no source to learn from: add another")
        return found

    def without(self, source: str) -> UrgencyModel:
        """Return a model that learned from the other sources."""
        others = self.others(source)
        names = tuple(sources_of(others))
        if names not in self._models:
            self._models[names] = learn_urgency(others)
        return self._models[names]


def _judged(
    issues: Sequence[Ranked],
    book: Rulebook,
    model: TextModel,
    urgency: UrgencyModel,
    now: datetime,
) -> list[float]:
    """Return the score of each issue, by its text and type alone."""
    with closing(Judge(book, "en", model, urgency=urgency)) as judge:
        rows = (
            {"summary": one.summary, "description": one.description, "type": one.type}
            for one in issues
        )
        return [judge.assess(issue_from_row(row), now).score for row in rows]


def _value(issue: Ranked, urgency: UrgencyModel) -> float:
    found = urgency.look(issue.text, issue.type)
    return found.value if found else USUAL


def _inside(issues: Sequence[Ranked], source: str) -> list[int]:
    return [n for n, one in enumerate(issues) if one.source == source]


def _places(values: Sequence[float]) -> list[float]:
    """Return the place of each value among all, 0 to 100; equal values share a place."""
    return [float(one) for one in (ranks(np.array(values)) - 0.5) / len(values) * 100]
