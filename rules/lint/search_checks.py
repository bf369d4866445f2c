"""Traps in text searches: they are read otherwise than most people mean them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.jql.compiler import clauses
from rules.jql.text_query import parse_query
from rules.lint.finding import Finding, of_rule, shown
from rules.rulebook.rulebook import Rule

_SMALL = re.compile(r"(?<!\S)(or|and|not|Or|And|Not)(?!\S)")
_LISTED = re.compile(r"[^\s\"]\s*([,;|/、，；｜])\s*[^\s\"]")
_CURLY = re.compile(r"[“”„«»「」『』]")
_QUOTED = re.compile(r'"[^"]*"')
_CHINESE_OR = re.compile(r"(?<!\S)(或|或者|和|与|以及)(?!\S)")


def findings(rule: Rule) -> Iterator[Finding]:
    """What the searches of a rule will do that its author hardly means."""
    for clause in clauses(rule.condition.tree):
        if clause.op in ("~", "!~") and isinstance(clause.operand, str):
            yield from _search(rule, clause.operand)


def _search(rule: Rule, query: str) -> Iterator[Finding]:
    bare = _QUOTED.sub('""', query)
    said = f'the search "{shown(query)}"'
    if small := _SMALL.search(bare):
        word = small.group(1)
        wrong = f'{said} looks for the word "{word}": between alternatives stands OR in capitals'
        yield of_rule(rule, "small-or", wrong)
    elif chinese := _CHINESE_OR.search(bare):
        wrong = f'{said} looks for the word "{chinese.group(1)}": write OR between alternatives'
        yield of_rule(rule, "small-or", wrong)
    elif curly := _CURLY.search(query):
        wrong = f"{said} has {curly.group()}, which makes no phrase: write '\"two words\"'"
        yield of_rule(rule, "curly-quotes", wrong)
    elif listed := _LISTED.search(bare):
        sign = listed.group(1)
        wrong = f'{said} has "{sign}" between its words, which does not mean or: write OR instead'
        yield of_rule(rule, "list-in-search", wrong, "hint" if sign == "/" else "warning")
    elif apart := next((g for g in parse_query(query) if len(g) > 1), None):
        words = " and ".join(f'"{term.needle.strip()}"' for term in sorted(apart))
        wrong = f"{said} finds {words} anywhere, in any order: for a phrase write '\"two words\"'"
        yield of_rule(rule, "words-apart", wrong, "hint")
