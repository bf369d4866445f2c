"""Count how often a team's people agreed with each rule: the part of a team's model on rules.

Each rule has a Beta posterior (Gelman et al., "Bayesian Data Analysis", 2.4). The prior is what
ships: right four times of five, as sure of it as after five decisions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from rules.text_model.model_file import Floats, ModelError, Parts
from rules.text_model.team.view import RULE

AGREED, CONTRADICTED = 4.0, 1.0
"""The prior, as numbers of decisions."""

LIMIT = 1 / 3
"""A gate rule whose expected reliability is below this loses its vote."""

COLUMNS = ("agreed", "contradicted", "times_agreed", "times_contradicted")


@dataclass(frozen=True)
class RuleCount:
    """What people decided where a rule spoke.

    `agreed` and `contradicted` are sums of weights; the numbers of decisions are beside them.
    """

    agreed: float = 0.0
    contradicted: float = 0.0
    times_agreed: int = 0
    times_contradicted: int = 0

    @property
    def times(self) -> int:
        """Return the number of decisions."""
        return self.times_agreed + self.times_contradicted

    @property
    def reliability(self) -> float:
        """Return the expected share of decisions that agree: the mean of the posterior."""
        right, wrong = AGREED + self.agreed, CONTRADICTED + self.contradicted
        return right / (right + wrong)


@dataclass(frozen=True)
class Reliability:
    """What people decided about each rule, by its id. Rules without a decision are left out."""

    counts: Mapping[str, RuleCount] = field(default_factory=dict)

    def vote(self, rule: str) -> float:
        """Return the factor for the vote of a gate rule: 1, or 0 for one that lost its vote."""
        found = self.counts.get(rule)
        return 0.0 if found and found.reliability < LIMIT else 1.0

    def parts(self) -> Parts:
        """Return the parts for the file of the whole model."""
        names = tuple(sorted(self.counts))
        rows = [[getattr(self.counts[name], column) for column in COLUMNS] for name in names]
        counts: Floats = np.array(rows, np.float32).reshape(len(names), len(COLUMNS))
        return Parts(
            {"columns": list(COLUMNS)}, tuple(map(RULE.__add__, names)), {"counts": counts}
        )

    @classmethod
    def of(cls, parts: Parts) -> Reliability:
        """Build it from the parts of a file; raise ModelError if they do not fit together."""
        counts = parts.arrays["counts"]
        whole = counts.shape == (len(parts.names), len(COLUMNS)) and np.isfinite(counts).all()
        if not whole or (counts < 0).any() or parts.head["columns"] != list(COLUMNS):
            raise ModelError("the counts of rules do not fit their names")
        rules = (name.removeprefix(RULE) for name in parts.names)
        rows = zip(rules, counts.tolist(), strict=True)
        return cls({name: RuleCount(a, c, round(n), round(m)) for name, (a, c, n, m) in rows})
