"""Train a text model from scratch on labelled issues: `sluice model build`."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import click

from cli.app import fail, plainly
from cli.model.data_options import FILE, Learned, learning
from rules.learning.evaluation import labelled_issues
from rules.learning.ranking.priorities import learn_urgency, licensed, read
from rules.text_model.model_file import ModelError
from rules.vocabulary.plural import many
from worker.atomic_write import write_whole


@click.command("build")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--priorities", is_flag=True, help="Train the model of urgency on `priority_rank`.")
@learning
@click.option("--figures", type=FILE, help="Output of `model eval --json`, to store in the model.")
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the model to this file.",
)
@plainly
def build(
    files: tuple[Path, ...],
    figures: Path | None,
    output: Path,
    priorities: bool,
    **more: Any,
) -> None:
    """Train a model from scratch, like the one that ships.

    FILES are JSON Lines with `summary`, `description`, `cls`, and `source` if known. For a team's
    own model use `sluice model train`: it starts from the model that ships. With --priorities the
    files have `priority_rank` instead of `cls`, and --licensed names the trackers to learn from.
    """
    if priorities:
        _build_urgency(files, more["licensed"], output)
        return
    learned = Learned(**more)
    samples = learned.known(
        [s for file in files for s in labelled_issues.read(file)], learned.read()
    )
    if not samples:
        fail("the files contain no labelled issues. Name files with `summary` and `cls`")
    counted = Counter((sample.source, sample.kind) for sample in samples)
    about = [f"{source}: {count} {kind}" for (source, kind), count in sorted(counted.items())]
    try:
        found = labelled_issues.trained(samples, about, _figures(figures) if figures else None)
    except ModelError as error:
        fail(error)
    write_whole(output, found.as_bytes())
    click.echo(
        f"{output}: model {found.digest}, {many(len(samples), 'issue')}, "
        f"{many(len(found.learned), 'feature')}"
    )


def _build_urgency(files: tuple[Path, ...], sources: tuple[str, ...], output: Path) -> None:
    issues = licensed([one for file in files for one in read(file)[0]], sources)
    counted = Counter(one.source for one in issues)
    try:
        found = learn_urgency(issues, [f"{source}: {count}" for source, count in counted.items()])
    except ModelError as error:
        fail(error)
    write_whole(output, found.as_bytes())
    click.echo(
        f"{output}: model of urgency {found.digest}, {len(issues)} issues, "
        f"{len(found.names)} features"
    )


def _figures(file: Path) -> dict[str, object]:
    """Return the main figures of an evaluation in JSON."""
    names = ("issues", "macro_f1", "accuracy", "coverage", "accuracy_decided", "ece")
    try:
        figures = json.loads(file.read_text("utf-8"))
        return {name: figures[name] for name in names}
    except (OSError, ValueError, KeyError, TypeError) as error:
        fail(f"{file}: is not the output of `sluice model eval --json`: {error}")
