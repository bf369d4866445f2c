"""Read texts whose signals are known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rules.text_model.model_file import ModelFileError
from rules.text_model.signals.said import Said
from rules.vocabulary.signals import SIGNALS


@dataclass(frozen=True)
class Sample:
    """A short text, the signals that it is about, and how it states them."""

    text: str
    signals: frozenset[str]
    mark: str
    domain: str
    heard: Said | None = None
    """The text as a reader of marks understands it; it may be wrong about the mark."""

    @property
    def said(self) -> Said:
        """Return what a model reads of the text."""
        return self.heard or Said(self.text)

    @property
    def stated(self) -> frozenset[str]:
        """Return the signals that the text affirms."""
        return self.signals if self.mark == "affirmed" else frozenset()


def read(path: Path) -> Iterator[Sample]:
    """Yield the texts of a JSON Lines file; raise ModelFileError at the first bad line."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            yield Sample(row["text"], frozenset(row["signals"]), row["mark"], row["domain"])
        except (ValueError, KeyError, TypeError):
            wrong = f"line {number} has no text, signals, mark and domain, as in training/signals"
            raise ModelFileError(path, wrong) from None
        if unknown := frozenset(row["signals"]) - SIGNALS.keys():
            raise ModelFileError(path, f"line {number}: unknown signal {', '.join(unknown)}")
