"""Lines of JSON: each has its place, and a wrong one says what to do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facts.jira_json.json_lines import OpenEnded, RowError, filled, parsed


def test_blank_lines_count_but_are_left_out() -> None:
    assert [*filled([b"\n", b"{}\n", b" \r\n", b"5"], "a")] == [("a:2", b"{}\n"), ("a:4", b"5")]


def test_json_over_many_lines_is_told_from_a_broken_line() -> None:
    for text in (b"{\n", b"[ \r\n", b"\xef\xbb\xbf{"):
        with pytest.raises(OpenEnded, match="a:1: the JSON goes on in the next line"):
            parsed(text, "a:1")
    with pytest.raises(RowError, match="a:1: not JSON") as wrong:
        parsed(b'{"summary": "cut o', "a:1")
    assert not isinstance(wrong.value, OpenEnded)


def test_halves_of_characters_become_marks() -> None:
    assert parsed(rb'"a \ud83d"', "a:1") == "a \ufffd"
    assert parsed('"a \ud83d"'.encode("utf-8", "surrogatepass"), "a:1") == "a \ufffd"
    assert parsed('"😀 ä"'.encode(), "a:1") == "😀 ä"


@given(st.binary())
def test_any_bytes_are_json_or_an_error(line: bytes) -> None:
    try:
        parsed(line, "a:1")
    except RowError as error:
        assert str(error).startswith("a:1: ")
