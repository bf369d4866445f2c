"""Define the `sluice` command, each subcommand in its file."""

import cli.dead_letters
import cli.demo
import cli.issues
import cli.model
import cli.processes
import cli.rules
import cli.sandbox  # noqa: F401 - each registers its commands with the group
from cli.app import main

__all__ = ["main"]
