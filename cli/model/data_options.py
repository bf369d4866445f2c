"""Define the options for additional training data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from cli.app import fail
from rules.learning.evaluation import labelled_issues
from rules.learning.evaluation.annotations import (
    Annotations,
    apply_annotations,
    read_annotated,
    read_annotations,
)
from rules.learning.evaluation.labelled_issues import Sample

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)

_OPTIONS = (
    click.option("--written", multiple=True, type=FILE, help="Texts written for training."),
    click.option("--readings", type=FILE, help="CSV of annotated classes: key,source,cls,or."),
    click.option("--issues", multiple=True, type=FILE, help="Issues that --readings annotates."),
    click.option(
        "--licensed",
        multiple=True,
        metavar="SOURCE",
        help="Learn words outside common English only from this tracker (repeatable).",
    ),
)


@dataclass(frozen=True)
class Learned:
    """The values of the options of `learning`."""

    written: tuple[Path, ...] = ()
    readings: Path | None = None
    issues: tuple[Path, ...] = ()
    licensed: tuple[str, ...] = ()

    def read(self) -> Annotations:
        """Return the annotations by issue key."""
        if self.issues and not self.readings:
            fail("--issues needs --readings, which has the classes of these issues")
        return read_annotations(self.readings) if self.readings else {}

    def known(self, samples: Sequence[Sample], readings: Annotations) -> list[Sample]:
        """Return all training samples: labelled issues, annotated issues, and written texts.

        If two files contain the same issue, the first one is used.
        """
        found = apply_annotations(samples, readings)
        there = {(s.source, s.key) for s in found}
        for file in self.issues:
            new = [s for s in read_annotated(file, readings) if (s.source, s.key) not in there]
            there |= {(s.source, s.key) for s in new}
            found += new
        if absent := {*self.licensed} - {s.source for s in found}:
            sources = ", ".join(sorted({s.source for s in found}))
            fail(f"--licensed {min(absent)}: unknown source. The issues are from {sources}")
        found = [replace(s, borrowed=self._borrowed(s)) for s in found]
        return found + [
            s for file in self.written for s in labelled_issues.read(file, written=True)
        ]

    def _borrowed(self, sample: Sample) -> bool:
        return bool(self.licensed) and sample.source not in self.licensed


def learning(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of `Learned` to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
