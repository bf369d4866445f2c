"""Act as the demo's people: create issues in the sandbox and read the results."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests

from rules.facts.jsonl import listed
from rules.facts.times import days_before

FIELDS = ("Sluice Class", "Sluice Gate", "Sluice Score", "Story Points")
_TYPES = {
    "Bug", "Story", "Task", "Epic", "Improvement", "New Feature", "Spike", "Technical Debt",
}  # fmt: skip
_PRIORITIES = {"Highest", "High", "Medium", "Low", "Lowest"}
_TO_CLOUD = {"Blocker": "Highest", "Critical": "Highest", "Major": "High", "Minor": "Low"}
_TO_CLOUD |= {"Trivial": "Lowest"}


@dataclass(frozen=True)
class IssueResult:
    """An issue in the summary: class, verdict, Sluice's requests, and seconds to the write."""

    key: str
    kind: str
    verdict: str
    gets: int
    puts: int
    waited_s: float | None


class People:
    """A client of the sandbox, signed in as the product manager.

    `headers` sign in to a Data Center; without them, Cloud's email and token do.
    """

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        self.url = url
        self._session = requests.Session()
        if headers:
            self._session.headers.update(headers)
        else:
            self._session.auth = ("pm@example.com", "token-pm")
        self._ids: dict[str, str] = {}

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """Send a request and return its JSON; raise requests.HTTPError with Jira's message."""
        answer = self._session.request(method, f"{self.url}{path}", timeout=30, **more)
        if not answer.ok:
            raise requests.HTTPError(f"{method} {path}: {answer.status_code}: {answer.text[:500]}")
        return answer.json() if answer.content else None

    def register(self, webhook: str, secret: str) -> None:
        """Register Sluice's webhook, as an admin does on the WebHooks page."""
        events = ["jira:issue_created", "jira:issue_updated", "jira:issue_deleted"]
        body = {"name": "Sluice", "url": webhook, "secret": secret}
        self.ask(
            "POST",
            "/rest/webhooks/1.0/webhook",
            json={**body, "events": [*events, "comment_created", "comment_updated"]},
        )

    def offer(self, field: str, options: Iterable[str]) -> None:
        """Add the options that a select list lacks, as an admin would in the field's settings."""
        path = f"/rest/api/3/field/{self._id(field)}/context"
        path = f"{path}/{self.ask('GET', path)['values'][0]['id']}/option"
        there = {option["value"] for option in self.ask("GET", path)["values"]}
        if missing := [{"value": option} for option in options if option not in there]:
            self.ask("POST", path, json={"options": missing})

    def report_issue(self, project: str) -> str:
        """Create an issue for a project's weekly reports and return its key."""
        fields = {
            "project": {"key": project},
            "issuetype": {"name": "Task"},
            "summary": "Where our capacity goes: the weekly report",
        }
        return str(self.ask("POST", "/rest/api/2/issue", json={"fields": fields})["key"])

    def create(self, row: Mapping[str, Any]) -> str:
        """Create an issue from a row of a JSON Lines file. Return its id."""
        return str(self.ask("POST", "/sandbox/issues", json=self._body(row))["id"])

    def _body(self, row: Mapping[str, Any]) -> dict[str, Any]:
        kind = row.get("type") if row.get("type") in _TYPES else "Task"
        fields: dict[str, Any] = {
            "project": {"key": project_of(row)},
            "issuetype": {"name": kind},
            "summary": " ".join(str(row["summary"]).split())[:255] or "(no title)",
            "description": str(row.get("description") or "")[:32_000] or None,
            "labels": [label.replace(" ", "-")[:255] for label in listed(row.get("labels"))],
        }
        priority = _TO_CLOUD.get(str(row.get("priority")), row.get("priority"))
        if priority in _PRIORITIES:
            fields["priority"] = {"name": priority}
        if components := listed(row.get("components")):
            fields["components"] = [{"name": name[:255]} for name in components]
        if isinstance(row.get("points"), int | float):
            fields[self._id("Story Points")] = row["points"]
        return {"fields": fields, **_past(row)}

    def _id(self, name: str) -> str:
        if not self._ids:
            self._ids = {f["name"]: f["id"] for f in self.ask("GET", "/rest/api/2/field")}
        return self._ids[name]

    def stats(self) -> dict[str, Mapping[str, Any]]:
        """Return the counts and times of the sandbox's log, by issue id."""
        return dict(self.ask("GET", "/sandbox/stats")["issues"])

    def count(self, method: str, path: str = "") -> int:
        """Count Sluice's requests in the sandbox's log, by method and part of the path."""
        query = {"method": method, "account": "sluice", "path": path}
        return len(self.ask("GET", "/sandbox/log", params=query))

    def look(self, ids: Sequence[str], projects: Iterable[str]) -> list[IssueResult]:
        """Return the results on the issues of `ids`."""
        wanted, stats = set(ids), self.stats()
        return [
            self._result(issue, stats.get(issue["id"], {}))
            for issue in self._search(projects)
            if issue["id"] in wanted
        ]

    def _search(self, projects: Iterable[str]) -> Iterable[dict[str, Any]]:
        keys = ", ".join(f'"{key}"' for key in projects)
        body: dict[str, Any] = {
            "jql": f"project in ({keys})",
            "fields": [self._id(name) for name in FIELDS],
            "maxResults": 100,
        }
        while True:
            page = self.ask("POST", "/rest/api/2/search/jql", json=body)
            yield from page["issues"]
            if page.get("isLast", True):
                return
            body["nextPageToken"] = page["nextPageToken"]

    def _result(self, issue: Mapping[str, Any], stats: Mapping[str, Any]) -> IssueResult:
        fields = issue["fields"]
        began, ended = stats.get("event_at"), stats.get("first_write_at")
        return IssueResult(
            key=issue["key"],
            kind=(fields.get(self._id("Sluice Class")) or {}).get("value", ""),
            verdict=(fields.get(self._id("Sluice Gate")) or {}).get("value", ""),
            gets=stats.get("gets", 0),
            puts=stats.get("puts", 0),
            waited_s=ended - began if began and ended else None,
        )


def project_of(row: Mapping[str, Any]) -> str:
    """Return a Jira project key for a row: its project, or DEMO if that is not a valid key."""
    key = str(row.get("project") or "DEMO").upper()
    return key if re.fullmatch("[A-Z][A-Z0-9]{1,9}", key) else "DEMO"


def is_open(row: Mapping[str, Any]) -> bool:
    """Return whether Sluice triages the issue of a row: it leaves what is done in peace."""
    return bool(row.get("status") != "Done")


def _past(row: Mapping[str, Any]) -> dict[str, str]:
    """Return the creation and resolution of a row that has a status.

    A row without a status is a new issue.
    """
    if not row.get("status"):
        return {}
    past = {"created": row.get("created"), "status": row["status"]}
    if row["status"] == "Done":
        past["resolutiondate"] = row.get("resolved")
    return {name: str(_time(value)) for name, value in past.items() if value}


def _time(text: object) -> object:
    """Convert `-12d` to the ISO time of twelve days ago, to keep the demo's data recent."""
    then = days_before(text, datetime.now(UTC))
    return then.strftime("%Y-%m-%dT%H:%M:%S.000+0000") if then else text
