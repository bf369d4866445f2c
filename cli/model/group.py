"""Define the `sluice model` group."""

from __future__ import annotations

import click

from cli.app import LazyGroup

_PLACES = {
    "build": "cli.model.build:build",
    "build-signals": "cli.model.signals:build",
    "eval": "cli.model.eval:evaluate_file",
    "eval-signals": "cli.model.signals:evaluate",
    "info": "cli.model.info:info",
    "signals": "cli.model.signals:show",
    "train": "cli.model.train:train",
}


@click.group(cls=LazyGroup, places=_PLACES)
def model() -> None:
    """Describe, evaluate and train the text model that classifies issues beside the rules."""
