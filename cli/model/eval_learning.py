"""Print how Sluice learns from a team: `sluice model eval FILE --learn 0,10,25,50,100`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from cli.app import fail
from cli.model.eval_priorities import save
from cli.progress import progress
from rules.learning.compare.figures import DecisionFigures
from rules.learning.evaluation.labelled_issues import Sample, trained, unrelated
from rules.learning.evaluation.replay import FEWEST, Plan, Step, accounts, replay
from rules.learning.training_extra import require_training_extra
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import TextModel, shipped
from rules.text_model.model_file import ModelError
from rules.vocabulary.plural import many

MOST = 100_000

Steps = Mapping[str, Sequence[Step]]


class Counts(click.ParamType[tuple[int, ...]]):
    """Numbers of decisions, separated by commas."""

    name = "COUNTS"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """Return the numbers; fail for anything else."""
        if isinstance(value, tuple):
            return value
        parts = [part.strip() for part in str(value).split(",")]
        if not all(part.isascii() and part.isdigit() and int(part[:9]) <= MOST for part in parts):
            self.fail(f"{value!r}: give numbers such as 0,10,25,50,100", param, ctx)
        return tuple(sorted({int(part) for part in parts}))


_OPTIONS = (
    click.option(
        "--learn",
        "counts",
        type=Counts(),
        help="Replay each source in order of time; learn after so many decisions of people.",
    ),
    click.option(
        "--noise",
        type=click.FloatRange(0, 1),
        help="With --learn: the share of decisions with a wrong class.",
    ),
    click.option("--careless", metavar="ACCOUNT", help="With --learn: who always decides wrongly."),
)


def learning_curve(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a replay to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def plan_of(
    counts: tuple[int, ...] | None, noise: float | None, careless: str | None
) -> Plan | None:
    """Return the plan of these options; None without --learn."""
    if counts is None and (noise is not None or careless):
        fail("--noise and --careless need --learn")
    return Plan(counts, noise or 0.0, careless) if counts else None


def evaluate_learning(
    samples: Sequence[Sample],
    plan: Plan,
    book: Rulebook,
    model: Path | None,
    known: Callable[[], Sequence[Sample]],
    *,
    hold_out: bool,
    as_json: bool,
    figures: Path | None,
) -> None:
    """Replay each source and print the curves. `known` returns all that a base can learn from."""
    team = accounts(samples)
    if plan.careless and plan.careless not in team:
        named = ", ".join(team)
        fail(f"--careless {plan.careless}: nobody of that name decides. Name one of {named}")
    sources = _large_enough(samples, plan)
    try:
        require_training_extra()
        base = TextModel.load(model) if model else None
        found = {
            source: _replayed(source, samples, plan, book, base, known, hold_out)
            for source in sources
        }
    except ModelError as error:
        fail(error)
    _say(found, as_json, figures)


def _replayed(
    source: str,
    samples: Sequence[Sample],
    plan: Plan,
    book: Rulebook,
    base: TextModel | None,
    known: Callable[[], Sequence[Sample]],
    hold_out: bool,
) -> list[Step]:
    """Replay a source. If the shipped model learned from it, the base is trained without it."""
    own = [one for one in samples if one.source == source]
    with progress(f"replaying {source}"):
        first = base or shipped()
        if hold_out or (base is None and knows(first, source)):
            first = trained(unrelated(known(), own))
        return [*replay(own, first, book, plan, datetime.now(UTC))]


def knows(model: TextModel, source: str) -> bool:
    """Return whether a text model learned from a source, by its own description."""
    return any(str(one).startswith(f"{source}: ") for one in model.info.get("trained on", ()))


def _large_enough(samples: Sequence[Sample], plan: Plan) -> list[str]:
    """Return the sources that have enough issues after the first step; fail if there is none."""
    first = min((count for count in plan.counts if count), default=0)
    sizes: dict[str, int] = {}
    for one in samples:
        sizes[one.source] = sizes.get(one.source, 0) + 1
    large = [source for source, size in sizes.items() if size >= first + FEWEST]
    if not large:
        fail(
            f"no source has {first + FEWEST} issues: to learn from {first} and judge {FEWEST}. "
            "Use a smaller --learn"
        )
    return large


def _say(found: Steps, as_json: bool, figures: Path | None) -> None:
    """Print the curves, and write them to a file as JSON."""
    told = json.dumps(_for_machines(found), indent=2)
    if figures:
        save(figures, told)
    click.echo(told if as_json else "\n".join(_lines(found)))


def mean(found: Steps) -> list[dict[str, Any]]:
    """Return the means over the sources that have a step, for each number of decisions."""
    counts = sorted({step.learned for steps in found.values() for step in steps})
    return [
        _mean([step for steps in found.values() for step in steps if step.learned == count])
        for count in counts
    ]


_MEANS = ("right", "decided", "right_of_decided", "calibration_error")


def _mean(steps: Sequence[Step]) -> dict[str, Any]:
    def over(part: str) -> dict[str, float]:
        return {
            name: round(sum(getattr(getattr(s, part), name) for s in steps) / len(steps), 4)
            for name in _MEANS
        }

    gains = [step.after.right - step.before.right for step in steps]
    return {
        "learned": steps[0].learned,
        "sources": len(steps),
        **{part: over(part) for part in ("before", "challenger", "after")},
        "gain": round(sum(gains) / len(gains), 4),
        "worst": round(min(gains), 4),
        "taken": sum(bool(step.taken) for step in steps),
    }


def _for_machines(found: Steps) -> dict[str, Any]:
    return {
        "learning": {source: [_step(one) for one in steps] for source, steps in found.items()},
        "mean of sources": mean(found),
    }


def _step(one: Step) -> dict[str, Any]:
    return {
        "learned": one.learned,
        **{k: getattr(one, k).to_json() for k in ("before", "challenger", "after")},
        "taken": one.taken,
        "reason": one.reason,
        "contradicted": [*one.contradicted],
    }


_HEAD = f"{'':<10}{'right':>16}{'decided':>16}{'of the decided':>18}{'calibration':>16}  comparison"


def _lines(found: Steps) -> Iterator[str]:
    for source, steps in found.items():
        yield f"\n{source}: {many(steps[0].before.issues + steps[0].learned, 'issue')}"
        yield _HEAD
        for one in steps:
            said = "" if one.taken is None else _said(one)
            yield f"{one.learned:>6}    {_shown(one.before, one.after)}  {said}".rstrip()
    yield f"\nmean of {many(len(found), 'source')}"
    yield _HEAD
    for row in mean(found):
        before, after = (_Means(row[part]) for part in ("before", "after"))
        taken = f"{row['taken']} of {row['sources']} taken, " if row["learned"] else ""
        gain = f"right {row['gain'] * 100:+.1f} points, worst {row['worst'] * 100:+.1f}"
        yield f"{row['learned']:>6}    {_shown(before, after)}  {taken}{gain}"
    yield (
        "\nfigures on the issues after: what ships → what is in use after the comparison; "
        "right: decided and right, of all"
    )


def _said(one: Step) -> str:
    named = f" ({'; '.join(one.contradicted)})" if one.contradicted else ""
    if one.taken:
        return f"taken: {one.reason}{named}"
    would = (one.challenger.right - one.after.right) * 100
    return f"kept: {one.reason} (taking it: {would:+.1f} points){named}"


class _Means:
    def __init__(self, values: Mapping[str, float]) -> None:
        self.right = values["right"]
        self.decided = values["decided"]
        self.right_of_decided = values["right_of_decided"]
        self.calibration_error = values["calibration_error"]


def _shown(before: DecisionFigures | _Means, after: DecisionFigures | _Means) -> str:
    return (
        f"{before.right * 100:6.1f} → {after.right * 100:5.1f} %"
        f"{before.decided * 100:6.1f} → {after.decided * 100:5.1f} %"
        f"{before.right_of_decided * 100:8.1f} → {after.right_of_decided * 100:5.1f} %"
        f"{before.calibration_error:8.3f} → {after.calibration_error:.3f}"
    )
