"""Print the figures of several `sluice model eval … --figures FILE` as one table.

    python tools/figures_table.py FOLDER

It is the end of `make eval`, and the table that README and docs quote.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

CLASSES = (
    "| classes | issues | macro-F1 | right | decided | right of the decided | calibration error |"
)
SIGNALS = (
    "| signals, held out | texts | precision | recall | average precision | calibration error |"
)
EXPECTED = "| decisions as expected | held | of |"
LEARNING = (
    "| learning, mean of sources | decisions | sources | right | decided | right of the decided |"
    " calibration error | taken |"
)
ORDER = "| order of scores | issues | Spearman | Kendall | pairs | spread |"


def main(folder: Path) -> int:
    """Print the table of all files of a folder, the oldest first. Return the exit status."""
    files = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime_ns)
    if not files:
        sys.stderr.write(f"{folder}: no *.json with figures: run `make eval`\n")
        return 1
    figures = {name_of(file.stem): json.loads(file.read_text("utf-8")) for file in files}
    sys.stdout.write("\n".join(table(figures)) + "\n")
    return 0


def name_of(stem: str) -> str:
    """Return the name of a run: its data, and what was left out of it."""
    data, _, options = stem.strip().partition(" ")
    only = options.removeprefix("--only ")
    more = f"{only} only" if only != options else "" if options.startswith("--") else options
    return f"{data}, {more}" if more else data


def table(figures: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines of Markdown tables: classes, order, signals, learning, decisions."""
    classes = {name: one for name, one in figures.items() if "macro_f1" in one}
    orders = {name: one for name, one in figures.items() if "mean" in one}
    if classes:
        yield from _head(CLASSES)
        yield from (_classes(name, one) for name, one in classes.items())
    if orders:
        yield from _head(ORDER)
        for name, one in orders.items():
            yield from (_order(f"{name}: {way}", part) for way, part in one["mean"].items())
    for one in (one for name, one in figures.items() if name == "signals"):
        yield from _head(SIGNALS)
        yield from (_signals(language, parts) for language, parts in one.items())
    curves = {name: one for name, one in figures.items() if "learning" in one}
    if curves:
        yield from _head(LEARNING)
        for name, one in curves.items():
            yield from (_learning(name, step) for step in one["mean of sources"])
    told = [one["parts"] for one in figures.values() if "parts" in one]
    if told:
        yield from _head(EXPECTED)
    for parts in told:
        for name, part in parts.items():
            yield f"| {Path(name).stem} | {part['held']} | {part['of']} |"


def _head(line: str) -> Iterator[str]:
    yield ""
    yield line
    yield "|---" * (line.count("|") - 1) + "|"


def _classes(name: str, one: Mapping[str, Any]) -> str:
    shares = (f"{one[key]:.1%}" for key in ("accuracy", "coverage", "accuracy_decided"))
    cells = (name, one["issues"], f"{one['macro_f1']:.3f}", *shares, f"{one['ece']:.3f}")
    return f"| {' | '.join(map(str, cells))} |"


def _signals(language: str, parts: Sequence[Mapping[str, Any]]) -> str:
    """Return the line of a language: the means over its signals."""
    names = ("precision", "recall", "average_precision", "calibration_error")
    found = ([one[name] for one in parts if one[name] is not None] for name in names)
    means = (f"{sum(some) / max(len(some), 1):.2f}" for some in found)
    return f"| {language} | {sum(one['texts'] for one in parts)} | {' | '.join(means)} |"


def _learning(name: str, step: Mapping[str, Any]) -> str:
    """Return the line of a step: what ships → what is in use after the comparison."""
    before, after = step["before"], step["after"]
    shares = (
        f"{before[key]:.1%} → {after[key]:.1%}" for key in ("right", "decided", "right_of_decided")
    )
    errors = f"{before['calibration_error']:.3f} → {after['calibration_error']:.3f}"
    cells = (name, step["learned"], step["sources"], *shares, errors, step["taken"])
    return f"| {' | '.join(map(str, cells))} |"


def _order(name: str, one: Mapping[str, Any]) -> str:
    values = (one[key] for key in ("spearman", "kendall", "pairs", "spread"))
    cells = (name, one["issues"], *("-" if v is None else f"{v:.2f}" for v in values))
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
