"""`sluice sandbox` as a process of its own: a practice Jira."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.waiting import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]
PM = ("pm@example.com", "token-pm")


@contextmanager
def practice_jira(*arguments: str) -> Iterator[str]:
    """Run `sluice sandbox`; gives what it prints until it is ready, stops it by Ctrl-C."""
    command = [sys.executable, "-m", "cli", "sandbox", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            lines = []
            while not lines or "Ctrl-C" not in lines[-1]:
                lines.append(process.stdout.readline())
                assert lines[-1], "it ended"
            yield "".join(lines)
            process.send_signal(signal.SIGINT)
            assert process.stdout.read() == "The practice Jira has stopped.\n"
            assert process.wait(PATIENCE_S) == 0
        finally:
            process.kill()  # a test that fails must not wait for it


def test_it_says_where_it_is_and_how_to_sign_in_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    issues = tmp_path / "issues.jsonl"
    issues.write_text('{"summary": "支付超时", "project": "PAY"}\n', "utf-8")
    with practice_jira("--issues", str(issues)) as said:
        url = re.findall(r"^Practice Jira: +(http://127.0.0.1:\d+)/$", said, re.M)[0]
        email, token = (
            re.findall(rf"{name}: +(\S+)$", said, re.M)[0] for name in ("email", "Token")
        )
        myself = requests.get(f"{url}/rest/api/2/myself", auth=(email, token), timeout=60)
        assert myself.json()["displayName"] == "Sluice"
        issue = requests.get(f"{url}/rest/api/2/issue/PAY-1", auth=PM, timeout=60).json()
        assert issue["fields"]["summary"] == "支付超时" and "PAY (1 issue)" in said


def test_it_sends_its_events_to_the_address_that_is_named() -> None:
    options = ["--webhook", "http://127.0.0.1:9/webhooks/practice", "--secret", "s3cret"]
    with practice_jira("--deployment", "datacenter", *options) as said:
        url = said.split()[2]
        headers = {"Authorization": "Bearer token-pm"}
        hooks = requests.get(
            f"{url}rest/jira-webhook/1.0/webhooks", headers=headers, timeout=60
        ).json()
        assert [hook["url"] for hook in hooks] == [options[1]]


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        (["--project", "x y"], "--project x y: a project key has"),
        (["--port", "{taken}"], "Choose another --port."),
        (["--webhook", "nourl"], "--webhook nourl: write an address such as http://"),
    ],
)
def test_what_it_cannot_serve_is_one_line(options: list[str], wrong: str) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        taken = str(listening.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "cli", "sandbox", *(o.format(taken=taken) for o in options)],
            cwd=ROOT, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    assert done.returncode == 1 and wrong in done.stderr and done.stderr.count("\n") == 1
