"""Find the comments and blank lines of a YAML file, and the nodes that they belong to."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from ruamel.yaml.nodes import MappingNode, ScalarNode

from rules.rulebook.yaml_source import Node

_REMARK = re.compile(r"(?:^|(?<=\s))#[^\n]*", re.MULTILINE)


@dataclass(frozen=True)
class Remark:
    """A comment with its #, or a blank line if `text` is empty; positions count from 0."""

    text: str
    at: int = 0
    line: int = 0
    column: int = 0


class Remarks:
    """Comments by the id of the node that they belong to.

    A comment belongs to the node before it on its line, else to the next node. `lead`: on its own
    lines before a key or a list entry. `tail`: at the end of a line. `after`: under a list entry,
    with the indentation of its keys.
    """

    def __init__(self, text: str, root: Node) -> None:
        self.lead: defaultdict[int, list[Remark]] = defaultdict(list)
        self.tail: defaultdict[int, list[Remark]] = defaultdict(list)
        self.after: defaultdict[int, list[Remark]] = defaultdict(list)
        self._text = text
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]
        self._found = sorted(self._remarks(root), key=lambda remark: remark.at)
        self._places = [remark.at for remark in self._found]
        self._waiting = self._found[::-1]
        self._starts = sorted(node.start_mark.index for node in _leaves(root))
        self._before: Node = root
        self._line = -1
        self._visit(root, None)
        self.last = self._spaced(self._taken(len(text)), len(self._lines) - 1)
        """The comments after the last node."""

    def texts(self) -> list[str]:
        """Return all comments."""
        return [remark.text for remark in self._found]

    def inside(self, node: Node) -> bool:
        """Return whether there is a comment within a value."""
        first = bisect_right(self._places, node.start_mark.index)
        return first < bisect_left(self._places, node.end_mark.index)

    def _visit(self, node: Node, key: Node | None) -> None:
        if isinstance(node, ScalarNode) or node.flow_style:
            # A comment between a key and its value moves above the key.
            self.lead[id(key or node)] += self._own(node.start_mark.index)
        if isinstance(node, ScalarNode):
            self._passed(node)
            self.tail[id(node)] += self._taken(node.end_mark.index)  # in the head of a block
        elif isinstance(node, MappingNode):
            for name, value in node.value:
                self._arrive(name)
                self._passed(name)
                self._visit(value, name)
        else:
            for item in node.value:
                self._arrive(item)
                self._visit(item, None)
                self._trailing(item)
        if not isinstance(node, ScalarNode) and node.flow_style:
            self.lead[id(key or node)] += self._own(node.end_mark.index)
            self._passed(node)

    def _arrive(self, node: Node) -> None:
        own = self._own(node.start_mark.index)
        self.lead[id(node)] += self._spaced(own, node.start_mark.line)

    def _passed(self, node: Node) -> None:
        """Remember the node: a comment after it on the same line belongs to it."""
        end = node.start_mark.index + len(self._source(node).rstrip())
        self._before, self._line = node, self._line_of(end)

    def _source(self, node: Node) -> str:
        return self._text[node.start_mark.index : node.end_mark.index]

    def _trailing(self, item: Node) -> None:
        """Take comments under a list entry, indented like its keys, such as a disabled key."""
        at = bisect_left(self._starts, max(item.end_mark.index, item.start_mark.index + 1))
        bound = self._starts[at] if at < len(self._starts) else len(self._text)
        own = self._own(bound)
        mine = next((n for n, r in enumerate(own) if r.column < item.start_mark.column), len(own))
        self.after[id(item)] += own[:mine]
        self._line = own[mine - 1].line if mine else self._line
        self._waiting += own[mine:][::-1]

    def _own(self, until: int) -> list[Remark]:
        """Return the comments up to here that have their own lines; assign the others as tails."""
        own = []
        for remark in self._taken(until):
            if remark.line == self._line:
                self.tail[id(self._before)].append(remark)
            else:
                own.append(remark)
        return own

    def _taken(self, until: int) -> list[Remark]:
        taken = []
        while self._waiting and self._waiting[-1].at < until:
            taken.append(self._waiting.pop())
        return taken

    def _spaced(self, remarks: list[Remark], line: int) -> list[Remark]:
        """Insert a blank remark for each group of blank lines."""
        found, before = [], self._line
        for remark in [*remarks, Remark("end", line=line)]:
            if remark.line > before + 1:
                found.append(Remark(""))
            found.append(remark)
            before = remark.line
        return found[:-1]

    def _remarks(self, root: Node) -> Iterator[Remark]:
        """Find each # outside of values, and in the first lines of text blocks."""
        at = 0
        for leaf in sorted(_leaves(root), key=lambda leaf: leaf.start_mark.index):
            start, end = leaf.start_mark.index, leaf.end_mark.index
            yield from self._between(at, start)
            if leaf.style in ("|", ">"):
                head = self._text.find("\n", start)
                yield from self._between(start, head if head >= 0 else end)
            at = end
        yield from self._between(at, len(self._text))

    def _between(self, start: int, end: int) -> Iterator[Remark]:
        for found in _REMARK.finditer(self._text, start, end):
            line = self._line_of(found.start())
            column = found.start() - self._lines[line]
            yield Remark(found.group().rstrip(), found.start(), line, column)

    def _line_of(self, index: int) -> int:
        return bisect_right(self._lines, index) - 1


def _leaves(node: Node) -> Iterator[ScalarNode]:
    """Yield all scalar nodes, including keys."""
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, MappingNode):
        for key, value in node.value:
            yield from _leaves(key)
            yield from _leaves(value)
    else:
        for item in node.value:
            yield from _leaves(item)
