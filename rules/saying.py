"""What pydantic finds in a file, in the words of somebody who has never seen Python."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

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
    "string_too_short": '"{key}" is empty: write something or take the line out',
    "string_too_long": '"{key}" has more than {max_length} characters: make it shorter',
    "dict_type": '"{key}" has to hold lines such as name: value, it is {saw}',
    "model_type": '"{key}" has to hold lines such as name: value, it is {saw}',
    "list_type": '"{key}" has to be a list, each line with "- " before it, it is {saw}',
    "float_type": '"{key}" has to be a number, it is {saw}',
    "float_parsing": '"{key}" has to be a number, it is {saw}',
    "finite_number": '"{key}" has to be a number, it is {saw}',
    "int_type": '"{key}" has to be a whole number, it is {saw}',
    "int_parsing": '"{key}" has to be a whole number, it is {saw}',
    "int_from_float": '"{key}" has to be a whole number, it is {saw}',
    "greater_than_equal": '"{key}" has to be {ge:g} or more, it is {saw}',
    "less_than_equal": '"{key}" has to be {le:g} or less, it is {saw}',
    "too_short": '"{key}" is empty: write at least one thing under it',
    "too_long": '"{key}" has more than {max_length} entries: split the file',
    "time_parsing": '"{key}" has to be a time such as "09:00", it is {saw}',
    "time_type": '"{key}" has to be a time such as "09:00", it is {saw}',
}


def say(error: ErrorDetails, path: tuple[str | int, ...], saw: str, model: type[BaseModel]) -> str:
    """One sentence on an error at `path` of the file, where `saw` is what is written there."""
    kind, of_key = error["type"], error["loc"][-1:] == ("[key]",)
    if kind == "missing":
        path = (*path, error["loc"][-1])
    if kind == "extra_forbidden":
        return f'unknown key "{path[-1]}"{nearest(str(path[-1]), _keys(model)) or ": take it out"}'
    if kind == "literal_error":
        return _unknown(error, path, saw, of_key)
    key = label(path)
    if kind == "string_pattern_mismatch":
        return f'"{path[-1] if of_key else key}"{"" if of_key else f" is {saw}"}: {_form(error)}'
    if error["input"] is None and kind.endswith("_type"):
        return f'"{key}" is empty: write something or take the line out'
    quotes = "" if isinstance(error["input"], list | dict) else ": put it in quotes"
    if kind in _WORDS:
        return _WORDS[kind].format(key=key, saw=saw, quotes=quotes, **error.get("ctx", {}))
    message = error["msg"].removeprefix("Value error, ").replace("Input should be", "has to be")
    return f'"{key}": {message[0].lower()}{message[1:]} (it is {saw})'


def label(path: tuple[str | int, ...]) -> str:
    """A path as people name it: what leads to an entry of a list is told by the line."""
    last = max((at for at, step in enumerate(path) if isinstance(step, int)), default=-1)
    if last == len(path) - 1 >= 0:
        return f"{label(path[:-1])}, entry {int(path[-1]) + 1}"
    return ".".join(map(str, path[last + 1 :]))


def _unknown(error: ErrorDetails, path: tuple[str | int, ...], saw: str, of_key: bool) -> str:
    """A word that is not one of those that fit: the nearest, or all of them."""
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
        return "write an issue's key such as SHOP-12"
    return "write a key in capital letters such as SHOP"


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
    match = difflib.get_close_matches(word.lower()[:80], sorted(known), n=1, cutoff=0.6)
    return f': did you mean "{match[0]}"?' if match else ""
