"""Name the two ways in which a request to Jira fails, and say how long to wait before the next."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Any

from requests import ConnectTimeout, RequestException, Response, Timeout

from connector.http.limits import Scope

ADDRESS = "Check `url` in sluice.yaml"


class JiraBusy(Exception):
    """Jira cannot answer now: retry after `wait` seconds. `scope` says what has to wait.

    `limit`: Jira limits its callers; nothing is wrong. `doubtful`: it may be the trouble of this
    one issue, so `myself` has to tell whether it is the site's. `unknown`: a write may have
    happened, or may still happen. `endpoint` is the first part of the path, such as `issue`.
    """

    endpoint = ""

    def __init__(
        self,
        message: str,
        wait: float | None = None,
        scope: Scope = "site",
        *,
        limit: bool = False,
        doubtful: bool = False,
        unknown: bool = False,
    ) -> None:
        super().__init__(message)
        self.wait, self.scope = wait, scope
        self.limit, self.doubtful, self.unknown = limit, doubtful, unknown

    def of(self, scope: Scope) -> JiraBusy:
        """Return the same error with another scope, about which there is no doubt any more."""
        same = JiraBusy(str(self), self.wait, scope, limit=self.limit, unknown=self.unknown)
        same.endpoint = self.endpoint
        return same


class JiraRefused(Exception):
    """Jira refuses the request. The message is Jira's own.

    `final`: a retry would not help. `missing`: the issue does not exist, or the account may not see
    it. `status` is that of the answer, 0 for none; `errors` has Jira's message for each field that
    it refused, by the field's id. `lacks` is the right that the account lacks in the issue's
    project, such as EDIT_ISSUES.
    """

    def __init__(
        self,
        message: str,
        final: bool = True,
        missing: bool = False,
        status: int = 0,
        errors: Mapping[str, str] | None = None,
        lacks: str = "",
    ) -> None:
        super().__init__(message)
        self.lacks = lacks
        self.final, self.missing = final, missing
        self.status, self.errors = status, dict(errors or {})


def reason_of(error: Exception | None) -> str:
    """Return why a call failed, in one of six words, for a count: `ok` if it did not."""
    if isinstance(error, JiraRefused):
        return "missing" if error.missing else "forbidden" if error.lacks else "refused"
    if isinstance(error, JiraBusy):
        return "limit" if error.limit else "trouble"
    return "ok"


def cause(error: RequestException, timeout: tuple[float, float]) -> str:
    """Return the last error in a chain of causes, without Python's class names."""
    if isinstance(error, ConnectTimeout):
        return f"no connection within {timeout[0]:g} s"
    if isinstance(error, Timeout):
        return f"no answer within {timeout[1]:g} s"
    text = " ".join(str(error).split())
    last = re.search(r"\[Errno [^\]]*\] ([^')\"]*)|\(_ssl|certificate verify failed[^')(]*", text)
    return (last.group(1) or last.group(0) if last else text or type(error).__name__)[:200]


_NEVER_SENT = (
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeout",
    "SSLError",
    "ProxyError",
)
"""The errors, by their names in a chain of causes, after which a request was not sent."""


def may_have_arrived(error: RequestException) -> bool:
    """Return whether a request may have reached Jira before its connection failed."""
    return not any(name in repr(error) for name in _NEVER_SENT)


def backoff(attempt: int) -> float:
    """Return the back-off in seconds before try `attempt` (from 1).

    It is 2, 4, 8 … 30, with a jitter of 0.7 to 1.3.
    https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
    """
    return min(2.0 ** min(attempt, 10), 30.0) * random.uniform(0.7, 1.3)


def json_of(response: Response) -> Any:
    """Return the JSON of an answer; raise JiraBusy if it is none: it is not from Jira."""
    try:
        return response.json()
    except (ValueError, RecursionError):
        where = response.url.split("?")[0]
        raise JiraBusy(f"{where} did not return JSON. {ADDRESS}") from None


def object_of(answer: Any, url: str) -> dict[str, Any]:
    """Return the answer if it is a JSON object; raise JiraBusy if not: it is not from Jira."""
    if not isinstance(answer, dict):
        raise JiraBusy(f"{url} did not return an object. {ADDRESS}")
    return answer


def issues_of(answer: dict[str, Any], url: str) -> list[dict[str, Any]]:
    """Return the issues in an answer to a search; raise JiraBusy if there are none."""
    issues = answer.get("issues") or []
    if not isinstance(issues, list):
        raise JiraBusy(f"{url} did not return issues. {ADDRESS}")
    return [object_of(issue, url) for issue in issues]
