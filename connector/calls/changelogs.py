"""Read the changes of many issues at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from connector.http.connection import Connection
from connector.http.errors import json_of, object_of
from connector.http.progress import Progress
from rules.facts.jira_json.json_values import dict_of, list_of

_SECONDS_MAX = 100_000_000_000
"""A number that is larger is a time in milliseconds."""


def changelogs(
    connection: Connection, ids: Sequence[str], fields: Sequence[str]
) -> dict[str, list[Any]]:
    """Return the changes of some fields of at most 1000 issues, by issue id. Only on Cloud."""
    found: dict[str, list[Any]] = {}
    body: dict[str, Any] = {"issueIdsOrKeys": [*ids], "fieldIds": [*fields]}
    whole = Progress(f"{connection.url}: the changes of {len(ids)} issues")
    while True:
        answer = connection.call("POST", "changelog/bulkfetch", version=3, json=body)
        page = object_of(json_of(answer), connection.url)
        for one in map(dict_of, list_of(page.get("issueChangeLogs"))):
            changes = map(_dated, list_of(one.get("changeHistories")))
            found.setdefault(str(one.get("issueId")), []).extend(changes)
        token = page.get("nextPageToken")
        if not token:
            return found
        whole.went_on(token, (one.get("id") for of in found.values() for one in of))
        body = {**body, "nextPageToken": token}


def _dated(change: object) -> dict[str, Any]:
    """Return a change with its time as text, as in an issue: the bulk gives a number."""
    found, at = {**dict_of(change)}, dict_of(change).get("created")
    if isinstance(at, int | float) and not isinstance(at, bool) and 0 <= at < 1000 * _SECONDS_MAX:
        moment = datetime.fromtimestamp(at / 1000 if at > _SECONDS_MAX else at, UTC)
        found["created"] = moment.isoformat(timespec="milliseconds")
    return found
