"""A team in a practice Jira that overrules Sluice, and a prompt in an empty folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli import main
from sandbox import Sandbox
from tests.desk import Desk
from tests.live import environment, live
from worker import tasks

Trust = Callable[..., Result]


@pytest.fixture
def trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trust:
    """Run `sluice trust` in an empty folder; a traceback fails the test."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str | Path) -> Result:
        result = CliRunner().invoke(main, ["trust", *map(str, words)])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def rows(tmp_path: Path) -> Callable[[Sequence[Mapping[str, Any]]], Path]:
    """Write rows to a file of issues."""

    def write(given: Sequence[Mapping[str, Any]]) -> Path:
        path = tmp_path / "decided.jsonl"
        path.write_text("".join(f"{json.dumps(one)}\n" for one in given), "utf-8")
        return path

    return write


@pytest.fixture
def desk(
    sandbox: Sandbox, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """A desk on a practice Jira, whose project uses the default rulebook."""
    for name, value in environment(sandbox, redis_url, tmp_path).items():
        monkeypatch.setenv(name, value)
    with live(sandbox, redis_url, tmp_path) as sluice:
        sluice.person.create("Where our capacity goes")
        found = Desk(sluice)
        monkeypatch.setattr(tasks, "enqueue", found.note)
        yield found
