"""Each test that the pages of threats and promises name exists, and each row names one."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import DOCS, ROOT

PAGES = ("security", "reliability")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def text(page: str) -> str:
    return (DOCS / f"{page}.md").read_text("utf-8")


def exists(file: str, test: str) -> bool:
    path = ROOT / file
    return path.exists() and bool(re.search(rf"^ *def {test}\(", path.read_text("utf-8"), re.M))


@pytest.mark.parametrize("page", PAGES)
def test_each_test_that_a_page_names_exists(page: str) -> None:
    named = NAMED.findall(text(page))
    assert len(named) > 20
    assert not [one for one in named if not exists(*one)]


def test_a_test_that_does_not_exist_is_seen() -> None:
    assert not exists("tests/docs/test_promises.py", "test_nothing")
    assert not exists("tests/docs/test_nothing.py", "test_each_test_that_a_page_names_exists")


@pytest.mark.parametrize(
    ("page", "heading"), [("security", "| threat |"), ("reliability", "| prom")]
)
def test_each_threat_and_each_promise_names_a_test(page: str, heading: str) -> None:
    table = text(page).partition(f"\n{heading}")[2].partition("\n\n")[0]
    rows = table.splitlines()[2:]
    assert len(rows) > 15
    assert not [row for row in rows if not NAMED.search(row)]
