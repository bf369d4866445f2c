"""What is said of web, worker and beat."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from worker.running.health.heartbeat import Heartbeat, Processes
from worker.running.health.line import Line
from worker.running.health.of_processes import process_lines

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
WEB = Heartbeat("web", "a", 1, "1.0", NOW.timestamp() - 3600, NOW.timestamp())
WORKER, BEAT = replace(WEB, role="worker", pid=2), replace(WEB, role="beat", pid=3)
ALL = dict.fromkeys(("web", "worker", "beat"), NOW)


def lines(*alive: Heartbeat, seen: dict[str, datetime] | None = None) -> dict[str, Line]:
    found = process_lines(Processes(alive, ALL if seen is None else seen, NOW))
    return {line.check: line for line in found}


def test_all_that_lives_is_well() -> None:
    found = lines(WEB, replace(WEB, host="b"), WORKER, BEAT)
    assert all(line.ok for line in found.values())
    assert found["web"].said == "2 processes on a, b"


def test_a_process_that_died_is_missed() -> None:
    found = lines(WEB, BEAT, seen={**ALL, "worker": NOW - timedelta(minutes=5)})
    assert not found["worker"].ok
    assert (
        "no worker is alive since 2026-12-01 11:55 UTC: start `sluice wor" in found["worker"].said
    )


def test_before_the_first_start_nothing_is_missed() -> None:
    assert all(line.ok for line in lines(seen={}).values())


def test_what_never_ran_is_missed_a_minute_after_the_others_started() -> None:
    assert lines(replace(WEB, started=NOW.timestamp() - 30), seen={"web": NOW})["beat"].ok
    assert not lines(WEB, seen={"web": NOW})["beat"].ok


def test_two_beats_are_told_with_their_hosts() -> None:
    said = lines(WEB, WORKER, BEAT, replace(BEAT, host="b", pid=9))["beat"]
    assert not said.ok and said.said == "2 beats run, on a (pid 3) and b (pid 9): stop all but one"


def test_a_beat_that_was_killed_and_replaced_is_one() -> None:
    before = replace(BEAT, pid=9, at=NOW.timestamp() - 20)
    assert lines(WEB, WORKER, BEAT, before)["beat"].ok


def test_a_clock_that_differs_is_told_and_versions_are_named() -> None:
    found = lines(WEB, replace(WORKER, host="b", ahead_s=-40.0, version="2.0"), BEAT)
    assert not found["clocks"].ok and "that of b is 40 s behind" in found["clocks"].said
    assert found["versions"] == Line("versions", True, "version 1.0 and 2.0")
