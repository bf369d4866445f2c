"""Map Jira's HTTP errors, and answers that are not Jira's, to retry or give up."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Any, Literal

from requests import ConnectTimeout, RequestException, Response, Timeout

ADDRESS = "Check `url` in sluice.yaml"

_BUSY = {408, 409, 425, 429, 500, 502, 503, 504}


class JiraBusy(Exception):
    """Jira cannot answer now: retry after `wait` seconds. `scope` is the site or only the issue."""

    def __init__(
        self, message: str, wait: float | None = None, scope: Literal["site", "issue"] = "site"
    ) -> None:
        super().__init__(message)
        self.wait = wait
        self.scope = scope


class JiraRefused(Exception):
    """Jira refuses the request. The message is Jira's own.

    `final`: a retry would not help. It is not final if the account lacks a right. `missing`: the
    issue does not exist, or the account may not see it. `status` is that of the answer, 0 for none;
    `errors` has Jira's message for each field that it refused, by the field's id.
    """

    def __init__(
        self,
        message: str,
        final: bool = True,
        missing: bool = False,
        status: int = 0,
        errors: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.final, self.missing = final, missing
        self.status, self.errors = status, dict(errors or {})


def errors_of(body: object) -> dict[str, str]:
    """Return Jira's message for each refused field, by its id, from the JSON of an answer."""
    errors = body.get("errors") if isinstance(body, dict) else None
    if not isinstance(errors, dict):
        return {}
    return {field: str(message)[:500] for field, message in errors.items()}


def error_for(
    status: int,
    text: str,
    headers: Mapping[str, str],
    url: str,
    errors: Mapping[str, str] | None = None,
) -> Exception:
    """Return JiraBusy for statuses to retry (429, 5xx and others), else JiraRefused."""
    message = f"{url} answered {status}: {_plain(text) or 'no reason given'}"
    if status not in _BUSY:
        message = message.rstrip(".")
        hint = ". Check the token and its account" if status in (401, 403) else ""
        return JiraRefused(message + hint, not hint, status == 404, status, errors)
    # 409: another client wrote the issue at the same time.
    per_issue = status == 409 or headers.get("RateLimit-Reason") == "jira-per-issue-on-write"
    scope: Literal["site", "issue"] = "issue" if per_issue else "site"
    return JiraBusy(message, retry_after(headers.get("Retry-After")), scope)


def _plain(text: str) -> str:
    """Return a text in one line; of HTML, only its visible text."""
    if "<" in text and ">" in text:
        text = re.sub(
            r"(?is)<(script|style|head)\b(?:(?!</\1).)*</\1\s*>|<[^<>]{0,2000}>", " ", text
        )
    return " ".join(text.split())[:500]


def cause(error: RequestException, timeout: tuple[float, float]) -> str:
    """Return the last error in a chain of causes, without Python's class names."""
    if isinstance(error, ConnectTimeout):
        return f"no connection within {timeout[0]:g} s"
    if isinstance(error, Timeout):
        return f"no answer within {timeout[1]:g} s"
    text = " ".join(str(error).split())
    last = re.search(r"\[Errno [^\]]*\] ([^')\"]*)|\(_ssl|certificate verify failed[^')(]*", text)
    return (last.group(1) or last.group(0) if last else text or type(error).__name__)[:200]


def retry_after(header: str | None) -> float | None:
    """Return `Retry-After` in seconds, at most five minutes; None without a valid header."""
    if header is None or not re.fullmatch("[0-9]{1,9}", header.strip()):
        return None
    return min(float(header), 300.0)


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
