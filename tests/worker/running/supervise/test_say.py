"""A state is said once, not each second."""

from __future__ import annotations

import pytest

from worker.running.supervise.say import AGAIN_S, Teller


def test_a_state_is_said_when_it_begins_each_minute_and_when_it_is_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "sluice")
    now = [100.0]
    teller = Teller(lambda: now[0])
    teller.well("all is well")
    for _ in range(10):
        teller.warn("it is down")
    now[0] += AGAIN_S
    teller.warn("it is down")
    teller.warn("it is full")
    teller.well("it works again")
    teller.well("it works again")
    assert caplog.messages == ["it is down", "it is down", "it is full", "it works again"]
