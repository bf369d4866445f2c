"""Real processes that die: whoever is left says so, and that they are back."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
import requests

from sandbox import Sandbox
from tests.live import environment, served
from tests.waiting import until
from tests.worker.processes import worker
from worker.settings.load import load


@pytest.mark.slow
def test_a_worker_that_is_killed_is_told_until_another_one_lives(
    sandbox: Sandbox, redis_url: str, tmp_path: Path
) -> None:
    env = environment(sandbox, redis_url, tmp_path)
    with served(load(env)) as web:

        def status() -> str:
            return str(requests.get(f"{web}/ready", timeout=60).json()["status"])

        with worker(env, tmp_path / "first.log") as process:
            until(lambda: status() == "ok")
            os.killpg(process.pid, signal.SIGKILL)
            until(lambda: "no worker is alive since" in status())
        with worker({**env, "SLUICE_LOG_FORMAT": "json"}, tmp_path / "second.log"):
            until(lambda: status() == "ok")
