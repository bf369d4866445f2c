"""`sluice model eval`: how right the classification is on labelled issues, and how sure of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import datetime, timezone
from pathlib import Path

import click

from rules import corpus
from rules.assess import Judge
from rules.classify import classify, opinion
from rules.corpus import Sample
from rules.evaluation import Evaluation, corrected, evaluate, kinds_of, unseen
from rules.issue import KINDS, Classification
from rules.rows import issue_from_row
from rules.rulebook import Rulebook, find
from rules.textmodel import ModelError, TextModel, shipped
from worker.cli.group import fail, plainly
from worker.cli.model.build import FILE, of_sources, read_all
from worker.cli.model.curve import curve
from worker.cli.model.group import model
from worker.files import write_whole

Judged = Callable[[Sample], Classification]


@model.command("eval")
@click.argument("file", type=FILE)
@click.option("--by", type=click.Choice(["source"]), help="A line for each source as well.")
@click.option("--source", "sources", multiple=True, help="Only rows from this source.")
@click.option("--only", type=click.Choice(["rules", "model"]), help="Ask only one of the two.")
@click.option("--mistakes", is_flag=True, help="List what is decided otherwise than labelled.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option("--book", default="default", show_default=True, help="The rulebook.")
@click.option("--model", "trained", type=FILE, help="A model; without, the one that ships.")
@click.option("--unseen", "hold_out", is_flag=True, help="Train anew, each source left out once.")
@click.option(
    "--corrections",
    type=click.IntRange(10),
    help="With --unseen: each source before and after so many of its issues were corrected.",
)
@click.option("--written", multiple=True, type=FILE, help="With --unseen: text to train on too.")
@click.option("--weak", multiple=True, type=FILE, help="With --unseen: guessed labels, too.")
@click.option(
    "--curve",
    "picture",
    default="reliability.svg",
    show_default=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the picture of the reliability curve goes.",
)
@plainly
def evaluate_file(
    file: Path,
    by: str | None,
    sources: tuple[str, ...],
    only: str | None,
    mistakes: bool,
    as_json: bool,
    book: str,
    trained: Path | None,
    hold_out: bool,
    corrections: int | None,
    written: tuple[Path, ...],
    weak: tuple[Path, ...],
    picture: Path,
) -> None:
    """Classify labelled issues as a triage does, and count how often that is right.

    FILE has a JSON object a line with `summary`, `description` and `cls`.
    """
    samples = of_sources(corpus.read(file), sources)
    if not samples:
        fail(f"{file}: there is no issue in it{' from ' if sources else ''}{', '.join(sources)}")
    if corrections and not hold_out:
        fail("--corrections needs --unseen: before the first one, nothing of a source is known")
    with ExitStack() as stack:
        judged = _judge(find(book), only, stack)
        try:
            if corrections:
                found_by = corrected(samples, read_all(written, weak), judged, corrections)
                _say_corrected(found_by, corrections, as_json)
                return
            if hold_out:
                found = unseen(samples, read_all(written, weak), judged)
            else:
                asked = judged(TextModel.load(trained) if trained else shipped())
                found = [asked(sample) for sample in samples]
        except ModelError as error:
            fail(error)
    whole = evaluate(kinds_of(samples), found)
    parts = dict(_parts(samples, found)) if by else {}
    if as_json:
        told = {**whole.as_json(), "by": {name: part.as_json() for name, part in parts.items()}}
        click.echo(json.dumps(told if by else whole.as_json(), indent=2))
    else:
        lines = [*_table(whole), *(_line(name, part) for name, part in parts.items())]
        click.echo("\n".join([*lines, *(_mistakes(samples, found) if mistakes else ())]))
    try:
        write_whole(picture, curve(whole).encode())
    except OSError as error:
        fail(f"{picture}: can't be written: {error.strerror}")


def _judge(book: Rulebook, only: str | None, stack: ExitStack) -> Callable[[TextModel], Judged]:
    """Who classifies: rules and model as in a triage, or one of the two."""

    def asked(found: TextModel) -> Judged:
        judge = stack.enter_context(closing(Judge(book, "en", None if only == "rules" else found)))
        now = datetime.now(timezone.utc)

        def classified(sample: Sample) -> Classification:
            row = {"summary": sample.summary, "description": sample.description}
            issue = issue_from_row(row)
            if only == "model":
                return classify(book, (), "en", opinion(found, issue))
            return judge.assess(issue, now).classification

        return classified

    return asked


def _parts(
    samples: Sequence[Sample], found: Sequence[Classification]
) -> Iterator[tuple[str, Evaluation]]:
    for source in sorted({sample.source for sample in samples}):
        inside = [n for n, sample in enumerate(samples) if sample.source == source]
        yield source, evaluate([samples[n].kind for n in inside], [found[n] for n in inside])


def _table(found: Evaluation) -> Iterator[str]:
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


def _say_corrected(
    found: Mapping[str, tuple[Evaluation, Evaluation]], corrections: int, as_json: bool
) -> None:
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


def _mistakes(samples: Sequence[Sample], found: Sequence[Classification]) -> Iterator[str]:
    """A line for each issue that is decided otherwise than labelled, the surest first."""
    wrong = [
        (one.confidence, sample, one)
        for sample, one in zip(samples, found, strict=True)
        if one.kind not in ("undecided", sample.kind)
    ]
    yield f"\n{len(wrong)} are decided otherwise than labelled:"
    for confidence, sample, one in sorted(wrong, key=lambda each: -each[0]):
        title = " ".join(sample.summary.split())
        yield f"{confidence:.2f}  {sample.key}: {sample.kind}, found {one.kind}: {title}"


def _line(name: str, found: Evaluation) -> str:
    return (
        f"{name}: macro-F1 {found.macro_f1:.3f}, {found.accuracy:.1%} of {found.issues} right, "
        f"decided {found.coverage:.1%}, {found.accuracy_decided:.1%} of those right"
    )
