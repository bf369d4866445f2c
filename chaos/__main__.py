"""Run Sluice under seeded faults: `python -m chaos --seeds 20`. Status 1 if a promise is broken."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path

from chaos.plan import make_plan
from chaos.report import HEAD, row, tell
from chaos.run import Result, run


def main() -> None:
    """Run the seeds one after the other; print a row for each, and why one failed."""
    wanted = _arguments().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # or all the processes would go on
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    done: list[Result] = []
    for seed in range(wanted.seed, wanted.seed + wanted.seeds):
        plan = make_plan(seed, wanted.events, wanted.issues)
        if wanted.plan:
            print("\n".join(plan.lines()))
            continue
        done.append(run(plan))
        for line in tell(
            done[-1], wanted.verbose, f"--events {wanted.events} --issues {wanted.issues}"
        ):
            print(line, flush=True)
    if done:
        table = "\n".join([*HEAD, *map(row, done)])
        print(table)
        if wanted.table:
            Path(wanted.table).write_text(f"{table}\n", encoding="utf-8")
    sys.exit(any(each.fails for each in done))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1, help="number of seeds to run (default: 1)")
    parser.add_argument("--seed", type=int, default=1, help="the first seed (default: 1)")
    parser.add_argument(
        "--events", type=int, default=2_000, help="events of a seed (default: 2000)"
    )
    parser.add_argument("--issues", type=int, default=500, help="issues of a seed (default: 500)")
    parser.add_argument("--plan", action="store_true", help="print the plan and run nothing")
    parser.add_argument("--verbose", action="store_true", help="print all faults with their times")
    parser.add_argument("--table", metavar="FILE", help="also write the table of seeds to a file")
    return parser


if __name__ == "__main__":
    main()
