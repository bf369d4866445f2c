"""Define the `sluice model` group."""

from __future__ import annotations

import click

from cli.app import LazyGroup

_PLACES = {
    "build": "cli.model.build:build",
    "eval": "cli.model.eval:evaluate_file",
    "info": "cli.model.info:info",
    "train": "cli.model.train:train",
}


@click.group(cls=LazyGroup, places=_PLACES)
def model() -> None:
    """Describe, evaluate and train the text model that classifies issues beside the rules."""
