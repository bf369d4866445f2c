"""Print a text model's training data and figures: `sluice model info`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from cli.app import fail
from rules.text_model import model_file
from rules.text_model.model import TextModel, shipped
from rules.text_model.model_file import ModelError


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def info(file: Path | None, as_json: bool) -> None:
    """Print a model's training data and figures.

    Without FILE, use the model that ships.
    """
    try:
        details = (file and _of_team(file)) or _of_text(TextModel.load(file) if file else shipped())
    except ModelError as error:
        fail(error)
    if as_json:
        click.echo(json.dumps(details, ensure_ascii=False, indent=2))
        return
    for name, value in details.items():
        lines = value if isinstance(value, list) and name != "classes" else [_plain(value)]
        click.echo("\n".join(f"{name if n == 0 else '':<12}  {x}" for n, x in enumerate(lines)))


def _of_text(found: TextModel) -> dict[str, Any]:
    return {"digest": found.digest, "classes": list(found.labels), **found.info}


def _of_team(file: Path) -> dict[str, Any] | None:
    """Return what the file of a team's model tells without its key; None for another model."""
    head = model_file.read(file, None, "is not a model, or is damaged").head
    if not str(head.get("format")).startswith("team "):
        return None
    return {"digest": head.get("digest"), "parts": [*head["heads"]], **dict(head["info"])}


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)
