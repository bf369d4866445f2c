"""Format the figures of a classification for `sluice model eval`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.assess.assessment import Classification
from rules.learning.evaluation.annotations import Agreement, Annotations, annotation_of
from rules.learning.evaluation.evaluate import Evaluation
from rules.learning.evaluation.labelled_issues import Sample
from rules.vocabulary.classes import KINDS, UNDECIDED
from rules.vocabulary.plural import many


def table(found: Evaluation) -> Iterator[str]:
    """Yield all figures but those of parts."""
    yield f"{'':<15}precision  recall     F1  issues"
    for kind, one in found.per_class.items():
        yield f"{kind:<15}{one.precision:9.2f}{one.recall:8.2f}{one.f1:7.2f}{one.issues:8}"
    yield ""
    issues = many(found.issues, "issue")
    yield f"macro-F1 {found.macro_f1:.3f}, {found.accuracy:.1%} of {issues} right"
    yield f"decided {found.coverage:.1%}, {found.accuracy_decided:.1%} of the decided right"
    surest = ", ".join(f"{share:.0%} {right:.1%}" for share, right in found.surest.items())
    yield f"right by share of highest confidence: {surest}"
    yield f"expected calibration error {found.ece:.3f}"
    yield "\nrows: label; columns: class found"
    yield f"{'':<15}" + "".join(f"{kind:>15}" for kind in (*KINDS, "no guess"))
    for kind, row in zip(KINDS, found.confusion, strict=True):
        yield f"{kind:<15}" + "".join(f"{count:15}" for count in row)


def agreement_line(found: Agreement) -> str:
    """Return the agreement of labels and decided classes with the annotations."""
    return (
        f"\nagreement with the annotations of {many(found.issues, 'issue')}: "
        f"labels {found.labels:.1%}, decided classes {found.decided:.1%}"
    )


def line(name: str, found: Evaluation) -> str:
    """Return the figures of a part in a line."""
    return (
        f"{name}: macro-F1 {found.macro_f1:.3f}, {found.accuracy:.1%} of {found.issues} right, "
        f"decided {found.coverage:.1%}, {found.accuracy_decided:.1%} of the decided right"
    )


def listed(
    samples: Sequence[Sample], found: Sequence[Classification], annotations: Annotations
) -> Iterator[str]:
    """Yield a line for each issue with another class than its label, highest confidence first."""
    wrong = [
        (one.confidence, sample, one)
        for sample, one in zip(samples, found, strict=True)
        if one.kind not in (UNDECIDED, sample.kind)
    ]
    yield f"\n{len(wrong)} with another class than the label:"
    for confidence, sample, one in sorted(wrong, key=lambda each: -each[0]):
        title = " ".join(sample.summary.split())
        annotation = annotation_of(sample, annotations)
        also = f", annotated {' or '.join(annotation.kinds)}" if annotation else ""
        text = f"{confidence:.2f}  {sample.key}: {sample.kind}, found {one.kind}{also}: {title}"
        yield text.encode("utf-8", "replace").decode()  # JSON may contain half a surrogate pair
