"""Define a line of a health answer, which `/ready`, `/health`, `/metrics` and `doctor` share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from rules.vocabulary.plural import many


@dataclass(frozen=True)
class Line:
    """One thing that was checked, whether it is as it should be, and what to say of it."""

    check: str
    ok: bool
    said: str

    def to_json(self) -> dict[str, Any]:
        """Return the line as a JSON object."""
        return asdict(self)


def at(time: datetime | None) -> str:
    """Return a time for a line, such as `2026-12-01 09:30 UTC`; `never` for none."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if time else "never"


def lasts(span: timedelta) -> str:
    """Return a span for a line, such as `3 minutes`, in its largest whole unit."""
    seconds = max(int(span.total_seconds()), 0)
    for unit, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * unit:
            return many(seconds // unit, name)
    return many(seconds, "second")


def told(site: str, line: Line) -> str:
    """Return the sentence of a line with its site, "" for Sluice as a whole."""
    return f"{site}: {line.said}" if site and not line.said.startswith(f"{site} ") else line.said


def summary(lines: Iterable[tuple[str, Line]]) -> str:
    """Return what is wrong, in one line; `ok` if nothing is. Each line comes with its site."""
    wrong = [told(site, line) for site, line in lines if not line.ok]
    return "; ".join(wrong) or "ok"
