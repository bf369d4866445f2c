"""Issues that the default rulebook calls tech debt, and a team calls a business need."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

THINGS = ["checkout", "invoice page", "login", "search", "basket", "mail service", "price list"]


def upgrades(count: int) -> Iterator[tuple[str, str]]:
    """Title and description of issues; no two are the same."""
    for n in range(count):
        thing = THINGS[n % len(THINGS)]
        yield (
            f"Upgrade the {thing} to version {n + 2}",
            f"The supplier offers a new {thing}. It has been announced for a while.",
        )


def decided(count: int, cls: str = "business_need", **more: str) -> list[dict[str, str]]:
    """Rows of such issues, one a day, with the class that people decided."""
    first = datetime(2026, 6, 1, tzinfo=UTC)
    return [
        {
            "key": f"SHOP-{n}",
            "summary": summary,
            "description": text,
            "updated": (first + timedelta(days=n)).isoformat(),
            "cls": cls,
            **more,
        }
        for n, (summary, text) in enumerate(upgrades(count))
    ]
