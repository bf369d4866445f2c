"""Run all measurements, or the named ones: `python -m bench`. The exit status is always 0."""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import backfill, footprint, judge, offered, report, rules, triage, webhook, worklogs

PARTS = (
    "webhooks",
    "offered",
    "triage",
    "footprint",
    "assess",
    "rules",
    "report",
    "worklogs",
    "backfill",
)


def main() -> None:
    """Print each figure on a line, as soon as it is measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    wanted = parser.parse_args().parts or PARTS
    if unknown := set(wanted) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}. Use one of {', '.join(PARTS)}")
    began = time.monotonic()
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores; alternating rounds, medians"
    )
    for part in wanted:
        for line in _lines(part):
            print(line, flush=True)
    print(f"took {time.monotonic() - began:.0f} s")


def _lines(part: str) -> Iterator[str]:
    if part == "assess":
        yield from judge.measure()
        return
    if part == "rules":
        yield from rules.measure()
        return
    if part == "worklogs":
        yield from worklogs.measure()
        return
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as folder:
        places = {
            "webhooks": webhook.measure,
            "offered": offered.measure,
            "triage": triage.measure,
            "footprint": footprint.measure,
            "report": report.measure,
            "backfill": backfill.measure,
        }
        yield from places[part](Path(folder))


if __name__ == "__main__":
    main()
