"""An issue's changelog, as Jira gives it: how often finished work was taken up again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connector.json_values import dict_of, list_of, text_of

Statuses = Mapping[str, bool]
"""By a status' id, and by its name in lower case: whether it stands for work that is done."""

DONE = frozenset(
    ["done", "resolved", "closed", "完成", "已完成", "已解决", "解决", "已关闭", "关闭"]
)
"""What a status that the site has no more is called where it stood for work that is done."""


def read_statuses(listed: Iterable[Mapping[str, Any]]) -> Statuses:
    """`GET /status` → which are done. A name that several have is done where all of them are."""
    found: dict[str, bool] = {}
    for one in listed:
        done = dict_of(one.get("statusCategory")).get("key") == "done"
        name = str(one.get("name", "")).lower()
        found[str(one.get("id", ""))] = done
        found[name] = done and found.get(name, True)
    return found


def histories(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The changes that came with an issue: on Cloud the last 100 of them."""
    return [dict_of(one) for one in list_of(dict_of(raw.get("changelog")).get("histories"))]


def missing(raw: Mapping[str, Any]) -> int:
    """How many older changes the issue has than those that came with it."""
    total = dict_of(raw.get("changelog")).get("total")
    return max(total - len(histories(raw)), 0) if isinstance(total, int) else 0


def reopened(raw: Mapping[str, Any], statuses: Statuses) -> float:
    """How often the status went from one that is done to one that is not."""
    items = [dict_of(item) for one in histories(raw) for item in list_of(one.get("items"))]
    moves = [item for item in items if _is_status(item, statuses)]
    return float(
        sum(
            _done(item, "from", "fromString", statuses)
            and not _done(item, "to", "toString", statuses)
            for item in moves
        )
    )


def _is_status(item: Mapping[str, Any], statuses: Statuses) -> bool:
    """Data Center gives no `fieldId`, and the field's name in the language of the account."""
    if item.get("fieldId") is not None or item.get("field") == "status":
        return "status" in (item.get("fieldId"), item.get("field"))
    sides = (("from", "fromString"), ("to", "toString"))
    return all(
        str(item.get(id)) in statuses and str(item.get(name)).lower() in statuses
        for id, name in sides
    )


def _done(item: Mapping[str, Any], id: str, name: str, statuses: Statuses) -> bool:
    known = statuses.get(str(item.get(id)))
    called = (text_of(item.get(name)) or "").strip().lower()
    return statuses.get(called, called in DONE) if known is None else known
