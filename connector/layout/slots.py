"""Hold the fields that Sluice writes: their ids, and the form of their values."""

from __future__ import annotations

from dataclasses import dataclass

from rules.vocabulary.managed_fields import CUSTOM, MANAGED


@dataclass(frozen=True)
class Slot:
    """A field that Sluice writes: its id, and whether it is a select list or a single line."""

    id: str
    name: str
    option: bool = False
    named: bool = False
    line: bool = False

    def value(self, value: str | float, id: str = "") -> object:
        """Return a value in Jira's form.

        `{"value": …}` for a select list, `{"name": …}` for a priority, else the plain value. With
        the value's id on the site it is `{"id": …}`.
        """
        if id and (self.named or self.option):
            return {"id": id}
        if self.named:
            return {"name": value}
        return {"value": value} if self.option else value


PRIORITY = Slot(str(MANAGED.priority.id), MANAGED.priority.name, named=True)
"""Jira's own field, on every site."""

SETTINGS = {str(MANAGED.of(name).setting): MANAGED.of(name) for name in CUSTOM}
"""The managed fields by their key under `fields:` in sluice.yaml."""
