"""Tell from the changelog what Sluice wrote, where a search gives no record.

Data Center's search has no issue properties (`GET /rest/api/2/search` of its REST document), but it
has the changelog.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from connector.changelog import histories, items_of, order
from connector.issue.people_edits import written_by
from connector.layout.field_mapping import Layout
from rules.facts.issue import Managed, Record
from rules.facts.jira_json.json_values import dict_of, list_of, number_of, text_of
from rules.facts.times import moment
from rules.vocabulary.managed_fields import MANAGED_NAMES, ManagedName

Changes = Iterable[Mapping[str, Any]]


def record_of_changes(raw: Mapping[str, Any], layout: Layout) -> Record | None:
    """Return a partial record: the values that Sluice wrote last, and when. None if it wrote none.

    It lacks what only the property holds: the comment's digest, questions, scope and rulebook.
    """
    changes = sorted(histories(raw), key=order)
    ours = [one for one in changes if written_by(one, layout.accounts)]
    wrote = {name: value for name, value, _ in _values(ours, layout)}
    if not wrote:
        return None
    # A new issue has the default priority. If Sluice agrees with it, no change tells that.
    wrote = {"priority": layout.default_priority, **wrote}
    return Record(
        wrote=Managed(**wrote),  # type: ignore[arg-type]
        digest="",
        seen=_last_of_others(raw, changes, layout),
        at=moment(ours[-1].get("created")),
        ids={name: id for name, _, id in _values(ours, layout) if id},
        partial=True,
    )


def _values(
    changes: Changes, layout: Layout
) -> Iterator[tuple[ManagedName, str | float | None, str]]:
    """Yield each managed field that changed with its new value and id, the oldest change first."""
    for change in changes:
        for names, item in items_of(change):
            for name in MANAGED_NAMES:
                if names & layout.named(name):
                    value = _value(name, text_of(item.get("toString")), layout)
                    yield name, value, text_of(item.get("to")) or ""


def _value(name: ManagedName, shown: str | None, layout: Layout) -> str | float | None:
    if shown is None:
        return None
    return number_of(shown) if name == "score" else layout.our_name(shown)


def _last_of_others(raw: Mapping[str, Any], changes: Changes, layout: Layout) -> datetime | None:
    """Return the time of the last change or comment of somebody else, else of the creation."""
    fields = dict_of(raw.get("fields"))
    comments = map(dict_of, list_of(dict_of(fields.get("comment")).get("comments")))
    theirs = (one for one in (*changes, *comments) if not written_by(one, layout.accounts))
    times = [moment(fields.get("created")), *(moment(one.get("created")) for one in theirs)]
    return max((one for one in times if one), default=None)
