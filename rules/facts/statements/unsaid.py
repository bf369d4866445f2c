"""Find what is no statement by its form: code, logs, quotes, comments, links, signatures."""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]

_FENCES = re.compile(
    r"\{(?P<jira>code|noformat|quote)(?:[:|][^}\n]{0,80})?\}.*?(?:\{(?P=jira)\}|\Z)"
    r"|^[ \t]*(?P<fence>```+|~~~+).*?(?:^[ \t]*(?P=fence)|\Z)"
    r"|```.*?(?:```|\Z)"
    r"|<(?P<tag>pre|code|blockquote)\b[^>\n]{0,80}>.*?(?:</(?P=tag)>|\Z)"
    r"|<!--.*?(?:-->|\Z)",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
_INLINE = re.compile(r"`[^`\n]{1,200}`|\{\{[^}\n]{1,200}\}\}|!\[[^\]\n]{0,200}\]\([^)\n]{0,300}\)")
_LINK = re.compile(r"\b(?:https?|ftp)://[^\s\x1f|\]>)]+")
_QUOTED = re.compile(r"[ \t]*(?:>|bq\.[ \t])")
_LOG = re.compile(
    r"[ \t]*(?:"
    r"\[?\d{4}[-/]\d\d[-/]\d\d[T ,]\d\d:\d\d(?::\d\d)?|\[?\d\d:\d\d:\d\d[.,]\d{3}|"
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2} "
    r"\d\d:\d\d:\d\d|"
    r"\[?(?:ERROR|WARN|WARNING|INFO|DEBUG|TRACE|FATAL|SEVERE)\]?[: ][ \t]*[\[\w.$-]+[.:\]=]|"
    r"at [\w.$<>/]+(?:\(|:\d)|\.\.\. \d+ more|Caused by: |Traceback \(most recent|"
    r"File \"[^\"\n]{1,200}\", line \d|Exception in thread|npm ERR!|goroutine \d+ \[|"
    r"(?:[a-z][\w$]*\.){2,}[A-Z][\w$]*(?:Exception|Error)\b|[A-Z]\w*(?:Error|Exception): |"
    r"#\d+ +0x[0-9a-f]+|0x[0-9a-f]{6,}|\$ \w|[>#%] ?(?:sudo|npm|git|docker|kubectl) |"
    r"[\[{}\]]+[,;]?[ \t]*$|[\w.\"'-]+[ \t]*[:=][ \t]*[\[{][^\n]{0,400}$|"
    r"</?\w[^\n<>]{0,200}>[ \t]*$"
    r")"
)
_INDENTED = re.compile(r"(?: {4}|\t)[ \t]*(?![-*#•+]|\d{1,2}[.)])\S")
_SIGNATURE = re.compile(
    r"--[ \t]*$|(?:best|kind|warm) regards|regards,|cheers,|many thanks,?[ \t]*$|thanks,[ \t]*$|"
    r"sent from my |thank you,[ \t]*$|此致|发自我的",
    re.IGNORECASE,
)
_SIGNATURE_LINES = 4

_SIGNS = ("{", "`", "~~~", "<")
"""A text without any of them has no fenced code, quote or comment."""


def code(text: str) -> list[Span]:
    """Return the spans of fenced code, quotes and comments of a body."""
    if not any(sign in text for sign in _SIGNS):
        return []
    return [match.span() for match in _FENCES.finditer(text)]


def prose(text: str) -> str:
    """Return a body with a line break for each part that `code` finds."""
    return _FENCES.sub("\n", text) if any(sign in text for sign in _SIGNS) else text


def inline(text: str) -> list[Span]:
    """Return the spans of code and pictures within a line, and of links."""
    found = [m.span() for m in _INLINE.finditer(text)] if "`" in text or "{{" in text else []
    return [*found, *(m.span() for m in _LINK.finditer(text))] if "://" in text else found


def lines(text: str) -> Iterator[Span]:
    """Yield the spans of quoted lines, logs, indented code and a signature."""
    places = list(line_places(text))
    shown = [number for number, (start, end) in enumerate(places) if text[start:end].strip()]
    code_may_follow = False  # never the first line: then all of the text is indented
    for count, number in enumerate(shown):
        start, end = places[number]
        line = text[start:end]
        if _SIGNATURE.match(line) and len(shown) - count <= _SIGNATURE_LINES:
            yield start, len(text)
            return
        after_blank = count > 0 and shown[count - 1] < number - 1
        is_code = (code_may_follow or after_blank) and bool(_INDENTED.match(line))
        if is_code or _QUOTED.match(line) or _LOG.match(line):
            yield start, end
        code_may_follow = is_code


def line_places(text: str) -> Iterator[Span]:
    """Yield start and end of each line, without its line break."""
    at = 0
    for line in text.splitlines(keepends=True):
        yield at, at + len(line.rstrip("\r\n"))
        at += len(line)
