"""Nobody waits twice for a Redis that hangs."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from redis.exceptions import ConnectionError

from cli.demo_run.redis_server import RedisServer
from sandbox import Sandbox
from tests.live import Person, environment
from tests.waiting import until
from tests.worker.store.test_broker import post, web
from worker.link import patience
from worker.link.patience import Fuse, Hangs, Once, waited_in_vain


def test_after_one_waited_in_vain_all_fail_at_once_and_then_one_tries() -> None:
    now = [0.0]
    fuse = Fuse(lambda: now[0])
    fuse.check()
    fuse.blow()
    with pytest.raises(Hangs):
        fuse.check()
    now[0] = patience.OUT_S
    fuse.check()
    with ThreadPoolExecutor(1) as another, pytest.raises(Hangs):
        another.submit(fuse.check).result()
    fuse.check()  # the thread that tries may ask for its connection as often as it likes
    fuse.mend()
    with ThreadPoolExecutor(1) as another:
        another.submit(fuse.check).result()


def asked(*errors: Exception) -> tuple[int, Fuse]:
    """How often a command is sent that fails like this, and the fuse after it."""
    fuse, sent = Fuse(), []

    def send() -> None:
        sent.append(1)
        if len(sent) <= len(errors):
            raise errors[len(sent) - 1]

    try:
        Once(fuse).call_with_retry(send, lambda _: None)
    except Exception as error:
        assert error in errors
    return len(sent), fuse


def test_a_broken_connection_costs_a_second_try_and_a_time_limit_does_not() -> None:
    assert asked()[0] == 1
    assert asked(ConnectionError("closed"))[0] == 2
    assert asked(ConnectionError("closed"), ConnectionError("closed"))[0] == 2
    sent, fuse = asked(TimeoutError("timed out"))
    assert sent == 1 and fuse.out


def test_a_circle_of_errors_is_walked_to_no_end() -> None:
    one, two = ConnectionError("one"), ConnectionError("two")
    one.__context__, two.__context__ = two, one
    assert not waited_in_vain(one)
    two.__cause__ = BlockingIOError(11, "Resource temporarily unavailable")
    assert waited_in_vain(one)


@pytest.mark.slow
def test_while_redis_hangs_each_webhook_has_its_503_and_later_ones_are_taken(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    Person(sandbox).create("Where our capacity goes")
    with RedisServer(tmp_path / "redis") as server:
        env = environment(sandbox, server.url, tmp_path)
        with web(env, tmp_path) as url, ThreadPoolExecutor(20) as jira:
            assert post(url, "10001").status_code == 202
            assert server.pid
            os.kill(server.pid, signal.SIGSTOP)
            try:
                answers = list(jira.map(lambda n: post(url, str(n)), range(10100, 10140)))
            finally:
                os.kill(server.pid, signal.SIGCONT)
            assert {answer.status_code for answer in answers} == {503}
            print("slowest 503:", max(answer.elapsed.total_seconds() for answer in answers))
            until(lambda: post(url, "10002").status_code == 202)
