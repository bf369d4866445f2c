"""Run `sluice rules` in this process."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from cli import main


def run(*arguments: str | Path) -> Result:
    """Run a command in this process; a traceback fails the test."""
    result = CliRunner().invoke(main, ["rules", *map(str, arguments)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result
