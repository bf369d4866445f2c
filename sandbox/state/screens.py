"""Hold what each screen lacks: fields by project and issue type, options by project, statuses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Screens:
    """What is hidden. A project or a type of None stands for all of them. Ids only."""

    hidden: set[tuple[str, str | None, str | None]] = field(default_factory=set)
    options: set[tuple[str, str | None]] = field(default_factory=set)
    locked: set[str] = field(default_factory=set)

    def hide(self, field_id: str, project: str | None = None, kind: str | None = None) -> None:
        """Take a field off the screens of a project and an issue type."""
        self.hidden.add((field_id, project, kind))

    def show(self, field_id: str, project: str | None = None, kind: str | None = None) -> None:
        """Put a field back where it was hidden; without project and type, on all screens."""
        if project is None and kind is None:
            self.hidden = {each for each in self.hidden if each[0] != field_id}
        else:
            self.hidden.discard((field_id, project, kind))

    def lack(self, field_id: str, project: str, kind: str | None) -> bool:
        """Return whether the screen of a project's issue type lacks a field."""
        return bool(self.hidden) and any(
            (field_id, one, other) in self.hidden
            for one in (None, project)
            for other in {None, kind}
        )

    def offers(self, option_id: str, project: str) -> bool:
        """Return whether a project's context of the field has an option."""
        return (option_id, None) not in self.options and (option_id, project) not in self.options
