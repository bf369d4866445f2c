"""Count in an issue's changelog how often it was reopened. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connector.json_values import dict_of, list_of, text_of

Statuses = Mapping[str, bool]
"""Whether a status means done, by its id and by its name in lower case."""

DONE = frozenset(
    ["done", "resolved", "closed", "完成", "已完成", "已解决", "解决", "已关闭", "关闭"]
)
"""Names of statuses that mean done. They are used for statuses that the site has deleted."""


def read_statuses(listed: Iterable[Mapping[str, Any]]) -> Statuses:
    """Return whether each status means done, by id and by name (`GET /status`).

    A name that several statuses share means done only if all of them do.
    """
    found: dict[str, bool] = {}
    for one in listed:
        done = dict_of(one.get("statusCategory")).get("key") == "done"
        name = str(one.get("name", "")).lower()
        found[str(one.get("id", ""))] = done
        found[name] = done and found.get(name, True)
    return found


def histories(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the changes in an issue's JSON: on Cloud the last 100."""
    return [dict_of(one) for one in list_of(dict_of(raw.get("changelog")).get("histories"))]


def missing(raw: Mapping[str, Any]) -> int:
    """Return the number of older changes that are not in the issue's JSON."""
    total = dict_of(raw.get("changelog")).get("total")
    return max(total - len(histories(raw)), 0) if isinstance(total, int) else 0


def reopened(raw: Mapping[str, Any], statuses: Statuses) -> float:
    """Count the changes from a status that means done to one that does not."""
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
    """Return whether a change is of the status.

    Data Center gives no `fieldId`, and gives the field's name in the account's language.
    """
    if item.get("fieldId") is not None or item.get("field") == "status":
        return "status" in (item.get("fieldId"), item.get("field"))
    sides = (("from", "fromString"), ("to", "toString"))
    return all(
        str(item.get(id)) in statuses and str(item.get(name)).lower() in statuses
        for id, name in sides
    )


def _done(item: Mapping[str, Any], id: str, name: str, statuses: Statuses) -> bool:
    by_id = statuses.get(str(item.get(id)))
    by_name = (text_of(item.get(name)) or "").strip().lower()
    return statuses.get(by_name, by_name in DONE) if by_id is None else by_id
