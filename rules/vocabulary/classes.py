"""The classes of work."""

from __future__ import annotations

from typing import Literal

Kind = Literal["tech_debt", "business_need", "exploration", "undecided"]


KINDS: tuple[Kind, ...] = ("tech_debt", "business_need", "exploration")
