"""Read YAML files with the line of each value."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NoReturn, TypeAlias

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from rules.problem import Problem
from rules.rulebook.messages import slips
from rules.rulebook.messages.validation_messages import say, syntax_message

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_VALUES = 100_000
MAX_DIGITS = 40

Path = tuple[str | int, ...]
Node: TypeAlias = "MappingNode | SequenceNode | ScalarNode"


class YamlError(ValueError):
    """The text is not YAML that Sluice accepts; `problems` has the reasons and places.

    `document` has the readable part of the file, None if there is none.
    """

    def __init__(self, problems: list[Problem], document: Document | None = None) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
        self.document = document


@dataclass(frozen=True)
class Document:
    """Plain data, and the line of each value by its path (keys and indices), counted from 1.

    `spans` has the start and end of each value in `text`, and its quoting style.
    """

    file: str
    data: Any
    lines: dict[Path, int]
    text: str = ""
    spans: dict[Path, tuple[int, int, str | None]] = field(default_factory=dict)

    def line(self, path: Iterable[str | int]) -> int:
        """Return the line of `path`, or of the nearest block around it."""
        path = tuple(path)
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def place(self, path: Path, before: str) -> tuple[int, int]:
        """Return line and column, both from 1, of the position after `before` in a text value.

        YAML folds lines and removes indentation and escapes, but no other characters. So the
        position is found by counting characters that are not blank.
        """
        start, end, style = self.spans[path]
        if style in ("|", ">"):
            header = _LINE_END.search(self.text, start, end)
            start = header.end() if header else end
        elif style:
            start, end = start + 1, end - 1
        skip, at = len("".join(before.split())), start
        for token in _TOKENS[style if style in ("'", '"') else None].finditer(
            self.text, start, end
        ):
            if token.group(1) is None:
                if skip == 0:
                    return self._counted(token.start())
                skip, at = skip - 1, token.end()
        return self._counted(at)

    def written(self, path: Path) -> str:
        """Return a value as written in the file, shortened."""
        value = self.text[slice(*self.spans.get(path, (0, 0, None))[:2])]
        words = " ".join(value.split())
        return words if len(words) <= 40 else f"{words[:39]}…"

    def _counted(self, index: int) -> tuple[int, int]:
        line = bisect_right(self._starts, index)
        return line, index - self._starts[line - 1] + 1

    @cached_property
    def _starts(self) -> list[int]:
        """Return the offset of each line."""
        return [0, *(found.end() for found in _LINE_END.finditer(self.text))]


_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_TOKENS = {
    None: re.compile(r"(\s)|.", re.DOTALL),
    "'": re.compile(r"(\s)|''|.", re.DOTALL),
    '"': re.compile(r"(\s|\\[nrt \n])|\\x..|\\u.{4}|\\U.{8}|\\.|.", re.DOTALL),
}


def load(raw: bytes, file: str) -> Document:
    """Read one YAML document; raise YamlError with all keys and values that are not accepted."""
    if len(raw) > MAX_BYTES:
        raise YamlError([Problem(file, 1, f"the file is over {MAX_BYTES:,} bytes: split it")])
    try:
        text = raw.decode("utf-8")
        node = compose(text)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise YamlError([Problem(file, line, "the file is not UTF-8: save it as UTF-8")]) from None
    except YAMLError as error:
        raise YamlError([_syntax(file, text, error)]) from None
    except RecursionError:
        raise YamlError([Problem(file, 1, "the file has too many nested levels")]) from None
    reader = _Reader(file)
    data = reader.read(node, ()) if node is not None else None
    document = Document(file, data, reader.lines, text, reader.spans)
    if reader.problems:
        raise YamlError(reader.problems, document)
    return document


def compose(text: str) -> Node | None:
    """Parse text to nodes with their positions; raise YAMLError or RecursionError."""
    reader = YAML(typ="safe", pure=True)
    reader.Composer = _Composer
    return reader.compose(text)  # type: ignore[no-any-return]


class _Refused(MarkedYAMLError):
    """YAML that Sluice does not accept, with our own message."""


class _Composer(Composer):
    """Refuse YAML that can exhaust memory: aliases, deep nesting, too many values."""

    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader=loader)
        self._depth = self._values = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self._depth += 1
        self._values += 1
        if self.parser.check_event(AliasEvent):
            self._refuse("aliases (*name) are not allowed: write the value out")
        if self._depth > MAX_DEPTH:
            self._refuse(f"the file has more than {MAX_DEPTH} nested levels: check the brackets")
        if self._values > MAX_VALUES:
            self._refuse(f"the file has more than {MAX_VALUES:,} values: split it")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _refuse(self, problem: str) -> NoReturn:
        mark = self.parser.peek_event().start_mark
        raise _Refused(problem=problem, problem_mark=mark)


def _syntax(file: str, text: str, error: YAMLError) -> Problem:
    # Some errors have only a context and its mark; str() would be several lines.
    names = ("problem", "reason", "context")
    what = next((str(found) for name in names if (found := getattr(error, name, None))), "")
    position = getattr(error, "position", None)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark else text[: position or 0].count("\n") + 1
    if isinstance(error, _Refused):
        return Problem(file, line, what)
    lines = text.split("\n")
    if found := slips.slip(lines, line):
        return Problem(file, *found)
    return Problem(file, line, syntax_message(what, lines[line - 1] if line <= len(lines) else ""))


class _Reader:
    """Convert nodes to plain data, and note the lines."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path, int] = {}
        self.spans: dict[Path, tuple[int, int, str | None]] = {}
        self.problems: list[Problem] = []
        self._values = YAML(typ="safe", pure=True).constructor

    def read(self, node: Node, path: Path) -> Any:
        self.lines[path] = node.start_mark.line + 1
        style = node.style if isinstance(node, ScalarNode) else None
        self.spans[path] = (node.start_mark.index, node.end_mark.index, style)
        if node.tag not in _TAGS:
            return self._wrong(node, f'"{_tag(str(node.tag))}" is not allowed here: remove it')
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.read(item, (*path, i)) for i, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._wrong(key_node, "this key is not a plain word: write a word")
                continue
            key = str(key_node.value)
            if wrong := slips.of_key(key) or _comma(data, key, value_node):
                self._wrong(key_node, wrong)
                continue
            if key in data:
                self._wrong(key_node, f'the key "{key}" is here twice: keep one')
                continue
            here = (*path, key)
            data[key] = self.read(value_node, here)
            self.lines[here] = key_node.start_mark.line + 1
        return data

    def _scalar(self, node: Node) -> Any:
        value = str(node.value)
        if _HALF.search(value):
            return self._wrong(node, "there is half of a character (\\ud800 to \\udfff): delete it")
        if node.tag not in _TYPED or (node.tag == _BOOL and value.lower() not in _BOOLS):
            return value
        if len(value) > MAX_DIGITS:
            return self._wrong(node, "the number is too long: put it in quotes")
        try:
            return self._values.construct_object(node, deep=True)
        except (YAMLError, ValueError, OverflowError, KeyError):
            return self._wrong(node, f'"{value}" can\'t be read: put it in quotes')

    def _wrong(self, node: Node, message: str) -> None:
        self.problems.append(Problem(self.file, node.start_mark.line + 1, message))


