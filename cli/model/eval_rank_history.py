"""Print how a team's priorities teach the score: `sluice model eval FILE --priorities --learn`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from cli.app import fail
from cli.progress import progress
from rules.learning.rank_figures import RankFigures, mean_figures
from rules.learning.ranking.priorities import Ranked
from rules.learning.ranking.rank_history import HISTORY, LARGE, Learner, RankStep, base_of
from rules.learning.ranking.rank_issues import FEWEST, Teacher, sources_of
from rules.vocabulary.plural import many

Steps = Mapping[str, Sequence[RankStep]]

_HEAD = f"{'':<10}{'Spearman':>14}{'pairs':>15}{'spread':>15}{'worth':>9}"


def rank_histories(
    issues: Sequence[Ranked], known: Sequence[Ranked], learner: Learner, leave_one_out: bool
) -> dict[str, list[RankStep]]:
    """Return the steps of each source that has enough issues; raise ModelError."""
    teacher, found = Teacher(known), {}
    for source in sources_of(issues):
        own = [one for one in issues if one.source == source]
        with progress(f"learning {source}"):
            steps = [*learner.steps(own, base_of(source, teacher, leave_one_out))]
        if steps:
            found[source] = steps
    if not found:
        least = min(learner.counts) + FEWEST
        fail(
            f"no source has {least} issues: to learn from {least - FEWEST} and judge {FEWEST}. "
            "Use a smaller --learn"
        )
    return found


def for_machines(found: Steps, left_out: Mapping[str, int]) -> dict[str, Any]:
    """Return the curves as JSON."""
    return {
        "learning": {source: [asdict(one) for one in steps] for source, steps in found.items()},
        "mean of sources": [
            {"learned": name, "sources": len(steps), **_mean(steps)} for name, steps in _rows(found)
        ],
        "left out": dict(left_out),
    }


def lines(found: Steps, left_out: Mapping[str, int]) -> Iterator[str]:
    """Yield the curves as a table: each source, then the mean of those that have the step."""
    for source, steps in found.items():
        yield f"\n{source}: {many(steps[0].before.issues + steps[0].learned, 'issue')}"
        yield _HEAD
        for one in steps:
            yield f"{one.learned:>6}    {_shown(one.before, one.after)}{one.worth:>8.2f}"
    yield "\nmean of sources"
    yield _HEAD
    for name, steps in _rows(found):
        told = _mean(steps)
        shown = _shown(told["before"], told["after"])
        yield f"{name:>6}    {shown}{told['worth']:>8.2f}  {many(len(steps), 'source')}"
    yield (
        "\nscores of the issues after: what ships → with what was learned; "
        "worth: the share of the points that held on later lessons, 0 to 1"
    )
    yield f"{HISTORY:.0%}: that part of each source with {LARGE} issues or more"
    yield f"left out: {', '.join(f'{count} {why}' for why, count in left_out.items())}"


def _rows(found: Steps) -> Iterator[tuple[str, list[RankStep]]]:
    """Yield each count and its steps, one of each source, then those of the whole histories."""
    every = [one for steps in found.values() for one in steps]
    for count in sorted({one.learned for one in every if not one.history}):
        yield str(count), [one for one in every if one.learned == count and not one.history]
    if whole := [one for one in every if one.history]:
        yield f"{HISTORY:.0%}", whole


def _mean(steps: Sequence[RankStep]) -> dict[str, Any]:
    return {
        "before": mean_figures([one.before for one in steps]),
        "after": mean_figures([one.after for one in steps]),
        "worth": sum(one.worth for one in steps) / len(steps),
    }


def _shown(before: RankFigures, after: RankFigures) -> str:
    kinds = ((getattr(before, k), getattr(after, k)) for k in ("spearman", "pairs", "spread"))
    return "".join(f"{_cell(one):>7} → {_cell(other):<5}" for one, other in kinds)


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def dumped(found: Steps, left_out: Mapping[str, int]) -> str:
    """Return the curves as text in JSON."""
    return json.dumps(for_machines(found, left_out), indent=2, default=asdict)
