"""Open an issue of a Jira site, write it, search.

The only door to `jira`.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any, Literal

from jira import JIRA, JIRAError
from requests import (
    JSONDecodeError,
    RequestException,
    Response,
    Session,
    TooManyRedirects,
)

from connector.changelog import histories, missing
from connector.field_mapping import (
    PROPERTY,
    REOPENED,
    Layout,
    Names,
    make_layout,
    read_priorities,
)
from connector.http_errors import ADDRESS, cause, error_for, issues_of, json_of, object_of
from connector.http_errors import JiraBusy as JiraBusy  # for callers of Site
from connector.http_errors import JiraRefused as JiraRefused
from connector.json_values import dict_of, list_of
from connector.plan_update import Update
from connector.read_issue import comment_total, comments_of, find_note, read_issue
from rules.facts.issue import Issue, Note

TIMEOUT = (3.0, 10.0)
"""Seconds to connect and to answer. A worker's first triage sends four requests: together they stay
below the time limit of its task."""

PAGE = 100

MAX_COMMENTS = 5 * PAGE
"""The maximum number of comments to read beyond those in the issue's JSON, the newest first."""

MAX_OLDER = 10 * PAGE
"""The maximum number of older changes to read, beyond those in the issue's JSON."""

PAST_S = 15.0
"""The time limit of reading a changelog, after which it is retried: the task has a limit too."""

BULK_CHANGELOG = "changelog/bulkfetch"
"""Cloud's path for the changes of many issues at once."""

_TRUE: Any = "true"  # for True, the library would send Python's "True"
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]*-[0-9]{1,12}|[0-9]{1,18}")

logging.getLogger("jira").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Account:
    """An account: e-mail and API token on Cloud, personal access token on Data Center."""

    url: str
    kind: Literal["cloud", "datacenter"]
    token: str = field(repr=False)
    email: str | None = None


@dataclass(frozen=True)
class Posted:
    """What Sluice posted on an issue: its comment, the value of a property, names of files."""

    note: Note | None
    value: object
    attachments: frozenset[str]


