"""`sluice undo` at the terminal: what it says, and what it takes back."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from cli import main
from sandbox import Sandbox
from tests.cli.operate.test_backfill import puts
from tests.cli.operate.test_backfill import said as said  # the fixture


def test_what_a_backfill_wrote_is_taken_back(said: CliRunner, sandbox: Sandbox) -> None:
    assert said.invoke(main, ["backfill", "--yes"]).exit_code == 0
    result = said.invoke(main, ["undo", "--since", "10m", "--dry-run"])
    assert "12 issues would get the values from before" in result.output
    assert "Sluice Gate: 12" in result.output and "comment: 12" in result.output
    assert puts(sandbox) == 12
    result = said.invoke(main, ["undo", "--since", "10m"], input="y\n")
    assert "12 issues written" in result.output, result.output
    assert all(not issue.comments for issue in sandbox.model.issues.values())
    result = said.invoke(main, ["undo", "--since", "10m", "--dry-run"])
    assert "0 issues would" in result.output


@pytest.mark.parametrize("since", ["yesterday", "2999-01-01", "5w", "99999999d"])
def test_a_time_that_is_none_or_is_to_come_is_refused_in_one_line(
    said: CliRunner, since: str
) -> None:
    result = said.invoke(main, ["undo", "--since", since])
    assert result.exit_code == 1 and result.output.startswith(f"sluice: --since {since}")


def test_a_project_that_is_unknown_is_refused(said: CliRunner) -> None:
    result = said.invoke(main, ["undo", "--since", "2h", "--project", "NONE"])
    assert result.exit_code == 1 and "no project NONE" in result.output


def test_a_rulebook_is_named_by_its_digest_or_as_logs_show_it(said: CliRunner) -> None:
    assert said.invoke(main, ["backfill", "--yes"]).exit_code == 0
    shown = said.invoke(main, ["rules", "status"]).output
    (book,) = re.findall(r"default@[0-9a-f]{12}", shown)[:1]
    result = said.invoke(main, ["undo", "--since", "10m", "--dry-run", "--book", book])
    assert "12 issues would get the values from before" in result.output, result.output
    result = said.invoke(main, ["undo", "--since", "10m", "--dry-run", "--book", "default"])
    assert result.exit_code == 1 and "--book default: write the digest" in result.output
