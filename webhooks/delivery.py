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

_ISSUE_ID = re.compile(r"0*([1-9][0-9]{0,18})")
_ISSUE_IN_SELF = re.compile(r"/issue/([0-9]{1,40})/(?:comment|worklog)/")
_GREATEST = 2**63 - 1
"""Jira keeps ids in a signed number of 64 bits."""

_PLAIN = re.compile(r"[!-~]+")
"""Characters of the id of a delivery. Jira sends digits, letters, `-` and `.`."""

MAX_TOKEN = 200
MAX_OTHERS = 20
"""The most issues at the other ends of a deleted issue's links that one event queues."""


class Headers(Protocol):
    """Request headers of any class, with a lookup that ignores case."""

    def get(self, key: str, /) -> str | None:
        """Return the value of a header, or None."""


class BadSignature(Exception):
    """The signature is missing or wrong: answer 401."""

    def __init__(self, message: str, missing: bool = False) -> None:
        super().__init__(message)
        self.missing = missing


class BadDelivery(Exception):
    """The body is signed but is not a webhook of Jira: answer 400."""


@dataclass(frozen=True)
class Delivery:
    """A webhook of Jira: an event and the issues to triage.

    `issue_ids` has the event's own issue first, then those at the other end of its links; it is
    empty if the event is not about an issue. `actor` is the account that caused the event, or "".
    `by_old`: the site's former secret signed it.
    """

    id: str
    event: str
    issue_ids: tuple[str, ...]
    actor: str = ""
    by_old: bool = False

    @property
    def issue_id(self) -> str | None:
        """Return the issue that the event is about, None if it is not about an issue."""
        return self.issue_ids[0] if self.issue_ids else None

    @property
    def gone(self) -> bool:
        """Return whether the issue was deleted."""
        return self.event == "jira:issue_deleted"

    @classmethod
    def from_http(cls, headers: Headers, body: bytes, secret: str, old: str = "") -> Delivery:
        """Check the signature, then parse. Raises BadSignature or BadDelivery.

        While a secret is changed, the `old` one may sign too.
        https://developer.atlassian.com/cloud/jira/platform/webhooks/#secure-admin-webhooks
        """
        used = check_signature(headers.get("X-Hub-Signature"), body, secret, old)
        data = _parse(body)
        event = data.get("webhookEvent")
        return cls(
            id=_name(headers.get("X-Atlassian-Webhook-Identifier") or "", body),
            event=event if isinstance(event, str) else "",
            issue_ids=_issue_ids(data, event),
            actor=_actor(data),
            by_old=used != secret,
        )


def _name(given: str, body: bytes) -> str:
    """Return the id of a delivery: the one that Jira gives, else one made from the body.

    Data Center sends none. What is too long or no plain text would fill or spoil a key of Redis.
    """
    name = given.strip()
    if len(name) <= MAX_TOKEN and _PLAIN.fullmatch(name):
        return name
    return hashlib.sha256(body).hexdigest()


def check_signature(header: str | None, body: bytes, secret: str, old: str = "") -> str:
    """Return the secret of the two with which the header is the HMAC of the body.

    Raises BadSignature if it is of neither. Without a secret nothing is accepted.
    """
    if not secret:
        raise BadSignature("this site has no secret: set it in the environment of Sluice")
    if not header:
        raise BadSignature("X-Hub-Signature is missing: set the webhook's secret in Jira", True)
    method, _, given = header.partition("=")
    if method not in _METHODS:
        raise BadSignature("X-Hub-Signature has to begin with sha256=")
    sent = given.encode("utf-8", "surrogatepass")
    for one in (secret, old):
        if one and hmac.compare_digest(
            hmac.digest(one.encode(), body, method).hex().encode(), sent
        ):
            return one
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
    found = [own, *(_plain_id(one) for one in others)]
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
            return _plain_id(match.group(1))
    return None


def _plain_id(found: object) -> str | None:
    """Return an issue's id as Jira writes it, None for what is no id.

    One issue has one name, whatever the event calls it: 10001, "10001" or "0010001". Digits of
    other scripts are none: Jira sends no such id, and Python would take them for the same number.
    """
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found) if 0 < found <= _GREATEST else None
    match = _ISSUE_ID.fullmatch(found) if isinstance(found, str) else None
    return match.group(1) if match and int(match.group(1)) <= _GREATEST else None


def _checked(found: object) -> str:
    plain = _plain_id(found)
    if plain is None:
        raise BadDelivery("the issue's id is not a number")
    return plain


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
