"""`sluice backfill` at the terminal: it counts, shows, asks, writes, and says what it did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from sandbox import Sandbox
from tests.live import environment
from tests.worker.jobs.old_issues import old_issues
from worker.tasks import this_process


@pytest.fixture
def said(
    sandbox: Sandbox, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CliRunner]:
    """A terminal on a site with twelve old issues; the first one takes the reports."""
    old_issues(sandbox, 13)
    env = environment(sandbox, redis_url, tmp_path, start="when told")
    yield CliRunner(env=env)
    this_process().close()


def puts(jira: Sandbox) -> int:
    return jira.log.count(method="PUT", account="sluice")


def test_a_dry_run_shows_classes_by_verdicts_and_ten_samples(
    said: CliRunner, sandbox: Sandbox
) -> None:
    result = said.invoke(main, ["backfill", "--dry-run"])
    assert result.exit_code == 0, result.output
    assert "about 13 issues" in result.output
    assert "12 would be written" in result.output
    assert "Tech debt" in result.output and "Business need" in result.output
    samples = [line for line in result.output.splitlines() if line.startswith("  DEMO-")]
    assert len(samples) == 10 and all(" · " in line for line in samples)
    assert puts(sandbox) == 0


def test_it_asks_before_it_writes(said: CliRunner, sandbox: Sandbox) -> None:
    result = said.invoke(main, ["backfill"], input="n\n")
    assert "Write 12 issues, at most 48 a second" in result.output
    assert "nothing was written" in result.output and result.exit_code == 1
    assert puts(sandbox) == 0
    result = said.invoke(main, ["backfill"], input="y\n")
    assert "12 issues written" in result.output and result.exit_code == 0
    assert puts(sandbox) == 12


def test_yes_asks_nothing_and_a_limit_is_kept(said: CliRunner, sandbox: Sandbox) -> None:
    result = said.invoke(main, ["backfill", "--yes", "--limit", "5"])
    assert "5 issues written" in result.output
    assert puts(sandbox) == 5


def test_a_dry_run_with_nothing_to_write_shows_no_empty_table(said: CliRunner) -> None:
    said.invoke(main, ["backfill", "--yes"])
    result = said.invoke(main, ["backfill", "--dry-run"])
    lines = result.output.splitlines()
    assert (
        any("0 would be written" in line for line in lines) and "all" not in result.output.split()
    )


def test_explain_says_that_an_issue_waits_and_what_would_be_decided(said: CliRunner) -> None:
    result = said.invoke(main, ["explain", "DEMO-2"])
    assert "older than Sluice's start" in result.output and "sluice backfill" in result.output


def test_a_person_who_names_an_issue_need_not_wait(said: CliRunner, sandbox: Sandbox) -> None:
    result = said.invoke(main, ["triage", "DEMO-2"])
    assert "Written:" in result.output and puts(sandbox) == 1


def test_reconcile_says_how_many_wait(said: CliRunner) -> None:
    result = said.invoke(main, ["reconcile"])
    assert "0 stale and queued" in result.output
    assert "main: 12 issues wait: sluice backfill" in result.output


def test_a_bad_query_is_told_in_jiras_words(said: CliRunner) -> None:
    result = said.invoke(main, ["backfill", "--jql", "colour = red", "--dry-run"])
    assert result.exit_code == 1 and "colour" in result.output
    assert "Traceback" not in result.output
