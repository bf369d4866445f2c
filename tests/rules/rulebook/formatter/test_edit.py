"""Rules are edited where they stand, or overridden; everything else of a file stays."""

from __future__ import annotations

import pytest

from rules.rulebook.formatter.edit import Override, edited, new_book, value
from rules.rulebook.formatter.tidy import Untidy, tidy
from rules.rulebook.load import parse_book

BOOK = """\
book: ours
include: [minimal]

# Our rules.
rules:
  # the first
  - id: one
    when: type = Task
    class:
      tech_debt: 3
    because: >-
      A long reason that
      goes on.

  - {id: two, when: type = Bug, gate: review, because: A bug.}  # why
  - id: three
    # a remark
    when: type = Bug
    gate: needs_info
    ask: Who?
    because: A bug.
"""


def changed(text: str, *overrides: Override) -> str:
    return edited(text.encode(), "ours.yaml", overrides)


def rules(text: str) -> dict[str, object]:
    return {rule.id: rule.value for rule in parse_book(text.encode(), "ours.yaml").rules}


def test_a_rule_of_the_file_is_edited_where_it_stands() -> None:
    text = changed(
        BOOK,
        Override(
            "one", {"class": {"business_need": 3.5}, "because": {"en": "It is: so.", "zh": "是"}}
        ),
        Override("two", {"off": True}),
        Override("three", {"gate": "defer"}, {"ask": "Why?"}),
    )
    found = rules(text)
    assert found["one"] == {"business_need": 3.5} and found["three"] == "defer"
    assert "two" not in found
    kept = ("# Our rules.", "# the first", "# why", "# a remark", "ask: Who?", "when: type = Task")
    assert all(line in text for line in kept)
    assert 'because: {en: "It is: so.", zh: "是"}' in text


def test_an_included_rule_is_overridden_after_the_others() -> None:
    text = changed(BOOK, Override("debt", {"class": {"tech_debt": -1}}, {}, "Why so."))
    assert text.startswith(BOOK)
    assert text[len(BOOK) :] == "\n  # Why so.\n  - id: debt\n    class: {tech_debt: -1}\n"
    assert rules(text)["debt"] == {"tech_debt": -1}


@pytest.mark.parametrize(
    "text",
    [
        "book: ours\ninclude: [minimal]\n",
        "book: ours\ninclude: [minimal]\nrules: []\n",
        "rules: []\nbook: ours\ninclude: [minimal]\n",
        "book: ours\nrules:\n- {id: a, when: type = Bug, gate: defer, because: B.}\n"
        "include: [minimal]\n",
        "book: ours\nrules:\n- {id: a, when: type = Bug, gate: defer, because: B.}\n"
        "include:\n- minimal",
    ],
)
def test_rules_are_added_to_files_of_any_shape(text: str) -> None:
    found = rules(changed(text, Override("debt", {"off": True})))
    assert "debt" not in found and "need" in found
    assert ("a" in found) == ("id: a" in text)


def test_a_formatted_file_stays_formatted_and_another_keeps_its_form() -> None:
    neat = tidy(BOOK.encode(), "ours.yaml")
    text = changed(neat, Override("two", {"off": True}), Override("debt", {"off": True}))
    assert tidy(text.encode(), "ours.yaml") == text
    odd = BOOK.replace("gate: needs_info", "gate:    'needs_info'")
    assert changed(odd, Override("two", {"off": True})) == odd.replace(
        "id: two,", "id: two, off: true,"
    )


def test_windows_line_ends_survive() -> None:
    text = changed(BOOK.replace("\n", "\r\n"), Override("three", {"gate": "defer"}))
    assert text == BOOK.replace("\n", "\r\n").replace("needs_info", "defer")


def test_rules_in_one_pair_of_brackets_can_t_get_more() -> None:
    rule = "{id: a, when: type = Bug, gate: defer, because: B.}"
    text = f"book: b\ninclude: [minimal]\nrules: [{rule}]\n"
    assert "id: a, off: true" in changed(text, Override("a", {"off": True}))
    with pytest.raises(Untidy, match="brackets"):
        changed(text, Override("debt", {"off": True}))


def test_a_new_book_is_formatted_and_says_why() -> None:
    text = new_book("ours", "minimal", "Two\nlines.", [Override("debt", {"off": True}, {}, "Why.")])
    assert text == (
        "# Two\n# lines.\nbook: ours\ninclude: [minimal]\nrules:\n  # Why.\n"
        "  - id: debt\n    off: true\n"
    )
    assert tidy(text.encode(), "ours.yaml") == text and "debt" not in rules(text)


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("defer", "defer"),
        ("no", '"no"'),
        ("Is it so?", '"Is it so?"'),
        (2.5, "2.5"),
        (True, "true"),
        ({"en": "a: b", "zh": "为何？"}, '{en: "a: b", zh: "为何？"}'),
    ],
)
def test_a_value_is_written_so_that_it_is_read_back(given: object, written: str) -> None:
    assert value(given) == written
