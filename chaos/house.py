"""Run Sluice's processes on two hosts (two folders), a Redis and a sandbox Jira; kill any."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import requests

from chaos.waiting import until
from cli.demo_run.redis_server import find_redis_server, free_port

ROOT = Path(__file__).resolve().parent.parent
SITE, SECRET = "chaos", "the-secret-of-the-chaos"
PROJECTS = ("DEMO", "SHOP")
HOSTS = ("a", "b")
PATIENCE_S = 10.0

_CONFIG = """\
sites:
  {site}: {{url: "{url}", kind: cloud, email: sluice@example.com, start: now}}
projects:
  DEMO: {{book: default}}
  SHOP: {{book: shop}}
reconcile_minutes: 1
"""

BOOK = "book: shop\ninclude: [default]\n"
OTHER_BOOK = f"""{BOOK}rules:
  - id: later
    when: summary ~ "shoppers"
    gate: review
    because: Offers wait for the new platform.
"""
"""Another version of the rule file: it gives some issues another verdict."""


class Away(RuntimeError):
    """A process did not start. The message names its log."""


class Member:
    """A process that can be killed and started again. Its log goes on after a restart."""

    def __init__(
        self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path
    ) -> None:
        self.name, self.command, self.env, self.log = name, [*command], dict(env), log
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self.ended_by_itself: list[int] = []

    def start(self) -> None:
        """Start the process, in a session of its own. Do nothing if it runs."""
        with self._lock:
            if self._process and self._process.poll() is None:
                return
            with self.log.open("ab") as output:
                self._process = subprocess.Popen(
                    self.command,
                    cwd=ROOT,
                    env=self.env,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )

    def look(self) -> None:
        """Start a process that ended by itself, as an operator's supervisor does, and note it."""
        process = self._process
        if process and (status := process.poll()) is not None:
            self.ended_by_itself.append(status)
            self.start()

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Signal the process alone: what it started goes on. Wait until it ended, by force."""
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.send_signal(number)
        try:
            process.wait(2 * PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def end(self) -> None:
        """Kill the process and all of its session."""
        process = self._process
        self.kill()
        if process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, to stop it and let it go on."""
        if self._process:
            self._process.send_signal(number)

    def children(self) -> list[int]:
        """Return the ids of the processes that it started."""
        if not self._process:
            return []
        said = subprocess.run(
            ["pgrep", "-P", str(self._process.pid)], capture_output=True, text=True, check=False
        )
        return [int(word) for word in said.stdout.split()]


class House(ExitStack):
    """All processes, from the start to the end of the `with` block. `quiet`: with one worker."""

    def __init__(self, folder: Path, quiet: bool = False) -> None:
        super().__init__()
        self.folder = folder
        self.redis_port, self.jira_port, self.web_port = free_port(), free_port(), free_port()
        self.jira = f"http://127.0.0.1:{self.jira_port}"
        self.web = f"http://127.0.0.1:{self.web_port}"
        self.redis_url = f"redis://127.0.0.1:{self.redis_port}/0"
        self.hosts = HOSTS[:1] if quiet else HOSTS
        self.members: dict[str, Member] = {}
        for name, command, host in self._commands(3 if quiet else 2):
            env = self._environment(host) if host else dict(os.environ, LC_ALL="C")
            self.members[name] = Member(name, command, env, self.log(name))

    def _commands(self, concurrency: int) -> list[tuple[str, list[str], str]]:
        python, folder = [sys.executable, "-m"], self.folder / "redis"
        folder.mkdir(parents=True)
        sandbox = ["sandbox", "--port", str(self.jira_port), "--seed-project", *PROJECTS]
        work = ["cli", "worker", "--concurrency", str(concurrency)]
        options = {"port": str(self.redis_port), "bind": "127.0.0.1", "dir": str(folder)}
        options |= {"save": "", "appendonly": "yes"}
        said = [word for name, value in options.items() for word in (f"--{name}", value)]
        return [
            ("redis", [str(find_redis_server()), *said], ""),
            ("sandbox", [*python, *sandbox], ""),
            ("web", [*python, "cli", "web", "--port", str(self.web_port)], "a"),
            *((f"worker {host}", [*python, *work], host) for host in self.hosts),
            ("beat", [*python, "cli", "beat"], "a"),
        ]

    def _environment(self, host: str) -> dict[str, str]:
        folder = self.folder / f"host-{host}"
        (folder / "books").mkdir(parents=True, exist_ok=True)
        config = folder / "sluice.yaml"
        config.write_text(_CONFIG.format(site=SITE, url=self.jira), encoding="utf-8")
        self.write_book(host, BOOK)
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SLUICE_CONFIG": str(config),
            "SLUICE_REDIS_URL": self.redis_url,
            "SLUICE_BROKER_URL": self.redis_url,
            "SLUICE_CHAOS_TOKEN": "token-sluice",
            "SLUICE_CHAOS_SECRET": SECRET,
        }

    def write_book(self, host: str, text: str) -> None:
        """Write the rule file of the project SHOP on a host, in one step."""
        place = self.folder / f"host-{host}" / "books" / "shop.yaml"
        written = place.with_suffix(".new")
        written.write_text(text, encoding="utf-8")
        written.replace(place)

    def log(self, name: str) -> Path:
        """Return the log file of a process."""
        return self.folder / f"{name.replace(' ', '-')}.log"

    def __enter__(self) -> House:
        with ExitStack() as undo:  # of a start that fails, no process may be left
            undo.callback(self._end)
            self._start()
            self.push(undo.pop_all())
        return self

    def _start(self) -> None:
        for name in ("redis", "sandbox"):
            self.members[name].start()
        self._wait_for("sandbox", f"{self.jira}/rest/api/2/serverInfo")
        for member in self.members.values():
            member.start()
        self._wait_for("web", f"{self.web}/health")

    def _wait_for(self, name: str, address: str) -> None:
        if not until(lambda: _answers(address), 60.0):
            raise Away(f"{name} did not start: see {self.log(name)}")

    def _end(self) -> None:
        for member in reversed([*self.members.values()]):
            member.end()

    def watch(self) -> None:
        """Start again what ended by itself."""
        for member in self.members.values():
            member.look()

    def sluice(self, *arguments: str) -> str:
        """Run a `sluice` command on host a. Return what it says."""
        done = subprocess.run(
            [sys.executable, "-m", "cli", *arguments],
            cwd=ROOT,
            env=self.members["web"].env,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        return f"{done.stdout}{done.stderr}".strip()


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=2).ok
    except requests.RequestException:
        return False
