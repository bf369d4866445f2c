"""Lists that repeat themselves or stay empty come to an end, with a word."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest
import responses

from connector.client import Account, JiraRefused
from connector.http.connection import Connection
from connector.http.progress import MOST_EMPTY

URL = "https://jira.example.com"


def read(kind: Any, answers: Any) -> list[str]:
    """Read a search whose answers a test writes: a function from the number of the page."""
    connection, pages, found = Connection(Account(URL, kind, "t", "a@b.c")), count(), []
    path = "search/jql" if kind == "cloud" else "search"
    with responses.RequestsMock() as mock:

        def answer(_: Any) -> tuple[int, dict[str, str], str]:
            return 200, {}, json.dumps(answers(next(pages)))

        mock.get(f"{URL}/rest/api/2/field", json=[])
        for method in ("GET", "POST"):
            mock.add_callback(method, f"{URL}/rest/api/2/{path}", answer)
        mock.assert_all_requests_are_fired = False
        try:
            for page in connection.pages("project = DEMO", ["summary"], None, "sluice"):
                found += [str(one["id"]) for one in page]
        except JiraRefused as error:
            assert not error.final
            found.append(str(error))
    return found


def test_a_token_that_repeats_itself_ends_the_search_with_a_word() -> None:
    *ids, said = read("cloud", lambda n: {"issues": [{"id": str(n)}], "nextPageToken": "same"})
    assert ids == ["0", "1"] and "the same next page was named twice; 2 were read" in said


def test_two_tokens_in_turn_end_too() -> None:
    *_, said = read("cloud", lambda n: {"issues": [{"id": str(n)}], "nextPageToken": str(n % 2)})
    assert "does not end" in said


@pytest.mark.parametrize("issues", [[], [{"id": "7"}]])
def test_pages_without_news_and_ever_new_tokens_end(issues: list[Any]) -> None:
    *ids, said = read("cloud", lambda n: {"issues": issues, "nextPageToken": f"t{n}"})
    assert len(ids) <= MOST_EMPTY + 1 and "brought nothing new" in said


def test_some_empty_pages_before_the_last_are_no_end() -> None:
    def pages(n: int) -> Any:
        last = n == MOST_EMPTY - 1
        return {"issues": [{"id": "7"}] if last else [], "nextPageToken": None if last else f"t{n}"}

    assert read("cloud", pages) == ["7"]


def test_a_token_that_is_no_text_is_taken_as_it_is() -> None:
    *_, said = read("cloud", lambda n: {"issues": [{"id": [n]}], "nextPageToken": ["x"]})
    assert "does not end" in said


def test_data_center_that_gives_the_first_page_again_and_again_ends() -> None:
    *ids, said = read("datacenter", lambda _: {"issues": [{"id": "1"}], "total": 10**9})
    assert len(ids) <= MOST_EMPTY + 1 and "brought nothing new" in said


@pytest.mark.parametrize("total", ["many", None, [], 1.5])
def test_data_center_that_gives_no_total_ends_after_a_page(total: object) -> None:
    assert read("datacenter", lambda _: {"issues": [{"id": "1"}], "total": total}) == ["1"]
