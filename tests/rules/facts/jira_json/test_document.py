"""A document of v3 reads as the wiki markup of v2."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.facts.jira_json.document import is_document, rich_text
from tests.connector.planned import json_values


def doc(*content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "doc", "version": 1, "content": list(content)}


def text(words: str, *marks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "text", "text": words, "marks": list(marks)}


def node(type: str, *content: dict[str, Any], **attrs: Any) -> dict[str, Any]:
    return {"type": type, "content": list(content), "attrs": attrs}


def said(words: str) -> dict[str, Any]:
    return node("paragraph", text(words))


def test_paragraphs_and_headings_stand_apart() -> None:
    found = rich_text(doc(node("heading", text("Why"), level=2), said("It fails."), said("Often.")))
    assert found == "h2. Why\n\nIt fails.\n\nOften."


def test_lists_keep_their_depth() -> None:
    inner = node("orderedList", node("listItem", said("b")))
    outer = node("bulletList", node("listItem", said("a"), inner), node("listItem", said("c")))
    assert rich_text(doc(outer)) == "* a\n*# b\n* c"


def test_tasks_are_a_list() -> None:
    tasks = node("taskList", node("taskItem", text("pay"), state="TODO"))
    assert rich_text(doc(tasks)) == "* pay"


def test_quotes_and_code_keep_their_marks() -> None:
    found = rich_text(doc(node("blockquote", said("no")), node("codeBlock", text("x = 1"))))
    assert found == "{quote}\nno\n{quote}\n\n{code}\nx = 1\n{code}"


def test_a_table_is_a_row_a_line() -> None:
    head = node("tableRow", node("tableHeader", said("Day")), node("tableHeader", said("Loss")))
    row = node("tableRow", node("tableCell", said("Mon")), node("tableCell", said("$5k")))
    assert rich_text(doc(node("table", head, row))) == "||Day||Loss||\n|Mon|$5k|"


def test_links_mentions_dates_and_struck_words_are_written_as_in_v2() -> None:
    found = rich_text(
        doc(
            node(
                "paragraph",
                text("page", {"type": "link", "attrs": {"href": "https://a.example"}}),
                text(" "),
                node("mention", id="5b1", text="@Ann"),
                node("hardBreak"),
                text("old", {"type": "strike"}),
                text("f()", {"type": "code"}),
                node("date", timestamp="1764460800000"),
                node("emoji", shortName=":smile:", text="😄"),
                node("inlineCard", url="https://b.example"),
            )
        )
    )
    assert found == (
        "[page|https://a.example] [~accountid:5b1]\n-old-{{f()}}2025-11-30😄https://b.example"
    )


def test_panels_expands_and_unknown_nodes_give_their_text() -> None:
    panel = node("panel", said("Note"), panelType="info")
    more = node("expand", said("inside"), title="More")
    assert rich_text(doc(panel, more, node("newThing", said("x")))) == "Note\n\nMore\n\ninside\n\nx"


def test_a_text_stays_and_a_blank_one_is_none() -> None:
    assert (rich_text("*a*"), rich_text(" "), rich_text(5), rich_text(doc())) == (
        "*a*",
        None,
        None,
        None,
    )
    assert not is_document({"type": "doc"})


def test_what_nests_endlessly_ends() -> None:
    deep = said("deep")
    for _ in range(500):
        deep = node("bulletList", node("listItem", deep))
    assert rich_text(doc(said("top"), deep)) is not None


nodes = st.recursive(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["text", "paragraph", "bulletList", "table", "date", "x"])},
        optional={"text": json_values, "attrs": json_values, "marks": json_values},
    ),
    lambda inner: st.fixed_dictionaries(
        {
            "type": st.sampled_from(["paragraph", "listItem", "orderedList", "tableRow", "expand"]),
            "content": st.lists(inner | json_values, max_size=4),
        }
    ),
    max_leaves=10,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(nodes, max_size=4) | json_values)
def test_any_document_is_read(content: object) -> None:
    found = rich_text({"type": "doc", "content": content})
    assert found is None or found.strip()
