"""Find slips of typing that YAML reads as something else: full-width colons, odd spaces, commas."""

from __future__ import annotations

import re
import unicodedata

_COLON = re.compile(r"\s*(?:- )?([^:#：'\"]{1,60})：")
_KEY = re.compile(
    r"\s*(?:- )?(book|include|rules|measures|fields|classify|score|quadrant|base|bands|words|shadow"
    r"|id|when|because|class|points|gate|ask|examples|off|about|weight|labels|from)"
    r"[ \t]+[^\s:][^:]*"
)
LOOK_BACK = 3
"""YAML notices a slip some lines later, where a text that goes on ends."""


def slip(lines: list[str], line: int) -> tuple[int, str] | None:
    """Return line and message of a slip that explains a syntax error noticed at a line."""
    for number in range(line, max(line - LOOK_BACK - 1, 0), -1):
        if number <= len(lines) and (message := _in_line(lines[number - 1])):
            return number, message
    return None


def _in_line(text: str) -> str | None:
    indentation = text[: len(text) - len(text.lstrip())]
    if odd := odd_space(indentation):
        return f"the line begins with {odd}: use normal spaces"
    if match := _COLON.match(text):
        return f'the colon after "{match.group(1).strip()}" is full-width (：): write : and a space'
    if match := _KEY.fullmatch(text):
        return f'a colon is missing after "{match.group(1)}": write {match.group(1)}: and a space'
    return None


def odd_space(text: str) -> str | None:
    """Return what the first character is called that looks like a space and is none."""
    for char in text:
        if not char.isascii() and (char.isspace() or unicodedata.category(char) == "Cf"):
            return f"a special space (U+{ord(char):04X})"
    return None


def of_key(key: str) -> str | None:
    """Return the message for a key that holds a slip, or None."""
    if odd := odd_space(key):
        return f'the key "{key.strip():.40}" has {odd}: use normal spaces'
    if "：" in key:
        name = key.partition("：")[0].strip()
        return f'the colon after "{name:.40}" is full-width (：): write : and a space'
    if not key.isprintable():
        return "the key has an invisible character: delete it"
    return None


def decimal_comma(before: object, key: str) -> str | None:
    """Return the message for `{value: 3,5}`, which YAML reads as the value 3 and a key 5."""
    number = isinstance(before, int) and not isinstance(before, bool)
    if number and re.fullmatch(r"\d{1,15}", key, re.ASCII):
        return f"{before},{key} has a comma: write {before}.{key}, with a point"
    return None
