"""`sluice model build`: a text model from nothing but labelled issues, as the one that ships is."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import click

from rules import corpus
from rules.corpus import Sample
from rules.textmodel import ModelError
from worker.cli.group import fail, plainly
from worker.cli.model.group import model
from worker.files import write_whole

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@model.command("build")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--written", multiple=True, type=FILE, help="Text that was written to train on.")
@click.option("--weak", multiple=True, type=FILE, help="Labels that were guessed: count less.")
@click.option("--source", "sources", multiple=True, help="Only rows of FILES from this source.")
@click.option("--figures", type=FILE, help="What `model eval --json` said, to be kept in it.")
@click.option("--output", required=True, type=click.Path(path_type=Path, dir_okay=False))
@plainly
def build(
    files: tuple[Path, ...],
    written: tuple[Path, ...],
    weak: tuple[Path, ...],
    sources: tuple[str, ...],
    figures: Path | None,
    output: Path,
) -> None:
    """Train a model from nothing, as the one that ships was.

    FILES are JSON Lines with `summary`, `description`, `cls`, and `source` if known. For a team's
    own model take `sluice model train`: that keeps what the model that ships knows.
    """
    samples = of_sources([s for file in files for s in corpus.read(file)], sources)
    samples += read_all(written, weak)
    if not samples:
        fail("there is nothing to learn from in these files")
    counted = Counter((sample.source, sample.kind) for sample in samples)
    about = [f"{source}: {count} {kind}" for (source, kind), count in sorted(counted.items())]
    try:
        found = corpus.trained(samples, about, _figures(figures) if figures else None)
    except ModelError as error:
        fail(error)
    write_whole(output, found.as_bytes())
    click.echo(
        f"{output}: model {found.digest}, {len(samples)} issues, {len(found.learned)} features"
    )


def _figures(file: Path) -> dict[str, object]:
    """The figures that tell most, of an evaluation in JSON."""
    names = ("issues", "macro_f1", "accuracy", "coverage", "accuracy_decided", "ece")
    try:
        said = json.loads(file.read_text("utf-8"))
        return {name: said[name] for name in names}
    except (OSError, ValueError, KeyError, TypeError) as error:
        fail(f"{file}: is not what `sluice model eval --json` prints: {error}")


def of_sources(samples: list[Sample], sources: tuple[str, ...]) -> list[Sample]:
    """Those from the sources that are named, or all."""
    return [sample for sample in samples if not sources or sample.source in sources]


def read_all(written: tuple[Path, ...], weak: tuple[Path, ...]) -> list[Sample]:
    """What counts more and what counts less than labelled issues of a tracker."""
    more = [s for file in written for s in corpus.read(file, corpus.WRITTEN, written=True)]
    return more + [s for file in weak for s in corpus.read(file, corpus.WEAK)]
