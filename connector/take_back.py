"""Plan to take back what Sluice wrote on an issue since some time, where nobody touched it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from connector.changelog import histories, items_of, order
from connector.comment.why_field import why_digest
from connector.issue.people_edits import written_by
from connector.issue.read_issue import comments_of, own_accounts, read_issue
from connector.layout.field_mapping import PROPERTY, Layout
from connector.layout.slots import Slot
from rules.facts.issue import Issue, Record
from rules.facts.jira_json.json_values import dict_of, list_of, number_of, text_of
from rules.facts.times import moment
from rules.vocabulary.managed_fields import MANAGED_NAMES, ManagedName

_LISTS: Mapping[str, frozenset[str]] = {
    "labels": frozenset({"labels"}),
    "components": frozenset({"components", "component"}),
    "fixVersions": frozenset({"fixversions", "fix version"}),
    "versions": frozenset({"versions", "version"}),
}
"""The list fields of Jira that rules may write to, each with its names in a changelog."""


@dataclass
class TakenBack:
    """What an undo writes on an issue, in the form of a PUT's body, and what it leaves.

    `restored` has the fields that get their earlier values, with these; `left` those that people
    changed since. `text_stays`: the comment is older, and its earlier text is not known.
    """

    key: str
    fields: dict[str, object] = field(default_factory=dict)
    update: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    record: dict[str, Any] = field(default_factory=dict)
    restored: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    text_stays: bool = False

    @property
    def due(self) -> bool:
        """Return whether there is anything to take back."""
        return bool(self.fields or self.update)

    def properties(self) -> tuple[Mapping[str, object], ...]:
        """Return the issue property to write: the record, which tells of the undo."""
        return ({"key": PROPERTY, "value": self.record},)


@dataclass(frozen=True)
class _Change:
    """A change of a field: when, whether by Sluice, and its item in the changelog."""

    at: datetime | None
    ours: bool
    item: Mapping[str, Any]


def wrote_since(record: Record | None, since: datetime, book: str | None = None) -> bool:
    """Return whether Sluice wrote last since some time, by a rulebook of this digest."""
    if record is None or record.undone or record.at is None or record.at < since:
        return False
    return book is None or (record.rulebook or "").startswith(book)


def take_back(
    raw: Mapping[str, Any],
    layout: Layout,
    since: datetime,
    at: datetime,
    book: str | None = None,
) -> TakenBack:
    """Return what to write so that an issue is as it was before Sluice's writes since some time.

    `raw` is the issue's JSON with changelog, comments and property, read at `at`.
    """
    issue = read_issue(raw, layout, at)
    found = TakenBack(issue.key)
    if not wrote_since(issue.record, since, book):
        return found
    former = layout.former | own_accounts(issue.record, issue.note)
    layout = replace(layout, former=former)  # the changelog names the account of then
    found.record = dict(dict_of(dict_of(raw.get("properties")).get(PROPERTY)))
    wrote, ids = (dict(dict_of(found.record.get(part))) for part in ("wrote", "ids"))
    for name in MANAGED_NAMES:
        changes = list(_changes(raw, layout, layout.named(name)))
        before = _restore(found, layout.slot(name), changes, since)
        if before is not None:
            wrote[name] = _own(name, before, changes, layout)
            ids.pop(name, None)
            if wrote[name] is not None and (id := text_of(before.item.get("from"))):
                ids[name] = id
    found.record |= {"wrote": wrote, "ids": ids}
    _take_back_why(found, raw, layout, since)
    _take_back_lists(found, raw, layout, since)
    _take_back_comment(found, raw, issue, since)
    touched = issue.fields.get("updated")
    found.record |= {
        "undone": True,
        "at": at.isoformat(timespec="milliseconds"),
        "seen": touched.isoformat() if isinstance(touched, datetime) else None,
    }
    return found


def _changes(raw: Mapping[str, Any], layout: Layout, names: frozenset[str]) -> Iterator[_Change]:
    """Yield the changes of a field, the oldest first."""
    for change in sorted(histories(raw), key=order):
        for found, item in items_of(change):
            if found & names:
                ours = written_by(change, layout.accounts)
                yield _Change(moment(change.get("created")), ours, item)


def _first(changes: list[_Change], since: datetime) -> int | None:
    """Return the place of Sluice's first change since some time."""
    own = (n for n, one in enumerate(changes) if one.ours and one.at and one.at >= since)
    return next(own, None)


