"""`sluice doctor --process ROLE`: whether this host's process of a role works."""

from __future__ import annotations

import json
import socket
from dataclasses import asdict

import pytest

from tests.cli.shell import Shell
from worker.running.health.heartbeat import Heartbeat
from worker.store.trouble.signs import Signs


def beats(shell: Shell, role: str, host: str = "") -> None:
    signs = Signs(shell.env["SLUICE_REDIS_URL"])
    at = signs.now()
    said = Heartbeat(role, host or socket.gethostname(), 7, "1.0", at, at)
    signs.show(said.name, json.dumps(asdict(said)), at)


@pytest.mark.parametrize("role", ["web", "worker", "beat"])
def test_a_process_that_beats_on_this_host_works(shell: Shell, role: str) -> None:
    beats(shell, role)
    assert shell.does("doctor", "--process", role) == f"{role}: works\n"


def test_a_process_of_another_host_or_role_does_not_count(shell: Shell) -> None:
    beats(shell, "worker", host="elsewhere")
    beats(shell, "beat")
    (line,) = shell.fails("doctor", "--process", "worker")
    assert f"worker: no process on {socket.gethostname()} has said for 30 s" in line


def test_it_needs_no_settings_but_the_address_of_redis(shell: Shell) -> None:
    beats(shell, "beat")
    env = {"SLUICE_CONFIG": "nowhere.yaml", "SLUICE_MAIN_TOKEN": ""}
    assert shell.does("doctor", "--process", "beat", **env) == "beat: works\n"
    (line,) = shell.fails("doctor", "--process", "beat", SLUICE_REDIS_URL="nonsense")
    assert "SLUICE_REDIS_URL" in line


def test_a_dead_redis_is_told_as_what_it_is(shell: Shell) -> None:
    (line,) = shell.fails("doctor", "--process", "beat", SLUICE_REDIS_URL="redis://127.0.0.1:9/0")
    assert "beat: nobody knows whether it lives: Redis does not answer" in line
