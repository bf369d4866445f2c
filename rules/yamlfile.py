"""YAML that a person wrote, with the line of every value: the only door to `yaml`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from rules.issue import Problem

MAX_BYTES = 1_000_000
MAX_DEPTH = 20

Path = tuple[str | int, ...]


class YamlError(ValueError):
    """The text is not YAML that we take; `problems` says where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Document:
    """Plain data and, for the path of each value (keys and indices), its line, counted from 1."""

    file: str
    data: Any
    lines: dict[Path, int]

    def line(self, path: Iterable[str | int]) -> int:
        """The line of `path`, or of the nearest thing around it."""
        path = tuple(path)
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def load(raw: bytes, file: str) -> Document:
    """Read one YAML document; raises YamlError with every duplicate key and alias it holds."""
    if len(raw) > MAX_BYTES:
        raise YamlError([Problem(file, 1, f"is over {MAX_BYTES:,} bytes: split it")])
    try:
        node = yaml.compose(raw.decode("utf-8"), Loader=_Loader)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise YamlError([Problem(file, line, "is not UTF-8: save it as UTF-8")]) from None
    except yaml.YAMLError as error:
        raise YamlError([_syntax(file, error)]) from None
    except RecursionError:
        raise YamlError([Problem(file, 1, "is nested too deeply")]) from None
    reader = _Reader(file)
    data = reader.read(node, ()) if node is not None else None
    if reader.problems:
        raise YamlError(reader.problems)
    return Document(file, data, reader.lines)


class _Loader(yaml.SafeLoader):
    """SafeLoader that refuses aliases: a short file of them can unfold to gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases (*name) are not taken", problem_mark=mark)
        return super().compose_node(parent, index)


def _syntax(file: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    line = mark.line + 1 if mark else 1
    return Problem(file, line, f"not YAML: {what}; check indentation, colons and quotes here")


class _Reader:
    """Turns nodes into plain data and notes lines on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []
        self._loader = yaml.SafeLoader("")

    def read(self, node: yaml.Node, path: Path) -> Any:
        self.lines[path] = node.start_mark.line + 1
        if len(path) > MAX_DEPTH:
            return self._wrong(node, "is nested too deeply")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*path, i)) for i, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._wrong(key_node, "a key must be a plain word")
                continue
            key = str(key_node.value)
            if key in data:
                self._wrong(key_node, f'the key "{key}" stands here twice: keep one')
            here = (*path, key)
            data[key] = self.read(value_node, here)
            self.lines[here] = key_node.start_mark.line + 1
        return data

    def _scalar(self, node: yaml.Node) -> Any:
        try:
            return self._loader.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
            reason = getattr(error, "problem", None) or error
            return self._wrong(node, f"can't read this value: {reason}")

    def _wrong(self, node: yaml.Node, message: str) -> None:
        self.problems.append(Problem(self.file, node.start_mark.line + 1, message))


def problems_of(
    error: ValidationError, document: Document, model: type[BaseModel]
) -> list[Problem]:
    """What pydantic found, in plain words and with the line of each."""
    return [
        Problem(document.file, document.line(_known(e["loc"], document)), _say(e, model))
        for e in error.errors()
    ]


def _known(loc: tuple[int | str, ...], document: Document) -> Path:
    """pydantic's location without the names of union branches, which are not in the file."""
    path: Path = ()
    for step in loc:
        if (*path, step) in document.lines:
            path = (*path, step)
    return path


def _say(error: ErrorDetails, model: type[BaseModel]) -> str:
    key = ".".join(str(step) for step in error["loc"] if not str(step).startswith("function-"))
    if error["type"] == "missing":
        return f'"{key}" is missing'
    if error["type"] == "extra_forbidden":
        return f'unknown key "{key}"{nearest(str(error["loc"][-1]), _keys(model))}'
    message = error["msg"].removeprefix("Value error, ")
    return f'"{key}": {message[0].lower()}{message[1:]}{_got(error)}'


def _got(error: ErrorDetails) -> str:
    value = error.get("input")
    return f" (it is {value!r:.60})" if isinstance(value, str | int | float | bool) else ""


def _keys(model: type[BaseModel]) -> set[str]:
    """The keys that a model and the models inside it know."""
    found: set[str] = set()
    stack: list[Any] = [model]
    while stack:
        thing = stack.pop()
        if isinstance(thing, type) and issubclass(thing, BaseModel):
            for name, info in thing.model_fields.items():
                found.add(info.alias or name)
                stack.append(info.annotation)
        else:
            stack.extend(getattr(thing, "__args__", ()))
    return found


def nearest(word: str, known: Iterable[str]) -> str:
    """`: did you mean "…"?` with the nearest of the known words, or an empty string."""
    match = difflib.get_close_matches(word.lower(), sorted(known), n=1, cutoff=0.6)
    return f': did you mean "{match[0]}"?' if match else ""
