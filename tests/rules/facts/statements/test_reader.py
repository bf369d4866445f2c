"""What counts as said: sentences with their marks, and what is no statement."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facts.statements import reader
from rules.facts.statements.reader import is_hedged, read_statements
from rules.facts.statements.statement import GAP, Statements
from rules.vocabulary.marks import MARKS


def affirmed(body: str) -> str:
    """The affirmed words of a body."""
    return " ".join(read_statements("", body).affirmed_body.replace(GAP, " ").split())


def stated(body: str) -> str:
    """The words of a body that are statements."""
    read = read_statements("", body)
    return " ".join(" ".join(one.text.replace(GAP, " ") for one in read.all).split())


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("It fails.\n{code}\nrefactor\n{code}\nEach day.", "It fails. Each day."),
        ("It fails.\n{code:java}\nrefactor", "It fails."),
        ("It fails.\n{noformat}\nrefactor{noformat}", "It fails."),
        ("It fails.\n```py\nrefactor\n```\nEach day.", "It fails. Each day."),
        ("It fails.\n<pre>refactor</pre> Each day.", "It fails. Each day."),
        ("It fails. <!-- Do not delete -->Each day.", "It fails. Each day."),
        ("Call `refactor` twice", "Call twice"),
        ("Call {{refactor}} twice", "Call twice"),
        ("It fails.\n\n    refactor()\n    spike()\n\nEach day.", "It fails. Each day."),
        ("It fails.\n{quote}We refactor{quote}", "It fails."),
        ("> We refactor\nIt fails.", "It fails."),
        ("bq. We refactor\nIt fails.", "It fails."),
        ("It fails.\nTraceback (most recent call last):\nKeyError: 'a'", "It fails."),
        ("It fails.\njava.lang.NullPointerException\n\tat a.b.C(D.java:3)", "It fails."),
        ("It fails.\n2026-01-02 10:11:12 ERROR refactor", "It fails."),
        ("It fails.\n[ERROR] com.a.b: refactor", "It fails."),
        ("It fails.\nKind regards,\nAda", "It fails."),
        ("See https://example.com/refactor for it", "See for it"),
    ],
)
def test_code_logs_and_quotes_are_no_statements(body: str, left: str) -> None:
    assert stated(body) == left


@pytest.mark.parametrize(
    "body",
    [
        "h3. Steps to reproduce\n\nh3. Expected result\n\nh3. Actual result\n",
        "【复现步骤】请填写\n【预期结果】请填写\n【实际结果】请填写",
        "**Describe the bug**\nA clear and concise description of what the bug is.\n"
        "**To Reproduce**\nSteps to reproduce the behavior:\n",
        "### Description\n\nTODO\n\n### Additional context\nn/a",
        "As a [type of user]\nI want [an action]\nSo that [a benefit]",
        "Steps to reproduce:\n1.\n2.\n3.\nExpected result:\nActual result:",
        "<describe the problem here>",
        "_No response_",
        "*Background*\nplease fill in\n*Goal*\n-",
        "背景：\n目标：待补充\n",
        "{code}\nrefactor\n{code}",
        "- [ ] I have searched the existing issues",
    ],
)
def test_an_empty_template_states_nothing(body: str) -> None:
    assert read_statements("", body).length == 0


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("h3. Steps to reproduce\nOpen the cart", "Open the cart"),
        ("Expected result: the cart opens", "the cart opens"),
        ("【预期结果】购物车打开", "购物车打开"),
        ("### Nobody can pay since Monday", "Nobody can pay since Monday"),
        ("Deadline: 31 January", "Deadline: 31 January"),
        ("*Expected:* the cart opens", "the cart opens"),
    ],
)
def test_a_heading_is_no_statement_and_its_section_is(body: str, left: str) -> None:
    assert stated(body) == left


@pytest.mark.parametrize(
    ("heading", "mark"),
    [
        ("h2. Out of scope", "negated"),
        ("## Non-goals", "negated"),
        ("不做：", "negated"),
        ("Later:", "planned"),
        ("*Nice to have*", "planned"),
        ("**Alternatives considered**", "hypothetical"),
        ("h3. Ideas", "hypothetical"),
        ("## Open questions", "question"),
    ],
)
def test_a_section_gives_its_mark_to_what_is_under_it(heading: str, mark: str) -> None:
    body = f"We sell shoes.\n{heading}\n* A mobile app\n* Gift cards\nh2. Background\nIt is slow."
    marks = [one.mark for one in read_statements("", body).all]
    assert marks == ["affirmed", mark, mark, "affirmed"]


def test_a_phrase_is_not_found_across_a_gap() -> None:
    read = read_statements("", "technical `x` debt and no crash")
    assert read.affirmed_body == f"technical {GAP * 3} debt and {GAP * 8}"


@pytest.mark.parametrize(
    "term", ["not urgent", "没有客户", "whether", "no longer an issue", "if", "maybe"]
)
def test_a_term_that_hedges_itself_is_known(term: str) -> None:
    assert is_hedged(term)


@pytest.mark.parametrize("term", ["does not work", "无法登录", "refactor*", "would like", "不仅"])
def test_a_fault_or_a_wish_is_no_hedge(term: str) -> None:
    assert not is_hedged(term)


_PIECES = st.sampled_from(
    [
        *[
            "no ",
            "not ",
            "if ",
            "would ",
            "planned: ",
            "no longer ",
            "whether ",
            "used to ",
            "but ",
        ],
        *[
            "crash",
            " works",
            ", ",
            ". ",
            "? ",
            "\n",
            "\n\n",
            "\n    ",
            "```",
            "{code}",
            "> ",
            "h3. ",
        ],
        *[
            "`",
            "没有",
            "不需要",
            "如果",
            "，",
            "。",
            "？",
            "吗",
            "【",
            "】",
            "客户",
            "or ",
            "and ",
            "<!--",
            "-->",
        ],
        *["Expected result: ", "**", "- ", "1. ", "TODO", "https://a.b/c ", "won't ", "cannot "],
    ]
)
_TEXTS = st.lists(_PIECES, max_size=40).map("".join) | st.text(max_size=300)


@given(_TEXTS, _TEXTS)
def test_any_text_is_read_and_each_statement_stands_where_it_says(title: str, body: str) -> None:
    read = read_statements(title, body)
    for one in read.all:
        source = read.title if one.where == "title" else read.body
        assert source[one.start : one.end] == one.text
        assert one.mark in MARKS
        assert len(one.affirmed) == len(one.text)
    assert _same_shape(title, read.affirmed_title)
    assert _same_shape(body, read.body)
    assert _same_shape(body, read.affirmed_body)


def _same_shape(text: str, other: str) -> bool:
    """Whether two texts differ only where the other one has a gap."""
    pairs = zip(text, other, strict=True)
    return all(b in (a, GAP) and (a != "\n" or b == a) for a, b in pairs)


@given(_TEXTS)
def test_what_a_text_affirms_affirms_nothing_more_by_itself(body: str) -> None:
    once = read_statements("", body).affirmed_body
    assert not set(_words(read_statements("", once))) - set(_words(read_statements("", body)))


def _words(read: Statements) -> list[str]:
    return re.findall(r"\w+", read.affirmed_body)


@given(
    st.lists(st.sampled_from(["It fails.", "No refactoring.", "If so, it fails.", "不需要重构。"]))
)
def test_a_block_of_code_changes_nothing(lines: list[str]) -> None:
    prose = "\n".join(lines)
    code = f"{prose}\n{{code}}\nrefactor spike urgent\n{{code}}"
    with_code, without = read_statements("", code), read_statements("", prose)
    assert [(one.text, one.mark) for one in with_code.all] == [
        (one.text, one.mark) for one in without.all
    ]
    assert (
        with_code.affirmed_body.replace(GAP, "").strip()
        == without.affirmed_body.replace(GAP, "").strip()
    )


@pytest.mark.parametrize(
    "piece",
    [
        *[
            "not ",
            "if a, ",
            "no crash, ",
            "如果客户不需要，",
            "`a",
            "{code}",
            "> ",
            "h3. a\n",
            "    a\n\n",
        ],
        *[
            "<pre>",
            "**",
            "[",
            "【",
            "<!--",
            "a: {",
            "it is not a.b.",
            "http://",
            " \t",
            "not a, or ",
        ],
    ],
)
def test_twice_the_text_takes_twice_the_tokens(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []
    inner = reader.scopes
    monkeypatch.setattr(reader, "scopes", lambda text: looked_at.append(len(text)) or inner(text))
    read_statements("", piece * (32_767 // len(piece)))
    assert sum(looked_at) <= reader.MAX_CHARS
    assert max(looked_at, default=0) <= 500
