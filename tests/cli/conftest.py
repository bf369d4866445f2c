"""A prompt for each test that wants one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.cli.shell import Shell
from tests.live import environment
from worker import tasks


@pytest.fixture
def shell(
    sandbox: Sandbox, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shell]:
    found = Shell(sandbox, environment(sandbox, redis_url, tmp_path))
    found.person.create("Where our capacity goes")
    monkeypatch.setattr(tasks, "enqueue", lambda *_: None)  # no worker is to take it
    yield found
    tasks.this_process().close()
