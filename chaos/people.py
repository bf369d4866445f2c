"""Let people do the events of a plan at the sandbox: several clients at once, each in its order."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chaos.events import CLIENTS, Event, project_of
from chaos.house import SECRET, SITE
from chaos.plan import Plan
from cli.demo_run.jira_user import People

_TRANSITIONS = {"To Do": "11", "In Progress": "21", "Done": "31"}


class Crowd:
    """The clients of a run. `ids` are Jira's ids of the issues, `last` the times of last events."""

    def __init__(self, jira: str, plan: Plan, pace_s: float = 0.0) -> None:
        self.plan, self.pace_s = plan, pace_s
        self.ids: dict[int, str] = {}
        self.last: dict[int, float] = {}
        self.done = 0
        self._lock = threading.Lock()
        self._clients = [People(jira) for _ in range(CLIENTS)]
        fields = self._clients[0].ask("GET", "/rest/api/2/field")
        self._fields = {field["name"]: str(field["id"]) for field in fields}

    def register(self, web: str) -> None:
        """Register Sluice's webhook."""
        self._clients[0].register(f"{web}/webhooks/{SITE}", SECRET)

    def gone(self) -> frozenset[str]:
        """Return Jira's ids of the issues that the plan deletes."""
        deleted = (event.issue for event in self.plan.events if event.kind == "delete")
        return frozenset(self.ids[issue] for issue in deleted)

    def work(self) -> None:
        """Do all events; return when the last one is done. `pace_s` is the least time of one."""
        began = time.monotonic()
        with ThreadPoolExecutor(CLIENTS) as pool:
            for client in [pool.submit(self._work, number, began) for number in range(CLIENTS)]:
                client.result()

    def _work(self, client: int, began: float) -> None:
        for event in self.plan.events:
            if event.client == client:
                time.sleep(max(0.0, began + event.number * self.pace_s - time.monotonic()))
                self._act(self._clients[client], event)
                with self._lock:
                    self.done += 1
                    self.last[event.issue] = time.time()

    def _act(self, people: People, event: Event) -> None:
        values = dict(event.values)
        if event.kind == "create":
            fields = {"project": {"key": project_of(event.issue)}, **self._written(values)}
            made = people.ask("POST", "/rest/api/2/issue", json={"fields": fields})
            self.ids[event.issue] = str(made["id"])
            return
        path = f"/rest/api/2/issue/{self.ids[event.issue]}"
        if event.kind == "comment":
            people.ask("POST", f"{path}/comment", json=values)
        elif event.kind == "move":
            step = {"transition": {"id": _TRANSITIONS[values["status"]]}}
            people.ask("POST", f"{path}/transitions", json=step)
        elif event.kind == "delete":
            people.ask("DELETE", path)
        else:
            for written in filter(None, (dict(event.before), values)):
                people.ask("PUT", path, json={"fields": self._written(written)})

    def _written(self, values: Mapping[str, str]) -> dict[str, Any]:
        """Return values as Jira takes them."""
        found: dict[str, Any] = {}
        for name, value in values.items():
            if name in ("issuetype", "priority"):
                found[name] = {"name": value}
            elif name in ("Sluice Class", "Sluice Gate"):
                found[self._fields[name]] = {"value": value}
            elif name in ("points", "Sluice Score"):
                found[self._fields["Story Points" if name == "points" else name]] = float(value)
            else:
                found[name] = value
        return found
