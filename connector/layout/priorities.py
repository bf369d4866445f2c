"""Know a site's priorities by id, whatever language the account reads them in.

Jira's names of priorities follow the language of the account: "Highest" is read back as "Höchste".
Ids do not. Nothing in Atlassian's documents lets a request choose the language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rules.facts.jira_json.json_values import text_of
from rules.facts.named import Named

_ICON = re.compile(
    r"/priorities/(highest|high|medium|low|lowest|blocker|critical|major|minor|trivial)(?:_new)?\.(?:svg|png)"
)
"""Jira's own icons are called as its default priorities are in English."""


@dataclass(frozen=True)
class Priority:
    """A priority: its id, its name as the account reads it, its rank and its name by the icon.

    The rank goes from 1 for the highest to 0 for the lowest.
    """

    id: str
    name: str
    rank: float
    icon: str = ""


@dataclass(frozen=True)
class Priorities:
    """The priorities of a site, the highest first. Without any, names stand for themselves.

    `words` maps further names to those of the site: `words:` in sluice.yaml.
    """

    listed: tuple[Priority, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(
        cls, listed: Iterable[Mapping[str, object]], words: Mapping[str, str] | None = None
    ) -> Priorities:
        """Read `GET /priority`, which lists the highest first."""
        found = [one for one in listed if one.get("id") is not None]
        last = max(len(found) - 1, 1)
        them = (
            Priority(
                str(one["id"]),
                text_of(one.get("name")) or "",
                (len(found) - 1 - place) / last,
                _by_icon(one.get("iconUrl")),
            )
            for place, one in enumerate(found)
        )
        return cls(tuple(them), {_folded(k): v for k, v in (words or {}).items()})

    @cached_property
    def order(self) -> tuple[Named, ...]:
        """Return the priorities, the lowest first, each with its id and the name of its icon."""
        return tuple(Named(one.name, (one.id, one.icon)) for one in reversed(self.listed))

    @property
    def ranks(self) -> Mapping[str, float]:
        """Return the rank of each priority by id and by name in lower case."""
        return {key.lower(): one.rank for one in self.listed for key in (one.id, one.name) if key}

    def find(self, word: str | None) -> Priority | None:
        """Return the priority of a name, or None.

        A name is what the account reads, what `words` maps to it, or the English name of its icon,
        if no other priority has this icon.
        """
        named = self._named(self.words.get(_folded(word), "")) if word else None
        return named or self._named(word) or self._of_icon(word)

    def id_of(self, word: str | None) -> str:
        """Return the id of a name; an empty text if no priority has this name."""
        found = self.find(word)
        return found.id if found else ""

    def also(self, id: str) -> tuple[str, ...]:
        """Return every name by which conditions may ask for a priority, that of the site first."""
        names = [
            *(one.name for one in self.listed if one.id == id),
            *(word for word in self.words if self.id_of(word) == id),
            *(one.icon for one in self.listed if one.id == id and self.id_of(one.icon) == id),
        ]
        return tuple({_folded(name): name for name in reversed(names) if name}.values())[::-1]

    def _named(self, word: str | None) -> Priority | None:
        return next((p for p in self.listed if word and _folded(p.name) == _folded(word)), None)

    def _of_icon(self, word: str | None) -> Priority | None:
        found = [one for one in self.listed if word and one.icon == _folded(word)]
        return found[0] if len(found) == 1 else None


def _folded(word: str | None) -> str:
    return (word or "").strip().lower()


def _by_icon(url: object) -> str:
    """Return the English name that Jira's own icon has; an empty text for any other icon."""
    found = _ICON.search(url.lower()) if isinstance(url, str) else None
    return found[1] if found else ""
