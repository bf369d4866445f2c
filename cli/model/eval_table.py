"""The figures of a classification, as `sluice model eval` prints them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

import click

from rules.assess.assessment import Classification
from rules.learning.annotations import Agreement, Readings, reading_of
from rules.learning.evaluate import Evaluation
from rules.learning.labelled_issues import Sample
from rules.vocabulary.classes import KINDS, UNDECIDED


def table(found: Evaluation) -> Iterator[str]:
    """All figures but those of parts."""
    yield f"{'':<15}precision  recall     F1  issues"
    for kind, one in found.per_class.items():
        yield f"{kind:<15}{one.precision:9.2f}{one.recall:8.2f}{one.f1:7.2f}{one.issues:8}"
    yield ""
    yield f"macro-F1 {found.macro_f1:.3f}, {found.accuracy:.1%} of {found.issues} issues right"
    yield f"decided {found.coverage:.1%} of them, {found.accuracy_decided:.1%} of those right"
    surest = ", ".join(f"{share:.0%} {right:.1%}" for share, right in found.surest.items())
    yield f"right of the surest {surest}"
    yield f"expected calibration error {found.ece:.3f}"
    yield "\nrows: as labelled; columns: as found"
    yield f"{'':<15}" + "".join(f"{kind:>15}" for kind in (*KINDS, "no guess"))
    for kind, row in zip(KINDS, found.confusion, strict=True):
        yield f"{kind:<15}" + "".join(f"{count:15}" for count in row)


def agreed(found: Agreement) -> str:
    """How often labels, and what is decided, are what was read in the issues."""
    return (
        f"\nof {found.issues} issues that were read again, the label is a class that was read in "
        f"{found.labels:.1%}, and what is decided in {found.decided:.1%}"
    )


def line(name: str, found: Evaluation) -> str:
    """The figures of a part."""
    return (
        f"{name}: macro-F1 {found.macro_f1:.3f}, {found.accuracy:.1%} of {found.issues} right, "
        f"decided {found.coverage:.1%}, {found.accuracy_decided:.1%} of those right"
    )


def listed(
    samples: Sequence[Sample], found: Sequence[Classification], readings: Readings
) -> Iterator[str]:
    """A line for each issue that is decided otherwise than labelled, the surest first."""
    wrong = [
        (one.confidence, sample, one)
        for sample, one in zip(samples, found, strict=True)
        if one.kind not in (UNDECIDED, sample.kind)
    ]
    yield f"\n{len(wrong)} are decided otherwise than labelled:"
    for confidence, sample, one in sorted(wrong, key=lambda each: -each[0]):
        title = " ".join(sample.summary.split())
        read = reading_of(sample, readings)
        again = f", read as {' or '.join(read.kinds)}" if read else ""
        said = f"{confidence:.2f}  {sample.key}: {sample.kind}, found {one.kind}{again}: {title}"
        yield said.encode("utf-8", "replace").decode()  # JSON may hold half a character


def say_corrected(
    found: Mapping[str, tuple[Evaluation, Evaluation]], corrections: int, as_json: bool
) -> None:
    """Print each source as it was before and after its corrections."""
    if as_json:
        told = {
            source: {"before": before.as_json(), "after": after.as_json()}
            for source, (before, after) in found.items()
        }
        click.echo(json.dumps(told, indent=2))
        return
    for source, (before, after) in found.items():
        click.echo(
            f"{source}: {corrections} corrections, {before.issues} other issues: "
            f"{before.accuracy:.1%} right before, {after.accuracy:.1%} after"
        )
