"""Find text searches that people often misunderstand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.jql.compiler import clauses
from rules.jql.search.parse_query import parse_query
from rules.lint.finding import Finding, of_rule, shown
from rules.rulebook.rulebook import Rule

_SMALL = re.compile(r"(?<!\S)(or|and|not|Or|And|Not)(?!\S)")
_LISTED = re.compile(r"[^\s\"]\s*([,;|/、，；｜])\s*[^\s\"]")
_CURLY = re.compile(r"[“”„«»「」『』]")
_QUOTED = re.compile(r'"[^"]*"')
_CHINESE_OR = re.compile(r"(?<!\S)(或|或者|和|与|以及)(?!\S)")


def findings(rule: Rule) -> Iterator[Finding]:
    """Yield findings about the searches of a rule."""
    for clause in clauses(rule.condition.tree):
        if clause.op in ("~", "!~") and isinstance(clause.operand, str):
            yield from _search(rule, clause.operand)


def _search(rule: Rule, query: str) -> Iterator[Finding]:
    bare = _QUOTED.sub('""', query)
    search = f'the search "{shown(query)}"'
    if small := _SMALL.search(bare):
        word = small.group(1)
        wrong = f'{search} looks for the word "{word}": write OR in capitals for alternatives'
        yield of_rule(rule, "small-or", wrong)
    elif chinese := _CHINESE_OR.search(bare):
        wrong = f'{search} looks for the word "{chinese.group(1)}": write OR for alternatives'
        yield of_rule(rule, "small-or", wrong)
    elif curly := _CURLY.search(query):
        wrong = f"{search} has {curly.group()}, but it marks no phrase: write '\"two words\"'"
        yield of_rule(rule, "curly-quotes", wrong)
    elif listed := _LISTED.search(bare):
        sign = listed.group(1)
        wrong = f'{search} has "{sign}" between its words, but it does not mean or: write OR'
        yield of_rule(rule, "list-in-search", wrong, "hint" if sign == "/" else "warning")
    elif apart := next((g for g in parse_query(query) if len(g) > 1), None):
        words = " and ".join(f'"{term.needle.strip()}"' for term in sorted(apart))
        wrong = f"{search} finds {words} in any order: for a phrase write '\"two words\"'"
        yield of_rule(rule, "words-apart", wrong, "hint")
