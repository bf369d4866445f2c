"""Wiki markup becomes safe HTML."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from sandbox.render.wiki import to_html


@pytest.mark.parametrize(
    ("markup", "html"),
    [
        ("*bold* and _soft_", "<p><strong>bold</strong> and <em>soft</em></p>"),
        ("h3. Title", "<h3>Title</h3>"),
        ("* a\n* b", "<ul><li>a</li><li>b</li></ul>"),
        ("* a\n** b\n* c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("# a\n# b", "<ol><li>a</li><li>b</li></ol>"),
        ("# a\n* b", "<ol><li>a</li></ol><ul><li>b</li></ul>"),
        ("snake_case_name 2*3*4", "<p>snake_case_name 2*3*4</p>"),
        ("{color:red}x{color}", '<p><span style="color:red">x</span></p>'),
        ("{{a<b}}", "<p><code>a&lt;b</code></p>"),
        ("a\nb", "<p>a<br>b</p>"),
        ("{noformat}*a* <b>{noformat}", "<pre>*a* &lt;b&gt;</pre>"),
        (r"\*a\*", "<p>*a*</p>"),
        (r"\(x) :\) \?\?a\?\?", "<p>(x) :) ??a??</p>"),
        (r"C:\temp a\\b", r"<p>C:\temp a<br>b</p>"),
        ("??a??", "<p><cite>a</cite></p>"),
        ("over{*}bold{*}under 中*plain*文", "<p>over<strong>bold</strong>under 中*plain*文</p>"),
        (":\u2060D :Do", "<p>:D :Do</p>"),
        (
            "||h||i||\n|1|2|",
            "<div class='scroll'><table><tr><th>h</th><th>i</th></tr>"
            "<tr><td>1</td><td>2</td></tr></table></div>",
        ),
        (
            "[docs|https://example.com/a_b_c]",
            '<p><a href="https://example.com/a_b_c" rel="noopener noreferrer">docs</a></p>',
        ),
    ],
)
def test_markup_is_rendered(markup: str, html: str) -> None:
    assert to_html(markup) == html


def test_icons_have_a_name_to_read_aloud() -> None:
    assert "aria-label='done'" in to_html("(/) ok")
    assert "aria-label='laugh'" in to_html("ok :D")


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "[x|javascript:alert(1)]",
        '[x|https://e.com/"onmouseover="a]',
        '{color:red" onclick="a}x{color}',
        "{panel:title=<img src=x onerror=a>}<img src=x onerror=a>{panel}",
        "||<img src=x onerror=a>||",
        "* <img src=x onerror=a>",
        "\x000\x00<b>",
        "{code:title=<i>}<i>{code}",
        "[~<b>]",
    ],
)
def test_nothing_that_is_written_can_become_markup_of_its_own(attack: str) -> None:
    seen = _Seen()
    seen.feed(to_html(attack))
    assert not seen.tags & {"script", "img", "i", "b"}
    assert seen.attributes <= {"class", "style", "href", "rel", "role", "aria-label"}
    assert all(link.startswith("https://") for link in seen.links)


class _Seen(HTMLParser):
    """Collects the HTML as a browser would read it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]


def test_long_and_odd_markup_takes_no_time() -> None:
    for odd in ("*" * 30_000, "_a " * 10_000, "{code}" * 5_000, "[" * 30_000, "|" * 30_000,
                "{color:red}" * 3_000, "-a" * 15_000, "*a " * 10_000):  # fmt: skip
        assert to_html(odd) is not None


def test_an_attached_picture_is_shown_and_another_name_stays_text() -> None:
    images = {"week.png": "/browse/X-1/picture/7"}
    shown = to_html("!week.png|width=600!\n!other.png!", images)
    assert "<img src='/browse/X-1/picture/7' alt='week.png' width='600'>" in shown
    assert "!other.png!" in shown and shown.count("<img") == 1
    assert "<img" not in to_html("!week.png!")


def test_the_name_of_a_picture_is_escaped() -> None:
    name = "'><script>.png"
    assert "<script>" not in to_html(f"!{name}!", {name: "/x"})
