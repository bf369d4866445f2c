"""Evaluate the classification on labelled issues: `sluice model eval`."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from cli.app import fail, plainly
from cli.model.curve import curve
from cli.model.data_options import FILE, Learned, learning
from cli.model.eval_learning import evaluate_learning, learning_curve, plan_of
from cli.model.eval_priorities import evaluate_priorities, save
from cli.model.eval_table import agreement_line, line, listed, table
from rules.assess.assessment import Classification
from rules.assess.classify import classify, opinion
from rules.assess.judge import Judge
from rules.facts.jsonl import issue_from_row
from rules.learning.evaluation import labelled_issues
from rules.learning.evaluation.annotations import Agreement, agreement
from rules.learning.evaluation.evaluate import Evaluation, evaluate, kinds_of, unseen
from rules.learning.evaluation.labelled_issues import Sample
from rules.rulebook.load import find
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import TextModel, shipped
from rules.text_model.model_file import ModelError
from rules.text_model.team.model import TeamModel

Judged = Callable[[Sample], Classification]

KEY = "SLUICE_MODEL_KEY"


@click.command("eval")
@click.argument("file", type=FILE)
@click.option("--by", type=click.Choice(["source"]), help="Add a line per source.")
@click.option("--source", "sources", multiple=True, help="Use only this source (repeatable).")
@click.option(
    "--only",
    type=click.Choice(["rules", "model"]),
    help="Use only the rules, or only the model.",
)
@click.option("--mistakes", is_flag=True, help="List issues with another class than the label.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--book", default="default", show_default=True, help="Rulebook.")
@click.option("--model", "trained", type=FILE, help="Text model (default: the one that ships).")
@click.option("--team", type=FILE, help="What a team taught: a file of `sluice model train`.")
@click.option("--unseen", "hold_out", is_flag=True, help="Cross-validation: leave one source out.")
@click.option(
    "--priorities",
    is_flag=True,
    help="Compare the order of scores with the `priority_rank` of rows, 0 (lowest) to 4.",
)
@click.option(
    "--leave-one-out",
    is_flag=True,
    help="With --priorities: judge each source by a model of urgency that did not learn from it.",
)
@click.option(
    "--figures",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the figures to this file as JSON, too.",
)
@learning
@learning_curve
@click.option(
    "--curve",
    "picture",
    default="reliability.svg",
    show_default=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="File for the picture of the reliability curve.",
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
    team: Path | None,
    hold_out: bool,
    picture: Path,
    priorities: bool,
    leave_one_out: bool,
    figures: Path | None,
    counts: tuple[int, ...] | None,
    noise: float | None,
    careless: str | None,
    **more: Any,
) -> None:
    """Evaluate the classification on labelled issues, or the order of scores with --priorities.

    The issues are classified as in triage. FILE contains a JSON object per line, with `summary`,
    `description` and `cls`. --unseen runs a cross-validation: it classifies each source by a model
    trained on the other sources and on the data of the options. --readings adds the agreement of
    labels and decided classes with annotations.

    With --priorities, FILE has `priority_rank` instead of `cls`. Figures compare scores and
    priorities within each source, by text and type alone. Rows with `default: true` are left out.
    --licensed names the trackers to learn from; without it, all.

    With --learn, people decide one issue after the other, in order of time (`at`) or else of the
    number in the key. After each COUNT, Sluice trains and compares as in its weekly training, and
    is judged on the issues that come after. Rows may have `by`, the account that decides; without
    it, a simulated team takes turns. A source that the text model learned from is judged by one
    that is trained without it.

    --learn with --priorities: the first COUNT issues of each source, in order of the number in the
    key, are learned as the priorities of a team, and the rest is judged. Sources with 400 issues or
    more are judged after 70 % of theirs, too.
    """
    plan = plan_of(counts, noise, careless)
    if leave_one_out and not priorities:
        fail("--leave-one-out needs --priorities. For classes use --unseen")
    if priorities:
        if careless:
            fail("--careless is for classes: with --priorities use --noise")
        evaluate_priorities(
            file,
            book,
            licensed=more["licensed"],
            leave_one_out=leave_one_out,
            mistakes=mistakes,
            as_json=as_json,
            figures=figures,
            sources=sources,
            counts=plan.counts if plan else None,
            noise=plan.noise if plan else 0.0,
        )
        return
    samples = [s for s in labelled_issues.read(file) if not sources or s.source in sources]
    if not samples:
        fail(f"{file}: no issues{' from ' if sources else ''}{', '.join(sources)}")
    learned = Learned(**more)
    annotations = learned.read()
    if plan:
        evaluate_learning(
            samples,
            plan,
            find(book),
            trained,
            lambda: learned.known(samples, annotations),
            hold_out=hold_out,
            as_json=as_json,
            figures=figures,
        )
        return
    with ExitStack() as stack:
        try:
            judged = _judge(find(book), only, stack, _taught(team))
            if hold_out and only != "rules":
                found = unseen(samples, learned.known(samples, annotations), judged)
            else:
                asked = judged(TextModel.load(trained) if trained else shipped())
                found = [asked(sample) for sample in samples]
        except ModelError as error:
            fail(error)
    whole = evaluate(kinds_of(samples), found)
    parts = dict(_parts(samples, found)) if by else {}
    agreed = agreement(samples, found, annotations)
    told = json.dumps(_for_machines(whole, parts, agreed), indent=2)
    if as_json:
        click.echo(told)
    else:
        wrong = listed(samples, found, annotations) if mistakes else ()
        click.echo("\n".join([*_lines(whole, parts, agreed), *wrong]))
    save(picture, curve(whole))
    if figures:
        save(figures, told)


def _for_machines(
    whole: Evaluation, parts: Mapping[str, Evaluation], agreed: Agreement | None
) -> dict[str, Any]:
    figures = whole.as_json()
    figures |= {"by": {name: part.as_json() for name, part in parts.items()}} if parts else {}
    return figures | ({"read": asdict(agreed)} if agreed else {})


def _lines(
    whole: Evaluation, parts: Mapping[str, Evaluation], agreed: Agreement | None
) -> Iterator[str]:
    yield from table(whole)
    if agreed:
        yield agreement_line(agreed)
    yield from (line(name, part) for name, part in parts.items())


def _taught(file: Path | None) -> TeamModel | None:
    """Return what a team taught; the key of its seal is in the environment. Raises ModelError."""
    return TeamModel.load(file, os.environ.get(KEY, "").encode()) if file else None


def _judge(
    book: Rulebook, only: str | None, stack: ExitStack, team: TeamModel | None
) -> Callable[[TextModel], Judged]:
    """Return a function from text model to classifier: rules and model, or only one of them."""

    def asked(found: TextModel) -> Judged:
        judge = stack.enter_context(
            closing(Judge(book, "en", None if only == "rules" else found, team=team))
        )
        now = datetime.now(UTC)

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
