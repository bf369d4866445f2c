"""Tell what a seed found, in lines and as a row of a table."""

from __future__ import annotations

from collections.abc import Iterator

from chaos.run import Result

MOST_LINES = 40

HEAD = (
    "| seed | events | faults | writes (quiet run) | lost | doubled | different | overwritten "
    "| left over | slowest event → write (unknown to Sluice) | took (load) |",
    "|---|---|---|---|---|---|---|---|---|---|---|",
)


def row(result: Result) -> str:
    """Return a row of the table of seeds."""
    found = result.found
    cells = [
        result.seed,
        f"{result.events:,}",
        result.faults,
        f"{result.writes:,} ({result.quiet_writes:,})",
        len(found.lost),
        len(found.doubled),
        len(found.different),
        len(found.overwritten),
        len(result.left),
        f"{result.slowest_s(told=True):.1f} s ({result.slowest_s(told=False):.1f} s)",
        f"{result.seconds:.0f} s ({result.load:.1f})",
    ]
    return f"| {' | '.join(map(str, cells))} |"


def tell(result: Result, verbose: bool, sizes: str) -> Iterator[str]:
    """Yield the row of a seed; if it failed, why, where its logs are, and how to replay it."""
    yield row(result)
    if verbose:
        yield from (f"  {line}" for line in result.said)
    if not result.fails:
        return
    yield from (f"  {line}" for line in result.fails[:MOST_LINES])
    if (more := len(result.fails) - MOST_LINES) > 0:
        yield f"  and {more} more"
    yield f"  logs: {result.folder}"
    yield f"  again: python -m chaos --seed {result.seed} {sizes}"
