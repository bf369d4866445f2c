"""Write the reasons of a decision for the text field *Sluice Why*: at most three lines. Pure.

The field may show plain text or wiki markup, so the text has nothing that only one of them needs.
"""

from __future__ import annotations

import re

from connector.comment.reasons import MOST_REASONS, main_reasons
from connector.comment.triage_comment import kept_line, verdict_named
from connector.comment.wiki_text import JOINER
from connector.layout.field_mapping import Layout
from connector.messages import messages
from rules.assess.assessment import Assessment

LINE_LIMIT = 255
"""The most characters of a text field with a single line."""

TEXT_LIMIT = 2_000
BETWEEN = " · "
"""What stands between the reasons where a field has no second line."""

_MARKUP = re.compile(r"\\([-#*_+?^~|%{}\[\]()!@])|\{\*\}|[*{}\[\]|\\]|" + JOINER)


def why_text(assessment: Assessment, layout: Layout, language: str = "en") -> str:
    """Return the reasons as plain text, fit for the site's field.

    Under a person's verdict stands whose it is, and no reason against it.
    """
    words = messages(language)
    named = [verdict_named(assessment, words)]
    lines = kept_line(assessment, layout, words)
    if assessment.issue.kept.verdict is None:
        lines = [*lines, *main_reasons(assessment, words)] or named
    else:
        lines = [*named, *lines]
    plain = [_plain(line) for line in lines[:MOST_REASONS]]
    if layout.why is not None and layout.why.line:
        return _cut(BETWEEN.join(plain), LINE_LIMIT)
    return _cut("\n".join(plain), TEXT_LIMIT)


def _plain(line: str) -> str:
    return " ".join(_MARKUP.sub(lambda found: found[1] or "", line).split())


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
