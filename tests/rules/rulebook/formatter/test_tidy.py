"""`fmt` gives a rule file one shape and never changes what it says."""

from __future__ import annotations

import re
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.rulebook import yaml_source
from rules.rulebook.formatter.tidy import WIDTH, Untidy, tidy
from rules.rulebook.load import parse_book

BOOKS = {
    name: (resources.files(package) / name).read_text("utf-8")
    for package, name in (
        ("cli.rules.new", "starter.yaml"),
        ("rules", "books/minimal.yaml"),
        ("rules", "books/default.yaml"),
    )
}

HEAD = "book: x\nmeasures:\n  pain: {weight: 1}\nrules:\n"
RULE = "  - id: a\n    when: type = Bug\n    points: {pain: 1}\n    because: It hurts.\n"


def shaped(text: str) -> str:
    return tidy(text.encode(), "x.yaml")


def data(text: str) -> object:
    return yaml_source.load(text.encode(), "x.yaml").data


def test_a_file_in_shape_stays_as_it_is() -> None:
    assert shaped(HEAD + RULE) == HEAD + RULE


def test_the_starter_is_in_shape() -> None:
    assert shaped(BOOKS["starter.yaml"]) == BOOKS["starter.yaml"]


@pytest.mark.parametrize("name", sorted(BOOKS))
def test_a_book_that_ships_loses_nothing_but_quotes(name: str) -> None:
    text = BOOKS[name]
    out = shaped(text)
    assert data(out) == data(text)
    bare = re.compile(r"[\"'\\\s]|>-")
    assert bare.sub("", out) == bare.sub("", text)
    assert abs(out.count("\n") - text.count("\n")) < 20


def test_the_digest_of_the_book_stays() -> None:
    odd = HEAD + RULE.replace("type = Bug", "'type = Bug'").replace("  - ", "-   ")
    assert shaped(odd) == HEAD + RULE
    assert parse_book(odd.encode(), "x").digest == parse_book(shaped(odd).encode(), "x").digest


def test_a_rule_says_what_it_is_then_when_then_what_then_why() -> None:
    rule = "- because: B\n  ask: A\n  gate: review\n  when: x = 1\n  id: a\n"
    expected = "  - id: a\n    when: x = 1\n    gate: review\n    ask: A\n    because: B\n"
    assert shaped("book: x\nrules:\n" + rule) == "book: x\nrules:\n" + expected


def test_rules_stand_apart_by_one_line_and_switches_may_stand_together() -> None:
    second = RULE.replace("id: a", "id: b")
    switches = "  - {id: c, off: true}\n  - {id: d, off: true}\n"
    assert shaped(HEAD + RULE + second) == HEAD + RULE + "\n" + second
    assert shaped(HEAD + RULE + "\n\n\n" + second) == HEAD + RULE + "\n" + second
    assert shaped(HEAD + switches) == HEAD + switches


def test_comments_stay_where_they_belong_when_keys_change_places() -> None:
    rule = """\
  # a chapter

  # about a
  - because: It hurts.  # as we know
    # who it is
    id: a
    points: {pain: 1}
    # where it applies
    when: type = Bug
    # gate: review
  # about b
  - {id: b, off: true}  # not wanted
"""
    assert shaped(HEAD + rule + "# the end") == HEAD + (
        """\
  # a chapter

  # about a
  # who it is
  - id: a
    # where it applies
    when: type = Bug
    points: {pain: 1}
    because: It hurts.  # as we know
    # gate: review
  # about b
  - {id: b, off: true}  # not wanted
# the end
"""
    )


def test_long_conditions_are_folded_and_say_the_same() -> None:
    when = " or ".join(f'summary ~ "word{n}  and another"' for n in range(12))
    text = HEAD + RULE.replace("type = Bug", when)
    out = shaped(text)
    assert "when: >-\n" in out and data(out) == data(text)
    assert max(map(len, out.splitlines())) <= WIDTH


def test_a_condition_that_somebody_folded_keeps_its_lines() -> None:
    folded = RULE.replace("type = Bug", ">-\n      type = Bug\n      or labels = crash")
    assert shaped(HEAD + folded) == HEAD + folded


def test_a_line_of_languages_too_long_becomes_a_block() -> None:
    long = "It stops people at their work, every day"
    because = f"because: {{en: '{long}', zh: '{'疼' * 50}'}}  # sic"
    out = shaped(HEAD + RULE.replace("because: It hurts.", because))
    assert f"    because:  # sic\n      en: '{long}'\n" in out.replace(long, f"'{long}'")


