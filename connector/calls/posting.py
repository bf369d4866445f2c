"""Read what Sluice posted on an issue, and attach a file."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from connector.calls.paths import checked
from connector.calls.whole import with_comments
from connector.http.connection import Connection
from connector.issue.read_issue import comments_of, find_note
from rules.facts.issue import Note
from rules.facts.jira_json.json_values import dict_of, list_of, text_of


@dataclass(frozen=True)
class Posted:
    """What Sluice posted on an issue: its comment, the value of a property, names of files.

    `key` is the issue's key of today, `project_type` the type of its project, such as
    `service_desk`.
    """

    note: Note | None
    value: object
    attachments: frozenset[str]
    key: str
    project_type: str | None = None


def note(connection: Connection, issue: str, marker: str, accounts: Set[str]) -> Note | None:
    """Return Sluice's last comment with a marker, or None, in one GET."""
    found = connection.get(f"issue/{issue}", {"fields": "comment"})
    raw = with_comments(connection, found, accounts)
    return find_note(comments_of(raw), accounts, marker)


def posted(
    connection: Connection, issue: str, marker: str, name: str, accounts: Set[str]
) -> Posted:
    """Return Sluice's last comment with a marker, a property and the files, in one GET."""
    query = {"fields": "comment,attachment,project", "properties": name}
    found = connection.get(f"issue/{issue}", query)
    raw = with_comments(connection, found, accounts)
    fields = dict_of(raw.get("fields"))
    files = list_of(fields.get("attachment"))
    return Posted(
        note=find_note(comments_of(raw), accounts, marker),
        value=dict_of(raw.get("properties")).get(name),
        attachments=frozenset(str(dict_of(one).get("filename")) for one in files),
        key=str(raw.get("key", "")),
        project_type=text_of(dict_of(fields.get("project")).get("projectTypeKey")),
    )


def attach(connection: Connection, issue: str, name: str, content: bytes, kind: str) -> None:
    """Attach a file to an issue, of a MIME type such as `image/png`."""
    # Without the token Jira takes the request for a forged one. The library's type is JSON's.
    connection.call(
        "POST",
        f"issue/{checked(issue)}/attachments",
        files={"file": (name, content, kind)},
        headers={"X-Atlassian-Token": "no-check", "Content-Type": None},
    )