def _restore(
    found: TakenBack, slot: Slot, changes: list[_Change], since: datetime
) -> _Change | None:
    """Restore a field. Return Sluice's first change of it, None if the field stays as it is."""
    place = _first(changes, since)
    if place is None:
        return None
    if not all(one.ours for one in changes[place:]):
        found.left.append(slot.name)
        return None
    first = changes[place]
    value = _before(slot, first.item)
    if value is None and slot.named:  # a priority can't be emptied
        found.left.append(slot.name)
        return None
    found.fields[slot.id] = value
    found.restored[slot.name] = text_of(first.item.get("fromString")) or "empty"
    return first


def _before(slot: Slot, item: Mapping[str, Any]) -> object:
    """Return the value before a change in the form that Jira takes. Options are named by id."""
    id, text = text_of(item.get("from")), text_of(item.get("fromString"))
    if slot.option or slot.named:
        return {"id": id} if id else slot.value(text) if text else None
    number = number_of(text)
    return text if number is None else number


def _own(name: ManagedName, first: _Change, changes: list[_Change], layout: Layout) -> Any:
    """Return a restored value if Sluice wrote it earlier, or Jira set it by default; else None."""
    text = text_of(first.item.get("fromString")) or ""
    place = changes.index(first)
    if name == "priority" and place == 0 and text.lower() == layout.default_priority.lower():
        return text
    if not text or place == 0 or not changes[place - 1].ours:
        return None
    return number_of(text) if name == "score" else layout.our_name(text)


def _take_back_why(
    found: TakenBack, raw: Mapping[str, Any], layout: Layout, since: datetime
) -> None:
    slot = layout.why
    if slot is None:
        return
    changes = list(_changes(raw, layout, frozenset({slot.id.lower(), slot.name.lower()})))
    first = _restore(found, slot, changes, since)
    if first is not None:
        text = text_of(first.item.get("fromString"))
        found.fields[slot.id] = text
        found.record["why"] = why_digest(text) if text else None


def _take_back_lists(
    found: TakenBack, raw: Mapping[str, Any], layout: Layout, since: datetime
) -> None:
    """Take back labels and the like that rules added or removed since, if they are still so."""
    kept = []
    for operation in list_of(found.record.get("operations")):
        field_name, verb, word = map(str, operation)
        names = _LISTS.get(field_name, frozenset())
        moved = {
            one
            for change in _changes(raw, layout, names)
            if change.ours and change.at and change.at >= since
            for one in _moved(field_name, verb, change.item)
        }
        there = word in _words(field_name, dict_of(raw.get("fields")).get(field_name))
        if word in moved and there is (verb == "add"):
            value = word if field_name == "labels" else {"name": word}
            back = {"remove" if verb == "add" else "add": value}
            found.update.setdefault(field_name, []).append(back)
            found.restored[field_name] = "as before"
        else:
            kept.append(operation)
    found.record["operations"] = kept


def _moved(name: str, verb: str, item: Mapping[str, Any]) -> set[str]:
    """Return the words that a change added, or removed."""
    old, new = (_text_words(name, item.get(side)) for side in ("fromString", "toString"))
    return new - old if verb == "add" else old - new


def _text_words(name: str, value: object) -> set[str]:
    text = text_of(value) or ""
    return set(text.split()) if name == "labels" else {text} - {""}


def _words(name: str, values: object) -> set[str]:
    found = list_of(values)
    return {str(one if name == "labels" else dict_of(one).get("name")) for one in found}


def _take_back_comment(
    found: TakenBack, raw: Mapping[str, Any], issue: Issue, since: datetime
) -> None:
    """Remove the comment if it came since then. The text of an older one stays."""
    if issue.note is None:
        return
    note = next(one for one in comments_of(raw) if str(one.get("id")) == issue.note.id)
    created, updated = (moment(note.get(side)) for side in ("created", "updated"))
    if created and created >= since:
        found.update["comment"] = [{"remove": {"id": issue.note.id}}]
        found.restored["comment"] = "removed"
        found.record |= {"comment": None, "note": None}
    else:
        found.text_stays = bool(updated and updated >= since)
