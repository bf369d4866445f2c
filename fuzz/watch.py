"""Run one input under a watchdog, and keep it in a folder if it crashes or hangs."""

from __future__ import annotations

import hashlib
import signal
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

LIMIT_S = 5.0
"""Processor time of one input. Time of the clock would count what other processes do."""

_OURS = ("cli", "connector", "rules", "webhooks", "worker")
_ROOT = Path(__file__).resolve().parent.parent


class Hang(BaseException):
    """An input took more than its time. `except Exception` does not catch it."""


class Broken(Exception):
    """A target answered what it must not answer."""


@dataclass
class Watch:
    """Runs the inputs of a target, counts them, and keeps those that fail."""

    name: str
    target: Callable[[bytes], object]
    folder: Path
    limit: float = LIMIT_S
    ran: int = 0
    found: Counter[str] = field(default_factory=Counter)

    def run(self, data: bytes) -> str:
        """Run an input. Return the kind of its failure, an empty text if there is none."""
        self.ran += 1
        kind, said = self.judge(data)
        if kind:
            self.found[kind] += 1
            if self.found[kind] == 1:
                keep(self.folder, self.name, kind, data, said)
        return kind

    def judge(self, data: bytes) -> tuple[str, str]:
        """Run an input. Return the kind of its failure and its traceback, or empty texts."""
        before = signal.signal(signal.SIGPROF, _bark)
        signal.setitimer(signal.ITIMER_PROF, self.limit)
        try:
            self.target(data)
        except Hang as error:
            return f"hang in {_where(error)}", traceback.format_exc()
        except (Exception, SystemExit) as error:
            return f"{type(error).__name__} in {_where(error)}", traceback.format_exc()
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)
        return "", ""


def _bark(_number: int, _frame: FrameType | None) -> None:
    raise Hang


def _where(error: BaseException) -> str:
    """Return the innermost place of the product's own code, by file and function."""
    frames = traceback.extract_tb(error.__traceback__)
    roots = tuple(str(_ROOT / name) for name in _OURS)
    ours = [frame for frame in frames if frame.filename.startswith(roots)]
    if not ours:
        return "fuzz"
    return f"{Path(ours[-1].filename).relative_to(_ROOT)}:{ours[-1].name}"


def keep(folder: Path, target: str, kind: str, data: bytes, said: str) -> Path:
    """Write a failing input, and beside it how it failed. Return the path of the input."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{target}-{hashlib.sha256(data).hexdigest()[:12]}"
    path.write_bytes(data)
    path.with_name(f"{path.name}.txt").write_text(
        f"{kind}\n\n{said}", encoding="utf-8", errors="replace"
    )
    return path
