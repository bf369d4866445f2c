"""Rank issues by simple means, to compare Sluice with: length, words of a list, TF-IDF."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from rules.learning.rank_figures import ranks
from rules.learning.ranking.priorities import Ranked
from rules.learning.training_extra import require_training_extra

_UP = (
    r"crash\w*|hang|hangs|hung|freez\w*|deadlock\w*|data loss|corrupt\w*|secur\w*|vulnerab\w*|"
    r"exploit\w*|regression\w*|broken|breaks?|block(?:er|s|ing)|critical|urgent|asap|severe|"
    r"production|outage|down|customers?|leak\w*|fail(?:s|ed|ing|ure)?|cannot|can't|unable|"
    r"exception|error|release|deadline|payments?|install\w*"
)
_DOWN = (
    r"typos?|spelling|wording|cosmetic|minor|trivial|nice|would|could|should|maybe|cleanup|"
    r"clean up|refactor\w*|rename\w*|unused|readme|docs?|documentation|comments?|javadoc|colou?r|"
    r"icons?|alignment|tooltips?|log messages?|warnings?|improve\w*|add|tests?|todo|style|naming"
)
_URGENT, _CALM = (re.compile(rf"(?i)\b(?:{words})\b") for words in (_UP, _DOWN))

TITLE = 2
"""How often a word of the title counts."""

STIFF = 2.0
"""Regularisation of the ridge regression."""


def by_length(issues: Sequence[Ranked]) -> list[float]:
    """Return the number of characters of each text."""
    return [float(len(one.text)) for one in issues]


def by_keywords(issues: Sequence[Ranked]) -> list[float]:
    """Return the number of urgent words of each text, less that of others."""
    return [TITLE * _balance(one.summary) + _balance(one.description) for one in issues]


def _balance(text: str) -> float:
    return float(len(_URGENT.findall(text)) - len(_CALM.findall(text)))


def by_words(known: Sequence[Ranked], issues: Sequence[Ranked]) -> list[float]:
    """Return the sums of a ridge regression over TF-IDF, learned from `known` issues."""
    require_training_extra()
    from sklearn.feature_extraction.text import TfidfVectorizer  # takes a second to import
    from sklearn.linear_model import Ridge

    places = np.zeros(len(known))
    for source in {one.source for one in known}:
        inside = [n for n, one in enumerate(known) if one.source == source]
        places[inside] = ranks(np.array([known[n].rank for n in inside], float)) / len(inside)
    counter = TfidfVectorizer(sublinear_tf=True, min_df=2, ngram_range=(1, 2))
    model = Ridge(STIFF).fit(counter.fit_transform([one.text for one in known]), places)
    return [float(one) for one in model.predict(counter.transform([one.text for one in issues]))]
