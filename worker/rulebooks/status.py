"""How the rulebooks of a site stand, for `rules status`, `GET /health` and `GET /metrics`."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from worker.store import Ledger, Standing


def of_site(ledger: Ledger) -> dict[str, dict[str, Any]]:
    """By project: the book that judges, since when, what is wrong, on trial and in shadow."""
    return {key: {**told, **_more(ledger, key)} for key, told in ledger.books().items()}


def _more(ledger: Ledger, project: str) -> dict[str, Any]:
    return {
        "trial": _trial(ledger.standing(project)),
        "shadows": ledger.shadows(project),
        "moved": ledger.moved(project),
    }


def _trial(standing: Standing) -> dict[str, Any] | None:
    if standing.trial is None:
        return None
    since = datetime.fromtimestamp(standing.since, timezone.utc)
    return {
        "digest": standing.trial,
        "since": since.isoformat(timespec="seconds"),
        "rewritten": standing.rewritten,
        "stopped": standing.stopped,
    }


def is_bad(book: dict[str, Any]) -> bool:
    """Whether a rule file can't be used: the last good book goes on."""
    return bool(book["wrong"])


def is_stopped(book: dict[str, Any]) -> bool:
    """Whether a new book waits for a person's word."""
    return bool(book["trial"]) and book["trial"]["stopped"] is not None
