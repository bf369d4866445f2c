"""The `sluice rules` group."""

from __future__ import annotations

from worker.cli.group import main


@main.group()
def rules() -> None:
    """Work on rule files: prove, try out, compare, go live."""
