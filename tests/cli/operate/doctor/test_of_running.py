"""`sluice doctor` where something is broken: it prints all other lines and ends with status 1."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.operate.doctor.test_command import configure
from tests.cli.shell import Shell
from tests.live import SECRET
from worker.running.health.heartbeat import Heartbeat
from worker.store.trouble.signs import Signs


@pytest.fixture(autouse=True)
def webhook(shell: Shell) -> None:
    url = "http://127.0.0.1:9/webhooks/main"
    shell.jira.webhooks.add(url, SECRET, jql="project = DEMO AND summary ~ zzz")


def broken_book(shell: Shell) -> None:
    book = Path(shell.env["SLUICE_CONFIG"]).parent / "books" / "mine.yaml"
    book.parent.mkdir(exist_ok=True)
    book.write_text("book: mine\nrules: [{id: a, when: tipe = Bug}]\n", "utf-8")
    configure(shell, "book: default", "book: mine")


def test_with_a_broken_rule_file_all_else_is_still_checked(shell: Shell) -> None:
    broken_book(shell)
    result = shell.run("doctor")
    assert result.exit_code == 1
    assert "mine.yaml:2:" in result.stderr
    assert "main: signed in as Sluice" in result.stdout
    assert "DEMO: until its file is corrected, it is checked with default@" in result.stdout
    assert "redis: Redis takes writes" in result.stdout


def test_with_a_dead_redis_the_site_is_still_checked(shell: Shell) -> None:
    away = "redis://127.0.0.1:9/0"
    result = shell.run("doctor", SLUICE_REDIS_URL=away, SLUICE_BROKER_URL=away)
    assert result.exit_code == 1
    assert "Redis does not answer" in result.stderr
    assert "main: signed in as Sluice" in result.stdout and "fields found" in result.stdout


def test_with_a_site_that_refuses_redis_and_books_are_still_checked(shell: Shell) -> None:
    broken_book(shell)
    result = shell.run("doctor", SLUICE_MAIN_TOKEN="wrong")
    assert result.exit_code == 1
    assert "answered 401" in result.stderr and "mine.yaml:2:" in result.stderr
    assert "redis: Redis takes writes" in result.stdout


def test_a_worker_that_died_is_told(shell: Shell) -> None:
    signs = Signs(shell.env["SLUICE_REDIS_URL"])
    for role, ago in (("web", 0), ("beat", 0), ("worker", 60)):
        at = signs.now() - ago
        said = Heartbeat(role, "host", 1, "1.0", at, at)
        signs.show(said.name, json.dumps(vars(said)), at)
        if ago:
            signs.end(said.name)
    (line,) = shell.fails("doctor")
    assert "no worker is alive since" in line and "start `sluice worker`" in line


def test_a_full_redis_is_told_and_the_rest_is_checked(shell: Shell) -> None:
    redis = Signs(shell.env["SLUICE_REDIS_URL"])._redis
    redis.config_set("maxmemory", 1)
    try:
        result = shell.run("doctor")
    finally:
        redis.config_set("maxmemory", 0)
    assert result.exit_code == 1 and "Redis is full: raise its maxmemory" in result.stderr
    assert "main: fields found" in result.stdout