@pytest.mark.parametrize(
    ("written", "comes_out"),
    [
        ("'It hurts.'", "It hurts."),
        ('"It hurts."', "It hurts."),
        ("'no'", "'no'"),
        ("'5'", "'5'"),
        ("'2026-01-31'", "'2026-01-31'"),
        ('"a: b"', '"a: b"'),
        ('"a #b"', '"a #b"'),
        ("'*a'", "'*a'"),
        ('"a\\nb"', '"a\\nb"'),
        ("' a'", "' a'"),
        ("{en: 'a, b'}", "{en: 'a, b'}"),
        ("{en: 'why?', zh: '痛'}", "{en: 'why?', zh: 痛}"),
        ("{ en:   a,zh: b }", "{en: a, zh: b}"),
    ],
)
def test_quotes_stay_only_where_they_are_needed(written: str, comes_out: str) -> None:
    out = shaped(HEAD + RULE.replace("It hurts.", written))
    assert f"    because: {comes_out}\n" in out


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_of_other_systems_become_plain(ends: str) -> None:
    assert shaped((HEAD + RULE).replace("\n", ends)) == HEAD + RULE


def test_a_mark_of_byte_order_is_left_out() -> None:
    assert tidy(b"\xef\xbb\xbf" + (HEAD + RULE).encode(), "x") == HEAD + RULE


def test_what_is_no_rule_file_is_refused() -> None:
    with pytest.raises(Untidy, match="not a rule file"):
        shaped("- a\n- b\n")
    with pytest.raises(yaml_source.YamlError):
        shaped("book: [\n")


def test_a_block_whose_blanks_are_counted_is_left_alone() -> None:
    with pytest.raises(Untidy, match="digit"):
        shaped(HEAD + RULE.replace("type = Bug", "|2\n      type = Bug"))


_INDENTS = st.sampled_from([0, 2, 4, 6])
_NUMBERS = st.integers(0, 10_000)


@st.composite
def mutated_books(draw: st.DrawFn) -> str:
    """A book as people leave it: comments anywhere, blanks, lines moved, doubled or deleted."""
    lines = BOOKS[draw(st.sampled_from(["starter.yaml", "books/minimal.yaml"]))].split("\n")
    for kind, number in draw(st.lists(st.tuples(st.integers(0, 7), _NUMBERS), max_size=8)):
        at = number % len(lines)
        line = lines[at]
        if kind == 0:
            lines.insert(at, " " * draw(_INDENTS) + f"# note {number}")
        elif kind == 1 and line.strip() and not line.endswith(">-"):
            lines[at] = f"{line}   # end {number}"
        elif kind == 2:
            lines[at:at] = ["", ""]
        elif kind == 3:
            lines[at : at + 2] = lines[at : at + 2][::-1]
        elif kind == 4 and len(lines) > 1:
            del lines[at]
        elif kind == 5:
            lines[at] = re.sub(r"(: )([\w .]+)$", r"\1'\2'", line)
        elif kind == 6:
            lines[at] = f"{line}  "
        elif kind == 7:
            lines[at] = line.replace("{", "{ ").replace(", ", ",   ")
    return "\n".join(lines)


def _notes(text: str) -> list[str]:
    return sorted(re.findall(r"# (?:note|end) \d+", text))


@settings(max_examples=8)
@given(mutated_books())
def test_whatever_a_book_looks_like_it_says_the_same_and_once_is_enough(text: str) -> None:
    _says_the_same_and_once_is_enough(text)


@pytest.mark.slow
@settings(max_examples=500)
@given(mutated_books())
def test_five_hundred_odd_books_say_the_same_and_once_is_enough(text: str) -> None:
    _says_the_same_and_once_is_enough(text)


def _says_the_same_and_once_is_enough(text: str) -> None:
    try:
        before = data(text)
        out = shaped(text)
    except (yaml_source.YamlError, Untidy):
        return
    assert data(out) == before
    assert _notes(out) == _notes(text)
    assert shaped(out) == out


@settings(max_examples=200)
@given(
    st.binary(max_size=200)
    | st.text(alphabet="a:-#'\"{}[]|>&*!%@, \n\t\\", max_size=60).map(str.encode)
)
def test_odd_bytes_are_shaped_or_refused(raw: bytes) -> None:
    try:
        out = tidy(raw, "x.yaml")
    except (yaml_source.YamlError, Untidy):
        return
    assert tidy(out.encode(), "x.yaml") == out
