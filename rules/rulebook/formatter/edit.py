"""Edit rule files: give rules other keys where they stand, or override included rules.

Everything else of the file stays as it was, its comments too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml.nodes import MappingNode, SequenceNode

from rules.rulebook import yaml_source
from rules.rulebook.formatter.tidy import Untidy, tidy
from rules.rulebook.yaml_source import Node

_RESERVED = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"}


@dataclass(frozen=True)
class Override:
    """New values for keys of a rule. `comment` stands above a rule that is added to a file.

    `repeated` are keys that an override would lose; a rule that has them keeps its own.
    """

    rule: str
    keys: Mapping[str, Any]
    repeated: Mapping[str, Any] = field(default_factory=dict)
    comment: str = ""


def new_book(name: str, include: str, about: str, overrides: Iterable[Override]) -> str:
    """Return a formatted rule file that includes a rulebook and overrides its rules.

    `about` is the comment at its head, `include` a shipped name or a file in the same folder.
    """
    lines = [f"# {line}" for line in about.splitlines()]
    lines += [f"book: {value(name)}", f"include: [{value(include)}]", "rules:"]
    lines += [f"  {line}" for one in overrides for line in _entry(one)]
    return tidy("\n".join([*lines, ""]).encode(), f"{name}.yaml")


def edited(raw: bytes, file: str, overrides: Iterable[Override]) -> str:
    """Return a rule file with the overrides in it.

    Its own rules are edited where they stand; rules that it includes are overridden after them. A
    file that was formatted stays so. Raise YamlError if it can't be read, Untidy if its rules are
    written in a form that can't be edited.
    """
    yaml_source.load(raw, file)
    text = raw.decode("utf-8")
    own = _own_rules(text)
    edits: list[_Edit] = []
    added: list[str] = []
    for one in overrides:
        if one.rule in own:
            edits += _edits(text, own[one.rule], one)
        else:
            added += _entry(one)
    changed = _applied(text, edits)
    if added:
        changed = _with_rules(changed, added)
    return tidy(changed.encode(), file) if _is_tidy(raw, file) else changed


def value(given: object) -> str:
    """Return a value as YAML in one line."""
    if isinstance(given, Mapping):
        return f"{{{', '.join(f'{name}: {value(one)}' for name, one in given.items())}}}"
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, int | float):
        return f"{given:g}"
    text = str(given)
    plain = re.fullmatch(r"[A-Za-z][A-Za-z_.-]*", text) and text.lower() not in _RESERVED
    return text if plain else json.dumps(text, ensure_ascii=False)  # JSON is YAML


def _own_rules(text: str) -> dict[str, MappingNode]:
    """Return the rules of the file's own, by their ids."""
    rules = {str(key.value): node for key, node in _root(text).value}.get("rules")
    listed = rules.value if isinstance(rules, SequenceNode) else []
    return {
        str(node.value): rule
        for rule in listed
        if isinstance(rule, MappingNode)
        for key, node in rule.value
        if key.value == "id"
    }


def _entry(one: Override) -> list[str]:
    """Return the lines of a rule that overrides another."""
    return [
        *([f"# {one.comment}"] if one.comment else []),
        f"- id: {one.rule}",
        *(f"  {key}: {value(given)}" for key, given in {**one.keys, **one.repeated}.items()),
    ]


@dataclass(frozen=True)
class _Edit:
    """A piece of the text from `start` to `end`, and the text in its place."""

    start: int
    end: int
    text: str


def _applied(text: str, edits: Iterable[_Edit]) -> str:
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _edits(text: str, rule: MappingNode, one: Override) -> list[_Edit]:
    """Return the edits of a rule of the file's own."""
    pairs = {str(key.value): (key, node) for key, node in rule.value}
    found = [
        _replaced(text, *pairs[name], value(given))
        for name, given in one.keys.items()
        if name in pairs
    ]
    whole = {**one.keys, **one.repeated}
    missing = {name: given for name, given in whole.items() if name not in pairs}
    return [*found, *([_inserted(rule, *pairs["id"], missing)] if missing else [])]


def _replaced(text: str, key: Node, node: Node, new: str) -> _Edit:
    """Return the edit of a value. The end of a block is where the next key begins."""
    start, end = node.start_mark.index, node.end_mark.index
    old = text[start:end]
    kept = old[len(old.rstrip()) :]
    between = text[key.end_mark.index : start]
    if "\n" in between and not between.strip(": \n"):  # a block below its key becomes one line
        return _Edit(key.end_mark.index, end, f": {new}{kept}")
    return _Edit(start, end, new + kept)


def _inserted(rule: MappingNode, key: Node, id: Node, keys: Mapping[str, Any]) -> _Edit:
    """Return the edit that adds keys after the id of a rule."""
    between = ", " if rule.flow_style else "\n" + " " * key.start_mark.column
    added = "".join(f"{between}{name}: {value(given)}" for name, given in keys.items())
    return _Edit(id.end_mark.index, id.end_mark.index, added)


def _root(text: str) -> MappingNode:
    root = yaml_source.compose(text)
    assert isinstance(root, MappingNode)  # it was loaded before
    return root


def _with_rules(text: str, added: Sequence[str]) -> str:
    """Return the file with more rules, after its own if they are the end of the file."""
    pairs = {str(key.value): node for key, node in _root(text).value}
    rules = pairs.get("rules")
    if rules is None:
        return f"{text.rstrip()}\n\nrules:\n{_indented(added, '  ')}\n"
    start, end = rules.start_mark.index, rules.end_mark.index
    if not isinstance(rules, SequenceNode) or not rules.value:
        return f"{text[:start].rstrip()}\n{_indented(added, '  ')}\n{text[end:].lstrip()}"
    if rules.flow_style:
        raise Untidy("its rules are in one pair of brackets: write each rule on a line of its own")
    column = " " * rules.start_mark.column
    lines = _indented(added, column)
    if list(pairs)[-1] == "rules":
        return f"{text.rstrip()}\n\n{lines}\n"
    return f"{text[:start]}{lines.lstrip()}\n\n{column}{text[start:]}"


def _indented(lines: Iterable[str], by: str) -> str:
    return "\n".join(f"{by}{line}" for line in lines)


def _is_tidy(raw: bytes, file: str) -> bool:
    try:
        return tidy(raw, file).encode() == raw
    except Untidy:
        return False
