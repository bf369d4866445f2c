"""Fuzz Sluice's parsers: `python -m fuzz --inputs 1000000`. Status 1 if one crashed or hung."""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fuzz.run import Job, counts, run, table
from fuzz.targets import TARGETS
from fuzz.watch import Watch

_TELL_S = 30.0


def main() -> None:
    """Run the inputs, or one that was kept; print a table and what failed."""
    wanted = _arguments().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # or the processes would go on
    if wanted.replay:
        failed = [path for path in wanted.replay if replay(path)]
        sys.exit(bool(failed))
    folder = Path(wanted.folder).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "kept").mkdir(parents=True)
    each = counts({name: TARGETS[name].share for name in wanted.only or TARGETS}, wanted.inputs)
    jobs = [Job(name, count, folder, wanted.engine, wanted.seed) for name, count in each.items()]
    print(f"{wanted.inputs:,} inputs by {wanted.engine}, seed {wanted.seed}", flush=True)
    told = time.monotonic()
    for _ in run(jobs, wanted.jobs):
        if time.monotonic() - told > _TELL_S:
            told = time.monotonic()
            print(", ".join(f"{job.name} {job.ran:,}" for job in jobs), flush=True)
    print(table(jobs))
    for job in jobs:
        for kind, count in job.found.items():
            print(f"{job.name}: {count:,} × {kind}")
    print(f"failing inputs are kept in {wanted.folder}/kept: python -m fuzz --replay FILE")
    sys.exit(any(job.found or job.ran < job.wanted for job in jobs))


def replay(path: Path) -> bool:
    """Run an input that was kept. Return whether it fails still."""
    name = path.name.rsplit("-", 1)[0]
    if name not in TARGETS:
        sys.exit(f"{path}: begin its name with a target and a hyphen: {', '.join(TARGETS)}")
    with _silent(), TARGETS[name].open() as target:
        watch = Watch(name, target, path.parent)
        kind, said = watch.judge(path.read_bytes())
    print(f"{path}: {kind or 'fine'}\n{said}".rstrip())
    return bool(kind)


@contextmanager
def _silent() -> Iterator[None]:
    """Log nothing in the block: a refused webhook is no news here."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=20_000, help="inputs (default: 20000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the mutations (default: 1)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at a time")
    parser.add_argument("--folder", default=".fuzz", help="where failing inputs are kept")
    parser.add_argument("--only", nargs="+", choices=[*TARGETS], help="only these targets")
    parser.add_argument("--replay", nargs="+", type=Path, metavar="FILE", help="run kept inputs")
    parser.add_argument(
        "--engine",
        choices=["atheris", "mutations"],
        default="mutations",
        help="atheris follows the code that an input reaches, and has to be installed",
    )
    return parser


if __name__ == "__main__":
    main()
