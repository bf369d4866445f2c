"""A run over many issues at the terminal: it waits for one that was killed, and for no other."""

from __future__ import annotations

import time

import pytest

from cli.operate import bulk_run
from worker.jobs.bulk_work import Leased, Shown, Stopped, Tally


def test_a_run_that_was_killed_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    tries = iter([Leased("another"), Leased("another"), None])

    def job(_: Shown) -> Tally:
        if error := next(tries):
            raise error
        return Tally(written=3, unchanged=1)

    bulk_run.run(job, 4)
    assert "3 issues written, 1 needed no write" in capsys.readouterr().out


@pytest.mark.parametrize("error", [Leased("another runs"), Stopped("Jira refused all")])
def test_a_run_that_cannot_go_on_says_why_in_a_line(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bulk_run, "LEASE_S", -10)

    def job(_: Shown) -> Tally:
        raise error

    with pytest.raises(SystemExit):
        bulk_run.run(job, 4)
    assert str(error) in capsys.readouterr().err


def test_dead_letters_end_a_run_with_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bulk_run.run(lambda _: Tally(written=3, dead=1), 4)
    assert "1 issue failed: `sluice dead list` says why" in capsys.readouterr().err
