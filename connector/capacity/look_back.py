"""Write the look back on two weeks, beneath the weekly comment. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from connector.messages.message_table import LookBackTexts, Messages
from rules.capacity.look_back import LEAST, LookBack

MOST_PAIRS = 4


class Writer(Protocol):
    """What writes the comment: its words, and numbers of issues as links."""

    words: Messages

    def issues(self, keys: Iterable[str]) -> str:
        """Return the number of issues with its noun."""

    def kind(self, kind: str) -> str:
        """Return the name of a class."""

    def count(self, keys: Iterable[str]) -> str:
        """Return the bare number of issues."""


def look_back_lines(one: Writer, found: LookBack) -> Iterator[str]:
    """Yield a heading and the lines of a list, in wiki markup. Each number is a link."""
    texts = one.words.look_back
    yield f"*{texts.title}*"
    yield f"* {_prediction(one, found, texts)}"
    yield "* " + texts.gates.format(
        answered=one.count(found.answered), reopened=one.count(found.reopened)
    )
    if found.paid or found.taken:
        yield "* " + texts.debt.format(paid=one.count(found.paid), taken=one.count(found.taken))
    if found.decided:
        share = f"{100 * len(found.changed) / len(found.decided):.0f} %"
        yield "* " + texts.changed.format(
            decided=one.issues(found.decided), changed=one.count(found.changed), share=share
        )
    else:
        yield f"* {texts.none_decided}"
    if found.classes:
        listed = one.words.list_comma.join(
            f"{one.kind(pair.ours)} → {one.kind(pair.theirs)} {one.count(pair.keys)}"
            for pair in found.classes[:MOST_PAIRS]
        )
        yield "* " + texts.classes.format(changes=listed)


def _prediction(one: Writer, found: LookBack, texts: LookBackTexts) -> str:
    issues = one.issues(found.compared)
    if len(found.compared) < LEAST:
        return texts.too_few.format(issues=issues, least=LEAST)
    what = {"points": texts.points, "effort": texts.effort}[found.predicted]
    if found.rank is None:
        return texts.all_equal.format(what=what, issues=issues)
    return texts.rank.format(what=what, issues=issues, rank=found.rank)
