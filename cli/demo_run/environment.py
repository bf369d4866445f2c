"""Set up the demo: a sandbox Jira, Redis and Sluice's processes, connected to each other."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from cli.demo_run.jira_user import People
from cli.demo_run.processes import ChildDied, Children
from cli.demo_run.redis_server import RedisServer, free_port
from rules.vocabulary.classes import ALL_KINDS, DEFAULT_TARGETS, work_class
from rules.vocabulary.verdicts import VERDICTS, gate_verdict

START_S = 60.0
SLUICE = ("-P", "-m", "sluice")
"""Our own command; -P keeps a folder of that name where the demo is started out of it."""

_CONFIG = """\
# Settings of this demo, and an example for your own. Secrets come from the environment:
# SLUICE_{site}_TOKEN (API token) and SLUICE_{site}_SECRET (webhook secret); SLUICE_MODEL_KEY seals
# what teams teach.
sites:
  demo:
    url: {url}            # https://example.atlassian.net
    kind: cloud                             # or datacenter, which needs no email
    email: sluice@example.com
    start: now                              # by default, older issues wait for `sluice backfill`
    fields: {{class: Sluice Class, score: Sluice Score, gate: Sluice Gate, points: Story Points}}
    default_priority: Medium                # Jira's priority for new issues

projects:
{projects}"""

_PROJECT = """\
  {key}:
    book: default                           # or the path of your own rule file
    language: {language}
    model: models/{key}.npz                   # `sluice model train {key}` creates it
    targets: {{{targets}}}   # percent of capacity
    report: {{issue: {issue}, day: monday, time: "09:00", timezone: Asia/Shanghai}}
    capacity: {{hours: "09:00-18:00"{holidays}}}
"""


class NotReady(RuntimeError):
    """A process was not ready in time."""


@dataclass(frozen=True)
class Stage:
    """The running demo: sandbox client, processes, and the environment for commands."""

    people: People
    children: Children
    env: dict[str, str]
    config: Path

    def run(self, *arguments: str) -> str:
        """Run a `sluice` command against the demo's site. Return its output."""
        done = subprocess.run(
            [sys.executable, *SLUICE, *arguments],
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        if done.returncode:
            raise ChildDied(f"sluice {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout.strip()


@contextmanager
def set_up(
    folder: Path,
    projects: dict[str, str],
    port: int,
    concurrency: int,
    jira_is_up: Callable[[str], None],
    places: Mapping[str, str],
) -> Iterator[Stage]:
    """Start everything, and stop it at the end of the block. `projects` maps keys to languages.

    `places` are the countries whose public holidays the people of a project have. Call
    `jira_is_up` with the board's address as soon as it answers. Raise ChildDied or NotReady.
    """
    with RedisServer(folder, own_session=True) as redis, Children(folder) as children:
        sandbox_port, web_port = port or free_port(), free_port()
        people = People(f"http://127.0.0.1:{sandbox_port}")
        env = _environment(folder, redis.url)
        keys = [word for key in projects for word in ("--project", key)]
        children.start("sandbox", [*SLUICE, "sandbox", "--port", str(sandbox_port), *keys], env)
        # Wait for its output, not for an answer: another demo's sandbox may own the port.
        _wait(
            children, lambda: "Practice Jira:" in _text(children.log("sandbox")), "the sandbox Jira"
        )
        jira_is_up(people.url)
        config = _configure(folder, people, projects, places)
        for name in ("worker", "beat", "web"):
            children.start(name, _command(name, web_port, concurrency), env)
        web = f"http://127.0.0.1:{web_port}"
        _wait(children, lambda: _healthy(web), "sluice web")
        _wait(children, lambda: " ready." in _text(children.log("worker")), "sluice worker")
        people.register(f"{web}/webhooks/demo", env["SLUICE_DEMO_SECRET"])
        yield Stage(people, children, env, config)


def _environment(folder: Path, redis_url: str) -> dict[str, str]:
    return {
        **os.environ,
        "SLUICE_CONFIG": str(folder / "sluice.yaml"),
        "SLUICE_REDIS_URL": redis_url,
        "SLUICE_BROKER_URL": redis_url,
        "SLUICE_DEMO_TOKEN": "token-sluice",
        "SLUICE_DEMO_SECRET": secrets.token_hex(16),
        "SLUICE_MODEL_KEY": secrets.token_hex(32),
        "PYTHONUNBUFFERED": "1",
    }


def _configure(
    folder: Path, people: People, projects: Mapping[str, str], places: Mapping[str, str]
) -> Path:
    people.offer("Sluice Class", [work_class(kind).shown for kind in ALL_KINDS])
    people.offer("Sluice Gate", [gate_verdict(verdict).shown for verdict in VERDICTS])
    targets = ", ".join(f"{kind}: {target:g}" for kind, target in DEFAULT_TARGETS.items())
    # Create the report issues before the webhook exists, so that they are not triaged.
    blocks = [
        _PROJECT.format(
            key=key,
            language=language,
            targets=targets,
            issue=people.report_issue(key),
            holidays=f", holidays: {places[key]}" if key in places else "",
        )
        for key, language in projects.items()
    ]
    path = folder / "sluice.yaml"
    path.write_text(
        _CONFIG.format(site="DEMO", url=people.url, projects="".join(blocks)), encoding="utf-8"
    )
    return path


def _command(name: str, web_port: int, concurrency: int) -> Sequence[str]:
    more = {"web": ["--port", str(web_port)], "worker": ["--concurrency", str(concurrency)]}
    return [*SLUICE, name, *more.get(name, [])]


def _wait(children: Children, ready: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + START_S
    while not ready():
        children.check()
        if time.monotonic() > deadline:
            raise NotReady(
                f"{what} was not ready in {START_S:.0f} s. See the logs in {children.folder}"
            )
        time.sleep(0.1)


def _healthy(web: str) -> bool:
    try:
        return requests.get(f"{web}/health", timeout=2).ok
    except requests.RequestException:
        return False


def _text(path: Path) -> str:
    return path.read_text(errors="replace") if path.exists() else ""


def language_of(summaries: Sequence[str]) -> str:
    """Return a project's language: Chinese if a third of the titles contain Chinese."""
    chinese = sum(bool(re.search("[\u4e00-\u9fff]", summary)) for summary in summaries)
    return "zh" if 3 * chinese > len(summaries) else "en"
