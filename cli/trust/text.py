"""Render how far people agree with Sluice as text for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from cli.rules.backtest.text import table, visible
from rules.learning.trust.proposals import ASKS, FIELDS
from rules.learning.trust.suggestion import Suggestion, Suggestions
from rules.learning.trust.table import TITLES, Row, Trust
from rules.learning.trust.wilson import FEW
from rules.vocabulary.managed_fields import ManagedName
from rules.vocabulary.plural import many

RULES = 15
"""The number of rules to print. `--json` has all."""

CHOSEN = 3
"""The number of values to print that people chose instead."""

HEADS: Mapping[ManagedName, str] = {"kind": "Class", "verdict": "Gate", "priority": "Priority"}

Words = Mapping[str, str]
"""The site's words for classes and verdicts."""


def lines(
    name: str,
    found: Trust,
    tried: Suggestions,
    words: Words,
    retired: Collection[str] = (),
) -> Iterator[str]:
    """Yield the lines of the report; `name` is the project or the file.

    `retired` are the rules that lost their vote, by what the team taught.
    """
    yield from _head(name, found)
    for field in FIELDS:
        yield from _field(found, field, words)
    yield from _rules(found, words, retired)
    yield from suggestions(tried)


def _head(name: str, found: Trust) -> Iterator[str]:
    people = many(found.people, "person", "people") if found.people else "People"
    span = f", {_day(found.since)} to {_day(found.until)}" if found.since else ""
    yield (
        f"{visible(name)}: {many(found.issues, 'issue')}. {people} decided "
        f"{many(found.decisions, 'value')} on {found.decided:,} of them{span}."
    )
    yield (
        f"Compared with what the rulebook {found.book.name}@{found.book.digest} says today, "
        "without learning."
    )
    yield "An issue that nobody decided counts neither as right nor as wrong."


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""


def _field(found: Trust, field: ManagedName, words: Words) -> Iterator[str]:
    rows = [row for row in found.rows[field] if row.seen]
    judged, agreed = sum(row.judged for row in rows), sum(row.agreed for row in rows)
    yield ""
    if not any(row.decided for row in rows):
        yield f"{HEADS[field]}: nobody decided one."
        return
    yield f"{HEADS[field]}: people agreed {_of(agreed, judged)}"
    head = ["Sluice says", "issues", "decided", "agreed", "share", "likely", "people chose"]
    yield from table([head, *(_cells(row, words) for row in rows)], left=(0, 6))
    yield from _confusion(found, field, words)


def _of(agreed: int, judged: int) -> str:
    share = f" ({agreed / judged:.0%})" if judged else ""
    return f"{agreed:,} of {many(judged, 'time')}{share}"


def _cells(row: Row, words: Words, name: str | None = None) -> list[str]:
    low, high = row.interval
    likely = f"{low:.0%} to {high:.0%}" if row.judged else "–"
    asked = row.name == ASKS[row.field]
    return [
        name if name is not None else _word(row.name, words),
        f"{row.seen:,}",
        f"{row.decided:,}",
        f"{row.agreed:,}" if row.judged or not asked else "–",
        f"{row.agreed / row.judged:.0%}" if row.judged else "–",
        f"{likely}{' (few)' if row.few and row.judged else ''}",
        _chosen(row.chosen, words),
    ]


def _word(name: str, words: Words) -> str:
    return visible(words.get(name, name))


def _chosen(chosen: Counter[str], words: Words) -> str:
    most = chosen.most_common(CHOSEN)
    rest = sum(chosen.values()) - sum(count for _, count in most)
    parts = [f"{_word(name, words)} {count:,}" for name, count in most]
    return ", ".join([*parts, *([f"others {rest:,}"] if rest else [])])


def _confusion(found: Trust, field: ManagedName, words: Words) -> Iterator[str]:
    """Yield the matrix of what Sluice says against what people decided."""
    cells = found.cells[field]
    order = [row.name for row in found.rows[field]]
    others = sorted({new for _, new in cells}.difference(order))
    columns = [name for name in [*order, *others] if any(new == name for _, new in cells)]
    head = ["Sluice ↓  people →", *(_word(name, words) for name in columns)]
    rows = [
        [
            _word(old, words),
            *(_count(cells[old, new]) for new in columns),
        ]
        for old in order
        if any(cells[old, new] for new in columns)
    ]
    yield ""
    yield from table([head, *rows])


def _count(number: int) -> str:
    return f"{number:,}" if number else "·"


def _rules(found: Trust, words: Words, retired: Collection[str]) -> Iterator[str]:
    against = [row for row in found.rules if row.contradicted or row.asked]
    yield ""
    if not against:
        yield f"Rules: people contradicted none of {many(len(found.rules), 'rule')}."
        return
    shown = against[:RULES]
    yield f"Rules that people contradicted ({len(shown)} of {len(against):,}, most often first):"
    head = ["rule", "says", "issues", "decided", "agreed", "share", "likely", "people chose"]
    rows = []
    for row in shown:
        name, *cells = _cells(row, words, row.name)
        lost = " (no vote here)" if row.name in retired else ""
        rows.append([name, f"{TITLES[row.field]}: {row.says}{lost}", *cells])
    yield from table([head, *rows], left=(0, 1, 7))


def suggestions(tried: Suggestions) -> Iterator[str]:
    """Yield the changes of the book that would have been right more often."""
    if not tried.found and not tried.named:
        return
    since = f" before {_day(tried.since)}" if tried.since else ""
    yield ""
    yield (
        f"Changes of the rulebook, chosen on the {many(tried.earlier, 'decision')}{since}, "
        f"and tried on the {tried.of:,} since:"
    )
    for one in tried.found:
        yield from _suggestion(one)
    if not tried.found:
        yield "  none was right more often"
    elif len(tried.found) > 1:
        yield (
            f"  all together: right {tried.before:,} of {tried.of:,} → {tried.after:,} of "
            f"{tried.of:,} of all decisions since"
        )
    if tried.named:
        yield ""
        yield "Overruled, without a change that helps:"
        for named in tried.named:
            yield f"  {named.rule.id}: {named.contradicted} of {named.of} times; {named.why}"


def _suggestion(one: Suggestion) -> Iterator[str]:
    yield f"  {one.rule.id}  {one.says} → {one.instead}"
    yield (
        f"      right {one.before} of {one.of} → {one.after} of {one.of} "
        f"on decisions that it was not chosen on{' (few)' if one.of < FEW else ''}"
    )
    if one.others:
        yield f"      {many(one.others, 'issue')} that nobody decided would change, too"
