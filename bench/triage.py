"""Measure the triage task against a bare GET and PUT of the same size, on the same sandbox."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

import requests

from bench.ground import PROJECT, SITE, environment, wait_for
from bench.rounds import Target, interleave, ratio_of
from cli.demo_run.jira_user import People
from cli.demo_run.processes import Children
from cli.demo_run.redis_server import RedisServer, free_port
from connector.layout.field_mapping import PROPERTY
from rules.facts.jsonl import read_rows
from worker import tasks
from worker.settings.load import load

TARGET = Target(1.4, most=True)
WARM_UP = 20
ROWS = Path(__file__).resolve().parent.parent / "cli" / "demo_run" / "issues.jsonl"


def measure(folder: Path, issues: int = 260) -> Iterator[str]:
    """Yield the lines of the report. All issues are new, so that each triage writes."""
    port = free_port()
    jira = f"http://127.0.0.1:{port}"
    with RedisServer(folder, own_session=True) as redis, Children(folder) as children:
        env = environment(folder, redis.url, jira)
        sandbox = ["-m", "sandbox", "--port", str(port), "--seed-project", PROJECT]
        children.start("sandbox", sandbox, env)
        wait_for(children, f"{jira}/rest/api/2/serverInfo")
        tasks.configure(load(env))
        try:
            yield from _Triages(jira, issues).compare()
        finally:
            tasks.this_process().close()


class _Triages:
    """Pairs of equal issues: Sluice triages one, the bare client reads and writes the other."""

    def __init__(self, jira: str, issues: int) -> None:
        self.base = f"{jira}/rest/api/2/issue"
        self.session = requests.Session()
        self.session.auth = ("sluice@example.com", "token-sluice")
        self.gate, self.store = (
            tasks.this_process().site_triage(SITE),
            tasks.this_process().store(SITE),
        )
        self.query = {"fields": ",".join(self.gate.site.layout.wanted()), "properties": PROPERTY}
        self.outcomes: Counter[str] = Counter()
        self.issues = issues
        self.ours, self.twins = _create(jira, issues + WARM_UP), _create(jira, issues + WARM_UP)
        self.bodies = [self._body(issue) for issue in self.twins]
        for issue in self.ours:
            self.store.admit(issue)

    def compare(self) -> Iterator[str]:
        size = median(len(json.dumps(body)) for body in self.bodies)
        yield f"  each PUT has {size:,.0f} bytes; {self.issues} issues on each side, one by one"
        ours, bare = interleave([self.sluice, self.bare], self.issues, WARM_UP)
        if set(self.outcomes) != {"written"}:
            yield f"  NOT ALL WRITTEN, so the ratio is not valid: {dict(self.outcomes)}"
        times = (
            f"{median(ours) * 1e3:.2f} ms an issue, bare GET and PUT {median(bare) * 1e3:.2f} ms"
        )
        yield f"triage: {times}: {ratio_of(ours, bare, TARGET)}"

    def sluice(self, number: int) -> float:
        """Return seconds of one triage, run as the worker's task."""
        began = time.perf_counter()
        outcome = tasks.triage.run(SITE, self.ours[number])
        took = time.perf_counter() - began
        self.outcomes[outcome] += 1
        return took

    def bare(self, number: int) -> float:
        """Return seconds of one GET and of the same PUT that Sluice would send."""
        url, body = f"{self.base}/{self.twins[number]}", self.bodies[number]
        began = time.perf_counter()
        read = self.session.get(url, params=self.query, timeout=20)
        read.raise_for_status()
        read.json()
        self.session.put(url, json=body, timeout=20).raise_for_status()
        return time.perf_counter() - began

    def _body(self, issue: str) -> Mapping[str, Any]:
        update = self.gate.plan(self.gate.site.open(issue), datetime.now(UTC)).update
        assert update, "each new issue gets an update"
        return update.body()


def _create(jira: str, number: int) -> list[str]:
    """Create issues, repeating the demo's, and return their ids."""
    # Without dates and status: the sandbox does not accept relative dates.
    keep = ("summary", "description", "type", "labels", "components", "points")
    rows = [{name: row.get(name) for name in keep} for row in read_rows(ROWS)]
    people = People(jira)
    return [people.create({**row, "project": PROJECT}) for row in islice(cycle(rows), number)]
