"""Text search: as Jira finds words, in English and Chinese, and never slow."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.facts.searchable_text import MAX_CHARS, Text
from rules.jql.search.parse_query import TextQueryError, parse_query
from rules.jql.search.text_query import Searches
from tests.rules.jql import naive
from tests.rules.jql.random_conditions import text as random_text
from tests.work import no_hang


def finds(query: str, text: Text) -> bool:
    return bool(Searches([query]).found(text))


FINDS = [
    ("crash", "A Crash, at start", True),
    ("crash", "it crashes", True),
    ("crashes", "one crash", True),
    ("fail", "Payment fails", True),
    ("failing", "it failed", True),
    ("click", "They clicked", True),
    ("custom", "a customer", False),
    ("the payment", "Payment fails", True),
    ("not the", "not here", True),
    ("payment && fails", "Payment fails", True),
    ("payment || refund", "Payment fails", True),
    ("(payment OR refund) AND fails", "Payment fails", True),
    ("(payment OR refund) (crash OR freeze)", "The payment stops", False),
    ("+payment", "Payment", True),
    ('"data losses"', "a data loss", True),
    ("crash*", "it crashes", True),
    ("cr?sh", "a crush", True),
    ("*load", "we reload it", True),
    ("re*or", "the reactor", True),
    ("a*a*b", "xx abcab yy", True),
    ("a*a*b", "xx abcba yy", False),
    ("data loss", "loss of data", True),
    ('"data loss"', "loss of data", False),
    ('"data loss"', "Data-loss!", True),
    ('"data loss"', "mydata loss", False),
    ('"data lo*"', "some data losses", True),
    ('"does it work?"', "Does it work? Yes", True),
    ("data OR crash", "a crash", True),
    ("data AND crash", "a crash", False),
    ("data loss OR crash", "data", False),
    ("node.js", "we use Node.js here", True),
    ("node.js", "js node", False),
    ("c++", "written in C", True),
    ("支付", "无法支付订单", True),
    ("支付失败", "支付 失败", False),
    ("支付 失败", "失败了：支付", True),
    ("支付*", "支付接口", True),
    ("api", "支付API接口", True),
    ("支付api", "支付API接口", True),
    ("怎么办？", "这怎么办?", True),
    ("ａｐｉ", "the API", True),
    ("api", "ＡＰＩ 接口", True),
    ("ﬁnd", "to find", True),
    ("로그인", "로그인이 안됨", True),
    ("x", "", False),
]


@pytest.mark.parametrize(("query", "text", "found"), FINDS)
def test_a_query_finds_what_jira_would_find(query: str, text: str, found: bool) -> None:
    assert finds(query, Text(text)) is found


WRONG = [
    ("", "no word to search for"),
    ("   ", "no word to search for"),
    ("a OR", "each side of OR"),
    ("OR", "each side of OR"),
    ("...", "no letters or digits"),
    ('""', "no letters or digits"),
    ("*", "no letters or digits"),
    ("-crash", "write and not"),
    ("!crash", "write and not"),
    ("NOT crash", "write and not"),
    ("(a OR b", "write the )"),
    ("a OR b)", "remove it"),
    ("()", "no word to search for"),
    ("(" * 30 + "a" + ")" * 30, "nested parentheses"),
    ('"a b"~5', "near each other"),
    ("paymint~", "similar words"),
    ("payment^4", "weighs a word"),
    ("/pay.*/", "regular expression"),
    ("[a TO b]", "is a range"),
    ('"a b', "not closed"),
    ("支*付", "Chinese has no *"),
    ("a" * 100 + "*", "over 100 characters"),
]


@pytest.mark.parametrize(("query", "says"), WRONG)
def test_a_query_that_would_find_something_else_is_refused(query: str, says: str) -> None:
    with pytest.raises(TextQueryError, match=re.escape(says)):
        parse_query(query)


globs = st.text("abx?*", min_size=1, max_size=7).filter(lambda g: re.search(r"\w", g))
poor = st.lists(st.text("abx", min_size=1, max_size=6), max_size=6).map(" ".join)


@given(globs, poor)
@settings(max_examples=300)
def test_wildcards_agree_with_trying_everything(glob: str, text: str) -> None:
    assert finds(glob, Text(text)) is naive.stands([glob], text)


@given(st.lists(globs.map(lambda g: g.replace("?", "")).filter(bool), min_size=1, max_size=3), poor)
@settings(max_examples=200)
def test_phrases_agree_with_trying_everything(terms: list[str], text: str) -> None:
    if any(re.search(r"\w", term) for term in terms):
        assert finds(f'"{" ".join(terms)}"', Text(text)) is naive.stands(terms, text)


@given(st.integers(0, 10**6))
@settings(max_examples=200)
def test_words_of_mixed_texts_agree_with_trying_everything(seed: int) -> None:
    rng = random.Random(seed)
    text = random_text(rng)
    for term in ("crash", "crash*", "api", "登录", "支付", "re*or", "c?ash", "支付失败"):
        assert finds(term, Text(text)) is naive.stands([term], text), (term, text)


@given(st.text(max_size=40), st.text(max_size=200))
@settings(max_examples=300)
def test_any_query_on_any_text_answers_or_is_refused(query: str, text: str) -> None:
    try:
        finds(query, Text(text))
    except TextQueryError as error:
        assert "\n" not in str(error)


@pytest.mark.slow
@given(globs, poor)
@settings(max_examples=10_000, deadline=None)
def test_ten_thousand_wildcards_agree_with_trying_everything(glob: str, text: str) -> None:
    assert finds(glob, Text(text)) is naive.stands([glob], text)


def test_what_is_past_the_length_of_a_jira_field_is_not_read() -> None:
    text = Text("x " * (MAX_CHARS // 2) + " crash")
    assert not finds("crash", text)


EVIL_QUERIES = [
    "a*a*a*a*a*b",
    "*a*a*a*a*a*a*a*a*b*",
    "a?*?*?*?*?*?*b",
    "*" * 80 + "a" + "*" * 9 + "b",
    "?" * 99 + "b",
    '"a* a* a* a* a* a* b"',
    '"*a *a *a *a b"',
    "支付" * 40,
    '"' + "a " * 2000 + 'b"',
]
EVIL_TEXTS = [
    "a" * 32_000,
    "a " * 16_000,
    "ab" * 16_000,
    "支付" * 16_000,
    "aa " * 10_000 + "支",
    "a" + "\u0301\u0316" * 16_000,
    "ﷺ" * 32_000,
    "😀" * 32_000,
]


@pytest.mark.parametrize("query", EVIL_QUERIES, ids=[query[:20] for query in EVIL_QUERIES])
def test_no_query_hangs_on_any_text(query: str) -> None:
    searches = Searches([query])
    for text in map(Text, EVIL_TEXTS):
        text.spaced, text.heads(3), text.has_cjk
        with no_hang(20):  # it takes milliseconds
            searches.found(text)


@pytest.mark.parametrize("raw", EVIL_TEXTS, ids=[text[:2] for text in EVIL_TEXTS])
def test_no_text_hangs_while_it_is_prepared(raw: str) -> None:
    with no_hang(20):
        text = Text(raw)
        text.spaced, text.heads(3), text.has_cjk
