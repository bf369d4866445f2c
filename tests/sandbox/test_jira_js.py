"""jira.js cannot tell the sandbox from a Jira. Skipped where Node or the package is absent."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.render.adf import to_adf

SCRIPT = Path(__file__).with_name("drive.mjs")
MISSING = 3


def drive(url: str, version: str) -> dict[str, Any]:
    """What jira.js saw of a Jira by one version of its API."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    done = subprocess.run(
        [node, str(SCRIPT), url, version], capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode == MISSING:
        pytest.skip(f"{done.stderr.strip()}: npm install in tests/sandbox")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("version", ["2", "3"])
def test_jira_js_works_through_the_life_of_an_issue(sandbox: Sandbox, version: str) -> None:
    def text(words: str) -> object:
        return to_adf(words) if version == "3" else words

    assert drive(sandbox.url, version) == {
        "summary": "new",
        "labels": ["db"],
        "description": text("it broke"),
        "comments": [text("because")],
        "found": ["new", "two", "three"],
        "status": "Done",
        "worklogs": [5400],
        "linked": True,
        "sprint": ["two"],
        "missing": 404,
    }
