"""A store and a desk for each test that wants one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.desk import Desk
from tests.live import environment, live
from tests.waiting import PATIENCE_S
from tests.worker.team import BOOK, Team
from worker import tasks
from worker.rulebooks import reload
from worker.store.work_queue import Store


@pytest.fixture
def store(redis_url: str) -> Store:
    return Store(redis_url, "main")


@pytest.fixture
def desk(
    sandbox: Sandbox, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    with live(sandbox, redis_url, tmp_path) as sluice:
        sluice.person.create("Where our capacity goes")
        found = Desk(sluice)
        monkeypatch.setattr(tasks, "enqueue", found.note)
        yield found


@pytest.fixture
def team(
    sandbox: Sandbox, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Team]:
    monkeypatch.setattr(reload, "CHECK_S", PATIENCE_S)  # a busy machine is slow, not stuck
    file = tmp_path / "team.yaml"
    file.write_text(BOOK.format(base=40), "utf-8")
    for name, value in environment(sandbox, redis_url, tmp_path, "team.yaml").items():
        monkeypatch.setenv(name, value)
    with live(sandbox, redis_url, tmp_path, "team.yaml") as sluice:
        sluice.person.create("Where our capacity goes")
        desk = Desk(sluice)
        monkeypatch.setattr(tasks, "enqueue", desk.note)
        yield Team(desk, file)
