"""A whole Sluice on a sandbox Jira for tests: web server, queue and worker, all of them real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import waitress.server

from sandbox import Sandbox
from sandbox.http.serving import Serving
from tests.waiting import until
from webhooks.app import create_app
from webhooks.door import MAX_BODY
from worker.settings.load import load
from worker.settings.settings import Settings
from worker.store.work_queue import Store
from worker.tasks import app, configure, this_process

SECRET = "a secret of the tests"
MODEL_KEY = "5ea1" * 16
FIELDS = {
    "class": "Sluice Class",
    "score": "Sluice Score",
    "gate": "Sluice Gate",
    "points": "Story Points",
}

CONFIG = """\
sites:
  main:
    url: {url}
    kind: {kind}
    email: sluice@example.com
    start: {start}
projects:
  DEMO:
    book: {book}
    report: {{issue: DEMO-1, day: monday, time: "09:00", timezone: Europe/Berlin}}
"""


def environment(
    jira: Sandbox, redis_url: str, folder: Path, book: str = "default", start: str = "now"
) -> dict[str, str]:
    """Write sluice.yaml into a folder. Return the environment of a `sluice` process."""
    kind = "cloud" if jira.deployment == "cloud" else "datacenter"
    path = folder / "sluice.yaml"
    path.write_text(
        CONFIG.format(url=jira.url, kind=kind, book=book, start=start), encoding="utf-8"
    )
    return {
        "SLUICE_CONFIG": str(path),
        "SLUICE_REDIS_URL": redis_url,
        "SLUICE_BROKER_URL": redis_url,
        "SLUICE_MAIN_TOKEN": "token-sluice",
        "SLUICE_MAIN_SECRET": SECRET,
        "SLUICE_MODEL_KEY": MODEL_KEY,
    }


class Person:
    """Somebody at the sandbox: creates and edits issues over REST and looks at them."""

    def __init__(self, jira: Sandbox, name: str = "pm") -> None:
        self.jira = jira
        self._session = requests.Session()
        self._session.headers.update(jira.authorization(name))
        self._ids: dict[str, str] = {}

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """One request to the REST API, version 2."""
        url = f"{self.jira.url}/rest/api/2/{path}"
        answer = self._session.request(method, url, json=body, timeout=60)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return answer.json() if answer.content else None

    def field(self, name: str) -> str:
        """The id of a field by its name, or the name itself for a system field."""
        if not self._ids:
            self._ids = {f["name"]: f["id"] for f in self.ask("GET", "field")}
        return self._ids.get(FIELDS.get(name, name), name)

    def create(self, summary: str, description: str = "", **more: Any) -> str:
        """A new issue; returns its id. `type`, `priority` and `labels` by name."""
        fields: dict[str, Any] = {"project": {"key": more.pop("project", "DEMO")}}
        fields |= {"issuetype": {"name": more.pop("type", "Task")}, "summary": summary}
        if description:
            fields["description"] = description
        if priority := more.pop("priority", None):
            fields["priority"] = {"name": priority}
        fields |= {self.field(name): value for name, value in more.items()}
        return str(self.ask("POST", "issue", {"fields": fields})["id"])

    def set(self, issue: str, **values: Any) -> None:
        """Edit an issue by hand: class, gate and priority by name, score as a number."""
        fields: dict[str, Any] = {}
        for name, value in values.items():
            if name == "priority":
                fields[name] = {"name": value}
            elif name in ("class", "gate"):
                fields[self.field(name)] = value and {"value": value}
            else:
                fields[self.field(name)] = value
        self.ask("PUT", f"issue/{issue}", {"fields": fields})

    def see(self, issue: str) -> dict[str, Any]:
        """The managed fields of an issue, its comments and our property, as plain values."""
        raw = self.ask("GET", f"issue/{issue}?properties=sluice")
        fields = raw["fields"]
        return {
            "class": (fields.get(self.field("class")) or {}).get("value"),
            "gate": (fields.get(self.field("gate")) or {}).get("value"),
            "score": fields.get(self.field("score")),
            "priority": (fields.get("priority") or {}).get("name"),
            "comments": [c["body"] for c in fields["comment"]["comments"]],
            "record": raw.get("properties", {}).get("sluice"),
        }


def calls(jira: Sandbox, issue: str) -> tuple[int, int]:
    """Count the GET and PUT of Sluice that the sandbox logged for an issue."""
    log = jira.log
    return tuple(  # type: ignore[return-value]
        log.count(method=method, issue=issue, account="sluice") for method in ("GET", "PUT")
    )


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The web process's app under waitress, on a free port; gives its address."""
    server: Any = waitress.server.create_server(
        create_app(settings), host="127.0.0.1", port=0, max_request_body_size=2 * MAX_BODY
    )
    serving = Serving(server, "web")
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        serving.stop()


class Live:
    """Sluice at work on a sandbox: `web` is its address, `person` somebody at the sandbox."""

    def __init__(self, jira: Sandbox, settings: Settings, web: str) -> None:
        self.jira, self.settings, self.web = jira, settings, web
        self.person = Person(jira)
        self.store = Store(settings.redis_url, "main")

    def listen(self) -> None:
        """Create the issue for the reports and register the webhook, as an admin would."""
        self.person.create("Where our capacity goes")
        events = ["jira:issue_created", "jira:issue_updated", "jira:issue_deleted"]
        hook: dict[str, object] = {"name": "Sluice", "url": f"{self.web}/webhooks/main"}
        path = "webhooks/1.0/webhook"
        if self.jira.deployment == "datacenter":  # since Jira 10 elsewhere, and the secret inside
            path, hook["configuration"] = "jira-webhook/1.0/webhooks", {"SECRET": SECRET}
        answer = requests.post(
            f"{self.jira.url}/rest/{path}",
            json={**hook, "secret": SECRET, "events": [*events, "comment_created"]},
            headers=self.jira.authorization("pm"),
            timeout=60,
        )
        assert answer.ok, answer.text

    def until(self, true: Callable[[], object]) -> None:
        """Wait for something to come true; fails the test when it does not."""
        until(true)

    def idle(self) -> None:
        """Wait until every event is delivered and nothing is pending any more."""
        quiet = 0

        def still() -> bool:
            # An event may pass from one to the other between the two looks, so one is not enough.
            nonlocal quiet
            busy = self.jira.webhooks.courier.pending() or self.pending()
            quiet = 0 if busy else quiet + 1
            return quiet > 2

        until(still, step=0.01)

    def pending(self) -> list[str]:
        """The issues whose triage is still to come or under way."""
        return list(self.store._redis.scan_iter("sluice:main:pending:*"))


@contextmanager
def live(
    jira: Sandbox, redis_url: str, folder: Path, book: str = "default", start: str = "now"
) -> Iterator[Live]:
    """Point this process's worker to a sandbox and serve the web app."""
    settings = load(environment(jira, redis_url, folder, book, start))
    configure(settings)
    this_process().close()
    with served(settings) as web:
        yield Live(jira, settings, web)
    this_process().close()


@contextmanager
def queue_worker(redis_url: str) -> Iterator[None]:
    """A Celery worker of this process, in a thread of its own."""
    from celery.contrib.testing.worker import start_worker

    app.conf.broker_url = redis_url
    with start_worker(app, pool="solo", perform_ping_check=False, loglevel="WARNING"):
        yield
