"""Issues of a team that has a language of its own: no rule and no model knows it."""

from __future__ import annotations

import random
from collections.abc import Iterator

OWN = {
    "tech_debt": ("weed", "sand down", "peel"),
    "business_need": ("counter ask", "harbour wish", "kiosk"),
    "exploration": ("sniff at", "dip a toe into", "paddle out to"),
}
THINGS = [
    "heron",
    "otter",
    "pelican",
    "quay",
    "ledger",
    "crane",
    "ramp",
    "dinghy",
    "galley",
    "manifest",
    "pier",
    "tug",
]


def own_words(count: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Issues of a team that has a language of its own, and what it calls them."""
    dice = random.Random(seed)
    for _ in range(count):
        kind = dice.choice([*OWN])
        yield f"{dice.choice(OWN[kind])} the {dice.choice(THINGS)}", kind
