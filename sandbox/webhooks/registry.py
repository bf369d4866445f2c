"""Register webhooks, select those that want an event, and build their bodies and headers."""

from __future__ import annotations

import hashlib
import hmac
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

from sandbox.http.answers import dumps
from sandbox.http.request_log import RequestLog
from sandbox.jql.match import Context, predicate
from sandbox.jql.parser import JqlError, Query, parse
from sandbox.render.issue_json import COMMENT_FIELDS, render_fields
from sandbox.state.accounts import Account
from sandbox.state.faults import Faults
from sandbox.state.languages import translated
from sandbox.state.model import Model
from sandbox.state.records import Event, Json
from sandbox.state.refusals import Refused, refuse
from sandbox.webhooks.delivery import Courier, Parcel

ISSUE_FILTER = "issue-related-events-section"
AGENTS = {
    "cloud": "Atlassian Webhook HTTP Client",
    "datacenter": "Atlassian HttpClient 9.12.0 / JIRA-9.12.0 (9120000) / Default",
}


@dataclass
class Hook:
    """A registered webhook."""

    id: str
    name: str
    url: str
    events: list[str]
    filters: dict[str, str]
    secret: str
    exclude_body: bool
    enabled: bool
    owner: Account
    updated: int
    query: Query | None = field(default=None, repr=False)


