"""What people typed stands on the page as they typed it, and bold text is bold."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.comment.wiki_text import JOINER, escape, firm
from sandbox.render.wiki import ICONS, to_html


def page(markup: str) -> str:
    """Return the text that a reader sees; icons and other marks stand as `<tag>`."""
    shown = re.sub(r"</?(?:a|p|br)(?: [^>]*)?>", "", to_html(markup))
    return html.unescape(shown.replace(JOINER, ""))


@pytest.mark.parametrize(
    "title",
    [
        "(x) :) ??really??",
        *ICONS,
        "Payment fails (twice) (y)es",
        r"C:\temp\new and \\server\share and \* and \(x) and ends in \\",
        "*a* _b_ -c- +d+ ^e^ ~f~ {{g}} {color:red}h{color} [i|http://j.example] [~admin] !k.png!",
        "a -- b --- c ---- d",
        "h1. no heading; bq. no quote; # no list; | no | table |",
        "Show &lt; and &#40; and &amp; as text",
        "see http://wiki.example/a_b_c?x=1&y=*2* or http://e.example/-a-",
        "中文*粗体*中文 :D",
        "a face that touches an address :Phttp://a.b/",
    ],
)
def test_a_title_stands_on_the_page_as_typed(title: str) -> None:
    assert page(f"[A-1|http://jira.example/browse/A-1] {escape(title)}") == f"A-1 {title}"


@given(
    st.lists(
        st.sampled_from(
            [
                *ICONS,
                *"\\{}[]*_^~+|!#-?&:;()PpDx ",
                "??",
                "http://a.b/",
                "&lt;",
                "词",
                "bq. ",
                "{*}",
            ]
        ),
        max_size=12,
    ).map("".join)
)
def test_no_title_is_markup(title: str) -> None:
    typed = " ".join(title.split())
    assert " ".join(page(f"A {escape(typed)} B").split()) == f"A {typed} B".replace("  ", " ")


def test_a_line_break_in_a_title_is_a_space() -> None:
    assert escape("a\r\nb") == "a b"


@pytest.mark.parametrize(
    "text", ["Payment fails (twice), says a@b.example: 100 %", "为什么？(可选)"]
)
def test_ordinary_text_gets_no_backslash(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize(
    "sentence",
    ["*业务需求*离目标", "目标*业务需求*离", "（*业务需求*）", "*业务需求* 占", "a *业务需求*, b"],
)
def test_bold_text_is_bold_whatever_touches_it(sentence: str) -> None:
    found = to_html(firm(sentence))
    assert "<strong>业务需求</strong>" in found and "*" not in found


@pytest.mark.parametrize(
    "markup",
    ["* a\n* b", r"\*业务\*离", "2*3*4", "5*6*七", "*Accepted* now", "**业务**离", "{*}业{*}离"],
)
def test_what_is_not_bold_stays_as_it_is(markup: str) -> None:
    assert firm(markup) == markup
