"""Prepare the measured system: real processes and settings in their own folder."""

from __future__ import annotations

import os
import time
from pathlib import Path

import requests

from cli.demo_run.processes import Children
from cli.demo_run.redis_server import free_port

ROOT = Path(__file__).resolve().parent.parent
SITE = "bench"
SECRET = "the-secret-of-the-benchmark"
PROJECT = "DEMO"
START_S = 30.0

_CONFIG = """\
sites:
  {site}: {{url: "{url}", kind: cloud, email: sluice@example.com, start: now}}
projects:
  {project}: {{book: default}}
"""


def environment(folder: Path, redis_url: str, jira: str) -> dict[str, str]:
    """Write `sluice.yaml` into a folder. Return the environment for it."""
    config = folder / "sluice.yaml"
    config.write_text(_CONFIG.format(site=SITE, url=jira, project=PROJECT), encoding="utf-8")
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SLUICE_CONFIG": str(config),
        "SLUICE_REDIS_URL": redis_url,
        "SLUICE_BROKER_URL": redis_url,
        f"SLUICE_{SITE.upper()}_TOKEN": "token-sluice",
        f"SLUICE_{SITE.upper()}_SECRET": SECRET,
    }


def two_doors(folder: Path, redis_url: str, children: Children) -> dict[str, int]:
    """Start the web process and a bare route under the same server; return their ports by name."""
    env = environment(folder, redis_url, "http://127.0.0.1:9")  # no request goes to Jira
    ports = {"webhooks": free_port(), "bare": free_port()}
    children.start("webhooks", ["-m", "cli", "web", "--port", str(ports["webhooks"])], env)
    children.start("bare", ["-m", "bench.bare", str(ports["bare"])], env)
    for port in ports.values():
        wait_for(children, f"http://127.0.0.1:{port}/health")
    return ports


def wait_for(children: Children, address: str) -> None:
    """Wait until an address answers; raise ChildDied or TimeoutError if it does not."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        children.check()
        try:
            if requests.get(address, timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.05)
    raise TimeoutError(
        f"{address}: no answer in {START_S:.0f} s. See the logs in {children.folder}"
    )
