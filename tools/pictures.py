"""Make the pictures of docs/pictures in headless Chromium; `make pictures` runs it.

The demo runs and stays up; the board, the comments of two issues and two weekly reports are
photographed.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from selenium import webdriver

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
ENGLISH, CHINESE = "SHOP", "PAY"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--force-color-profile=srgb",
)
# Title, description and comment of an issue, as wide as Jira shows them; without its history.
PAGE_OF_A_COMMENT = """
    main, .issue { display: block; padding: 0; } .issue .body { max-width: 660px; }
    .issue section { margin: .8rem 0 0; } .issue section:has(.history) { display: none; }
    .issue h1 { font-size: 1.3rem; margin: .2rem 0; }
"""


def main() -> None:
    """Start the demo, photograph it, stop it."""
    command = [sys.executable, "-m", "cli", "demo"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as demo:
        try:
            _photograph(_address(demo))
        finally:
            demo.send_signal(signal.SIGINT)
            demo.communicate()


def _address(demo: subprocess.Popen[str]) -> str:
    """Return the board's address, once every issue is triaged."""
    assert demo.stdout is not None
    for line in demo.stdout:
        if found := re.search(r"stays up at (\S+)/", line):
            return found.group(1)
    sys.exit("pictures: the demo ended before its board was complete")


def _photograph(url: str) -> None:
    with tempfile.TemporaryDirectory() as profile:
        browser = _browser(profile)
        try:
            _board(browser, url)
            for project, name in ((ENGLISH, "comment"), (CHINESE, "comment-zh")):
                _comment(browser, url, project, PICTURES / f"{name}.png")
            for project, name in ((ENGLISH, "week"), (CHINESE, "week-zh")):
                _week(browser, url, project, PICTURES / f"{name}.png")
        finally:
            browser.quit()


def _browser(profile: str) -> Any:
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        sys.exit(
            "pictures: install Chromium. Debian: sudo apt-get install chromium chromium-driver"
        )
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))


def _board(browser: Any, url: str) -> None:
    browser.set_window_size(1280, 900)
    browser.get(f"{url}/?project={ENGLISH}")
    browser.save_screenshot(str(PICTURES / "board.png"))


def _comment(browser: Any, url: str, project: str, file: Path) -> None:
    """Photograph the project's highest issue that needs information, with its comment."""
    browser.set_window_size(900, 1400)
    browser.get(f"{url}/?project={project}")
    card = ".card:has(.badge.needs-info) .key"
    browser.get(browser.find_element("css selector", card).get_attribute("href"))
    style = "document.head.insertAdjacentHTML('beforeend', '<style>' + arguments[0] + '</style>')"
    browser.execute_script(style, PAGE_OF_A_COMMENT)
    browser.find_element("css selector", ".issue .body").screenshot(str(file))


def _week(browser: Any, url: str, project: str, file: Path) -> None:
    """Photograph the weekly report of a project, on its first issue, with its picture."""
    browser.set_window_size(900, 1800)
    browser.get(f"{url}/browse/{project}-1")
    style = "document.head.insertAdjacentHTML('beforeend', '<style>' + arguments[0] + '</style>')"
    browser.execute_script(style, PAGE_OF_A_COMMENT)
    browser.find_element("css selector", ".comment.bot .wiki").screenshot(str(file))
    with Image.open(file) as picture:  # 256 colours are enough, and half the bytes
        picture.convert("RGB").quantize(256).save(file, optimize=True)


if __name__ == "__main__":
    main()