class Site:
    """A Jira site. It sends no request before the first call, and reads its layout once."""

    def __init__(
        self,
        account: Account,
        names: Names,
        words: Names,
        custom: Iterable[str] = (),
        default_priority: str = "Medium",
        robots: Iterable[str] = (),
    ) -> None:
        self.account = account
        self._names, self._words, self._custom = names, words, tuple(custom)
        self._default_priority = default_priority
        self._robots = frozenset(robots)

    @cached_property
    def _jira(self) -> JIRA:
        cloud = self.account.kind == "cloud"
        jira = JIRA(
            server=self.account.url,
            options={"rest_api_version": "2", "check_update": False},
            basic_auth=(self.account.email or "", self.account.token) if cloud else None,
            token_auth=None if cloud else self.account.token,
            get_server_info=False,
            max_retries=0,  # the queue retries, so that no worker sleeps inside a call
            timeout=TIMEOUT,
        )
        # A redirected PUT becomes a GET, and its data would be lost without an error.
        jira._session.max_redirects = 0
        _read_environment_once(jira._session, self.account.url)
        # Known from the settings. The library would send a request to find out.
        jira.deploymentType = "Cloud" if cloud else "Server"
        return jira

    @cached_property
    def layout(self) -> Layout:
        """Return field ids, words and Sluice's account, with two requests; raise LayoutError.

        If a rulebook uses the number of reopenings, a third request reads the statuses.
        """
        layout = make_layout(
            self._list("field"),
            self._names,
            self._words,
            self.me,
            self._custom,
            self._default_priority,
            self._list("status") if REOPENED in self._custom else (),
        )
        return replace(layout, robots=self._robots)

    @cached_property
    def priorities(self) -> Mapping[str, float]:
        """Return the ranks of the site's priorities, with one request."""
        return read_priorities(self._list("priority"))

    @cached_property
    def me(self) -> str:
        """Return Sluice's account id (Cloud) or user name (Data Center)."""
        myself = self._myself
        return str(myself.get("accountId") or myself.get("name") or myself.get("key") or "")

    @property
    def display_name(self) -> str:
        """Return the name of Sluice's account as people see it in Jira."""
        return str(self._myself.get("displayName") or self.me)

    @cached_property
    def _myself(self) -> Mapping[str, Any]:
        return self._get("myself")

    def _list(self, what: Literal["field", "status", "priority"]) -> list[dict[str, Any]]:
        found = json_of(self._call("GET", what))
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise JiraBusy(f"{self.account.url} did not return a list. {ADDRESS}")
        return found

    def forget_layout(self) -> None:
        """Read the layout again at its next use."""
        self.__dict__.pop("layout", None)

    def open(self, issue: str) -> Issue:
        """Read an issue by id or key, with Sluice's record, in one GET."""
        path = f"issue/{_checked(issue)}"
        query = {"fields": ",".join(self.layout.wanted()), "properties": PROPERTY}
        if self.layout.expand:
            query["expand"] = self.layout.expand
        answer = self._call("GET", path, params=query)
        raw = self._whole(object_of(json_of(answer), self.account.url))
        return read_issue(raw, self.layout, _date(answer))

    def _whole(self, raw: dict[str, Any]) -> dict[str, Any]:
        """Return the issue with what its JSON left out: older changes, further comments."""
        return self._with_comments(self._with_past(raw))

    def _with_comments(self, raw: dict[str, Any]) -> dict[str, Any]:
        """Return the issue with the comments that its JSON left out: an issue holds one page."""
        known, total = comments_of(raw), comment_total(raw)
        if total <= len(known):
            return raw
        found = {str(one.get("id")): one for one in known}
        path = f"issue/{_checked(str(raw.get('id')))}/comment"
        for start in range(0, min(total, MAX_COMMENTS), PAGE):
            query = {"orderBy": "-created", "startAt": str(start), "maxResults": str(PAGE)}
            page = list_of(self._get(path, query).get("comments"))
            found |= {str(one.get("id")): one for one in map(dict_of, page)}
            if len(found) >= total:
                break
        fields = {**dict_of(raw.get("fields")), "comment": {"comments": list(found.values())}}
        return raw | {"fields": fields}

    def _with_past(self, raw: dict[str, Any]) -> dict[str, Any]:
        """Return the issue with its older changes added, newest first, up to a limit."""
        older = missing(raw) if self.layout.expand else 0
        if not older:
            return raw
        found, until = histories(raw), time.monotonic() + PAST_S
        for start in range(older - PAGE, max(older - MAX_OLDER, 0) - PAGE, -PAGE):
            if time.monotonic() > until:
                raise JiraBusy(f"the changelog took more than {PAST_S:g} s to read", scope="issue")
            query = {"startAt": str(max(start, 0)), "maxResults": str(PAGE + min(start, 0))}
            page = self._get(f"issue/{_checked(str(raw.get('id')))}/changelog", query)
            found += list_of(page.get("values"))
        return raw | {"changelog": {"histories": found, "total": older + len(histories(raw))}}

    def write(self, issue: str, update: Update) -> None:
        """Write fields, comment and property together, in one PUT; a quiet one writes no field."""
        if update.quiet:
            for one in update.properties:
                self._call(
                    "PUT", f"issue/{_checked(issue)}/properties/{one['key']}", json=one["value"]
                )
            return
        response = self._call("PUT", f"issue/{_checked(issue)}", json=update.body())
        if response.content:  # Jira's answer is empty; a page is not from Jira
            json_of(response)

    def note(self, issue: str, marker: str) -> Note | None:
        """Return Sluice's last comment with a marker, or None, in one GET."""
        raw = self._with_comments(self._get(f"issue/{_checked(issue)}", {"fields": "comment"}))
        return find_note(comments_of(raw), self.me, marker)

    def posted(self, issue: str, marker: str, name: str) -> Posted:
        """Return Sluice's last comment with a marker, a property and the files, in one GET."""
        query = {"fields": "comment,attachment", "properties": name}
        raw = self._with_comments(self._get(f"issue/{_checked(issue)}", query))
        files = list_of(dict_of(raw.get("fields")).get("attachment"))
        return Posted(
            note=find_note(comments_of(raw), self.me, marker),
            value=dict_of(raw.get("properties")).get(name),
            attachments=frozenset(str(dict_of(one).get("filename")) for one in files),
        )

    def attach(self, issue: str, name: str, content: bytes, kind: str) -> None:
        """Attach a file to an issue, of a MIME type such as `image/png`."""
        # Without the token Jira takes the request for a forged one. The library's type is JSON's.
        self._call(
            "POST",
            f"issue/{_checked(issue)}/attachments",
            files={"file": (name, content, kind)},
            headers={"X-Atlassian-Token": "no-check", "Content-Type": None},
        )

    def screen(self, project: str) -> Mapping[str, Any] | None:
        """Return the fields of a project's edit screen, by id, with their `allowedValues`.

        The screen is read from one issue of the project; None if the project has no issue.
        """
        issue = next(self.search(f'project = "{project}" ORDER BY key ASC'), None)
        if issue is None:
            return None
        return dict_of(self._get(f"issue/{_checked(issue.id)}/editmeta").get("fields"))

    def search(self, jql: str, *, changelog: bool = False) -> Iterator[Issue]:
        """Yield the issues of a query as `open` returns them, in pages of 100.

        `changelog`: the pages have the changelog even if no rulebook asks for it: on Cloud the last
        100 changes of an issue. No further request is sent for older ones.
        """
        expand = "changelog" if changelog else self.layout.expand
        for page in self.pages(jql, self.layout.wanted(), expand):
            yield from (read_issue(self._whole(raw), self.layout) for raw in page)

    def pages(
        self, jql: str, fields: Sequence[str], expand: str | None = None
    ) -> Iterator[list[dict[str, Any]]]:
        """Yield the JSON of the issues of a query, with Sluice's property, in pages of 100."""
        paged = self._cloud_pages if self.account.kind == "cloud" else self._pages
        yield from paged(jql, list(fields), expand)

    def changelogs(self, ids: Sequence[str], fields: Sequence[str]) -> dict[str, list[Any]]:
        """Return the changes of some fields of at most 1000 issues, by issue id. Only on Cloud."""
        found: dict[str, list[Any]] = {}
        body: dict[str, Any] = {"issueIdsOrKeys": [*ids], "fieldIds": [*fields]}
        while True:
            page = object_of(json_of(self._call("POST", BULK_CHANGELOG, json=body)), self.url)
            for one in map(dict_of, list_of(page.get("issueChangeLogs"))):
                changes = list_of(one.get("changeHistories"))
                found.setdefault(str(one.get("issueId")), []).extend(changes)
            token = page.get("nextPageToken")
            if not token:
                return found
            body = {**body, "nextPageToken": token}

    def statuses(self) -> list[dict[str, Any]]:
        """Return the statuses of the site, with their categories."""
        return self._list("status")

    @property
    def url(self) -> str:
        """Return the address of the site."""
        return self.account.url

    def _cloud_pages(
        self, jql: str, fields: list[str], expand: str | None
    ) -> Iterator[list[dict[str, Any]]]:
        token: str | None = None
        while True:
            answer = self._search(
                lambda token=token: self._jira.enhanced_search_issues(
                    jql,
                    nextPageToken=token,
                    maxResults=PAGE,
                    fields=fields,
                    expand=expand,
                    properties=PROPERTY,
                    json_result=True,
                )
            )
            yield issues_of(answer, self.account.url)
            token = answer.get("nextPageToken")
            if not token or answer.get("isLast"):
                return

    def _pages(
        self, jql: str, fields: list[str], expand: str | None
    ) -> Iterator[list[dict[str, Any]]]:
        start = 0
        while True:
            answer = self._search(
                lambda start=start: self._jira.search_issues(
                    jql,
                    startAt=start,
                    validate_query=_TRUE,
                    maxResults=PAGE,
                    fields=fields,
                    expand=expand,
                    properties=PROPERTY,
                    json_result=True,
                )
            )
            issues = issues_of(answer, self.account.url)
            yield issues
            start += len(issues)
            if not issues or start >= int(answer.get("total") or 0):
                return

    def _get(self, path: str, query: dict[str, str] | None = None) -> dict[str, Any]:
        return object_of(json_of(self._call("GET", path, params=query)), self.account.url)

    def _call(self, method: str, path: str, **more: Any) -> Response:
        version = "3/" if path == BULK_CHANGELOG else "2/"  # version 2 has no such path
        url = f"{self.account.url.rstrip('/')}/rest/api/{version}{path}"
        # The library's Issue.update sends a GET after its PUT.
        response = self._ask(lambda: self._jira._session.request(method, url, **more))
        assert isinstance(response, Response)
        return response

    def _search(self, call: Any) -> dict[str, Any]:
        return object_of(self._ask(call), self.account.url)

    def _ask(self, call: Any) -> Any:
        try:
            return call()
        except JIRAError as error:
            headers = getattr(error.response, "headers", None) or {}
            message = str(error.text or "")
            raise error_for(error.status_code or 0, message, headers, self.account.url) from None
        except TooManyRedirects as error:
            where = error.response.headers.get("Location", "") if error.response else ""
            raise JiraRefused(f"{self.account.url} redirects to {where[:200]}. {ADDRESS}") from None
        except (JSONDecodeError, UnicodeError, RecursionError):
            raise JiraBusy(f"{self.account.url} did not return JSON. {ADDRESS}") from None
        except RequestException as error:
            raise JiraBusy(f"{self.account.url} does not answer: {cause(error, TIMEOUT)}") from None


def _read_environment_once(session: Session, url: str) -> None:
    """Set proxies and certificates once. `requests` would read the environment for each request."""
    found = session.merge_environment_settings(url, {}, None, None, None)
    session.proxies, session.verify = found["proxies"], found["verify"]
    session.trust_env = False


def _date(answer: Response) -> datetime | None:
    """Return the time of the answer by Jira's clock, or None."""
    try:
        found = parsedate_to_datetime(answer.headers.get("Date", ""))
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None


def _checked(issue: str) -> str:
    """Return an id or key that is safe in a path; raise JiraRefused for anything else."""
    if not _ID.fullmatch(issue):
        raise JiraRefused(f"{issue[:60]!r} is not an issue id or key such as 10001 or SHOP-12")
    return issue