def _comma(before: dict[str, Any], key: str, value: Node) -> str | None:
    last = next(reversed(before.values()), None)
    return slips.decimal_comma(last, key) if value.value == "" else None


_YAML = "tag:yaml.org,2002:"
_BOOL = f"{_YAML}bool"
_BOOLS = ("true", "false")  # yes, no, on and off are words in YAML 1.2

_TYPED = {f"{_YAML}{name}" for name in ("int", "float", "bool", "null")}
_PLAIN = {f"{_YAML}{name}" for name in ("str", "timestamp", "value", "merge", "map", "seq")}
_TAGS = _TYPED | _PLAIN
_HALF = re.compile("[\ud800-\udfff]")


def _tag(tag: str) -> str:
    return f"!!{tag.removeprefix(_YAML):.40}" if tag.startswith(_YAML) else f"{tag:.40}"


def problems_of(
    error: ValidationError, document: Document, model: type[BaseModel]
) -> list[Problem]:
    """Return the errors of pydantic in plain words, each with its line."""
    return [
        Problem(document.file, document.line(path), message)
        for path, message in messages_of(error, document, model)
    ]


def messages_of(
    error: ValidationError, document: Document, model: type[BaseModel]
) -> list[tuple[Path, str]]:
    """Return the errors of pydantic in plain words, each with its path."""
    found: dict[tuple[Path, str], None] = {}
    for e in error.errors(include_url=False):
        path = _known(e["loc"], document)
        if not _other_branch(e, path):
            found[path, _step(e, path) or say(e, path, _saw(e, path, document), model)] = None
    return list(found)


def _step(error: ErrorDetails, path: Path) -> str | None:
    """Return the message for a key that should be a number, else None."""
    if error["loc"][-1] != "[key]" or not error["type"].startswith("float"):
        return None
    return f'"{path[-1]}" under "{path[-2]}" has to be a number: the lowest value of the step'


def _known(loc: tuple[int | str, ...], document: Document) -> Path:
    """Return pydantic's location without the names of union branches."""
    path: Path = ()
    for step in loc:
        if (*path, step) in document.lines:
            path = (*path, step)
    return path


def _other_branch(error: ErrorDetails, path: Path) -> bool:
    """Return whether the error is about the form of a value (text or keys) that was not used."""
    if error["loc"][-1:] == path[-1:]:
        return False
    mapping = isinstance(error["input"], dict)
    return error["type"] == ("string_type" if mapping else "dict_type")


def _saw(error: ErrorDetails, path: Path, document: Document) -> str:
    if isinstance(error["input"], dict):
        return "a block of keys"
    return "a list" if isinstance(error["input"], list) else document.written(path)
