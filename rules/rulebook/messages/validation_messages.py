"""Translate errors of pydantic and of the YAML parser for people who do not know Python."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails, PydanticCustomError

from rules.problem import nearest

IN_WORDS = "in_words"
"""The type of an error that has its own message."""


def wrong(message: str) -> PydanticCustomError:
    """Return an error with this message, for validators to raise."""
    return PydanticCustomError(IN_WORDS, "{message}", {"message": message})


_NOUNS = {
    "class": "class",
    "targets": "class",
    "gate": "verdict",
    "because": "language",
    "about": "language",
    "ask": "language",
    "language": "language",
    "fields": "type of field",
}

_WORDS = {
    "missing": '"{key}" is missing',
    "string_type": '"{key}" has to be text, it is {saw}{quotes}',
    "string_too_short": '"{key}" is empty: write a text or remove the line',
    "string_too_long": '"{key}" has more than {max_length} characters: make it shorter',
    "dict_type": '"{key}" has to hold lines such as name: value, it is {saw}',
    "model_type": '"{key}" has to hold lines such as name: value, it is {saw}',
    "list_type": '"{key}" has to be a list of lines that begin with "- ", it is {saw}',
    "float_type": '"{key}" has to be a number, it is {saw}',
    "float_parsing": '"{key}" has to be a number, it is {saw}',
    "finite_number": '"{key}" has to be a number, it is {saw}',
    "int_type": '"{key}" has to be a whole number, it is {saw}',
    "int_parsing": '"{key}" has to be a whole number, it is {saw}',
    "int_from_float": '"{key}" has to be a whole number, it is {saw}',
    "greater_than_equal": '"{key}" has to be {ge:g} or more, it is {saw}',
    "less_than_equal": '"{key}" has to be {le:g} or less, it is {saw}',
    "too_short": '"{key}" is empty: write at least one entry under it',
    "too_long": '"{key}" has more than {max_length} entries: split the file',
    "time_parsing": '"{key}" has to be a time such as "09:00", it is {saw}',
    "time_type": '"{key}" has to be a time such as "09:00", it is {saw}',
}


def say(error: ErrorDetails, path: tuple[str | int, ...], saw: str, model: type[BaseModel]) -> str:
    """Return the message for an error at `path` in the file; `saw` is the text there."""
    kind, of_key = error["type"], error["loc"][-1:] == ("[key]",)
    if kind == IN_WORDS:
        return str(error["ctx"]["message"])
    if kind == "missing":
        path = (*path, error["loc"][-1])
    if kind == "extra_forbidden":
        word, known = str(path[-1]), _keys(model)
        if word in known:
            return f'the key "{word}" does not belong here: move it, or remove it'
        return f'unknown key "{word}"{nearest(word, known) or ": remove it"}'
    if kind == "literal_error":
        return _unknown(error, path, saw, of_key)
    key = label(path)
    if kind == "string_pattern_mismatch":
        return f'"{path[-1] if of_key else key}"{"" if of_key else f" is {saw}"}: {_form(error)}'
    if error["input"] is None and kind.endswith("_type"):
        return f'"{key}" is empty: write a value or remove the line'
    quotes = "" if isinstance(error["input"], list | dict) else ": put it in quotes"
    if kind in _WORDS:
        return _WORDS[kind].format(key=key, saw=saw, quotes=quotes, **error.get("ctx", {}))
    message = error["msg"].removeprefix("Value error, ").replace("Input should be", "has to be")
    return f'"{key}": {message[0].lower()}{message[1:]} (it is {saw})'


def label(path: tuple[str | int, ...]) -> str:
    """Return a short name for a path; the steps to a list entry are left out."""
    last = max((at for at, step in enumerate(path) if isinstance(step, int)), default=-1)
    if last == len(path) - 1 >= 0:
        return f"{label(path[:-1])}, entry {int(path[-1]) + 1}"
    return ".".join(map(str, path[last + 1 :]))


def _unknown(error: ErrorDetails, path: tuple[str | int, ...], saw: str, of_key: bool) -> str:
    """Return the message for an unknown word, with the nearest valid word or all of them."""
    known = re.findall(r"'([^']*)'", str(error.get("ctx", {}).get("expected", "")))
    word = str(path[-1]) if of_key else saw.strip("\"'")
    place = str(path[-2] if of_key else path[-1])
    if place not in _NOUNS and len(path) > 1 and not isinstance(path[-2], int):
        place = str(path[-2])
    noun = _NOUNS.get(place)
    wrong = f'unknown {noun} "{word}"' if noun else f'"{label(path)}" can\'t be "{word}"'
    return wrong + (nearest(word, known) or f": write one of {', '.join(known)}")


def _form(error: ErrorDetails) -> str:
    pattern = str(error.get("ctx", {}).get("pattern", ""))
    if not pattern.startswith("^[A-Z]"):
        return "use small letters, digits and -"
    if "-" in pattern.replace("A-Z", "").replace("0-9", ""):
        return "write an issue key such as SHOP-12"
    return "write a project key in capital letters such as SHOP"


def _keys(model: type[BaseModel]) -> set[str]:
    """Return the keys of a model and of the models inside it."""
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


_SYNTAX = {
    "more indented follow up line": "a line of this text is more indented than its first line: "
    "indent them alike",
    "found character '\\t'": "there is a tab: indent with spaces",
    "mapping values are not allowed here": "the line has a second colon: put the text in quotes, "
    "or check the indentation",
    "could not find expected ':'": "a colon is missing after a key, or the indentation is wrong",
    "found unexpected end of stream": "a quotation mark is not closed",
    "did not find expected key": "the indentation or the quotes are wrong here: check both",
    "but found another document": "--- is here a second time: write one rulebook in each file",
    "special characters are not allowed": "there is an invisible character: delete it",
    "expected the node content, but found '<stream end>'": "a bracket is not closed",
    "but got '<stream end>'": "a bracket is not closed",
    "expected ',' or": "a comma or a closing bracket is missing",
    "found undefined tag handle": "a value begins with !: put it in quotes",
    "but found '<block mapping start>'": "the indentation differs from the lines above: fix it",
    "but found '<block sequence start>'": "the indentation differs from the lines above: fix it",
    "cannot start any token": "a value begins with a sign such as @, ` or %: put it in quotes",
}

_QUOTED_START = re.compile(r""":\s+(["'])[^"']*\1\s*\S""")
_HALF_QUOTED = (
    "the quotation ends before the text ends: put the whole text between single quotes, such as "
    """'"Customer Tier" = Gold'"""
)


def syntax_message(what: str, line: str) -> str:
    """Return the message for an error of the YAML parser at a line."""
    if "but found '<scalar>'" in what and _QUOTED_START.search(line):
        return _HALF_QUOTED
    known = next((words for original, words in _SYNTAX.items() if original in what), None)
    return known or f"this line can't be read ({what}): check its indentation and quotes"
