"""Define the `sluice model` group."""

from __future__ import annotations

import click

from cli.app import LazyGroup

_PLACES = {
    "approve": "cli.model.team.change:approve",
    "backtest": "cli.model.team.backtest:backtest_command",
    "build": "cli.model.build:build",
    "build-signals": "cli.model.signals:build",
    "eval": "cli.model.eval:evaluate_file",
    "eval-signals": "cli.model.signals:evaluate",
    "forget": "cli.model.team.forget:forget",
    "history": "cli.model.team.history:history",
    "info": "cli.model.info:info",
    "rollback": "cli.model.team.change:rollback",
    "signals": "cli.model.signals:show",
    "train": "cli.model.team.train:train",
}


@click.group(cls=LazyGroup, places=_PLACES)
def model() -> None:
    """Describe, evaluate and train models: the ones that ship, and those of teams."""
