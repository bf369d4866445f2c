"""The verdicts of the gate."""

from __future__ import annotations

from typing import Literal

Verdict = Literal["accept", "needs_info", "defer", "reject", "review"]


VERDICTS: tuple[Verdict, ...] = ("accept", "defer", "needs_info", "review", "reject")
"""From the mildest to the strictest: of the verdicts that fired, the last one here wins."""
