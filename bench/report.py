"""Measure a weekly report on 10,000 issues with histories: seconds, memory, requests."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.ground import environment
from cli.demo_run.redis_server import RedisServer
from sandbox import Sandbox
from sandbox.operations.edit import note_change

ISSUES = 10_000
MOVES = 4
WEEK_S = 7 * 24 * 3_600


def measure(folder: Path) -> Iterator[str]:
    """Yield the lines of the report. The practice Jira runs in this process, Sluice in another."""
    for kind in ("cloud", "datacenter"):
        with RedisServer(folder, own_session=True) as redis, Sandbox(deployment=kind) as jira:
            _fill(jira)
            env = environment(folder, redis.url, jira.url)
            config = folder / "sluice.yaml"
            config.write_text(config.read_text("utf-8").replace("cloud", kind), encoding="utf-8")
            began = time.monotonic()
            command = [sys.executable, "-m", "cli", "report", "--project", "DEMO", "--json"]
            subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=True)
            seconds = time.monotonic() - began
            calls = jira.log.count(account="sluice")
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        yield f"  {kind}: {seconds:.0f} s, {calls} requests; at most {memory:.0f} MB so far"


def _fill(jira: Sandbox) -> None:
    """Insert issues that people took and moved in the last week."""
    model, dice, now = jira.model, random.Random(1), time.time()
    people = [model.accounts.by_name[name] for name in ("pm", "dev")]
    statuses = {one["name"]: one for one in model.catalog.statuses.values()}
    named = [one for one in statuses.values() if one["statusCategory"]["key"] != "done"]
    with model.lock:
        for number in range(ISSUES):
            times = sorted(now - dice.uniform(0, WEEK_S) for _ in range(MOVES + 1))
            who = dice.choice(people)
            _at(jira, times[0])
            issue = model.insert(model.projects["DEMO"], {"summary": f"Issue {number}"}, who)
            for moment in times[1:]:
                _at(jira, moment)
                step = dice.choice(named)
                change = {"to": step["id"], "toString": step["name"]}
                note_change(model, issue, "status", change, who)
                issue.values = issue.values | {"status": step}
            issue.values = issue.values | {"assignee": model.accounts.json(who)}
    model.clock = time.time


def _at(jira: Sandbox, moment: float) -> None:
    jira.model.clock = lambda: moment
