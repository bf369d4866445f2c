"""Decide which questions an issue still has to answer. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rules.facts.issue import Issue
from rules.facts.searchable_text import CJK
from rules.rulebook.rulebook import Rule, say
from rules.vocabulary.verdicts import Verdict, asks_of, strictness

MOST_ASKED = 4

REPLY_WORDS = 5
"""The words in comments that count as an answer to a question. A number counts as many."""

_STATEMENT = re.compile(r"[^.!?。！？\n]*[.!?。！？\n]?")
_CHINESE = re.compile(f"[{CJK}]")
_WORD = re.compile(rf"[^\W{CJK}]+")


@dataclass(frozen=True)
class Asks:
    """The questions of an issue, in the language of its reporter.

    `urgent` are instructions of urgent rules. `ticked` are answered: their rules no longer fire.
    `heard` got a reply in a comment that the rules do not recognise, so a person looks at it.
    `made` has the digests of the questions to keep in the record. `answered` are the ids of the
    rules for needs_info that asked and no longer fire, under any verdict.
    """

    urgent: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    ticked: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    language: str = ""
    answered: tuple[str, ...] = ()


def ask_digest(rule: Rule) -> str:
    """Return the digest of a rule's question, the same in every language."""
    text = json.dumps(rule.ask, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def heard_in_comments(issue: Issue) -> frozenset[str]:
    """Return the digests of the questions that people replied to in comments.

    A reply is long enough for all questions that were asked together with this one.
    """
    asked = issue.record.asks if issue.record else {}
    rounds = list(asked.values())
    return frozenset(
        digest
        for digest, at in asked.items()
        if _reply_words(issue, at) >= REPLY_WORDS * rounds.count(at)
    )


def _reply_words(issue: Issue, since: datetime) -> int:
    """Count the words that people wrote in comments since a time; questions do not count."""
    replies = (one.text for one in issue.answers if one.at and one.at > since)
    parts = (part for reply in replies for part in _STATEMENT.findall(reply))
    return sum(_words(part) for part in parts if not part.rstrip().endswith(("?", "？")))


def _words(text: str) -> int:
    words = _WORD.findall(text)
    numbers = sum(any(letter.isdigit() for letter in word) for word in words)
    chinese = len(_CHINESE.findall(text)) // 2  # a Chinese word has about two characters
    return len(words) + chinese + numbers * (REPLY_WORDS - 1)


def verdicts(gated: Sequence[Rule], heard: Collection[str]) -> list[Verdict]:
    """Return the verdicts of rules that fired.

    If comments replied to every question, needs_info becomes review: a person looks at the replies.
    """
    given = [rule.gate for rule in gated if rule.gate]
    asking = [rule for rule in gated if rule.gate == "needs_info"]
    if all(rule.ask and ask_digest(rule) in heard for rule in asking):
        return ["review" if verdict == "needs_info" else verdict for verdict in given]
    return given


def asks(
    verdict: str,
    rules: Sequence[Rule],
    gated: Sequence[Rule],
    made: Mapping[str, datetime],
    heard: Collection[str],
    language: str,
) -> Asks:
    """Return the questions under a verdict.

    `rules` are the rules of the gate, `gated` those that fired, `made` the questions in the record.
    """
    wanted = _wanted(verdict, gated)
    shown = [(d, rule) for d, rule in wanted.items() if d not in heard][:MOST_ASKED]
    replied = [rule for digest, rule in wanted.items() if digest in heard]
    firing = {ask_digest(rule) for rule in gated if rule.ask}
    no_longer = _done(rules, made, firing)
    done = no_longer if shown or replied else {}
    kept = [digest for digest in made if digest in firing or digest in done]
    return Asks(
        urgent=_said((rule for _, rule in shown if rule.urgent), language),
        open=_said((rule for _, rule in shown if not rule.urgent), language),
        ticked=_said(done.values(), language),
        heard=_said(replied, language),
        made=tuple(dict.fromkeys([*kept, *(digest for digest, _ in shown)])),
        language=language,
        answered=tuple(rule.id for rule in no_longer.values() if rule.gate == "needs_info"),
    )


def _wanted(verdict: str, gated: Sequence[Rule]) -> dict[str, Rule]:
    """Return the rules that fired and ask under a verdict: urgent ones first, no text twice."""
    asking = asks_of(verdict)
    asked = [rule for rule in gated if rule.ask and rule.gate in asking]
    # Stable: of equally strict rules, the rulebook's order decides.
    asked.sort(key=lambda rule: (not rule.urgent, -strictness(rule.gate)))
    found: dict[str, Rule] = {}
    for rule in asked:
        found.setdefault(ask_digest(rule), rule)
    return found


def _done(
    rules: Sequence[Rule], made: Mapping[str, datetime], firing: Collection[str]
) -> dict[str, Rule]:
    """Return the rules whose questions were asked and that no longer fire."""
    asking = [rule for rule in rules if rule.ask] if made else []
    named = {ask_digest(rule): rule for rule in asking}
    return {digest: named[digest] for digest in made if digest in named and digest not in firing}


def _said(rules: Iterable[Rule], language: str) -> tuple[str, ...]:
    return tuple(say(rule.ask, language) for rule in rules)
