"""Define the `sluice` command, each subcommand in its file."""

from cli.app import main

__all__ = ["main"]
