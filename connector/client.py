"""Open an issue of a Jira site, write it, search.

The only door to `jira`.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
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
from connector.field_mapping import PROPERTY, REOPENED, Layout, Names, make_layout
from connector.http_errors import JiraBusy as JiraBusy  # what callers of a site have to expect
from connector.http_errors import JiraRefused as JiraRefused
from connector.http_errors import cause, sorted_out
from connector.json_values import dict_of, list_of
from connector.plan_update import Update
from connector.read_issue import comments_of, find_note, read_issue
from rules.facts.issue import Issue, Note

TIMEOUT = (3.0, 10.0)
"""Seconds to connect and to answer. A worker's first triage makes four requests: all of them
together stay below the limit of its task."""

PAGE = 100

MAX_OLDER = 10 * PAGE
"""So many changes beyond those that come with an issue are read."""

PAST_S = 15.0
"""A changelog that takes longer is tried again later: the task has to end within its limit."""

_TRUE: Any = "true"  # the library would write Python's "True"
_ADDRESS = "is url: in sluice.yaml the address of the Jira site?"
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]*-[0-9]{1,12}|[0-9]{1,18}")

logging.getLogger("jira").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Account:
    """How to sign in: Cloud by email and API token, Data Center by personal access token."""

    url: str
    kind: Literal["cloud", "datacenter"]
    token: str = field(repr=False)
    email: str | None = None


class Site:
    """One Jira. Makes no request until the first question; its layout is read once."""

    def __init__(
        self,
        account: Account,
        names: Names,
        words: Names,
        custom: Iterable[str] = (),
        default_priority: str = "Medium",
    ) -> None:
        self.account = account
        self._names, self._words, self._custom = names, words, tuple(custom)
        self._default_priority = default_priority

    @cached_property
    def _jira(self) -> JIRA:
        cloud = self.account.kind == "cloud"
        jira = JIRA(
            server=self.account.url,
            options={"rest_api_version": "2", "check_update": False},
            basic_auth=(self.account.email or "", self.account.token) if cloud else None,
            token_auth=None if cloud else self.account.token,
            get_server_info=False,
            max_retries=0,  # the queue retries; a worker must not sleep inside a call
            timeout=TIMEOUT,
        )
        # A PUT that is redirected becomes a GET: what it was to write would be lost in silence.
        jira._session.max_redirects = 0
        _read_environment_once(jira._session, self.account.url)
        # The settings say which it is; the library would spend a request to find out.
        jira.deploymentType = "Cloud" if cloud else "Server"
        return jira

    @cached_property
    def layout(self) -> Layout:
        """Field ids, words and our account: two requests, once. LayoutError names what lacks.

        A third one for the statuses where a book asks how often issues were reopened.
        """
        return make_layout(
            self._list("field"),
            self._names,
            self._words,
            self.me,
            self._custom,
            self._default_priority,
            self._list("status") if REOPENED in self._custom else (),
        )

    @cached_property
    def me(self) -> str:
        """Our own account id (Cloud) or user name (Data Center)."""
        myself = self._get("myself")
        return str(myself.get("accountId") or myself.get("name") or myself.get("key") or "")

    def _list(self, what: Literal["field", "status"]) -> list[dict[str, Any]]:
        found = _json(self._call("GET", what))
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise JiraBusy(f"{self.account.url} answered something else than a list: {_ADDRESS}")
        return found

    def forget_layout(self) -> None:
        """Ask for the layout again when it is needed next."""
        self.__dict__.pop("layout", None)

    def open(self, issue: str) -> Issue:
        """One GET of an issue, by id or key, with what Sluice left on it."""
        path = f"issue/{_checked(issue)}"
        query = {"fields": ",".join(self.layout.wanted()), "properties": PROPERTY}
        if self.layout.expand:
            query["expand"] = self.layout.expand
        answer = self._call("GET", path, params=query)
        raw = self._with_past(_object(_json(answer), self.account.url))
        return read_issue(raw, self.layout, _date(answer))

    def _with_past(self, raw: dict[str, Any]) -> dict[str, Any]:
        """With the changes that did not come with the issue, the newest first, up to a limit."""
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
        return raw | {"changelog": {"histories": found}}

    def write(self, issue: str, update: Update) -> None:
        """One PUT with fields, comment and property together."""
        response = self._call("PUT", f"issue/{_checked(issue)}", json=update.body())
        if response.content:  # Jira sends none; a page in its stead is not from Jira
            _json(response)

    def note(self, issue: str, marker: str) -> Note | None:
        """One GET of an issue's comments: the last one of ours that bears a marker."""
        raw = self._get(f"issue/{_checked(issue)}", {"fields": "comment"})
        return find_note(comments_of(raw), self.me, marker)

    def screen(self, project: str) -> Mapping[str, Any] | None:
        """What the edit screen of a project holds: field ids with their `allowedValues`.

        Asked of one issue of the project; None where it has none.
        """
        issue = next(self.search(f'project = "{project}" ORDER BY key ASC'), None)
        if issue is None:
            return None
        return dict_of(self._get(f"issue/{_checked(issue.id)}/editmeta").get("fields"))

    def search(self, jql: str) -> Iterator[Issue]:
        """The issues of a query, read by pages of 100, as `open` would give them."""
        pages = self._cloud_pages(jql) if self.account.kind == "cloud" else self._pages(jql)
        for page in pages:
            yield from (read_issue(self._with_past(raw), self.layout) for raw in page)

    def _cloud_pages(self, jql: str) -> Iterator[list[dict[str, Any]]]:
        token: str | None = None
        while True:
            answer = self._search(
                lambda token=token: self._jira.enhanced_search_issues(
                    jql,
                    nextPageToken=token,
                    maxResults=PAGE,
                    fields=self.layout.wanted(),
                    expand=self.layout.expand,
                    properties=PROPERTY,
                    json_result=True,
                )
            )
            yield _issues(answer, self.account.url)
            token = answer.get("nextPageToken")
            if not token or answer.get("isLast"):
                return

    def _pages(self, jql: str) -> Iterator[list[dict[str, Any]]]:
        start = 0
        while True:
            answer = self._search(
                lambda start=start: self._jira.search_issues(
                    jql,
                    startAt=start,
                    validate_query=_TRUE,
                    maxResults=PAGE,
                    fields=self.layout.wanted(),
                    expand=self.layout.expand,
                    properties=PROPERTY,
                    json_result=True,
                )
            )
            issues = _issues(answer, self.account.url)
            yield issues
            start += len(issues)
            if not issues or start >= int(answer.get("total") or 0):
                return

    def _get(self, path: str, query: dict[str, str] | None = None) -> dict[str, Any]:
        return _object(_json(self._call("GET", path, params=query)), self.account.url)

    def _call(self, method: str, path: str, **more: Any) -> Response:
        url = f"{self.account.url.rstrip('/')}/rest/api/2/{path}"
        # The library's own Issue.update would follow its PUT with a GET.
        response = self._ask(lambda: self._jira._session.request(method, url, **more))
        assert isinstance(response, Response)
        return response

    def _search(self, call: Any) -> dict[str, Any]:
        return _object(self._ask(call), self.account.url)

    def _ask(self, call: Any) -> Any:
        try:
            return call()
        except JIRAError as error:
            headers = getattr(error.response, "headers", None) or {}
            said = str(error.text or "")
            raise sorted_out(error.status_code or 0, said, headers, self.account.url) from None
        except TooManyRedirects as error:
            where = error.response.headers.get("Location", "") if error.response else ""
            raise JiraRefused(
                f"{self.account.url} sends us on to {where[:200]}: {_ADDRESS}"
            ) from None
        except (JSONDecodeError, UnicodeError, RecursionError):
            raise JiraBusy(f"{self.account.url} answered without JSON: {_ADDRESS}") from None
        except RequestException as error:
            raise JiraBusy(f"{self.account.url} does not answer: {cause(error, TIMEOUT)}") from None


