"""Tell the values that Sluice wrote from those that people set. Pure.

Sluice's own value is one that equals what the record, the comment or the changelog says it wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from connector.changelog import Chosen, LastChange, last_changes
from connector.issue.said import said_otherwise
from connector.layout.field_mapping import Layout
from rules.facts.issue import Managed, Note, Record
from rules.facts.jira_json.json_values import dict_of, list_of, number_of, text_of
from rules.facts.times import moment
from rules.vocabulary.managed_fields import MANAGED_NAMES, ManagedName

Origin = Literal["here", "moved", "copied", "none"]
"""Where a record comes from: it was written here, it came along when a migration gave the issue
another id, it came along with a copy, or there is none.
"""

OWN_WRITE = timedelta(seconds=60)
"""A change this close to Sluice's write is that write: the two clocks can differ."""

AT_ONCE = timedelta(seconds=10)
"""A change by Sluice's account this close to the reading before is of Sluice's write."""


@dataclass(frozen=True)
class Owned:
    """Whose the values of an issue are.

    `record` is None in a copy, which is triaged afresh. `kept` has the values that people set, also
    one that Sluice's last write replaced since it was set after the reading;
    `confirmed` names those that are Sluice's own value all the same. `copied`: what the issue had
    when it was created is nobody's.
    """

    record: Record | None
    kept: Managed
    confirmed: frozenset[ManagedName]
    copied: bool


def origin_of(raw: Mapping[str, Any], record: Record | None, note: Note | None) -> Origin:
    """Return where a record comes from.

    A migration renumbers issues and keeps their comments and the time of their creation. A copy is
    created after the record was written.
    """
    if record is None:
        return "none"
    if record.partial or record.issue == str(raw.get("id", "")):
        return "here"
    created = moment(dict_of(raw.get("fields")).get("created"))
    older = created is not None and record.at is not None and created <= record.at
    return "moved" if note or older else "copied"


def owned(
    raw: Mapping[str, Any],
    layout: Layout,
    managed: Managed,
    ids: Mapping[ManagedName, str],
    record: Record | None,
    note: Note | None,
    chosen: Chosen,
) -> Owned:
    """Return whose the values of an issue are. `record` may be that of another issue."""
    origin = origin_of(raw, record, note)
    changes = last_changes(raw, chosen) if "changelog" in raw else {}
    copied = origin == "copied" or (
        origin == "none" and note is None and _is_copy(raw, managed, changes)
    )
    look = _Look(layout, managed, ids, record, origin, note, changes, copied)
    unseen = {name: value for name in MANAGED_NAMES if (value := look.overwrote(name)) is not None}
    theirs: dict[ManagedName, str | float | None] = {
        name: managed.get(name) for name in MANAGED_NAMES if look.is_theirs(name)
    }
    return Owned(
        record=None if origin == "copied" else record,
        kept=Managed(**theirs | unseen),  # type: ignore[arg-type]
        confirmed=frozenset(n for n in theirs if n not in unseen and look.is_confirmed(n)),
        copied=copied,
    )


def _is_copy(
    raw: Mapping[str, Any], managed: Managed, changes: Mapping[ManagedName, LastChange]
) -> bool:
    """Return whether an issue without a trace of Sluice took its values from another one.

    Nobody fills in Sluice's score when creating an issue. A copy by a rule or a script has it.
    """
    by = changes["score"].by if "score" in changes else "nobody"
    scored = managed.score is not None and by in ("nobody", "robot")
    return scored or is_clone(dict_of(raw.get("fields")))


def is_clone(fields: Mapping[str, Any]) -> bool:
    """Return whether an issue is linked as a clone of another: by Jira, by a rule, by a script.

    A clone copies fields, so no person set them. Admins rename the type of the link, so its phrase
    counts too.
    """
    for link in map(dict_of, list_of(fields.get("issuelinks"))):
        kind = dict_of(link.get("type"))
        words = (text_of(kind.get(key)) or "" for key in ("name", "outward"))
        if "outwardIssue" in link and any("clone" in word.lower() for word in words):
            return True
    return False


