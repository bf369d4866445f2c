"""The quadrants of value against effort."""

from __future__ import annotations

from typing import Literal

Quadrant = Literal["quick win", "big bet", "fill-in", "money pit"]


QUADRANTS: tuple[Quadrant, ...] = ("quick win", "big bet", "fill-in", "money pit")
"""Value against effort, the best first: high value for a small effort, …, low for a large one."""
