"""The `sluice rules` group."""

from __future__ import annotations

from cli.app import main


@main.group()
def rules() -> None:
    """Work on rule files: prove, try out, compare, go live."""
