"""What the command line says a model is to learn from, beside labelled issues."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from cli.app import fail
from rules.learning import labelled_issues
from rules.learning.annotations import Readings, read_issues, read_readings, taught
from rules.learning.labelled_issues import Sample

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)

_OPTIONS = (
    click.option("--written", multiple=True, type=FILE, help="Text that was written to train on."),
    click.option("--readings", type=FILE, help="CSV of classes read in issues: key,source,cls,or."),
    click.option("--issues", multiple=True, type=FILE, help="Issues that the readings are of."),
    click.option(
        "--licensed",
        multiple=True,
        metavar="SOURCE",
        help="Only of these trackers a model keeps words that are not common English.",
    ),
)


@dataclass(frozen=True)
class Learned:
    """The options of `learning`, as click hands them over."""

    written: tuple[Path, ...] = ()
    readings: Path | None = None
    issues: tuple[Path, ...] = ()
    licensed: tuple[str, ...] = ()

    def read(self) -> Readings:
        """What was read in issues, by key."""
        if self.issues and not self.readings:
            fail("--issues needs --readings: else nobody says of what class they are")
        return read_readings(self.readings) if self.readings else {}

    def known(self, samples: Sequence[Sample], readings: Readings) -> list[Sample]:
        """All that there is to learn from: labelled issues, read ones, and written text.

        An issue that two files have counts once: as it is in the first of them.
        """
        found = taught(samples, readings)
        there = {(s.source, s.key) for s in found}
        for file in self.issues:
            new = [s for s in read_issues(file, readings) if (s.source, s.key) not in there]
            there |= {(s.source, s.key) for s in new}
            found += new
        if absent := {*self.licensed} - {s.source for s in found}:
            sources = ", ".join(sorted({s.source for s in found}))
            fail(f"--licensed {min(absent)}: no issue is from there, only from {sources}")
        found = [replace(s, borrowed=self._borrowed(s)) for s in found]
        return found + [
            s for file in self.written for s in labelled_issues.read(file, written=True)
        ]

    def _borrowed(self, sample: Sample) -> bool:
        return bool(self.licensed) and sample.source not in self.licensed


def learning(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what to learn from; the command gets them as those of `Learned`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
