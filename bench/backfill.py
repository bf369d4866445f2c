"""Measure a backfill of 5,000 old issues: its pace, refusals, memory, and what kills do to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import requests

from bench.ground import PROJECT, ROOT, environment, wait_for
from bench.rounds import Target
from cli.demo_run.jira_user import People
from cli.demo_run.processes import Children
from cli.demo_run.redis_server import RedisServer, free_port
from rules.facts.jsonl import read_rows

ISSUES = 5_000
ALLOWED = 50
"""The writes a second that Jira Cloud allows for an endpoint."""

PASSES = 6
"""The passes of an hour, one after the other."""

KILLS = 3
ROWS = ROOT / "cli" / "demo_run" / "issues.jsonl"
OLD = "2025-06-01T09:00:00.000+0000"


def measure(folder: Path, issues: int = ISSUES) -> Iterator[str]:
    """Yield the lines of the report. All processes are real ones, as of `docker compose`."""
    port, web = free_port(), free_port()
    jira = f"http://127.0.0.1:{port}"
    with RedisServer(folder, own_session=True) as redis, Children(folder) as children:
        env = environment(folder, redis.url, jira)
        config = folder / "sluice.yaml"
        config.write_text(config.read_text("utf-8").replace(", start: now", ""), encoding="utf-8")
        sandbox = ["-m", "sandbox", "--port", str(port), "--seed-project", PROJECT]
        children.start("sandbox", [*sandbox, "--rate-limits"], env)
        wait_for(children, f"{jira}/rest/api/2/serverInfo")
        old = _fill(jira, issues)
        for name in ("worker", "beat"):
            children.start(name, ["-m", "cli", name], env)
        children.start("web", ["-m", "cli", "web", "--port", str(web)], env)
        wait_for(children, f"http://127.0.0.1:{web}/health")
        yield from _hour(jira, f"http://127.0.0.1:{web}", env, old)
        yield from _Backfill(jira, env, issues).killed_and_ended()


def _fill(jira: str, issues: int) -> list[str]:
    """Load old issues, repeating the demo's. Return their ids."""
    keep = ("summary", "description", "labels")
    rows = list(islice(cycle(read_rows(ROWS)), issues))
    ids: list[str] = []
    for start in range(0, issues, 200):
        batch = [
            {
                "created": OLD,
                "updated": OLD,
                "notify": False,
                "fields": {
                    "project": {"key": PROJECT},
                    "issuetype": {"name": row.get("type") or "Task"},
                    **{name: row[name] for name in keep if row.get(name)},
                },
            }
            for row in rows[start : start + 200]
        ]
        answer = requests.post(f"{jira}/sandbox/issues", json=batch, timeout=60)
        answer.raise_for_status()
        ids += [str(one["id"]) for one in answer.json()]
    return ids


def _hour(jira: str, web: str, env: Mapping[str, str], old: list[str]) -> Iterator[str]:
    """Let an hour's passes read the site, and people edit old issues: nothing is written."""
    people = People(jira)
    people.register(f"{web}/webhooks/bench", env["SLUICE_BENCH_SECRET"])
    for issue in old[:50]:
        people.ask("PUT", f"/rest/api/2/issue/{issue}", json={"fields": {"labels": ["tidied"]}})
    for _ in range(PASSES):
        said = _sluice(env, "reconcile")
    time.sleep(2.0)
    gets = sum(one["gets"] for one in _stats(jira).values())
    puts = sum(one["puts"] for one in _stats(jira).values())
    read = f"{PASSES} passes over {len(old):,} old issues, 50 of them edited"
    yield f"  {read}: {gets} GET, {puts} PUT"
    yield f"  {' '.join(said.split())}"


def _stats(jira: str) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(f"{jira}/sandbox/stats", timeout=60).json()["issues"]
    return found


def _sluice(env: Mapping[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "cli", *arguments]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


class _Backfill:
    """A backfill in a process of its own, which is killed three times."""

    def __init__(self, jira: str, env: Mapping[str, str], issues: int) -> None:
        self.jira, self.env, self.issues = jira, env, issues
        self.memory: list[float] = []

    def killed_and_ended(self) -> Iterator[str]:
        for number in range(1, KILLS + 1):
            at = self._until(number * self.issues // (2 * (KILLS + 1)), kill=True)
            yield f"  killed at {at:,} issues written"
        began = self._written()
        self._until(self.issues + 1, kill=False)
        yield from self._report(began)

    def _until(self, wanted: int, kill: bool) -> int:
        """Run until so many issues are written, or to the end."""
        command = [sys.executable, "-m", "cli", "backfill", "--yes"]
        process = subprocess.Popen(
            command, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        while process.poll() is None and (not kill or self._written() < wanted):
            self.memory.append(_memory(process.pid))
            time.sleep(1.0)
        if kill:
            os.kill(process.pid, signal.SIGKILL)
        said, _ = process.communicate()
        if not kill:
            print(said)
        return self._written()

    def _written(self) -> int:
        return sum(one["writes"] > 0 for one in _stats(self.jira).values())

    def _report(self, began: int) -> Iterator[str]:
        log = requests.get(f"{self.jira}/sandbox/log?method=PUT&account=sluice", timeout=60).json()
        written = [one for one in log if one["status"] < 300]
        last = written[began - len(written) :]
        seconds = last[-1]["started"] - last[0]["started"]
        rate, refused = (len(last) - 1) / seconds, sum(one["status"] == 429 for one in log)
        share, target = rate / ALLOWED, Target(0.9)
        each = Counter(one["writes"] for one in _stats(self.jira).values())
        yield f"  issues by their number of writes: {dict(each)}"
        yield f"  429: {refused} of {len(log):,} PUT ({refused / len(log):.2%})"
        half = len(self.memory) // 2
        yield (
            f"  memory: at most {max(self.memory[:half]):.0f} MB in the first half of the time, "
            f"{max(self.memory[half:]):.0f} MB in the second"
        )
        reached = f"{rate:.1f} writes a second of {ALLOWED} allowed"
        yield f"backfill: {reached}: {share:.0%} ({target.describe(share)})"


def _memory(pid: int) -> float:
    """Return the memory of a process in MB."""
    said = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True)
    return int(said.stdout.strip() or 0) / 1024
