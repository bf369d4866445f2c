"""Define the `sluice model` group."""

from __future__ import annotations

from cli.app import main


@main.group()
def model() -> None:
    """Describe, evaluate and train the text model that classifies issues beside the rules."""
