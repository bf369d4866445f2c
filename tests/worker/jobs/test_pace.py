"""The pace of writes: never more in a second than asked, and less as soon as Jira refuses."""

from __future__ import annotations

from bisect import bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests import PreparedRequest, Response

from worker.jobs.pace import SHARE, Pace


class Clock:
    """A clock that stands still unless somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def paced(per_second: float) -> tuple[Pace, Clock]:
    clock = Clock()
    return Pace(per_second, lambda: clock.now, clock.sleep), clock


def answer(status: int = 204, method: str = "PUT", **headers: str) -> Response:
    found = Response()
    found.status_code, found.request = status, PreparedRequest()
    found.request.method = method
    found.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return found


@given(st.floats(0.2, 100), st.lists(st.floats(0, 0.5), min_size=50, max_size=300))
def test_no_second_has_more_writes_than_asked_whatever_the_work_between(
    per_second: float, works: list[float]
) -> None:
    pace, clock = paced(per_second)
    sent = []
    for work in works:
        clock.now += work
        pace.wait()
        sent.append(clock.now)
    most = max(int(per_second), 1)
    window = most / per_second
    busiest = max(bisect_right(sent, at + window) - n for n, at in enumerate(sent))
    assert busiest <= most


def test_the_pace_is_reached(  # 98 of 100: the margin is a fiftieth of a second
) -> None:
    pace, clock = paced(50)
    for _ in range(5_001):
        pace.wait()
    assert 5_000 / (clock.now - 100.0) > 0.97 * 50


def test_a_lower_limit_of_jira_is_kept() -> None:
    pace, _ = paced(50)
    pace.heard(answer(X_RateLimit_Limit="20"))
    assert pace.per_second == SHARE * 20
    pace.heard(answer(X_RateLimit_FillRate="5", X_RateLimit_Interval_Seconds="1"))
    assert pace.per_second == SHARE * 5 / 2, "each write is read before, which costs a token, too"


def test_without_a_token_left_no_write_is_sent_before_the_next_ones_come() -> None:
    pace, clock = paced(50)
    said = {"X_RateLimit_FillRate": "10", "X_RateLimit_Interval_Seconds": "2"}
    pace.heard(answer(X_RateLimit_Remaining="1", **said))
    assert pace.pause == 0
    pace.heard(answer(X_RateLimit_Remaining="0", **said))
    pace.wait()
    assert clock.now == pytest.approx(102.0)


def test_a_refusal_makes_all_writes_wait_as_long_as_jira_says() -> None:
    pace, clock = paced(50)
    pace.heard(answer(429, Retry_After="7", RateLimit_Reason="jira-burst-based"))
    pace.wait()
    assert clock.now == pytest.approx(107.0)
    assert pace.refused == 1


@pytest.mark.parametrize("said", [{"RateLimit_Reason": "jira-per-issue-on-write"}, {}])
def test_what_concerns_one_issue_or_reads_slows_no_write(said: dict[str, str]) -> None:
    pace, _ = paced(50)
    pace.heard(answer(429, "PUT" if said else "GET", Retry_After="7", **said))
    assert pace.pause == 0
