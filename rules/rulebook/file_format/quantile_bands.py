"""Set the bands of a rulebook by the scores of a project's own open issues. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

FEWEST = 50
"""With fewer open issues, the bands stay where the rulebook has them."""

STILL = 1.0
"""An edge moves only by this many points or more, so that a priority does not flap."""

SHARES: dict[str, float] = {"Highest": 5, "High": 15, "Medium": 40, "Low": 25, "Lowest": 15}
"""The percent of open issues with each priority, highest first, for `bands: quantiles`."""


def spelled_out(bands: object) -> object:
    """Return `quantiles` and `{quantiles: {High: 20, …}}` as a list of bands; others as they are.

    Until enough scores are known, the bands part the scores from 0 to 100 evenly.
    """
    shares = SHARES if bands == "quantiles" else None
    if isinstance(bands, dict) and [*bands] == ["quantiles"]:
        shares = bands["quantiles"]
    if not isinstance(shares, dict) or not shares:
        return bands
    return [_band(name, share, n, len(shares)) for n, (name, share) in enumerate(shares.items())]


def _band(name: object, share: object, place: int, count: int) -> dict[str, Any]:
    return {"from": round(100 * (count - 1 - place) / count, 1), "priority": name, "share": share}


def edges_of(scores: Sequence[float], shares: Sequence[float]) -> tuple[float, ...]:
    """Return the lowest score of each share, highest first; empty without shares or scores enough.

    The last share begins at 0. Equal scores stay together, on the side that is nearer to the share.
    """
    if len(scores) < FEWEST or not shares:
        return ()
    ordered, edges, wanted = sorted(scores), [], 0.0
    for share in shares[:-1]:
        wanted += share / sum(shares) * len(ordered)
        edges.append(_edge(ordered, wanted))
    return (*edges, 0.0)


def _edge(ordered: Sequence[float], wanted: float) -> float:
    """Return the score from which on the number of issues is nearest to the wanted one."""
    score = ordered[max(len(ordered) - max(round(wanted), 1), 0)]
    first = bisect_left(ordered, score)
    higher = next((one for one in ordered[first:] if one > score), score + 0.1)
    with_ties, without = len(ordered) - first, len(ordered) - bisect_left(ordered, higher)
    return higher if wanted - without < with_ties - wanted else score


def settled(before: Sequence[float], now: Sequence[float]) -> tuple[float, ...]:
    """Return new edges, but keep each one that moved by less than a point."""
    if len(before) != len(now):
        return tuple(now)
    pairs = zip(before, now, strict=True)
    return tuple(old if abs(new - old) < STILL else new for old, new in pairs)
