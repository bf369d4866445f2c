"""Read what the JSON of an issue leaves out: further comments, older changes."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Set
from typing import Any

from connector.calls.paths import checked
from connector.changelog import histories, may_be_cut, missing
from connector.http.connection import PAGE, Connection
from connector.http.errors import JiraBusy, JiraRefused
from connector.issue.property_record import read_record
from connector.issue.read_issue import MARKER, comment_total, comments_of, find_note
from connector.layout.field_mapping import PROPERTY
from rules.facts.jira_json.json_values import dict_of, list_of

MAX_COMMENTS = 5 * PAGE
"""The maximum number of comments to read beyond those in the issue's JSON, the newest first."""

MAX_OLDER = 10 * PAGE
"""The maximum number of older changes to read, beyond those in the issue's JSON."""

PAST_S = 15.0
"""The time limit of reading a changelog, after which it is retried: the task has a limit too."""

_NUMBER = re.compile("[0-9]{1,18}")


def with_comments(
    connection: Connection, raw: dict[str, Any], accounts: Set[str]
) -> dict[str, Any]:
    """Return the issue with the comments that its JSON left out: an issue holds one page.

    Sluice's own is among them, also where it is older than all that are read.
    """
    known, total = comments_of(raw), comment_total(raw)
    if total <= len(known):
        return raw
    found = {str(one.get("id")): one for one in known}
    path = f"issue/{checked(str(raw.get('id')))}/comment"
    for start in range(0, min(total, MAX_COMMENTS), PAGE):
        query = {"orderBy": "-created", "startAt": str(start), "maxResults": str(PAGE)}
        page = list_of(connection.get(path, query).get("comments"))
        found |= {str(one.get("id")): one for one in map(dict_of, page)}
        if len(found) >= total:
            break
    found |= {
        str(one.get("id")): one for one in _own_comment(connection, raw, found, total, accounts)
    }
    fields = {
        **dict_of(raw.get("fields")),
        "comment": {"comments": [*found.values()], "total": total},
    }
    return raw | {"fields": fields}


def _own_comment(
    connection: Connection,
    raw: Mapping[str, Any],
    found: Mapping[str, Mapping[str, Any]],
    total: int,
    accounts: Set[str],
) -> list[Mapping[str, Any]]:
    """Return Sluice's comment if it is not among those found: by its id, else the oldest page.

    Sluice comments soon after the creation, so its comment is one of the oldest.
    """
    record = read_record(dict_of(raw.get("properties")).get(PROPERTY))
    if find_note(found.values(), accounts, MARKER, record):
        return []
    path = f"issue/{checked(str(raw.get('id')))}/comment"
    if record and record.note and _NUMBER.fullmatch(record.note) and record.note not in found:
        try:
            return [connection.get(f"{path}/{record.note}")]
        except JiraRefused as error:
            if not error.missing:
                raise
    if len(found) >= total:
        return []
    query = {"orderBy": "created", "startAt": "0", "maxResults": str(PAGE)}
    return [dict_of(one) for one in list_of(connection.get(path, query).get("comments"))]


def with_past(connection: Connection, raw: dict[str, Any]) -> dict[str, Any]:
    """Return the issue with its older changes added, newest first, up to a limit."""
    # Data Center gives all changes with the issue, and has no address for further ones.
    older = _older(connection, raw) if connection.account.kind == "cloud" else 0
    if not older:
        return raw
    found, until = histories(raw), time.monotonic() + PAST_S
    for start in range(older - PAGE, max(older - MAX_OLDER, 0) - PAGE, -PAGE):
        if time.monotonic() > until:
            raise JiraBusy(f"the changelog took more than {PAST_S:g} s to read", scope="issue")
        query = {"startAt": str(max(start, 0)), "maxResults": str(PAGE + min(start, 0))}
        page = connection.get(f"issue/{checked(str(raw.get('id')))}/changelog", query)
        found += list_of(page.get("values"))
    return raw | {"changelog": {"histories": found, "total": older + len(histories(raw))}}


def _older(connection: Connection, raw: Mapping[str, Any]) -> int:
    """Return the number of changes that the issue's JSON left out; if in doubt, ask Jira."""
    if not may_be_cut(raw):
        return missing(raw)
    path, query = f"issue/{checked(str(raw.get('id')))}/changelog", {"maxResults": "1"}
    total = connection.get(path, query).get("total")
    return max(total - len(histories(raw)), 0) if isinstance(total, int) else 0
