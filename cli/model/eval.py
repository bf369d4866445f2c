"""`sluice model eval`: how right the classification is on labelled issues, and how sure of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import click

from cli.app import fail, plainly
from cli.model.curve import curve
from cli.model.data_options import FILE, Learned, learning
from cli.model.eval_table import agreed, line, listed, say_corrected, table
from cli.model.group import model
from rules.assess.assessment import Classification
from rules.assess.classify import classify, opinion
from rules.assess.judge import Judge
from rules.facts.jsonl import issue_from_row
from rules.learning import labelled_issues
from rules.learning.annotations import Agreement, agreement
from rules.learning.evaluate import Evaluation, corrected, evaluate, kinds_of, unseen
from rules.learning.labelled_issues import Sample
from rules.rulebook.load import find
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import ModelError, TextModel, shipped
from worker.atomic_write import write_whole

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
@learning
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
    picture: Path,
    **more: Any,
) -> None:
    """Classify labelled issues as a triage does, and count how often that is right.

    FILE has a JSON object a line with `summary`, `description` and `cls`. With --unseen its other
    issues are learned from, and what the options name; --readings also tells how often the labels,
    and what is decided, are what was read in the issues.
    """
    samples = [s for s in labelled_issues.read(file) if not sources or s.source in sources]
    if not samples:
        fail(f"{file}: there is no issue in it{' from ' if sources else ''}{', '.join(sources)}")
    if corrections and not hold_out:
        fail("--corrections needs --unseen: before the first one, nothing of a source is known")
    learned = Learned(**more)
    readings = learned.read()
    with ExitStack() as stack:
        judged = _judge(find(book), only, stack)
        try:
            if corrections:
                known = learned.known(samples, readings)
                found_by = corrected(samples, known, judged, corrections)
                say_corrected(found_by, corrections, as_json)
                return
            if hold_out and only != "rules":
                found = unseen(samples, learned.known(samples, readings), judged)
            else:
                asked = judged(TextModel.load(trained) if trained else shipped())
                found = [asked(sample) for sample in samples]
        except ModelError as error:
            fail(error)
    whole = evaluate(kinds_of(samples), found)
    parts = dict(_parts(samples, found)) if by else {}
    read = agreement(samples, found, readings)
    if as_json:
        click.echo(json.dumps(_for_machines(whole, parts, read), indent=2))
    else:
        wrong = listed(samples, found, readings) if mistakes else ()
        click.echo("\n".join([*_lines(whole, parts, read), *wrong]))
    try:
        write_whole(picture, curve(whole).encode())
    except OSError as error:
        fail(f"{picture}: can't be written: {error.strerror}")


def _for_machines(
    whole: Evaluation, parts: Mapping[str, Evaluation], read: Agreement | None
) -> dict[str, Any]:
    told = whole.as_json()
    told |= {"by": {name: part.as_json() for name, part in parts.items()}} if parts else {}
    return told | ({"read": asdict(read)} if read else {})


def _lines(
    whole: Evaluation, parts: Mapping[str, Evaluation], read: Agreement | None
) -> Iterator[str]:
    yield from table(whole)
    if read:
        yield agreed(read)
    yield from (line(name, part) for name, part in parts.items())


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
