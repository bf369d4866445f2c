"""Find out what Jira refused of a write: fields of the type's screen, values, or every edit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.http.connection import Connection
from connector.http.errors import JiraBusy, JiraRefused
from connector.http.rights import rights_in
from connector.layout.left_out import READ_ONLY, REFUSES_FIELDS, refused_parts
from rules.facts.issue import Issue
from rules.facts.jira_json.json_values import dict_of
from rules.facts.jira_json.names import name_of

EDIT = "EDIT_ISSUES"


def what_lacks(
    connection: Connection, issue: Issue, body: Mapping[str, Any], refused: JiraRefused
) -> frozenset[str]:
    """Return what to leave out of a write that Jira refused; raise the refusal if that is nothing.

    One request asks whether the issue is still where it was read, since what is found holds for all
    issues there: raise JiraBusy if somebody moved it meanwhile. A second one reads the edit screen.
    If it is empty, a third one asks whether the account may edit at all: then it is the status that
    allows no edit (`jira.issue.editable`).
    """
    if refused.status not in REFUSES_FIELDS:
        raise refused
    if _is_elsewhere(connection, issue):
        raise JiraBusy(f"{refused}. {issue.key} was changed meanwhile", scope="issue")
    screen = dict_of(connection.get(f"issue/{issue.id}/editmeta").get("fields"))
    if not screen:
        right = rights_in(connection, issue.project, [EDIT]).get(EDIT)
        if right and right.has:
            return frozenset({READ_ONLY})
        advice = f"Give the account the permission Edit Issues in {issue.project}"
        why = f"{refused}. {advice}"
        raise JiraRefused(why, False, False, refused.status, refused.errors, EDIT)
    found = refused_parts(body, refused.errors, screen)
    if not found:
        raise refused
    return found


def _is_elsewhere(connection: Connection, issue: Issue) -> bool:
    """Return whether project, type or status of an issue is another one than when it was read."""
    found = connection.get(f"issue/{issue.id}", {"fields": "project,issuetype,status"})
    fields = dict_of(found.get("fields"))
    project, type = (str(dict_of(fields.get(one)).get("id")) for one in ("project", "issuetype"))
    status = name_of(fields.get("status")) or ""
    here = issue.project_id, issue.type, str(issue.fields.get("status") or "")
    return (project, type, status) != here
