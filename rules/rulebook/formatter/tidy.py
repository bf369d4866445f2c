"""Format rule files for `sluice rules fmt`, and keep their comments.

ruamel.yaml gives the position of each value; the file is printed again from these. The content
never changes: the result is checked, and a file that fails the check is not changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ruamel.yaml.nodes import MappingNode, ScalarNode

from rules.rulebook import yaml_source
from rules.rulebook.effects.table import EFFECTS
from rules.rulebook.formatter.remarks import Remark, Remarks
from rules.rulebook.yaml_source import Node

WIDTH = 100
STEP = 2
ROUNDS = 4

_ORDER = ("id", "off", "when", *EFFECTS, "ask", "urgent", "firm", "because", "shadow", "examples")
_RESERVED = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"})


class Untidy(ValueError):
    """The file can't be formatted without a change of its content."""


def tidy(raw: bytes, file: str) -> str:
    """Return a rule file in the standard format, with the same values and comments.

    Raise YamlError if it can't be read, Untidy if its content would change. Formatting the result
    again changes nothing.
    """
    before = yaml_source.load(raw, file).data
    if not isinstance(before, dict):
        raise Untidy("it is not a rule file: begin with book: NAME")
    text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    remarks = sorted(_tree(text)[1].texts())
    for _ in range(ROUNDS):
        shaped = _shaped(text)
        if shaped == text:
            return text
        _check_same(shaped, file, before, remarks)
        text = shaped
    raise Untidy("the format does not become stable")


def _check_same(text: str, file: str, before: Any, remarks: Sequence[str]) -> None:
    try:
        after = yaml_source.load(text.encode(), file).data
    except yaml_source.YamlError as error:
        raise Untidy(f"the result could not be read: {error.problems[0].message}") from None
    if after != before:
        raise Untidy("a value would change")
    if sorted(_tree(text)[1].texts()) != remarks:
        raise Untidy("a comment would be lost")


def _tree(text: str) -> tuple[Node, Remarks]:
    root = yaml_source.compose(text)
    assert root is not None  # it was loaded before
    return root, Remarks(text, root)


def _shaped(text: str) -> str:
    root, remarks = _tree(text)
    printer = _Printer(text, remarks)
    printer.mapping(root, 0)
    printer.lead(remarks.last, 0)
    return "\n".join(printer.out).strip("\n") + "\n"


