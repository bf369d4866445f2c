"""Take the webhooks at POST /webhooks/SITE, in front of Flask: the one route that has to be fast.

Flask spends as much time on a request as the check, the parsing and Redis together.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from webhooks.delivery import BadDelivery, BadSignature, Delivery
from webhooks.paths import Wsgi
from worker.settings.settings import SiteSettings
from worker.store.redis import StoreDown
from worker.store.trouble.deliveries import Deliveries, Reason
from worker.store.work_queue import Store
from worker.tasks import submit

MAX_BODY = 25 * 1024 * 1024
"""Jira Cloud drops an event whose webhook would be larger. Data Center names no limit; its largest
captured webhook has 30 KB, and an issue with 500 long comments has 16 MB."""

RETRY_S = "30"
PLAIN = "text/plain; charset=utf-8"
_PREFIX = "/webhooks/"

_STATUS = {
    202: "202 Accepted",
    400: "400 Bad Request",
    401: "401 Unauthorized",
    404: "404 Not Found",
    413: "413 Content Too Large",
    415: "415 Unsupported Media Type",
    500: "500 Internal Server Error",
    503: "503 Service Unavailable",
}

log = logging.getLogger("sluice.web")


class Refused(Exception):
    """A webhook that is not taken: the status, the text of the answer, and why."""

    def __init__(self, status: int, text: str, reason: Reason) -> None:
        super().__init__(text)
        self.status, self.reason = status, reason


@dataclass(frozen=True)
class _Headers:
    """The headers of a WSGI request."""

    environ: Mapping[str, Any]

    def get(self, key: str, /) -> str | None:
        found = self.environ.get(f"HTTP_{key.upper().replace('-', '_')}")
        return found if isinstance(found, str) else None


class Door:
    """A WSGI app that takes webhooks and leaves each other request to the app behind it."""

    def __init__(
        self,
        behind: Wsgi,
        sites: Mapping[str, SiteSettings],
        stores: Mapping[str, Store],
        unknown: Deliveries,
    ) -> None:
        self._behind, self._sites, self._stores, self._unknown = behind, sites, stores, unknown

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a webhook. It takes no time of Flask, and one round trip to Redis."""
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] != "POST" or not path.startswith(_PREFIX):
            return self._behind(environ, start_response)
        status, text = self._answer(path[len(_PREFIX) :], environ)
        body = f"{text}\n".encode()
        headers = [("Content-Type", PLAIN), ("Content-Length", str(len(body)))]
        if status == 503:
            headers.append(("Retry-After", RETRY_S))
        start_response(_STATUS[status], headers)
        return [body]

    def _answer(self, site: str, environ: Mapping[str, Any]) -> tuple[int, str]:
        """Return status and text of the answer to a webhook."""
        try:
            return 202, self._take(site, environ)
        except Refused as refused:
            store = self._stores.get(site)
            (store.deliveries if store else self._unknown).refuse(refused.reason)
            return refused.status, str(refused)
        except StoreDown as error:
            log.error("%s", error)
            return 503, "Redis is down: try again"
        except Exception as error:
            log.exception("a webhook failed: %s", error)
            return 500, "an error in Sluice: see its log"

    def _take(self, site: str, environ: Mapping[str, Any]) -> str:
        store = self._stores.get(site)
        if store is None:
            text = "no such site: end the address with the name of a site in sluice.yaml"
            raise Refused(404, text, "unknown site")
        delivery = _delivery(environ, self._sites[site])
        if delivery.by_old or self._sites[site].old_secret:
            store.deliveries.signed("old" if delivery.by_old else "new")
        answer = take(store, site, delivery)
        log.debug("%s: a webhook: %s", site, answer, extra={"delivery": delivery.id})
        store.tally.add(f"delivery_{_OUTCOMES[answer]}")
        return answer


def _delivery(environ: Mapping[str, Any], site: SiteSettings) -> Delivery:
    """Read a webhook and check it. Raises Refused."""
    headers = _Headers(environ)
    if (headers.get("Content-Encoding") or "identity").strip().lower() != "identity":
        raise Refused(415, "the body is compressed: send it as it is", "encoding")
    body = _body(environ)
    try:
        return Delivery.from_http(headers, body, site.secret, site.old_secret)
    except BadSignature as error:
        reason: Reason = "no signature" if error.missing else "wrong signature"
        raise Refused(401, str(error), reason) from None
    except BadDelivery as error:
        raise Refused(400, str(error), "malformed") from None


def _body(environ: Mapping[str, Any]) -> bytes:
    """Return the whole body, which the server has received already. Raises Refused."""
    length = environ.get("CONTENT_LENGTH") or "0"
    size = int(length) if length.isascii() and length.isdigit() else 0
    if size > MAX_BODY:
        raise Refused(413, f"the body is larger than {MAX_BODY // 1024 // 1024} MB", "too large")
    found = environ["wsgi.input"].read(size)
    return found if isinstance(found, bytes) else b""


def take(store: Store, site: str, delivery: Delivery) -> str:
    """Queue the issue of a webhook and return the text of the answer."""
    if not delivery.issue_ids:
        return NO_ISSUE
    issues, others = delivery.issue_ids[:1], delivery.issue_ids[1:]
    if delivery.gone:
        store.forget(delivery.issue_ids[0])
        issues = ()
    # A person may use the same account as Sluice: the issues that they create are triaged.
    own = "" if delivery.event == "jira:issue_created" else delivery.actor
    taken = [submit(store, site, issue, delivery.id, own) for issue in issues]
    # Each has a name of its own: the second issue of a delivery is no repeated delivery.
    taken += [submit(store, site, issue, f"{delivery.id}:{issue}", own) for issue in others]
    if delivery.gone and "queue" not in taken:
        return DELETED
    return _ANSWERS["queue" if "queue" in taken else taken[0]]


NO_ISSUE, DELETED = "ignored: the event is not about an issue", "ignored: the issue is deleted"

_ANSWERS = {
    "queue": "queued",
    "pending": "queued already",
    "duplicate": "ignored: this delivery came before",
    "own": "ignored: Sluice made this change itself",
}

_OUTCOMES = {**{text: name for name, text in _ANSWERS.items()}, NO_ISSUE: "other", DELETED: "gone"}
"""What became of a webhook, for its count, by the text of the answer."""
