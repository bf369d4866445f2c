"""Find out what Jira refused of a write: fields of the type's screen, values, or every edit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.http.connection import Connection
from connector.http.errors import JiraRefused
from connector.jira_json.json_values import dict_of
from connector.layout.left_out import READ_ONLY, REFUSES_FIELDS, refused_parts
from rules.facts.issue import Issue


def what_lacks(
    connection: Connection, issue: Issue, body: Mapping[str, Any], refused: JiraRefused
) -> frozenset[str]:
    """Return what to leave out of a write that Jira refused; raise the refusal if that is nothing.

    One request reads the edit screen. If it is empty, a second one asks whether the account may
    edit at all: then it is the status that allows no edit (`jira.issue.editable`).
    """
    if refused.status not in REFUSES_FIELDS:
        raise refused
    screen = dict_of(connection.get(f"issue/{issue.id}/editmeta").get("fields"))
    if not screen:
        if _may_edit(connection, issue.project):
            return frozenset({READ_ONLY})
        advice = f"Give the account the permission Edit Issues in {issue.project}"
        raise JiraRefused(f"{refused}. {advice}", False, False, refused.status, refused.errors)
    found = refused_parts(body, refused.errors, screen)
    if not found:
        raise refused
    return found


def _may_edit(connection: Connection, project: str) -> bool:
    query = {"projectKey": project}
    if connection.account.kind == "cloud":  # Data Center answers all, and has no such parameter
        query["permissions"] = "EDIT_ISSUES"
    found = dict_of(connection.get("mypermissions", query).get("permissions"))
    return dict_of(found.get("EDIT_ISSUES")).get("havePermission") is True
