"""Write text in Jira's wiki markup so that the page shows it as typed. Pure.

Both renderers of Jira, that of Data Center and that of Cloud, take a backslash only before certain
signs, and two backslashes as a line break.

https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
"""

from __future__ import annotations

import re

JOINER = "\u2060"
"""A sign that no page shows. It parts what no backslash can part, such as the smiley `:D`."""

_ICONS = r"\((?=(?:y|n|i|/|x|!|\+|-|\?|on|off|flag|flagoff|\*[rgby]?)\))"
_SPECIAL = r"#*_+?^~|%{}\[\]()!@-"
_SCHEME = r"(?:https?|ftps?|irc)://"
_NEEDS = re.compile(
    rf"(?P<url>{_SCHEME}[\w./~%&=:@+?#-]*[a-zA-Z0-9/])(?P<touched>(?=\S))?"
    r"|(?P<smiley>[:;]-?[()])"
    rf"|(?P<face>:(?=[PpD](?:(?![a-zA-Z])|{_SCHEME})))"
    rf"|(?P<backslash>\\(?=[\\{_SPECIAL}]|$))"
    r"|(?P<entity>&(?=#?\w{1,30};))"
    rf"|(?P<mark>{_ICONS}|\?(?=\?)|(?<=\?)\?|[{{}}\[\]*_^~+|!#-])",
    re.ASCII,
)


def escape(text: str) -> str:
    """Return a user's text in one line, with every construct of wiki markup made plain text."""
    return _NEEDS.sub(_plain, text.replace("\r", "").replace("\n", " "))


def _plain(found: re.Match[str]) -> str:
    """Return what stands for one construct. An address stays: Jira makes a link of it first."""
    whole = found[0]
    if found["url"]:
        return whole if found["touched"] is None else whole + JOINER
    if found["mark"]:
        return f"\\{whole}"
    if found["smiley"]:
        return whole[0] + "".join(f"\\{sign}" for sign in whole[1:])
    return whole + JOINER


_BOLD = re.compile(r"(?<![\\{*])\*(\S|\S[^*\n]*?[^\s\\*])\*(?![}*])")


def firm(markup: str) -> str:
    """Return a comment in which bold text is bold where Chinese touches it.

    Beside a letter Jira sees bold text only if the stars stand in braces. `2*3*4` stays as it is.
    """
    return _BOLD.sub(_braced, markup)


def _braced(found: re.Match[str]) -> str:
    start, end = found.span()
    around = found.string[max(start - 1, 0) : start] + found.string[end : end + 1]
    touched = not around.isascii() and not any(s.isascii() and s.isalnum() for s in around)
    return f"{{*}}{found[1]}{{*}}" if touched else found[0]


def capitalized(text: str) -> str:
    """Return a text with a capital first letter; Chinese text stays as it is."""
    return text[:1].upper() + text[1:]
