"""The board in a real browser; skipped where there is no Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox
from tests.sandbox.conftest import Client
from tests.waiting import until

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
pytestmark = pytest.mark.browser

CLASS, SCORE = "customfield_10050", "customfield_10051"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1300,900",
]


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.skip("no chromium and chromedriver on the PATH")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in (*FLAGS, f"--user-data-dir={tmp_path}"):
        options.add_argument(flag)
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield started
    started.quit()


def _until(happens: Callable[[], Any]) -> Any:
    stale = import_module("selenium.common.exceptions").StaleElementReferenceException

    def found() -> Any:
        # The board may replace an element between finding it and looking at it.
        with suppress(stale):
            return happens()

    return until(found)


def test_the_board_refreshes_itself_and_keeps_open_cards_open(
    sandbox: Sandbox, client: Client, browser: Any
) -> None:
    key = client.create("支付超时")
    body = {
        "fields": {CLASS: {"value": "Tech debt"}, SCORE: 40},
        "update": {"comment": [{"add": {"body": "because *legacy*"}}]},
    }
    client.put(f"issue/{key}", body)
    browser.get(sandbox.url)
    assert "支付超时" in browser.find_element("css selector", ".tech-debt .card").text
    browser.find_element("css selector", ".card details > summary").click()
    client.put(f"issue/{key}", {"fields": {SCORE: 77}})
    _until(lambda: browser.find_element("css selector", ".score").text == "77")
    opened = ".card details[open] strong"
    assert _until(lambda: browser.find_element("css selector", opened).text) == "legacy"
    errors = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert errors == []


def test_a_person_creates_an_issue_and_classes_it_by_hand(
    sandbox: Sandbox, client: Client, browser: Any
) -> None:
    browser.get(f"{sandbox.url}/create")
    browser.find_element("id", "summary").send_keys("Try a new cache")
    browser.find_element("css selector", "main button[type=submit]").click()
    _until(lambda: browser.current_url.endswith("/browse/DEMO-1"))
    choice = browser.find_element("id", CLASS)
    choice.find_element("xpath", ".//option[.='Exploration']").click()
    browser.find_element("css selector", "aside form button").click()
    _until(lambda: (client.get("issue/DEMO-1")["fields"][CLASS] or {}).get("value"))
    browser.get(sandbox.url)
    card = browser.find_element("css selector", ".exploration .card")
    assert "Try a new cache" in card.text
