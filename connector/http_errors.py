"""Answers of Jira that are no answer, as what has to happen next: try again, or give up."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Literal

from requests import ConnectTimeout, RequestException, Timeout

_BUSY = {408, 409, 425, 429, 500, 502, 503, 504}


class JiraBusy(Exception):
    """Jira can't answer now; try again. `wait` is in seconds, `scope` is what has to wait."""

    def __init__(
        self, message: str, wait: float | None = None, scope: Literal["site", "issue"] = "site"
    ) -> None:
        super().__init__(message)
        self.wait = wait
        self.scope = scope


class JiraRefused(Exception):
    """Jira will not do this; the message is Jira's own.

    `final`: however often it is asked. Not so where it is the account that lacks a right.
    `missing`: there is no such issue, or none that our account may see.
    """

    def __init__(self, message: str, final: bool = True, missing: bool = False) -> None:
        super().__init__(message)
        self.final, self.missing = final, missing


def sorted_out(status: int, said: str, headers: Mapping[str, str], url: str) -> Exception:
    """By what happens next: 429 and 5xx are tried again, any other refusal is final."""
    said = f"{url} answered {status}: {_plain(said) or 'no reason given'}"
    if status not in _BUSY:
        hint = ": check the token and its account" if status in (401, 403) else ""
        return JiraRefused(said + hint, final=not hint, missing=status == 404)
    # 409: somebody else wrote the issue at the same moment.
    per_issue = status == 409 or headers.get("RateLimit-Reason") == "jira-per-issue-on-write"
    return JiraBusy(said, retry_after(headers.get("Retry-After")), "issue" if per_issue else "site")


def _plain(text: str) -> str:
    """One line: of a page, what a person would see of it."""
    if "<" in text and ">" in text:
        text = re.sub(
            r"(?is)<(script|style|head)\b(?:(?!</\1).)*</\1\s*>|<[^<>]{0,2000}>", " ", text
        )
    return " ".join(text.split())[:500]


def cause(error: RequestException, timeout: tuple[float, float]) -> str:
    """The last words of a chain of causes: the rest names classes of Python."""
    if isinstance(error, ConnectTimeout):
        return f"no connection within {timeout[0]:g} s"
    if isinstance(error, Timeout):
        return f"no answer within {timeout[1]:g} s"
    said = " ".join(str(error).split())
    told = re.search(r"\[Errno [^\]]*\] ([^')\"]*)|\(_ssl|certificate verify failed[^')(]*", said)
    return (told.group(1) or told.group(0) if told else said or type(error).__name__)[:200]


def retry_after(header: str | None) -> float | None:
    """`Retry-After` in seconds, at most five minutes; None where there is none to go by."""
    if header is None or not re.fullmatch("[0-9]{1,9}", header.strip()):
        return None
    return min(float(header), 300.0)


def backoff(attempt: int) -> float:
    """Seconds before try `attempt` (from 1): 2, 4, 8 … 30, with a jitter of 0.7 to 1.3.

    https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
    """
    return min(2.0 ** min(attempt, 10), 30.0) * random.uniform(0.7, 1.3)
