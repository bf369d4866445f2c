"""A sandbox that is stopped while it answers leaves no thread that fails, and no open door."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import requests

from sandbox import Sandbox
from tests.waiting import PATIENCE_S


@pytest.mark.parametrize("rounds", [8, pytest.param(300, marks=pytest.mark.slow)])
def test_it_stops_in_the_middle_of_requests(rounds: int) -> None:
    for _ in range(rounds):
        jira = Sandbox().start()
        url, going = f"{jira.url}/rest/api/2/serverInfo", threading.Event()

        def ask(url: str = url, going: threading.Event = going) -> None:
            with suppress(requests.RequestException):
                for _ in range(5):
                    requests.get(url, timeout=PATIENCE_S)
                    going.set()

        with ThreadPoolExecutor(4) as clients:
            asked = [clients.submit(ask) for _ in range(4)]
            assert going.wait(PATIENCE_S)
            jira.stop()
            for one in asked:
                one.result()
        with pytest.raises(requests.ConnectionError):
            requests.get(url, timeout=PATIENCE_S)


def test_word_to_stop_may_come_before_its_own_pull_of_the_trigger() -> None:
    jira = Sandbox().start()
    trigger = jira._serving._server.trigger
    pull = trigger._physical_pull

    def late() -> None:
        pull()  # as a request does that ends just now
        time.sleep(0.5)
        pull()

    trigger._physical_pull = late
    jira.stop()
    assert not jira._serving._thread.is_alive()


@pytest.mark.parametrize("begin", [True, False], ids=["started", "not started"])
def test_it_can_be_stopped_twice_and_its_port_is_free_again(begin: bool) -> None:
    jira = Sandbox()
    if begin:
        jira.start()
    jira.stop()
    jira.stop()
    port = int(jira.url.rsplit(":", 1)[1])
    Sandbox(port=port).stop()
