"""Run the inputs of one target in a process of its own: `python -m fuzz.drive`, for `fuzz` only."""

from __future__ import annotations

import json
import logging
import mmap
import os
import struct
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from fuzz.mutate import MOST, mutate
from fuzz.watch import Watch

if TYPE_CHECKING:
    from fuzz.targets import Target

_HEAD = struct.Struct("<QQ")
_OFTEN = 1_000
_OURS = ["connector", "rules", "webhooks"]


class Now:
    """The number and the bytes of the input that runs, where they outlive the process."""

    def __init__(self, path: Path) -> None:
        size = _HEAD.size + MOST
        if not path.exists():
            path.write_bytes(bytes(size))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), size)

    def set(self, number: int, data: bytes) -> None:
        """Note the input that runs."""
        kept = data[:MOST]
        self._map[: _HEAD.size] = _HEAD.pack(number, len(kept))
        self._map[_HEAD.size : _HEAD.size + len(kept)] = kept

    def get(self) -> tuple[int, bytes]:
        """Return how many inputs ran, and the last one."""
        number, size = _HEAD.unpack(self._map[: _HEAD.size])
        return number, self._map[_HEAD.size : _HEAD.size + size]


def inputs(target: Target, seed: int) -> Iterator[bytes]:
    """Yield inputs without end. Each is a changed seed, or a changed input of before."""
    random, kept = Random(seed), list(target.seeds)
    yield from target.seeds
    while True:
        made = mutate(random, random.choice(kept), target.seeds, target.words)
        if random.random() < 0.01 and len(made) < 3_000:
            kept[len(target.seeds) :] = [*kept[len(target.seeds) :][-50:], made]
        yield made


class _Child:
    """The work of this process: it counts on, from what an earlier one had done."""

    def __init__(self, name: str, count: int, seed: int, folder: Path) -> None:
        self.name, self.count, self.seed, self.folder = name, count, seed, folder
        self.began, self.now = time.monotonic(), Now(folder / f"{name}.now")
        self.before, _ = self.now.get()
        self.stack = ExitStack()

    def open(self, target: Target) -> None:
        self.watch = Watch(self.name, self.stack.enter_context(target.open()), self.folder / "kept")

    def run(self, data: bytes) -> None:
        self.now.set(self.before + self.watch.ran + 1, data)
        if self.watch.run(data) or self.watch.ran % _OFTEN == 0:
            self.tell()

    def tell(self) -> None:
        """Write what was found, for the process that waits."""
        path = self.folder / f"{self.name}.{os.getpid()}.json"
        found = {"seconds": time.monotonic() - self.began, "found": self.watch.found}
        path.with_suffix(".part").write_text(json.dumps(found), encoding="utf-8")
        path.with_suffix(".part").replace(path)

    def end(self) -> None:
        self.tell()
        self.stack.close()
        sys.stdout.flush()
        os._exit(0)  # libFuzzer ends its process by an abort, if it is left with inputs to run


def _own(child: _Child) -> None:
    from fuzz.targets import TARGETS

    target = TARGETS[child.name]
    child.open(target)
    made = inputs(target, child.seed)
    for _ in range(child.count):
        child.run(next(made))
    child.end()


def _guided(child: _Child) -> None:
    """Let libFuzzer choose what to change, by the code that an input reaches."""
    import atheris  # type: ignore[import-untyped]

    with atheris.instrument_imports(include=_OURS):
        from fuzz.targets import TARGETS
    target = TARGETS[child.name]
    child.open(target)
    corpus = Path(child.stack.enter_context(tempfile.TemporaryDirectory()))
    for number, seed in enumerate(target.seeds):
        (corpus / str(number)).write_bytes(seed)

    def run(data: bytes) -> None:
        child.run(data)
        if child.watch.ran >= child.count:
            child.end()

    def change(data: bytes, _most: int, seed: int) -> bytes:
        return mutate(Random(seed), data, target.seeds, target.words)

    options = [f"-seed={child.seed}", f"-max_len={MOST}", "-len_control=0", "-rss_limit_mb=2048"]
    atheris.Setup(["fuzz", *options, str(corpus)], run, custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    engine, name, count, seed, folder = sys.argv[1:]
    logging.disable(logging.CRITICAL)  # a refused webhook is no news here
    child = _Child(name, int(count), int(seed), Path(folder))
    (_guided if engine == "atheris" else _own)(child)
