"""Measure what Sluice takes: memory of each process, bytes in Redis, requests to Jira."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import redis
import requests

from bench.backfill import _sluice, _stats
from bench.ground import PROJECT, SECRET, SITE, environment, wait_for
from bench.triage import _create
from cli.demo_run.jira_user import People
from cli.demo_run.processes import Children
from cli.demo_run.redis_server import RedisServer, free_port
from worker import tasks
from worker.settings.load import load
from worker.store.work_queue import Store

PATIENCE_S = 300.0
PASSES = 3


def measure(folder: Path, issues: int = 500, waiting: int = 20_000) -> Iterator[str]:
    """Yield the lines of the report. All processes are real ones, as of `docker compose`."""
    port, web = free_port(), free_port()
    jira = f"http://127.0.0.1:{port}"
    with RedisServer(folder, own_session=True) as server:
        env = environment(folder, server.url, jira)
        with Children(folder) as children:
            children.start(
                "sandbox", ["-m", "sandbox", "--port", str(port), "--seed-project", PROJECT], env
            )
            wait_for(children, f"{jira}/rest/api/2/serverInfo")
            for name in ("worker", "beat"):
                children.start(name, ["-m", "cli", name], env)
            children.start("web", ["-m", "cli", "web", "--port", str(web)], env)
            wait_for(children, f"http://127.0.0.1:{web}/health")
            People(jira).register(f"http://127.0.0.1:{web}/webhooks/{SITE}", SECRET)
            yield from _at_work(jira, issues)
            yield from _requests(jira, env, issues)
            yield from (f"  {name}: {memory:.0f} MB" for name, memory in _memory(children).items())
        yield from _in_redis(server.url, env, waiting)


def _at_work(jira: str, issues: int) -> Iterator[str]:
    """Create issues, and wait until each is written."""
    began = time.monotonic()
    _create(jira, issues)
    while sum(one["puts"] > 0 for one in _stats(jira).values()) < issues:
        if time.monotonic() - began > PATIENCE_S:
            raise TimeoutError(f"not all of {issues} issues were written")
        time.sleep(0.2)
    found = _stats(jira).values()
    gets, puts = (sum(one[verb] for one in found) for verb in ("gets", "puts"))
    yield (
        f"footprint: {issues} issues created and triaged: "
        f"{gets / issues:.2f} GET and {puts / issues:.2f} PUT each"
    )


def _requests(jira: str, env: Mapping[str, str], issues: int) -> Iterator[str]:
    """Count the requests of passes by method and path."""
    before = len(_log(jira))
    for _ in range(PASSES):
        _sluice(env, "reconcile")
    asked = Counter(
        f"{one['method']} {re.sub(r'[0-9]+', 'N', one['path'])}" for one in _log(jira)[before:]
    )
    said = ", ".join(f"{count / PASSES:.1f} x {name}" for name, count in asked.most_common(8))
    yield f"  a pass over {issues} issues that were triaged: {said}"


def _log(jira: str) -> list[dict[str, Any]]:
    answer = requests.get(f"{jira}/sandbox/log?account=sluice", timeout=60)
    found: list[dict[str, Any]] = answer.json()
    return found


def _memory(children: Children) -> dict[str, float]:
    """Return the memory of web, worker and beat in MB; what they share is counted once."""
    tops = {name: process.pid for name, process in children._running}
    return {
        name: sum(_own(one) for one in _tree(pid)) / 1024
        for name, pid in tops.items()
        if name != "sandbox"
    }


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in file.read_text().split():
            yield from _tree(int(child))


def _own(pid: int) -> int:
    """Return the KB of a process, with its part of what it shares with others."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+)", rollup, re.M)
    return int(found[1]) if found else 0


def _in_redis(url: str, env: Mapping[str, str], waiting: int) -> Iterator[str]:
    """Mark and queue issues without a worker, and weigh them; then the marks alone."""
    client: Any = redis.Redis.from_url(url)
    tasks.configure(load(env))
    try:
        queued = _weigh(client, tasks.open_store(SITE), waiting)
        marked = _weigh(client, Store(url, SITE), waiting)
    finally:
        tasks.this_process().close()
    yield (
        f"footprint: a pending issue takes {queued:,.0f} bytes in Redis, {marked:,.0f} of them its "
        f"mark and delivery, {queued - marked:,.0f} its task ({waiting:,} issues)"
    )


def _weigh(client: Any, store: Store, issues: int) -> float:
    """Return the bytes that each admitted issue adds to an empty Redis."""
    client.flushall()
    store.admit("1", "first")
    before = client.info("memory")["used_memory"]
    for number in range(issues):
        store.admit(str(10_000 + number), f"delivery-{number:012}")
    return float(client.info("memory")["used_memory"] - before) / issues
