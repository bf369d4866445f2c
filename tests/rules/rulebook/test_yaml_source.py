"""YAML as people write it: the line of every value, and what is not taken."""

from __future__ import annotations

import pytest

from rules.rulebook import yaml_source
from rules.rulebook.yaml_source import Document, YamlError, load
from tests.work import calls, no_hang


def read(text: str) -> Document:
    return load(text.encode(), "f.yaml")


def refused(raw: bytes) -> list[tuple[int, str]]:
    with pytest.raises(YamlError) as caught:
        load(raw, "f.yaml")
    return [(problem.line, problem.message) for problem in caught.value.problems]


def test_every_value_has_the_line_it_begins_at() -> None:
    document = read("a: 1\nb:\n  - x\n  - c: [1,\n      2]\n")
    lines = [document.line(path) for path in (("a",), ("b",), ("b", 0), ("b", 1, "c", 1))]
    assert lines == [1, 2, 3, 5]


def test_what_is_missing_has_the_line_of_what_is_around_it() -> None:
    assert read("a: 1\nb:\n  c: 2\n").line(("b", "d", "e")) == 2


def test_only_true_and_false_are_truths_and_other_words_stay_words() -> None:
    assert read("[true, False, yes, No, on, OFF]").data == [True, False, "yes", "No", "on", "OFF"]


def test_numbers_are_read_as_editors_read_them() -> None:
    """YAML 1.2: 12:30 is no number of minutes, 010 no eight, and 1e3 needs no point."""
    assert read("[12:30, 010, 1e3, 0x1F, 1_000]").data == ["12:30", 10, 1000.0, 31, 1000]


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    document = load(b"\xef\xbb\xbfa: 1\r\nb: |\r\n  x\r\n  y\r\n", "f.yaml")
    assert document.data == {"a": 1, "b": "x\ny\n"}
    assert document.place(("b",), "x\n") == (4, 3)


PLACES = [
    ("a: one two", "one ", (1, 8)),
    ("a: 'one two'", "one ", (1, 9)),
    ("a: 'it''s two'", "it's ", (1, 11)),
    ('a: "one \\"x\\" two"', 'one "x" ', (1, 15)),
    ("a: |\n  one\n  two", "one\n", (3, 3)),
    ("a: |\n  one\n    two", "one\n  ", (3, 5)),
    ("a: |\n\n  one\n  two", "\none\n", (4, 3)),
    ("a: | # note\n  one\n  two", "one\n", (3, 3)),
    ("a: >-\n  one\n  two three", "one two ", (3, 7)),
    ("a: one\n  two", "one ", (2, 3)),
    ("a: 'one\n  two'", "one ", (2, 3)),
    ('a: "one\n  two"', "one ", (2, 3)),
    ("a: >\n  技术债 and\n  two", "技术债 and ", (3, 3)),
]


@pytest.mark.parametrize(("text", "before", "place"), PLACES)
def test_a_place_within_a_text_is_found_in_the_file(
    text: str, before: str, place: tuple[int, int]
) -> None:
    assert read(text).place(("a",), before) == place


ODD = [
    (b"a: 1\nb: \xff", 2, "is not UTF-8"),
    ("a: 1".encode("utf-16"), 1, "is not UTF-8"),
    (b"a: 1\n\tb: 2", 2, "there is a tab"),
    (b"a: >\n  \n     b\n", 3, "a line of this text is more indented than its first line"),
    (b"a: b: c", 1, "the line has a second colon"),
    (b"a: 'x", 1, "a quotation mark is not closed"),
    (b'a:\n  b: "Customer Tier" = Gold', 2, "put the whole text between single quotes"),
    (b"a:\n  - b: 1\n   c: 2", 3, "the indentation differs from the lines above"),
    (b"a: [1", 1, "a bracket is not closed"),
    (b"a: @x", 1, "@, ` or %: put it in quotes"),
    (b"a: 1\n---\nb: 2", 2, "a second time"),
    (b"a: 1\nb: \x07", 2, "an invisible character"),
    (b"a: &x 1\nb: *x", 2, "aliases (*name) are not allowed"),
    (b"&a [*a]", 1, "aliases (*name) are not allowed"),
    (b"a: !!python/object/apply:os.system [x]", 1, '"!!python/object/apply:os.system" is not'),
    (b"a: !mine x", 1, '"!mine" is not allowed'),
    (b"a: !!binary aGk=", 1, '"!!binary" is not allowed'),
    (b"a: " + b"9" * 50, 1, "the number is too long"),
    (b"a: 0x" + b"f" * 9999, 1, "the number is too long"),
    (b"a: 0x_", 1, "put it in quotes"),
    (b"a: 1\nb: 2\na: 3", 3, 'the key "a" is here twice'),
    (b"? [a]\n: b", 1, "this key is not a plain word"),
    (b'"\\x07": b', 1, "an invisible character"),
    (b'a: "\\ud800"', 1, "half of a character"),
    (b"[" * 999_999, 1, "more than 20 nested levels"),
    (b"{" * 999_999, 1, "more than 20 nested levels"),
    (b"- " * 499_999, 1, "more than 20 nested levels"),
    (b"a" * 1_000_001, 1, "is over 1,000,000 bytes"),
]


@pytest.mark.parametrize(("raw", "line", "says"), ODD, ids=[str(raw[:24]) for raw, _, _ in ODD])
def test_what_is_not_taken_is_told_with_its_line(raw: bytes, line: int, says: str) -> None:
    with no_hang(60):  # it takes a second at most
        problems = refused(raw)
    assert problems[0][0] == line
    assert says in problems[0][1]


def test_the_first_value_too_many_ends_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_source, "MAX_VALUES", 1_000)

    def many(values: int) -> list[tuple[int, str]]:
        return refused(b"a: [" + b"a," * values + b"]")

    assert many(1_500) == [(1, "the file has more than 1,000 values: split it")]
    assert calls(lambda: many(400_000)) < 1.2 * calls(lambda: many(1_500))


def test_billion_laughs_are_over_at_the_first() -> None:
    lines = ["a0: &a0 [lol, lol]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    assert refused("\n".join(lines).encode()) == [
        (2, "aliases (*name) are not allowed: write the value out")
    ]


def test_all_problems_of_values_come_at_once_with_what_could_be_read() -> None:
    with pytest.raises(YamlError) as caught:
        read("a: 1\na: 2\nb: !x y\nc: 3\n")
    assert [problem.line for problem in caught.value.problems] == [2, 3]
    assert caught.value.document is not None
    assert caught.value.document.data == {"a": 1, "b": None, "c": 3}


def test_dates_stay_the_text_that_was_written() -> None:
    assert read("a: 2026-01-31\nb: =\nc: 2026-99-99").data == {
        "a": "2026-01-31",
        "b": "=",
        "c": "2026-99-99",
    }