class _Printer:
    """Print a tree, line by line; `out` has the lines."""

    def __init__(self, text: str, remarks: Remarks) -> None:
        self.text, self.remarks = text, remarks
        self.out: list[str] = []
        self._dense = False
        """True within a rule, which has no blank lines."""

    def mapping(self, node: Node, indent: int, first: str | None = None) -> None:
        """Print a block of keys; `first` is the text before the first key: a list's dash."""
        for at, (key, value) in enumerate(_ordered(node) if first else node.value):
            leading = first if at == 0 else None
            self.lead(self.remarks.lead[id(key)], indent if leading is None else indent - STEP)
            start = " " * indent if leading is None else leading
            rules = indent == 0 and key.value == "rules"
            self._value(value, f"{start}{self._source(key)}:", indent, key, rules)

    def sequence(self, node: Node, indent: int, first: str | None, rules: bool) -> None:
        """Print a block of list entries; rules are separated by blank lines."""
        for at, item in enumerate(node.value):
            leading = first if at == 0 else None
            if rules and at and not self._is_line(item, indent):
                self._blank()
            self.lead(self.remarks.lead[id(item)], indent)
            self._dense, dense = self._dense or rules, self._dense
            self._value(item, f"{' ' * indent if leading is None else leading}-", indent, None)
            self.lead(self.remarks.after[id(item)], indent + STEP)
            self._dense = dense

    def lead(self, remarks: Sequence[Remark], indent: int) -> None:
        """Print comments, each on its own line."""
        for remark in remarks:
            if remark.text:
                self.out.append(" " * indent + remark.text)
            elif not self._dense:
                self._blank()

    def _blank(self) -> None:
        if self.out and self.out[-1]:
            self.out.append("")

    def _value(
        self, node: Node, head: str, indent: int, key: Node | None, rules: bool = False
    ) -> None:
        """Print the value after `key:` or a dash."""
        about = [*(self.remarks.tail[id(key)] if key else ()), *self.remarks.tail[id(node)]]
        tail = "".join(f"  {remark.text}" for remark in about)
        line = self._flow_line(node, head)
        if isinstance(node, ScalarNode):
            self._scalar(node, head, indent, tail)
        elif line is not None:
            self.out.append(line + tail)
        elif key is None:
            # The first key is on the line of the dash, so comments after the dash move above it.
            self.lead(about, indent)
            self._block(node, indent + STEP, f"{head} ")
        else:
            self.out.append(head + tail)
            self._block(node, indent + STEP, None, rules)

    def _block(self, node: Node, indent: int, first: str | None, rules: bool = False) -> None:
        if isinstance(node, MappingNode):
            self.mapping(node, indent, first)
        else:
            self.sequence(node, indent, first, rules)

    def _is_line(self, node: Node, indent: int) -> bool:
        return isinstance(node, ScalarNode) or self._flow_line(node, " " * indent + "-") is not None

    def _flow_line(self, node: Node, head: str) -> str | None:
        """Return a collection as one line, if it was one line, fits and has no comment inside."""
        if isinstance(node, ScalarNode):
            return None
        if node.value and (not node.flow_style or self.remarks.inside(node)):
            return None
        line = f"{head} {self._flow(node)}"
        return line if not node.value or (len(line) <= WIDTH and "\n" not in line) else None

    def _flow(self, node: Node) -> str:
        if isinstance(node, ScalarNode):
            return self._inline(node, flow=True)
        if isinstance(node, MappingNode):
            pairs = (f"{self._source(k)}: {self._flow(v)}".rstrip() for k, v in node.value)
            return f"{{{', '.join(pairs)}}}"
        return f"[{', '.join(map(self._flow, node.value))}]"

    def _scalar(self, node: ScalarNode, head: str, indent: int, tail: str) -> None:
        lines = self._body(node, indent)
        if lines and not (_untidy(lines) and _foldable(node.value)):
            self.out += [f"{head} {self._head(node)}{tail}", *lines]
            return
        line = f"{head} {self._inline(node, flow=False)}".rstrip()
        if not lines and len(line) <= WIDTH and "\n" not in line:
            self.out.append(line + tail)
        elif _foldable(node.value):
            self.out += [f"{head} >-{tail}", *_folded(node.value, indent + STEP)]
        else:
            first, *rest = line.split("\n")
            self.out += [first.rstrip(), *(f"{' ' * (indent + STEP)}{m.strip()}" for m in rest)]
            self.out[-1] += tail

    def _head(self, node: ScalarNode) -> str:
        """Return the indicator of a text block, such as `>-`."""
        return self._source(node).split("\n")[0].split("#")[0].strip()

    def _body(self, node: ScalarNode, indent: int) -> list[str]:
        """Return the lines of a text block with their new indentation; none for other scalars."""
        if node.style not in ("|", ">"):
            return []
        head = self._head(node)
        if any(sign.isdigit() for sign in head):
            raise Untidy(f'remove the digit from "{head}": it counts spaces, and these may change')
        lines = self._source(node).split("\n")[1:]
        while lines and not lines[-1].strip() and "+" not in head:
            lines.pop()
        inner = next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), 0)
        blank = " " * (indent + STEP)
        return [blank + line[inner:] if line.strip() else "" for line in lines]

    def _inline(self, node: ScalarNode, flow: bool) -> str:
        """Return a value for use in a line, with quotes only if it needs them."""
        source, value = self._source(node), str(node.value)
        if node.style in ("'", '"') and _is_plain(value, flow):
            return value
        if "\n" in source and "\n" not in value:
            if node.style is None:
                return value
            if node.style == "'":
                return "'{}'".format(value.replace("'", "''"))
        return source

    def _source(self, node: Node) -> str:
        return self.text[node.start_mark.index : node.end_mark.index]


def _ordered(node: Node) -> list[tuple[Node, Node]]:
    """Return the keys of a rule in the standard order; unknown keys keep their order at the end."""
    rank = {name: at for at, name in enumerate(_ORDER)}
    return sorted(node.value, key=lambda pair: rank.get(pair[0].value, len(rank)))


def _is_plain(value: str, flow: bool) -> bool:
    """Return whether text needs no quotes in YAML 1.1 and 1.2; if uncertain, False."""
    if not value or value.lower() in _RESERVED or not (value[0].isalpha() or value[0] == "("):
        return False
    if value != value.strip() or not value.isprintable() or value.endswith(":"):
        return False
    if ": " in value or " #" in value:
        return False
    return not (flow and re.search(r"[,\[\]{}:?]", value))


def _foldable(value: str) -> bool:
    """Return whether `>-` preserves the text."""
    return bool(value) and value == value.strip() and value.isprintable()


def _folded(value: str, indent: int) -> Iterator[str]:
    """Break a text at single spaces into lines of at most WIDTH characters."""
    room, line = WIDTH - indent, ""
    for word in re.split(r"(?<! ) (?! )", value):
        if line and len(line) + 1 + len(word) > room:
            yield " " * indent + line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield " " * indent + line


def _untidy(lines: Sequence[str]) -> bool:
    return any(len(line) > WIDTH or line != line.rstrip() for line in lines)
