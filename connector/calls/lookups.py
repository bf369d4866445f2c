"""Look up projects, ids of issues and numbers of issues."""

from __future__ import annotations

from dataclasses import dataclass

from connector.calls.paths import checked, is_project
from connector.http.connection import Connection
from connector.http.errors import JiraRefused, json_of, object_of


@dataclass(frozen=True)
class ProjectNow:
    """A project as Jira has it: its id, which stays, its key of today and its name."""

    id: str
    key: str
    name: str = ""


def place(connection: Connection, project: str) -> ProjectNow | None:
    """Return a project by id, by key or by an earlier key, in one GET; None if it is unknown.

    Unknown is also a project that Sluice's account may not browse.
    """
    if not is_project(project):
        return None
    try:
        found = connection.get(f"project/{project}")
    except JiraRefused as error:
        if error.missing:
            return None
        raise
    return ProjectNow(*(str(found.get(part) or "") for part in ("id", "key", "name")))


def id_of(connection: Connection, issue: str) -> str:
    """Return the id of an issue by its key of today or of earlier, in one GET."""
    return str(connection.get(f"issue/{checked(issue)}", {"fields": "key"}).get("id", ""))


def count(connection: Connection, jql: str) -> int:
    """Return how many issues a query finds, in one request; on Cloud the number is rounded."""
    if connection.account.kind == "cloud":
        path, body = "search/approximate-count", {"jql": jql}
        answer = connection.call("POST", path, version=3, json=body)
        return int(object_of(json_of(answer), connection.url).get("count") or 0)
    query = {"jql": jql, "maxResults": "0", "fields": "id"}
    return int(connection.get("search", query).get("total") or 0)