class Webhooks:
    """The webhooks of a sandbox. Register them, then publish events to them."""

    def __init__(self, model: Model, log: RequestLog, faults: Faults) -> None:
        self.model = model
        self.log = log
        self.faults = faults
        retries = (1.0, 2.0, 4.0, 8.0, 16.0) if model.deployment == "cloud" else ()
        self.courier = Courier(self._wanted, retries)
        self._hooks: dict[str, Hook] = {}
        self._lock = threading.Lock()
        model.emit = self.publish

    # -- registration

    def register(self, body: Json, owner: Account, hook_id: str | None = None) -> Hook:
        """Register or replace a webhook; 400 if the body is invalid."""
        name, url, events = body.get("name"), body.get("url"), body.get("events", [])
        if not isinstance(name, str) or not name:
            refuse(400, "The webhook name must be specified.")
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            refuse(400, "The webhook URL must be a valid http or https URL.")
        if not isinstance(events, list) or not all(isinstance(e, str) for e in events):
            refuse(400, "The webhook events must be a list of names.")
        filters, secret = body.get("filters") or {}, body.get("secret") or ""
        if not isinstance(filters, dict) or not isinstance(secret, str):
            refuse(400, "The webhook filters must be an object, and the secret a text.")
        hook = Hook(
            hook_id or self.model.next_id("webhook"),
            name,
            url,
            events,
            filters,
            secret,
            body.get("excludeBody") is True,
            body.get("enabled", True) is not False,
            owner,
            int(self.model.clock() * 1000),
            self._filter(filters),
        )
        with self._lock:
            self._hooks[hook.id] = hook
        return hook

    def add(self, url: str, secret: str = "", events: tuple[str, ...] = (), jql: str = "") -> Hook:
        """Register a webhook from Python, by default for all issue and comment events."""
        names = events or (
            "jira:issue_created",
            "jira:issue_updated",
            "jira:issue_deleted",
            "comment_created",
            "comment_updated",
            "comment_deleted",
        )
        body = {
            "name": url,
            "url": url,
            "events": list(names),
            "secret": secret,
            "filters": {ISSUE_FILTER: jql},
        }
        return self.register(body, self.model.accounts.by_name["pm"])

    def _filter(self, filters: dict[str, Any]) -> Query | None:
        text = filters.get(ISSUE_FILTER)
        if not text:
            return None
        try:
            query = parse(str(text))
            predicate(Context(self.model, None, self.model.clock()), query)
        except JqlError as wrong:
            raise Refused(400, [str(wrong)]) from None
        return query

    def get(self, hook_id: str) -> Hook:
        """Return a webhook by id; 404 if none exists."""
        hook = self._hooks.get(hook_id)
        if hook is None:
            refuse(404, f"The webhook with id {hook_id[:50]} does not exist.")
        return hook

    def all(self) -> list[Hook]:
        """Return all webhooks."""
        return list(self._hooks.values())

    def delete(self, hook_id: str) -> None:
        """Delete a webhook. Its pending deliveries and retries are dropped."""
        self.get(hook_id)
        with self._lock:
            self._hooks.pop(hook_id, None)

    def _wanted(self, hook_id: str) -> bool:
        return hook_id in self._hooks

    def to_json(self, hook: Hook) -> Json:
        """Return a webhook as its registration answers it, without the secret."""
        owner = self.model.accounts.json(hook.owner)
        return {
            "name": hook.name,
            "url": hook.url,
            "excludeBody": hook.exclude_body,
            "filters": {ISSUE_FILTER: "", **hook.filters},
            "events": hook.events,
            "enabled": hook.enabled,
            "isSigned": bool(hook.secret),
            "self": f"{self.model.base_url}/rest/webhooks/1.0/webhook/{hook.id}",
            "lastUpdatedUser": owner.get("accountId") or owner["key"],
            "lastUpdatedDisplayName": owner["displayName"],
            "lastUpdated": hook.updated,
        }

    # -- events

    def publish(self, event: Event) -> None:
        """Deliver an event to each webhook that wants it. The caller holds the model's lock."""
        body: bytes | None = None
        for hook in self.all():
            if hook.enabled and event.name in hook.events and self._passes(hook, event):
                body = body or dumps(self._in_language(self._payload(event)))
                self._send(hook, event, b"" if hook.exclude_body else body)
        if event.name == "jira:issue_created":
            self.log.note_event(event.issue.id, self.model.clock())

    def _in_language(self, payload: Json) -> Json:
        language = self.model.accounts.site_language
        found: Json = payload if language == "en" else translated(payload, language)
        return found

    def _passes(self, hook: Hook, event: Event) -> bool:
        if hook.query is None:
            return True
        try:
            context = Context(self.model, hook.owner, self.model.clock())
            return predicate(context, hook.query)(event.issue)
        except JqlError:
            return False  # the filter names a deleted object; in Jira it then matches nothing

    def _send(self, hook: Hook, event: Event, body: bytes) -> None:
        headers = {
            "Content-Type": "application/json; charset=UTF-8",
            "User-Agent": AGENTS[self.model.deployment],
        }
        ident = str(uuid.uuid4())
        if self.model.deployment == "cloud":
            headers["X-Atlassian-Webhook-Identifier"] = ident
        if hook.secret:
            mac = hmac.new(hook.secret.encode(), body, hashlib.sha256)
            headers["X-Hub-Signature"] = f"sha256={mac.hexdigest()}"
        parcel = Parcel(hook.id, hook.url, body, headers, ident, event.name, event.issue.id)
        copies = self.faults.webhook_copies()
        if not copies:
            self.courier.lose(parcel)
        for _ in range(copies):
            self.courier.send(parcel, self.faults.webhook_delay())

    def _payload(self, event: Event) -> Json:
        body: Json = {
            "timestamp": int(self.model.clock() * 1000),
            "webhookEvent": event.name,
        }
        if event.worklog is not None:
            return body | {"worklog": event.worklog}
        if event.link is not None:
            return body | {"issueLink": event.link}
        if event.name.startswith("comment_"):
            body["comment"] = event.comment
            if self.model.deployment == "cloud":
                body["issue"] = self._issue(event, COMMENT_FIELDS)
                body["eventType"] = "primaryAction"
            return body
        body["issue_event_type_name"] = event.type_name
        body["user"] = self.model.accounts.json(event.account)
        body["issue"] = self._issue(event, None)
        if event.history:
            body["changelog"] = {"id": event.history["id"], "items": event.history["items"]}
        if event.comment:
            body["comment"] = event.comment
        return body

    def _issue(self, event: Event, names: tuple[str, ...] | None) -> Json:
        issue = event.issue
        return {
            "id": issue.id,
            "self": f"{self.model.base_url}/rest/api/2/issue/{issue.id}",
            "key": issue.key,
            "fields": render_fields(self.model, issue, names),
        }
