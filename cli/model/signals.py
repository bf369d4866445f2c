"""Print, build and evaluate the model of signals: `sluice model signals`, and two more."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import click

from cli.app import fail, plainly
from cli.model.data_options import FILE
from rules.assess.signals import heard, statements_of
from rules.facts.statements.reader import read_statements
from rules.learning.training_extra import require_training_extra
from rules.text_model.signals.figures import Figures, figures
from rules.text_model.signals.model import LANGUAGES, SignalModel, shipped
from rules.text_model.signals.samples import Sample, read
from worker.atomic_write import write_whole

TRAINED = click.option("--model", "trained", type=FILE, help="Model (default: the one that ships).")


@click.command("signals")
@click.argument("text")
@click.option("--all", "everything", is_flag=True, help="Show what is below its limit, too.")
@TRAINED
@plainly
def show(text: str, everything: bool, trained: Path | None) -> None:
    """Print what a text states: each signal, its probability, and the words behind it.

    The first line of TEXT is the title.
    """
    summary, _, description = text.partition("\n")
    said = statements_of(read_statements(summary, description))
    found = _model(trained).read(said).values()
    shown = [one for one in found if one.sure or everything]
    for one in sorted(shown, key=lambda one: -one.probability):
        limit = "" if one.sure else "  below its limit"
        click.echo(f"{one.name:<17} {one.probability:.2f}  {', '.join(one.words)}{limit}")
    if not shown:
        click.echo("no signal: the text states none above its limit")


@click.command("build-signals")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="File for the model, such as signals.npz.",
)
@plainly
def build(files: tuple[Path, ...], output: Path) -> None:
    """Train a model of signals from scratch, like the one that ships.

    FILES are JSON Lines with `text`, `signals`, `mark` and `domain`, as in training/signals.
    """
    require_training_extra()
    from rules.text_model.signals.train import train  # scikit-learn takes a second to load

    samples = [*_samples(files)]
    if len({sample.domain for sample in samples}) < 2:
        fail("a model of signals needs texts of several domains: add files")
    found = train(samples)
    write_whole(output, found.as_bytes())
    click.echo(f"{output}: model {found.digest}, {len(samples)} texts, {len(found.names)} features")


@click.command("eval-signals")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@TRAINED
@plainly
def evaluate(files: tuple[Path, ...], as_json: bool, trained: Path | None) -> None:
    """Measure the signals on texts whose signals are known, by language.

    FILES are as for `sluice model build-signals`. Precision and recall are of what is above its
    limit. AP is the average precision over all limits, ECE the error of calibration.
    """
    samples = [*_samples(files)]
    found = _model(trained)
    tables = {one: figures(found, samples, one) for one in LANGUAGES}
    if as_json:
        click.echo(json.dumps({k: [asdict(one) for one in v] for k, v in tables.items() if v}))
        return
    for language, table in tables.items():
        if table:
            click.echo("\n".join(_lines(language, table)))


def _samples(files: Sequence[Path]) -> Iterator[Sample]:
    """Yield the texts, each with the mark that the reader of issues gives it."""
    for file in files:
        yield from (replace(sample, heard=heard(sample.text)) for sample in read(file))


def _lines(language: str, table: Sequence[Figures]) -> Iterator[str]:
    yield f"{language:<17} texts  precision  recall   AP   ECE"
    for one in table:
        yield (
            f"{one.signal:<17} {one.texts:>5}  {one.precision:>9.2f}  {one.recall:>6.2f}"
            f"  {one.average_precision:.2f}  {one.calibration_error:.2f}"
        )


def _model(file: Path | None) -> SignalModel:
    return SignalModel.load(file) if file else shipped()
