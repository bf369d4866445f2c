"""The `sluice model` group."""

from __future__ import annotations

from cli.app import main


@main.group()
def model() -> None:
    """The text model that votes beside the rules: what it is, how good it is, train one."""
