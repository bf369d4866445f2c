"""Read the lines of a JSON Lines file, each with its place for errors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from rules.facts.jira_json.half_characters import mended


class RowError(ValueError):
    """A line of the file is not an issue. The message names file and line."""


class OpenEnded(RowError):
    """The JSON goes on in the next lines, so each of these would be an error, too."""


def filled(lines: Iterable[bytes], name: str) -> Iterator[tuple[str, bytes]]:
    """Yield the lines that are not blank, each with its place."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield f"{name}:{number}", line


def no_object(where: str) -> RowError:
    """Return the error for a line that is JSON, but no object."""
    return RowError(f'{where}: a line must be an object such as {{"summary": "It crashes"}}')


def parsed(line: bytes, where: str) -> Any:
    """Return the JSON of a line; raise RowError with its place."""
    try:
        text = _text(line)
        return json.loads(text)
    except UnicodeDecodeError:
        raise RowError(f"{where}: not UTF-8: save the file as UTF-8") from None
    except json.JSONDecodeError as error:
        if text in ("{", "[", "[{"):
            raise OpenEnded(
                f"{where}: the JSON goes on in the next line: write one issue a line, as "
                "`jq -c '.issues[]' page.json` does for a page of Jira's search"
            ) from None
        raise RowError(f"{where}: not JSON: {error.msg} at column {error.colno}") from None
    except (ValueError, RecursionError):
        raise RowError(f"{where}: a number is too long, or lists are nested too deeply") from None


def _text(line: bytes) -> str:
    """Return a line with marks for halves of characters: these can't be stored or printed."""
    text = mended(line).decode("utf-8-sig", "surrogatepass").strip()
    halves = not text.isascii() and _HALF.search(text)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if halves else text


_HALF = re.compile("[\ud800-\udfff]")
