"""Turn headers and body of a webhook into a Delivery, or raise an error. No I/O."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

_METHODS = frozenset({"sha256", "sha384", "sha512"})
"""The methods that a signature may name. Jira signs with sha256."""

_ISSUE_ID = re.compile(r"[0-9]{1,18}")
_ISSUE_IN_SELF = re.compile(r"/issue/([0-9]{1,18})/(?:comment|worklog)/")
MAX_TOKEN = 200
MAX_OTHERS = 20
"""The most issues at the other ends of a deleted issue's links that one event queues."""


class Headers(Protocol):
    """Request headers of any class, with a lookup that ignores case."""

    def get(self, key: str, /) -> str | None:
        """Return the value of a header, or None."""


class BadSignature(Exception):
    """The signature is missing or wrong: answer 401."""


class BadDelivery(Exception):
    """The body is signed but is not a webhook of Jira: answer 400."""


@dataclass(frozen=True)
class Delivery:
    """A webhook of Jira: an event and the issues to triage.

    `issue_ids` has the event's own issue first, then those at the other end of its links; it is
    empty if the event is not about an issue. `actor` is the account that caused the event, or "".
    """

    id: str
    event: str
    issue_ids: tuple[str, ...]
    actor: str = ""

    @property
    def issue_id(self) -> str | None:
        """Return the issue that the event is about, None if it is not about an issue."""
        return self.issue_ids[0] if self.issue_ids else None

    @property
    def gone(self) -> bool:
        """Return whether the issue was deleted."""
        return self.event == "jira:issue_deleted"

    @classmethod
    def from_http(cls, headers: Headers, body: bytes, secret: str) -> Delivery:
        """Check the signature, then parse. Raises BadSignature or BadDelivery.

        https://developer.atlassian.com/cloud/jira/platform/webhooks/#secure-admin-webhooks
        """
        check_signature(headers.get("X-Hub-Signature"), body, secret)
        data = _parse(body)
        name = headers.get("X-Atlassian-Webhook-Identifier") or ""
        if not 0 < len(name) <= MAX_TOKEN:
            name = hashlib.sha256(body).hexdigest()  # Data Center sends no id of the delivery
        event = data.get("webhookEvent")
        return cls(
            id=name,
            event=event if isinstance(event, str) else "",
            issue_ids=_issue_ids(data, event),
            actor=_actor(data),
        )


def check_signature(header: str | None, body: bytes, secret: str) -> None:
    """Raise BadSignature unless the header is the HMAC of the body with the secret."""
    if not secret:
        raise BadSignature("this site has no secret: set it in the environment of Sluice")
    if not header:
        raise BadSignature("X-Hub-Signature is missing: set the webhook's secret in Jira")
    method, _, given = header.partition("=")
    if method not in _METHODS:
        raise BadSignature("X-Hub-Signature has to begin with sha256=")
    expected = hmac.digest(secret.encode(), body, method).hex()
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogateescape")):
        raise BadSignature(
            "X-Hub-Signature does not match the body: set the same secret in Jira and Sluice"
        )


def _parse(body: bytes) -> Mapping[str, Any]:
    if not body.strip():
        raise BadDelivery("the body is empty")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise BadDelivery("the body is not JSON") from None
    if not isinstance(data, dict):
        raise BadDelivery("the body is not a JSON object")
    if not any(key in data for key in ("webhookEvent", "issue", "comment", "worklog")):
        raise BadDelivery("the body is not a webhook of Jira: it has no event and no issue")
    return data


def _issue_ids(data: Mapping[str, Any], event: object) -> tuple[str, ...]:
    """Return the ids of the issues that an event changes. Raises BadDelivery.

    Both ends of a link are judged: the original of a duplicate, the epic of a story. Jira sends no
    event of the other end if an issue is deleted.
    """
    link = _object(data, "issueLink")
    own = _issue_id(data)
    others: list[object] = [link.get("sourceIssueId"), link.get("destinationIssueId")]
    if event == "jira:issue_deleted":
        others += _linked(_object(_object(data, "issue"), "fields"))
    found = [own, *(str(one) for one in others if _is_id(one))]
    return tuple(dict.fromkeys(one for one in found if one))[: 1 + MAX_OTHERS]


def _linked(fields: Mapping[str, Any]) -> list[object]:
    """Return the ids of the issues at the other ends of an issue's links."""
    links = fields.get("issuelinks")
    ends = ("inwardIssue", "outwardIssue")
    found = [link for link in links if isinstance(link, dict)] if isinstance(links, list) else []
    return [_object(link, end).get("id") for link in found for end in ends]


def _issue_id(data: Mapping[str, Any]) -> str | None:
    """Return the event's own issue; its place depends on the event. Raises BadDelivery."""
    issue, worklog = _object(data, "issue"), _object(data, "worklog")
    link = _object(data, "issueLink")
    for found in (issue.get("id"), worklog.get("issueId"), link.get("sourceIssueId")):
        if found is not None:
            return _checked(found)
    for part in (_object(data, "comment"), worklog):
        match = _ISSUE_IN_SELF.search(str(part.get("self", "")))
        if match:
            return match.group(1)
    return None


def _is_id(found: object) -> bool:
    """Return whether a value is an issue's id, as text or as a number."""
    text = str(found) if isinstance(found, int) and not isinstance(found, bool) else found
    return isinstance(text, str) and _ISSUE_ID.fullmatch(text) is not None


def _checked(found: object) -> str:
    if not _is_id(found):
        raise BadDelivery("the issue's id is not a number")
    return str(found)


def _actor(data: Mapping[str, Any]) -> str:
    """Return the account of `user`, or else of the author of the comment or worklog."""
    comment, worklog = _object(data, "comment"), _object(data, "worklog")
    people = (
        _object(data, "user"),
        _object(comment, "updateAuthor"),
        _object(worklog, "updateAuthor"),
    )
    for person in people:
        for key in ("accountId", "name", "key"):
            name = person.get(key)
            if isinstance(name, str) and 0 < len(name) <= MAX_TOKEN and _encodes(name):
                return name
    return ""


def _encodes(text: str) -> bool:
    """Return whether Redis can store a text: JSON can hold half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _object(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}
