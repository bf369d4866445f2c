"""The limit of Data Center: a bucket for each account."""

from __future__ import annotations

from sandbox.state.rate_limits import BUCKET, FILL, Limits


def test_a_bucket_is_emptied_and_filled_again_by_interval() -> None:
    now = 0.0
    limits = Limits(True, lambda: now, "datacenter")
    found = [limits.check("GET", "a", None, "sluice") for _ in range(BUCKET + 1)]
    assert [one.allowed for one in found] == [True] * BUCKET + [False]
    assert found[0].headers == {
        "X-RateLimit-Limit": str(BUCKET),
        "X-RateLimit-Remaining": str(BUCKET - 1),
        "X-RateLimit-Interval-Seconds": "1",
        "X-RateLimit-FillRate": str(FILL),
        "Retry-After": "0",
    }
    assert found[-1].headers["Retry-After"] == "1"
    assert limits.check("GET", "a", None, "pm").allowed
    now = 1.0
    again = [limits.check("GET", "a", None, "sluice").allowed for _ in range(FILL + 1)]
    assert again == [True] * FILL + [False]
