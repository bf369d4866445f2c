"""Convert between Jira's wiki markup and the Atlassian Document Format (ADF) of REST v3.

The sandbox keeps markup. ADF takes the way over the HTML of `render.wiki`, so that both forms show
the same. What neither knows (media, layouts, macros) is kept as its text.

https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

from sandbox.render.wiki import ICONS, to_html

Json = dict[str, Any]
DEEPEST = 50
MARKS = {"strong": "strong", "em": "em", "code": "code", "u": "underline", "del": "strike"}
BLOCKS = {
    "p": "paragraph",
    "ul": "bulletList",
    "ol": "orderedList",
    "li": "listItem",
    "pre": "codeBlock",
    "blockquote": "blockquote",
    "table": "table",
    "tr": "tableRow",
    "td": "tableCell",
    "th": "tableHeader",
}
HOLDS_BLOCKS = ("listItem", "tableCell", "tableHeader", "blockquote", "panel", "doc")


GLYPHS = {glyph: mark for mark, (glyph, _, _) in ICONS.items()}
EMOJIS = {
    "(/)": ":check_mark:",
    "(x)": ":cross_mark:",
    "(!)": ":warning:",
    "(?)": ":question_mark:",
    "(i)": ":info:",
    "(+)": ":plus:",
    "(-)": ":minus:",
    "(*)": ":star:",
}


def _text_node(data: str) -> Json:
    return {"type": "text", "text": data}


SPECIAL: dict[str, Callable[[str], Json]] = {
    "": _text_node,
    "emoji": lambda data: {
        "type": "emoji",
        "attrs": {"shortName": EMOJIS[GLYPHS[data]], "text": data},
    },
    "mention": lambda data: {
        "type": "mention",
        "attrs": {"id": data.removeprefix("@"), "text": data},
    },
}


def is_adf(value: object) -> bool:
    """Return whether JSON is a document of ADF."""
    return (
        isinstance(value, dict)
        and value.get("type") == "doc"
        and value.get("version") == 1
        and isinstance(value.get("content"), list)
    )


def to_adf(markup: str) -> Json:
    """Return wiki markup as a document."""
    reader = _Reader()
    reader.feed(to_html(markup))
    reader.close()
    return reader.doc


def _block(tag: str, given: dict[str, str | None]) -> Json | None:
    """Return the node of a tag that is a block, or None."""
    if tag in BLOCKS:
        return {"type": BLOCKS[tag], "content": []}
    if tag == "hr":
        return {"type": "rule"}
    if tag == "div" and given.get("class") == "panel":
        return {"type": "panel", "attrs": {"panelType": "info"}, "content": []}
    if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
        return {"type": "heading", "attrs": {"level": int(tag[1])}, "content": []}
    return None


class _Reader(HTMLParser):
    """Build a document from the HTML of `render.wiki`, which is well formed and small."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.doc: Json = {"type": "doc", "version": 1, "content": []}
        self._open: list[tuple[str, Json | None]] = [("doc", self.doc)]
        self._marks: list[tuple[str, Json]] = []
        self._special = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a block or a mark."""
        given = dict(attrs)
        node = _block(tag, given)
        if node:
            self._top()["content"].append(node)
        elif tag == "br":
            self._line().append({"type": "hardBreak"})
        elif tag == "span":
            kind = "emoji" if given.get("role") == "img" else given.get("class")
            self._special = {"emoji": "emoji", "user": "mention"}.get(str(kind), "")
        elif tag in MARKS:
            self._marks.append((tag, {"type": MARKS[tag]}))
        elif tag == "a":
            self._marks.append((tag, {"type": "link", "attrs": {"href": given.get("href")}}))
        if tag not in ("hr", "br", "img"):
            self._open.append((tag, node))

    def handle_endtag(self, tag: str) -> None:
        """Close the block or mark."""
        if len(self._open) > 1 and self._open[-1][0] == tag:
            self._open.pop()
        if self._marks and self._marks[-1][0] == tag:
            self._marks.pop()

    def handle_data(self, data: str) -> None:
        """Add text, with the marks that are open."""
        if not data or (not data.strip() and self._top()["type"] in HOLDS_BLOCKS):
            return
        node: Json = SPECIAL[self._special](data)
        self._special = ""
        if self._marks and node["type"] == "text":
            node["marks"] = [mark for _, mark in self._marks]
        self._line().append(node)

    def _top(self) -> Json:
        return next(node for _, node in reversed(self._open) if node is not None)

    def _line(self) -> list[Json]:
        """Return where text goes: into the block, or into a paragraph where blocks are wanted."""
        top: Json = self._top()
        content: list[Json] = top["content"]
        if top["type"] not in HOLDS_BLOCKS:
            return content
        if not content or content[-1]["type"] != "paragraph":
            content.append({"type": "paragraph", "content": []})
        found: list[Json] = content[-1]["content"]
        return found


def to_wiki(node: Any, depth: int = 0) -> str:
    """Return a document, or a part of one, as wiki markup."""
    if not isinstance(node, dict) or depth > DEEPEST:
        return ""
    kind = str(node.get("type"))
    if kind in LEAVES:
        return LEAVES[kind](node)
    if kind in ("bulletList", "orderedList"):
        return _list(node, "*" if kind == "bulletList" else "#", depth)
    inner = [to_wiki(each, depth + 1) for each in _content(node)]
    if kind in ("doc", "panel", "blockquote", "tableCell", "tableHeader", "listItem"):
        body = "\n\n".join(inner)
        return WRAPPED[kind](body) if kind in WRAPPED else body
    body = "".join(inner)
    if kind == "heading":
        return f"h{_attrs(node).get('level', 1)}. {body}"
    if kind == "codeBlock":
        return f"{{code}}\n{body}\n{{code}}"
    if kind == "tableRow":
        return body + ("||" if body.startswith("||") else "|")
    return "\n".join(inner) if kind == "table" else body


def _content(node: Json) -> list[Any]:
    found = node.get("content")
    return found if isinstance(found, list) else []


def _attrs(node: Json) -> Json:
    found = node.get("attrs")
    return found if isinstance(found, dict) else {}


def _list(node: Json, mark: str, depth: int, outer: str = "") -> str:
    """Return a list; a list inside an item has the marks of both."""
    lines: list[str] = []
    if depth > DEEPEST:
        return ""
    for item in _content(node):
        for each in _content(item) if isinstance(item, dict) else []:
            kind = each.get("type") if isinstance(each, dict) else None
            if kind in ("bulletList", "orderedList"):
                inner = "*" if kind == "bulletList" else "#"
                lines.append(_list(each, inner, depth + 1, outer + mark))
            else:
                lines.append(f"{outer}{mark} {to_wiki(each, depth + 1)}")
    return "\n".join(lines)


def _text(node: Json) -> str:
    text = str(node.get("text", ""))
    marks = node.get("marks")
    for mark in marks if isinstance(marks, list) else []:
        kind = mark.get("type") if isinstance(mark, dict) else None
        if kind == "link":
            text = f"[{text}|{_attrs(mark).get('href')}]"
        elif str(kind) in AROUND and text.strip():
            text = AROUND[str(kind)].format(text)
    return text


def _emoji(attrs: Json) -> str:
    text = str(attrs.get("text") or attrs.get("shortName") or "")
    marks = {name: mark for mark, name in EMOJIS.items()}
    return GLYPHS.get(text) or marks.get(str(attrs.get("shortName"))) or text


AROUND = {
    "strong": "*{}*",
    "em": "_{}_",
    "code": "{{{{{}}}}}",
    "underline": "+{}+",
    "strike": "-{}-",
}
WRAPPED: dict[str, Callable[[str], str]] = {
    "panel": lambda body: f"{{panel}}\n{body}\n{{panel}}",
    "blockquote": lambda body: f"{{quote}}\n{body}\n{{quote}}",
    "tableCell": lambda body: f"|{body}",
    "tableHeader": lambda body: f"||{body}",
}
LEAVES: dict[str, Callable[[Json], str]] = {
    "text": _text,
    "hardBreak": lambda node: "\n",
    "rule": lambda node: "----",
    "mention": lambda node: f"[~accountid:{_attrs(node).get('id')}]",
    "emoji": lambda node: _emoji(_attrs(node)),
    "inlineCard": lambda node: str(_attrs(node).get("url", "")),
    "date": lambda node: str(_attrs(node).get("timestamp", "")),
    "status": lambda node: str(_attrs(node).get("text", "")),
}
