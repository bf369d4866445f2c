"""Send requests to a Jira site, and read its answers as JSON.

The only door to `jira`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
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

from connector.http.errors import (
    ADDRESS,
    JiraBusy,
    JiraRefused,
    cause,
    error_for,
    errors_of,
    issues_of,
    json_of,
    object_of,
)

TIMEOUT = (3.0, 10.0)
"""Seconds to connect and to answer. A worker's first triage sends four requests: together they stay
below the time limit of its task."""

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
        # A redirected PUT becomes a GET, and its data would be lost without an error.
        jira._session.max_redirects = 0
        _read_environment_once(jira._session, self.url)
        # Known from the settings. The library would send a request to find out.
        jira.deploymentType = "Cloud" if cloud else "Server"
        return jira

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
        url = f"{self.url.rstrip('/')}/{root or f'rest/api/{version}'}/{path}"
        # The library's Issue.update sends a GET after its PUT.
        response = self._ask(lambda: self._jira._session.request(method, url, **more))
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
        token: str | None = None
        while True:
            answer = self._search(
                lambda token=token: self._jira.enhanced_search_issues(
                    jql, nextPageToken=token, maxResults=PAGE, json_result=True, **asked
                )
            )
            yield issues_of(answer, self.url)
            token = answer.get("nextPageToken")
            if not token or answer.get("isLast"):
                return

    def _server_pages(self, jql: str, **asked: Any) -> Iterator[list[dict[str, Any]]]:
        start = 0
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
            issues = issues_of(answer, self.url)
            yield issues
            start += len(issues)
            if not issues or start >= int(answer.get("total") or 0):
                return

    def _search(self, call: Any) -> dict[str, Any]:
        return object_of(self._ask(call), self.url)

    def _ask(self, call: Any) -> Any:
        try:
            return call()
        except JIRAError as error:
            headers = getattr(error.response, "headers", None) or {}
            message = str(error.text or "")
            status, errors = error.status_code or 0, errors_of(_json(error.response))
            raise error_for(status, message, headers, self.url, errors) from None
        except TooManyRedirects as error:
            where = error.response.headers.get("Location", "") if error.response else ""
            raise JiraRefused(f"{self.url} redirects to {where[:200]}. {ADDRESS}") from None
        except (JSONDecodeError, UnicodeError, RecursionError):
            raise JiraBusy(f"{self.url} did not return JSON. {ADDRESS}") from None
        except RequestException as error:
            raise JiraBusy(f"{self.url} does not answer: {cause(error, TIMEOUT)}") from None


def _json(response: Response | None) -> object:
    """Return the JSON of an answer, None if it has none."""
    try:
        return None if response is None else response.json()
    except (ValueError, RecursionError):
        return None


def _read_environment_once(session: Session, url: str) -> None:
    """Set proxies and certificates once. `requests` would read the environment for each request."""
    found = session.merge_environment_settings(url, {}, None, None, None)
    session.proxies, session.verify = found["proxies"], found["verify"]
    session.trust_env = False
