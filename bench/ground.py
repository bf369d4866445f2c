"""Prepare the measured system: real processes and settings in their own folder."""

from __future__ import annotations

import os
import time
from pathlib import Path

import requests

from cli.demo_run.processes import Children

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
