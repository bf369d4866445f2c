"""Send requests to a Jira site, and read its answers as JSON.

The only door to `jira`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Literal

from jira import JIRA, JIRAError
from requests import JSONDecodeError, RequestException, Response, Session, Timeout

from connector.http.answers import error_of, page_instead
from connector.http.errors import (
    ADDRESS,
    JiraBusy,
    JiraRefused,
    cause,
    issues_of,
    json_of,
    may_have_arrived,
    object_of,
    reason_of,
)
from connector.http.prepared import Prepared
from connector.http.progress import Progress
from rules.facts.jira_json.half_characters import mended

TIMEOUT = (3.0, 10.0)
"""Seconds to connect and to answer. Only a worker's first triage sends more than two requests. If
Jira is slow at all of them, the time limit of its task ends it, and it is tried again."""

PAGE = 100

SCOPED = "api.atlassian.com"
"""The host for scoped tokens; the address goes on with `/ex/jira/` and the cloud id of the site.

https://developer.atlassian.com/cloud/jira/platform/basic-auth-for-rest-apis/
"""

_TRUE: Any = "true"  # for True, the library would send Python's "True"

logging.getLogger("jira").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Account:
    """An account: e-mail and API token on Cloud, personal access token on Data Center."""

    url: str
    kind: Literal["cloud", "datacenter"]
    token: str = field(repr=False)
    email: str | None = None


class Connection:
    """A signed-in connection to a site; it sends no request before the first call.

    Every call may raise JiraBusy (try again later) or JiraRefused (it would fail again).
    """

    def __init__(self, account: Account) -> None:
        self.account = account
        self.heard: Callable[[Response], None] = lambda _: None
        """Called with each answer, also with a refusal: its headers tell how near a limit is."""
        self.counted: Callable[[str], None] = lambda _: None
        """Called with `jira_<status>_<reason>` for each call, whether Jira answered or not."""

    @cached_property
    def _jira(self) -> JIRA:
        cloud = self.account.kind == "cloud"
        jira = JIRA(
            server=self.url,
            options={"rest_api_version": "2", "check_update": False},
            basic_auth=(self.account.email or "", self.account.token) if cloud else None,
            token_auth=None if cloud else self.account.token,
            get_server_info=False,
            max_retries=0,  # the queue retries, so that no worker sleeps inside a call
            timeout=TIMEOUT,
        )
        jira._session.hooks["response"].append(lambda answer, *_, **__: self.heard(answer))
        jira._session.hooks["response"] += [_mend, self._judge]
        _read_environment_once(jira._session, self.url)
        # Known from the settings. The library would send a request to find out.
        jira.deploymentType = "Cloud" if cloud else "Server"
        return jira

    @cached_property
    def _prepared(self) -> Prepared:
        return Prepared(self._jira._session, f"{self.url.rstrip('/')}/", TIMEOUT)

    @property
    def url(self) -> str:
        """Return the address of the site."""
        return self.account.url

    def get(self, path: str, query: dict[str, str] | None = None) -> dict[str, Any]:
        """Return the JSON object at a path."""
        return object_of(json_of(self.call("GET", path, params=query)), self.url)

    def listed(self, path: str, root: str = "") -> list[dict[str, Any]]:
        """Return the JSON list at a path of the REST API, or of another one at `root`."""
        found = json_of(self.call("GET", path, root=root))
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise JiraBusy(f"{self.url} did not return a list. {ADDRESS}")
        return found

    def call(
        self, method: str, path: str, *, version: int = 2, root: str = "", **more: Any
    ) -> Response:
        """Send a request to a path of the REST API, or of another one at `root`."""
        place = f"{root or f'rest/api/{version}'}/{path}"
        # The library's Issue.update sends a GET after its PUT.
        call = self._prepared.request(method, place, more) or partial(
            self._jira._session.request, method, f"{self.url.rstrip('/')}/{place}", **more
        )
        response = self._ask(call, writes=method != "GET")
        assert isinstance(response, Response)
        return response

    def pages(
        self, jql: str, fields: list[str], expand: str | None, properties: str | None
    ) -> Iterator[list[dict[str, Any]]]:
        """Yield the JSON of the issues of a query, in pages of 100. Only Cloud knows properties."""
        asked: dict[str, Any] = {"fields": fields, "expand": expand}
        if self.account.kind == "cloud":
            yield from self._cloud_pages(jql, properties=properties, **asked)
        else:
            yield from self._server_pages(jql, **asked)

    def _cloud_pages(self, jql: str, **asked: Any) -> Iterator[list[dict[str, Any]]]:
        token, whole = None, Progress(f"{self.url}: the search {jql[:100]!r}")
        while True:
            answer = self._search(
                lambda token=token: self._jira.enhanced_search_issues(
                    jql, nextPageToken=token, maxResults=PAGE, json_result=True, **asked
                )
            )
            issues = issues_of(answer, self.url)
            yield issues
            token = answer.get("nextPageToken")
            if not token or answer.get("isLast") is True:
                return
            whole.went_on(token, (one.get("id") for one in issues))

    def _server_pages(self, jql: str, **asked: Any) -> Iterator[list[dict[str, Any]]]:
        start, whole = 0, Progress(f"{self.url}: the search {jql[:100]!r}")
        while True:
            answer = self._search(
                lambda start=start: self._jira.search_issues(
                    jql,
                    startAt=start,
                    validate_query=_TRUE,
                    maxResults=PAGE,
                    json_result=True,
                    **asked,
                )
            )
            issues, total = issues_of(answer, self.url), answer.get("total")
            yield issues
            start += len(issues)
            if not issues or not isinstance(total, int) or start >= total:
                return
            whole.went_on(start, (one.get("id") for one in issues))

    def _search(self, call: Any) -> dict[str, Any]:
        return object_of(self._ask(call), self.url)

    def _ask(self, call: Any, writes: bool = False) -> Any:
        try:
            return call()
        except JIRAError as error:  # of the library's own, such as a wrong argument
            raise JiraRefused(f"{self.url}: {' '.join(str(error.text).split())[:500]}") from None
        except (JSONDecodeError, UnicodeError, RecursionError):
            raise JiraBusy(f"{self.url} did not return JSON. {ADDRESS}") from None
        except RequestException as error:
            self.counted(f"jira_none_{'time-out' if isinstance(error, Timeout) else 'cut'}")
            sent = may_have_arrived(error)
            message = f"{self.url} does not answer: {cause(error, TIMEOUT)}"
            raise JiraBusy(message, doubtful=sent, unknown=sent and writes) from None

    def _judge(self, response: Response, *_: Any, **__: Any) -> None:
        """Raise the error that an answer is. The library would fail on some forms of errors."""
        error = error_of(response, self.url) or page_instead(response, self.url)
        self.counted(f"jira_{response.status_code}_{reason_of(error)}")
        if error:
            if isinstance(error, JiraBusy):
                error.endpoint = _endpoint(response.url)
            raise error


def _mend(response: Response, *_: Any, **__: Any) -> None:
    """Replace halves of characters in an answer, before anybody reads its JSON."""
    response._content = mended(response.content)


def _endpoint(url: str) -> str:
    """Return what Jira counts a path of the REST API under, such as `issue` or `issue/changelog`.

    It limits each of them apart.
    """
    found = re.search(r"/rest/api/[^/]+/([A-Za-z]{1,40})(?:/[^/?]+(/[A-Za-z]{1,40}))?", url)
    return "".join(filter(None, found.groups())).lower() if found else ""


def _read_environment_once(session: Session, url: str) -> None:
    """Set proxies and certificates once. `requests` would read the environment for each request."""
    found = session.merge_environment_settings(url, {}, None, None, None)
    session.proxies, session.verify = found["proxies"], found["verify"]
    session.trust_env = False
