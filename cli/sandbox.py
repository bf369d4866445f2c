"""`sluice sandbox`: a sandbox Jira to try things on."""

from __future__ import annotations

import sys

import click

from cli.app import main


@main.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def sandbox(arguments: tuple[str, ...]) -> None:
    """Serve a sandbox Jira until Ctrl-C; `sluice sandbox --help` lists its options."""
    # Not above: a web server, which no other command needs.
    from sandbox.__main__ import main as serve

    sys.exit(serve([*arguments]))
