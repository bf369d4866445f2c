"""Wiki markup and ADF show the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.render.adf import is_adf, to_adf, to_wiki

PAGE = """h2. Title

A *bold* and _it_ with {{x = 1}} and [here|https://a.example/b].
second line

* one
** inner
* two

# first

{code}
a < b
{code}

||a||b||
|1|2|

(/) done [~accountid:abc] +u+ -del-

----

{quote}
q
{quote}"""


def text(*content: Any) -> dict[str, Any]:
    return {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [*content]}]}


def test_a_page_comes_back_from_adf_as_it_was() -> None:
    document = to_adf(PAGE)
    assert is_adf(document)
    assert to_wiki(document) == PAGE
    assert to_adf(to_wiki(document)) == document


@pytest.mark.parametrize(
    ("node", "markup"),
    [
        ({"type": "text", "text": "a", "marks": [{"type": "strong"}]}, "*a*"),
        ({"type": "mention", "attrs": {"id": "5b1", "text": "@Ada"}}, "[~accountid:5b1]"),
        ({"type": "emoji", "attrs": {"shortName": ":check_mark:"}}, "(/)"),
        ({"type": "emoji", "attrs": {"shortName": ":smile:", "text": "😄"}}, "😄"),
        ({"type": "inlineCard", "attrs": {"url": "https://a.example"}}, "https://a.example"),
        ({"type": "never heard of", "content": [{"type": "text", "text": "kept"}]}, "kept"),
        ({"type": "text"}, ""),
        ("no node", ""),
    ],
)
def test_what_a_node_of_adf_says_is_kept(node: Any, markup: str) -> None:
    assert to_wiki(text(node)) == markup


@given(st.text())
def test_any_text_becomes_a_document(markup: str) -> None:
    document = to_adf(markup)
    assert is_adf(document)
    assert isinstance(to_wiki(document), str)


nodes = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "content", "attrs", "marks", "text"]), inner)
    ),
    max_leaves=12,
)
kinds = st.sampled_from(["doc", "table", "bulletList", "listItem", "text", "heading", "emoji"])


@given(kinds, nodes, nodes, nodes)
def test_any_json_is_read_without_a_crash(kind: str, content: Any, attrs: Any, marks: Any) -> None:
    node = {"type": kind, "content": content, "attrs": attrs, "marks": marks}
    assert isinstance(to_wiki(node), str)


def test_a_document_of_endless_depth_comes_to_an_end() -> None:
    node: dict[str, Any] = {"type": "text", "text": "deep"}
    for _ in range(500):
        node = {"type": "bulletList", "content": [{"type": "listItem", "content": [node]}]}
    assert to_wiki(node) == ""
