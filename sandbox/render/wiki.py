"""Convert Jira's wiki markup to safe HTML: the markup of comments only; the rest is escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

JOINER = "\u2060"
"""A sign that takes no place on a page; it only parts what stands beside it."""

ICONS = {
    "(/)": ("✓", "ok", "done"),
    "(x)": ("✗", "bad", "no"),
    "(!)": ("!", "warn", "warning"),
    "(?)": ("?", "info", "question"),
    "(i)": ("i", "info", "information"),
    "(+)": ("+", "ok", "plus"),
    "(-)": ("−", "bad", "minus"),
    "(*)": ("★", "warn", "star"),
    "(*r)": ("★", "bad", "star"),
    "(*g)": ("★", "ok", "star"),
    "(*b)": ("★", "info", "star"),
    "(*y)": ("★", "warn", "star"),
    "(y)": ("👍", "ok", "thumbs up"),
    "(n)": ("👎", "bad", "thumbs down"),
    "(on)": ("💡", "warn", "on"),
    "(off)": ("💡", "info", "off"),
    "(flag)": ("🚩", "warn", "flag"),
    "(flagoff)": ("🏳", "info", "flag off"),
    ":-)": ("🙂", "ok", "smile"),
    ":)": ("🙂", "ok", "smile"),
    ":-(": ("🙁", "bad", "sad"),
    ":(": ("🙁", "bad", "sad"),
    ":-P": ("😛", "ok", "tongue"),
    ":P": ("😛", "ok", "tongue"),
    ":-p": ("😛", "ok", "tongue"),
    ":p": ("😛", "ok", "tongue"),
    ":-D": ("😃", "ok", "laugh"),
    ":D": ("😃", "ok", "laugh"),
    ";-)": ("😉", "ok", "wink"),
    ";)": ("😉", "ok", "wink"),
}
_EMOTICON = re.compile("(" + "|".join(map(re.escape, ICONS)) + ")(?![a-zA-Z])")
_ESCAPED = re.compile(r"(?<!\\)\\([-#*_+?^~|%{}\[\]()!@])")
_MARK = re.compile(r"\x00\d+\x00")
_BLOCK = re.compile(r"\{(code|noformat|quote|panel)(?::[^}\n]*)?\}(.*?)\{\1\}", re.S)
_COLOR = re.compile(r"\{color:(#[0-9a-fA-F]{3,6}|[a-zA-Z]{3,20})\}(.{0,2000}?)\{color\}", re.S)
_LINK = re.compile(r"\[(?:([^\[\]|\n]*)\|)?((?:https?://|mailto:)[^\s\[\]|]+)\]")
_BARE = re.compile(r"https?://[^\s<>\[\]|\"'\x00\u2060]+[^\s<>\[\]|\"'.,;:!?)\x00\u2060]")
_IMAGE = re.compile(r"!([^\s!|\x00]{1,255})(?:\|(?:width=(\d{1,4}))?[^!\n]{0,100})?!")
_USER = re.compile(r"\[~(?:accountid:)?([\w.@:-]+)\]")
_HEADING = re.compile(r"h([1-6])\.\s+(.*)")
_ITEM = re.compile(r"([*#-]+)\s+(.*)")
# Cloud makes nothing bold that touches a letter or any sign beyond ASCII.
_EDGE_L, _EDGE_R = r"(?<![\w\\])(?<![^\x00-\x7f])", r"(?!\w)(?![^\x00-\x7f])"
_BRACED = re.compile(r"\{(\*|_|\+|-|\^|\?\?)\}([^\s{](?:[^\n]*?\S)??)\{\1\}")
_STYLES = [
    (re.compile(rf"{_EDGE_L}\{{\{{(.{{1,300}}?)\}}\}}"), "code"),
    (re.compile(rf"{_EDGE_L}\*(\S|\S[^*\n]*?\S)\*{_EDGE_R}"), "strong"),
    (re.compile(rf"{_EDGE_L}_(\S|\S[^_\n]*?\S)_{_EDGE_R}"), "em"),
    (re.compile(rf"{_EDGE_L}\+(\S|\S[^+\n]*?\S)\+{_EDGE_R}"), "u"),
    (re.compile(r"(?<![\w\\-])-(\w|\w[^\n-]*?\w)-(?![\w-])"), "del"),
    (re.compile(r"\?\?(\S[^?\n]*?)\?\?"), "cite"),
    (re.compile(r"\^(\S[^^\n]*?)\^"), "sup"),
]
_TAGS = {"*": "strong", "_": "em", "+": "u", "-": "del", "^": "sup", "??": "cite"}


class _Stash:
    """Finished HTML, hidden from later steps behind marks."""

    def __init__(self, images: Mapping[str, str]) -> None:
        self.kept: list[str] = []
        self.images = images

    def put(self, html: str) -> str:
        """Keep the HTML and return its mark."""
        self.kept.append(html)
        return f"\x00{len(self.kept) - 1}\x00"

    def restore(self, text: str) -> str:
        """Replace all marks by their HTML, nested ones included."""
        for _ in range(20):
            if "\x00" not in text:
                break
            text = re.sub(r"\x00(\d+)\x00", lambda m: self.kept[int(m[1])], text)
        return text


def to_html(markup: str, images: Mapping[str, str] | None = None) -> str:
    """Convert wiki markup to HTML that is safe on a page.

    `images` has the address of each attached picture that `!name!` may show.
    """
    stash = _Stash(images or {})
    text = markup.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    text = _BLOCK.sub(lambda m: "\n" + stash.put(_block(m[1], m[2], stash)) + "\n", text)
    text = _ESCAPED.sub(lambda m: stash.put(escape(m[1])), text)
    return stash.restore(_lines(text, stash))


def _block(kind: str, body: str, stash: _Stash) -> str:
    if kind in ("code", "noformat"):
        return f"<pre>{escape(body.strip(chr(10)))}</pre>"
    inner = to_html(body.strip(), stash.images)
    if kind == "quote":
        return f"<blockquote>{inner}</blockquote>"
    return f"<div class='panel'>{inner}</div>"


def _lines(text: str, stash: _Stash) -> str:
    out: list[str] = []
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        taken = 1
        if not line:
            pass
        elif _is_block(line, stash):
            out.append(line)
        elif re.fullmatch("-{4,}", line):
            out.append("<hr>")
        elif heading := _HEADING.match(line):
            out.append(f"<h{heading[1]}>{_inline(heading[2], stash)}</h{heading[1]}>")
        elif _ITEM.match(line):
            taken = _run(lines, at, _ITEM)
            out.append(_list(lines[at : at + taken], stash))
        elif line.startswith("|"):
            taken = _run(lines, at, re.compile(r"\|"))
            out.append(_table(lines[at : at + taken], stash))
        else:
            taken = _paragraph_length(lines, at, stash)
            body = "\n".join(lines[at : at + taken])
            out.append(f"<p>{_inline(body, stash)}</p>")
        at += taken
    return "\n".join(out)


def _is_block(line: str, stash: _Stash) -> bool:
    """Return whether a line is one finished block, and no letter that a backslash made plain."""
    return bool(_MARK.fullmatch(line)) and stash.restore(line).startswith(("<pre", "<div", "<bl"))


def _run(lines: list[str], start: int, pattern: re.Pattern[str]) -> int:
    count = 0
    while start + count < len(lines) and pattern.match(lines[start + count].strip()):
        count += 1
    return count


def _paragraph_length(lines: list[str], start: int, stash: _Stash) -> int:
    count = 1
    while start + count < len(lines):
        line = lines[start + count].strip()
        starts = line.startswith("|") or _HEADING.match(line) or _ITEM.match(line)
        if not line or starts or _is_block(line, stash):
            break
        count += 1
    return count


def _list(lines: list[str], stash: _Stash) -> str:
    out: list[str] = []
    stack: list[str] = []
    for line in lines:
        match = _ITEM.match(line.strip())
        marks, body = (match[1][:6], match[2]) if match else ("*", line)
        while len(stack) > len(marks):
            out.append(f"</li></{stack.pop()}>")
        if len(stack) == len(marks):
            out.append("</li>")
            if stack[-1] != _kind(marks[-1]):
                out.append(f"</{stack.pop()}>")
        while len(stack) < len(marks):
            stack.append(_kind(marks[len(stack)]))
            out.append(f"<{stack[-1]}>")
            if len(stack) < len(marks):
                out.append("<li>")
        out.append(f"<li>{_inline(body, stash)}")
    while stack:
        out.append(f"</li></{stack.pop()}>")
    return "".join(out)


def _kind(mark: str) -> str:
    return "ol" if mark == "#" else "ul"


def _table(lines: list[str], stash: _Stash) -> str:
    rows = []
    for line in lines:
        row_text = _LINK.sub(lambda m: stash.put(_link(m[2], m[1] or "")), line.strip())
        tag, bar = ("th", "||") if row_text.startswith("||") else ("td", "|")
        cells = row_text.strip("|").split(bar)
        row = "".join(f"<{tag}>{_inline(cell.strip(), stash)}</{tag}>" for cell in cells)
        rows.append(f"<tr>{row}</tr>")
    return f"<div class='scroll'><table>{''.join(rows)}</table></div>"


def _link(url: str, text: str) -> str:
    return (
        f'<a href="{escape(url, quote=True)}" rel="noopener noreferrer">'
        f"{escape(text.strip() or url)}</a>"
    )


def _icon(mark: str) -> str:
    glyph, kind, word = ICONS[mark]
    return f"<span class='icon {kind}' role='img' aria-label='{word}'>{glyph}</span>"


def _image(found: re.Match[str], stash: _Stash) -> str:
    url = stash.images.get(found[1])
    if url is None:
        return found[0]
    width = f" width='{found[2]}'" if found[2] else ""
    return stash.put(f"<img src='{escape(url)}' alt='{escape(found[1])}'{width}>")


def _inline(text: str, stash: _Stash) -> str:
    text = _IMAGE.sub(lambda m: _image(m, stash), text)
    text = _LINK.sub(lambda m: stash.put(_link(m[2], m[1] or "")), text)
    text = _USER.sub(lambda m: stash.put(f"<span class='user'>@{escape(m[1])}</span>"), text)
    text = _BARE.sub(lambda m: stash.put(_link(m[0], "")), text)
    text = text.replace("\\\\", "\n")
    text = _EMOTICON.sub(lambda m: stash.put(_icon(m[1])), text)
    html = escape(text.replace(JOINER, ""), quote=False)
    html = _BRACED.sub(lambda m: f"<{_TAGS[m[1]]}>{m[2]}</{_TAGS[m[1]]}>", html)
    for pattern, tag in _STYLES:
        html = pattern.sub(rf"<{tag}>\1</{tag}>", html)
    html = _COLOR.sub(r'<span style="color:\1">\2</span>', html)
    return html.replace("\n", "<br>")
