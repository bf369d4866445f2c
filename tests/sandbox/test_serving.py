"""A sandbox that is stopped while it answers leaves no thread that fails, and no open door."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import requests

from connector.sandbox import Sandbox


@pytest.mark.parametrize("rounds", [20, pytest.param(300, marks=pytest.mark.slow)])
def test_it_stops_in_the_middle_of_requests(rounds: int) -> None:
    for _ in range(rounds):
        jira = Sandbox().start()
        url, going = f"{jira.url}/rest/api/2/serverInfo", threading.Event()

        def ask(url: str = url, going: threading.Event = going) -> None:
            with suppress(requests.RequestException):
                for _ in range(5):
                    requests.get(url, timeout=5)
                    going.set()

        with ThreadPoolExecutor(4) as clients:
            asked = [clients.submit(ask) for _ in range(4)]
            assert going.wait(5)
            jira.stop()
            for one in asked:
                one.result()
        with pytest.raises(requests.ConnectionError):
            requests.get(url, timeout=5)


def test_it_can_be_stopped_without_having_been_started() -> None:
    Sandbox().stop()
