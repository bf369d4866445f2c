"""Write on an issue with one PUT, and in another way if Jira refuses only how it is written."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress

from requests import Response

from connector.http.connection import Connection
from connector.http.errors import JiraRefused, json_of
from connector.layout.left_out import COMMENT
from connector.plan_update import Update

log = logging.getLogger("sluice")


def put(connection: Connection, path: str, update: Update, may_hush: bool = True) -> bool:
    """Send a PUT; once more in another way, if Jira refuses only how it is written.

    Only an administrator may write without mails, and not every account may remove comments, or
    edit those of the account before it. Return whether the account may write without mails, as far
    as Jira's answer tells.
    """
    query = {"notifyUsers": "false"} if not update.notify and may_hush else {}
    try:
        _read(connection.call("PUT", path, params=query, json=update.body()))
    except JiraRefused as refused:
        for body in _otherwise(update, bool(query), refused):
            with suppress(JiraRefused):
                _read(connection.call("PUT", path, json=body))
                if query:
                    log.warning("Jira refuses to write without mails: %s", refused)
                return may_hush and not query
        raise
    return may_hush


def _read(answer: Response) -> None:
    """Raise JiraBusy if an answer is a page: Jira's own is empty."""
    if answer.content:
        json_of(answer)


def _otherwise(update: Update, hushed: bool, refused: JiraRefused) -> Iterator[dict[str, object]]:
    """Yield the bodies to try after a refusal that may be one of how the update is written."""
    if refused.status not in (400, 403):
        return
    if hushed or update.instead:
        yield update.without_removals()
    anew = update.with_new_comment()
    if anew and (COMMENT in refused.errors or not refused.errors):
        yield anew.without_removals()
