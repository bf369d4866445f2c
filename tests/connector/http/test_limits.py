"""How long Jira asks to wait, and how near its limits are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.http.limits import LONGEST_S, Limits, read_limits, scope_of, wait_of

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        ("0", None),
        ("1.5", 1.5),
        ("1800", 1800.0),
        ("86400", 86_400.0),
        ("999999999", LONGEST_S),
        ("Mon, 30 Nov 2026 12:30:00 GMT", 1800.0),
        ("Monday, 30-Nov-26 12:30:00 GMT", 1800.0),
        ("Mon, 30 Nov 2026 11:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_S),
        ("99999999999999", None),
        ("-1", None),
        ("soon", None),
        ("", None),
        ("٣", None),
        (None, None),
    ],
)
def test_jira_says_how_long_to_wait_in_seconds_or_by_a_date(
    header: str | None, wait: float | None
) -> None:
    assert wait_of({} if header is None else {"Retry-After": header}, NOON) == wait


def test_a_date_is_compared_with_the_clock_of_the_same_answer() -> None:
    headers = {
        "Retry-After": "Mon, 30 Nov 2026 12:00:20 GMT",
        "Date": "Mon, 30 Nov 2026 12:00:00 GMT",
    }
    assert wait_of(headers, NOON.replace(hour=15)) == 20.0


def test_without_a_wait_a_limit_says_when_it_is_reset() -> None:
    assert wait_of({"X-RateLimit-Reset": "2026-11-30T12:04Z"}, NOON) == 300.0
    assert wait_of({"X-RateLimit-Reset": "2026-11-30T12:04:30Z"}, NOON) == 270.0
    assert wait_of({"X-RateLimit-Reset": "2026-11-30T12:04:30"}, NOON) is None
    assert wait_of({"X-RateLimit-Reset": "1764504000"}, NOON) is None


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_whatever_the_headers_say_the_wait_is_within_a_day(a: str, b: str, c: str) -> None:
    wait = wait_of({"Retry-After": a, "Date": b, "X-RateLimit-Reset": c}, NOON)
    assert wait is None or 0 <= wait <= LONGEST_S


@pytest.mark.parametrize(
    ("reason", "scope"),
    [
        ("jira-quota-global-based", "site"),
        ("jira-quota-tenant-based", "site"),
        ("jira-burst-based", "endpoint"),
        ("jira-per-issue-on-write", "issue"),
        ("something-new", "site"),
        (None, "site"),
    ],
)
def test_the_reason_of_a_429_says_what_has_to_wait(reason: str | None, scope: str) -> None:
    assert scope_of({} if reason is None else {"RateLimit-Reason": reason}) == scope


def test_the_limits_of_cloud_and_data_center_are_read() -> None:
    cloud = {
        "X-RateLimit-Limit": "50",
        "X-RateLimit-Remaining": "3",
        "X-RateLimit-NearLimit": "true",
        "X-RateLimit-Reset": "2026-11-30T12:04Z",
    }
    assert read_limits(cloud) == Limits(50, 3)
    server = {
        "X-RateLimit-Limit": "100",
        "X-RateLimit-Remaining": "99",
        "X-RateLimit-FillRate": "10",
        "X-RateLimit-Interval-Seconds": "1",
        "Retry-After": "0",
    }
    assert read_limits(server) == Limits(100, 99, fill=10, interval_s=1)
    assert read_limits({"X-RateLimit-Limit": "many", "Retry-After": "0"}) is None