@dataclass(frozen=True)
class _Look:
    """What an issue shows of its values. `changes` are the last ones, empty if unknown."""

    layout: Layout
    managed: Managed
    ids: Mapping[ManagedName, str]
    record: Record | None
    origin: Origin
    note: Note | None
    changes: Mapping[ManagedName, LastChange]
    copied: bool

    def is_theirs(self, name: ManagedName) -> bool:
        """Return whether a person set the value of a field."""
        if self.managed.get(name) is None:
            return False
        if self.record is None:
            return self._without_record(name)
        if self.origin == "copied":
            return self._by_person(name) or not (
                self._is(name, self.record.wrote)
                or self._is(name, self.record.theirs)
                or self._is_default(name)
            )
        return not self._wrote(name) or self._decided(name)

    def overwrote(self, name: ManagedName) -> str | float | None:
        """Return the value that a person set after the last reading and the write then replaced.

        Jira has no write that fails if the issue changed meanwhile, so the next reading looks back.
        """
        read = self.record.at if self.record and self.origin in ("here", "moved") else None
        change = self._change(name)
        theirs = change.before if change and change.by == "sluice" else None
        if read is None or theirs is None or theirs.by != "person" or theirs.at is None:
            return None
        value = number_of(theirs.value) if name == "score" else theirs.value
        return value if theirs.at >= read and value != "" else None

    def is_confirmed(self, name: ManagedName) -> bool:
        """Return whether only the changelog tells that the value is a person's."""
        own = self.record is not None and self.origin in ("here", "moved")
        return own and self._wrote(name) and not self._kept_before(name)

    def _without_record(self, name: ManagedName) -> bool:
        by = self._by(name)
        if by in ("person", "sluice"):
            return by == "person"
        if self.copied or self._is_default(name):
            return False
        if self.note:
            value = self.managed.get(name)
            names = self.layout.called_also(name, value, self.ids.get(name, ""))
            return said_otherwise(self.note.body, name, value, names, self.layout)
        return True

    def _wrote(self, name: ManagedName) -> bool:
        """Return whether the value is what the record says that Sluice wrote."""
        assert self.record
        id, there = self.record.ids.get(name), self.ids.get(name)
        if id and id == there and self.origin == "here":
            return True
        return self._is(name, self.record.wrote) or self._written_then(name)

    def _written_then(self, name: ManagedName) -> bool:
        """Return whether a value with an id came with the write of which the record tells.

        Jira reads it back by another name: that of a priority in another language, that of an
        option since an admin renamed it. Its id was not known when it was written. People may share
        Sluice's account, but are slower.
        """
        at, change = self.record.at if self.record else None, self._change(name)
        if not self.ids.get(name) or at is None or change is None or change.at is None:
            return False
        return change.by == "sluice" and abs(change.at - at) <= AT_ONCE

    def _decided(self, name: ManagedName) -> bool:
        """Return whether a person set Sluice's own value, or had set it at the last write."""
        assert self.record
        if self._kept_before(name):
            return True
        change, at = self._change(name), self.record.at
        if change is None or change.by != "person":
            return False
        if self.record.partial:
            return True
        if at is None or change.at is None or change.at <= at:
            return False
        # An account that was replaced, before records named the account.
        return bool(self.record.account) or change.at - at > OWN_WRITE

    def _kept_before(self, name: ManagedName) -> bool:
        """Return whether the value was a person's at the last write.

        A confirmed value is what Sluice wrote, too, so it has the same id after it was renamed.
        """
        if self.record is None:
            return False
        theirs, id = self.record.theirs.get(name), self.record.ids.get(name)
        confirmed = theirs is not None and theirs == self.record.wrote.get(name)
        same_id = self.origin == "here" and bool(id) and id == self.ids.get(name)
        return self._is(name, self.record.theirs) or (confirmed and same_id)

    def _is(self, name: ManagedName, other: Managed) -> bool:
        return self.layout.same(
            name, self.managed.get(name), other.get(name), self.ids.get(name, "")
        )

    def _is_default(self, name: ManagedName) -> bool:
        return name == "priority" and self._is(name, Managed(priority=self.layout.default_priority))

    def _by_person(self, name: ManagedName) -> bool:
        return self._by(name) == "person"

    def _by(self, name: ManagedName) -> str:
        change = self._change(name)
        return change.by if change else "nobody"

    def _change(self, name: ManagedName) -> LastChange | None:
        """Return the last change of a field, if it gave the value that the field has."""
        change, value = self.changes.get(name), self.managed.get(name)
        if change is None:
            return None
        if change.id and change.id == self.ids.get(name):
            return change
        return change if self.layout.same(name, value, change.value) else None
