"""Show the progress of a long command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

EVERY_S = 10.0
"""Without a terminal, a long run says so often how far it is."""


@contextmanager
def progress(text: str, total: int | None = None) -> Iterator[Callable[[], None]]:
    """Show a progress bar on a terminal, and nothing if stderr goes into a file.

    Yields a function to call after each step.
    """
    console = Console(stderr=True)
    columns = (TextColumn(text), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)


Say = Callable[[str], None]


@contextmanager
def timed_progress(total: int) -> Iterator[tuple[Callable[[], None], Say]]:
    """Show progress and the time left; without a terminal, a line each ten seconds.

    Yields a function to call after each step, and one that says what holds the run up.
    """
    console = Console(stderr=True)
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[why]}"),
    )
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as bar:
        task, said, why = bar.add_task("", total=total, why=""), [monotonic()], [""]

        def step() -> None:
            bar.advance(task)
            tell()

        def say(text: str) -> None:
            why[0] = text
            bar.update(task, why=text)
            tell()

        def tell() -> None:
            if hidden and monotonic() - said[0] >= EVERY_S:
                said[0] = monotonic()
                left = bar.tasks[0].time_remaining
                time_left = "" if left is None else f", {left:.0f} s left"
                because = f" ({why[0]})" if why[0] else ""
                done = bar.tasks[0].completed
                console.print(f"{done:,.0f} of {total:,}{time_left}{because}", highlight=False)

        yield step, say
