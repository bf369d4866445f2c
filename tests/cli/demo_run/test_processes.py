"""The processes of the demo end with its block: the last one first, and none is left."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from cli.demo_run.processes import ChildDied, Children
from tests.waiting import until

PROGRAM = """
import signal, sys, time
def end(*_):
    with open(sys.argv[2], "a") as told:
        told.write(sys.argv[1])
    sys.exit()
signal.signal(signal.SIGTERM, end)
print("ready", flush=True)
time.sleep(600)
"""


def is_ready(log: Path) -> bool:
    return "ready" in log.read_text()


def test_they_end_with_the_block_the_last_one_first_whatever_ends_it(tmp_path: Path) -> None:
    told = tmp_path / "told"
    with pytest.raises(KeyboardInterrupt), Children(tmp_path) as children:
        for name in "abc":
            children.start(name, ["-c", PROGRAM, name, str(told)], os.environ)
            until(partial(is_ready, children.log(name)))
        children.check()
        raise KeyboardInterrupt
    assert told.read_text() == "cba"
    with pytest.raises(ChildDied, match="a ended with status 0"):
        children.check()
