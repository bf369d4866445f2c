"""Convert a document of Jira's REST API v3 (ADF) to the wiki markup that v2 gives for it.

Both versions then read alike to the rules: lists, headings, quotes and code keep their marks.
https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from rules.facts.jira_json.json_values import dict_of, list_of, number_of, text_of, written

_Node = Mapping[str, Any]

DEEPEST = 40
"""Nodes that lie deeper are left out: no editor makes them."""


def is_document(value: object) -> bool:
    """Return whether a value is a document, not a text."""
    return isinstance(value, dict) and value.get("type") == "doc" and "content" in value


def rich_text(value: object) -> str | None:
    """Return the text of a field that v2 gives as text and v3 as a document."""
    if isinstance(value, str):
        return text_of(value)
    return text_of("\n\n".join(_blocks(dict_of(value), 0))) if is_document(value) else None


def _children(node: _Node) -> Iterator[_Node]:
    return (dict_of(child) for child in list_of(node.get("content")))


def _blocks(node: _Node, depth: int) -> Iterator[str]:
    """Yield the text of each block in a node, without empty ones."""
    if depth < DEEPEST:
        for child in _children(node):
            block = _WRITERS.get(str(child.get("type")), _others)(child, depth + 1)
            if block.strip():
                yield block


def _others(node: _Node, depth: int) -> str:
    """Return the text of an inline node that stands alone, or the blocks of an unknown node."""
    return _inline_node(node) or "\n\n".join(_blocks(node, depth))


def _paragraph(node: _Node, depth: int) -> str:
    return _inline(node)


def _heading(node: _Node, depth: int) -> str:
    level = number_of(dict_of(node.get("attrs")).get("level")) or 1
    return f"h{min(max(int(level), 1), 6)}. {_inline(node)}"


def _code(node: _Node, depth: int) -> str:
    return f"{{code}}\n{_inline(node)}\n{{code}}"


def _quote(node: _Node, depth: int) -> str:
    return "\n".join(["{quote}", *_blocks(node, depth), "{quote}"])


def _rule(node: _Node, depth: int) -> str:
    return "----"


def _titled(node: _Node, depth: int) -> str:
    title = text_of(dict_of(node.get("attrs")).get("title")) or ""
    return "\n\n".join([title, *_blocks(node, depth)])


def _table(node: _Node, depth: int) -> str:
    return "\n".join(_row(row, depth + 1) for row in _children(node))


def _row(row: _Node, depth: int) -> str:
    bars = ["||" if cell.get("type") == "tableHeader" else "|" for cell in _children(row)]
    texts = [" ".join(_blocks(cell, depth)).replace("\n", " ") for cell in _children(row)]
    cells = "".join(f"{bar}{text}" for bar, text in zip(bars, texts, strict=True))
    return f"{cells}{bars[-1]}" if bars else ""


def _list(node: _Node, depth: int) -> str:
    return "\n".join(_items(node, "", depth))


def _items(node: _Node, marks: str, depth: int) -> Iterator[str]:
    """Yield the lines of a list; `marks` has the marks of the lists around it."""
    marks += "#" if node.get("type") == "orderedList" else "*"
    for item in _children(node) if depth < DEEPEST else ():
        if item.get("type") in _LISTS:
            yield from _items(item, marks, depth + 1)
            continue
        inner = [*_children(item)]
        lists = [one for one in inner if one.get("type") in _LISTS]
        rest = {"content": [one for one in inner if one.get("type") not in _LISTS]}
        text = _inline(item) if item.get("type") in _TASKS else "\n".join(_blocks(rest, depth))
        yield f"{marks} {text}"
        for one in lists:
            yield from _items(one, marks, depth + 1)


def _inline(node: _Node) -> str:
    return "".join(map(_inline_node, _children(node)))


def _inline_node(node: _Node) -> str:
    """Return the text of an inline node; an empty text for others."""
    kind, attrs = node.get("type"), dict_of(node.get("attrs"))
    if kind == "text":
        return _marked(node)
    if kind == "hardBreak":
        return "\n"
    if kind == "mention":
        return f"[~accountid:{account}]" if (account := text_of(attrs.get("id"))) else ""
    if kind == "date":
        return _day(attrs.get("timestamp"))
    names = ("url", "text", "shortName", "alt")
    return next((found for name in names if (found := text_of(attrs.get(name)))), "")


def _marked(node: _Node) -> str:
    text = node.get("text")
    if not isinstance(text, str):
        return ""
    for mark in map(dict_of, list_of(node.get("marks"))):
        if mark.get("type") == "code":
            text = f"{{{{{text}}}}}"
        elif mark.get("type") == "strike":
            text = f"-{text}-"
        elif mark.get("type") == "link" and (to := written(dict_of(mark.get("attrs")).get("href"))):
            text = to if to == text else f"[{text}|{to}]"
    return text


def _day(milliseconds: object) -> str:
    number = number_of(milliseconds)
    try:
        at = datetime.fromtimestamp((number or 0) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return at.date().isoformat() if number is not None else ""


_LISTS = frozenset(("bulletList", "orderedList", "taskList", "decisionList"))
_TASKS = frozenset(("taskItem", "decisionItem"))

_WRITERS: Mapping[str, Callable[[_Node, int], str]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "codeBlock": _code,
    "blockquote": _quote,
    "rule": _rule,
    "table": _table,
    "expand": _titled,
    "nestedExpand": _titled,
    "caption": _paragraph,
    **dict.fromkeys(_LISTS, _list),
}
