"""`python -m sandbox` as a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys

import requests


def test_it_prints_its_address_serves_and_leaves_cleanly() -> None:
    command = [sys.executable, "-m", "sandbox", "--seed-project", "AAA", "BBB"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("sandbox: http://127.0.0.1:")
        url = line.split()[1]
        auth = ("pm@example.com", "token-pm")
        projects = requests.get(f"{url}/rest/api/2/project", auth=auth, timeout=60).json()
        assert [p["key"] for p in projects] == ["AAA", "BBB"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
        assert process.stdout.read() == ""