def _read_environment_once(session: Session, url: str) -> None:
    """Proxies and certificates of the environment: `requests` would look for them each time."""
    found = session.merge_environment_settings(url, {}, None, None, None)
    session.proxies, session.verify = found["proxies"], found["verify"]
    session.trust_env = False


def _date(answer: Response) -> datetime | None:
    """When Jira answered, by its own clock."""
    try:
        found = parsedate_to_datetime(answer.headers.get("Date", ""))
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None


def _checked(issue: str) -> str:
    """An id or key that can stand in a path; what a stranger sent must not lead elsewhere."""
    if not _ID.fullmatch(issue):
        raise JiraRefused(f"{issue[:60]!r} is not an issue id or key such as 10001 or SHOP-12")
    return issue


def _json(response: Response) -> Any:
    try:
        return response.json()
    except (ValueError, RecursionError):
        where = response.url.split("?")[0]
        raise JiraBusy(f"{where} answered without JSON: {_ADDRESS}") from None


def _object(answer: Any, url: str) -> dict[str, Any]:
    """What Jira answers is an object; `null` and the like come from something that is no Jira."""
    if not isinstance(answer, dict):
        raise JiraBusy(f"{url} answered something else than an object: {_ADDRESS}")
    return answer


def _issues(answer: dict[str, Any], url: str) -> list[dict[str, Any]]:
    issues = answer.get("issues") or []
    if not isinstance(issues, list):
        raise JiraBusy(f"{url} answered something else than issues: {_ADDRESS}")
    return [_object(issue, url) for issue in issues]
