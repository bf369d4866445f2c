"""Render a backtest as text for the terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from rules.assess.assessment import Firing
from rules.rulebook.rulebook import Rulebook
from rules.testing.backtest import Backtest, Facet, Move, Standing
from rules.vocabulary.plural import many

MOVES = 20
REASONS = 3
RULES = 30
TITLES: dict[Facet, str] = {
    "verdict": "Verdicts",
    "class": "Classes",
    "priority": "Priorities",
    "quadrant": "Quadrants",
}


def lines(result: Backtest) -> Iterator[str]:
    """Yield the lines of the report."""
    yield f"{many(result.judged, 'issue')} judged{_troubles(result)}"
    if result.models:
        yield from (f"  {n}  {m}" for n, m in zip(("old", "new"), result.models, strict=True))
    else:
        if result.old:
            yield f"  old  {_book(result.old, len(result.silent('old')))}"
        yield f"  new  {_book(result.new, len(result.silent('new')))}"
    for facet in facets(result):
        yield from _matrix(result, facet)
    yield from ("", *_totals(result))
    yield from _moves(result)
    if not result.models:
        yield from _silent(result)
    yield from _problems(result)


def visible(text: str) -> str:
    """Return a user's text without control and bidi characters, which act on a terminal."""
    return "".join(c if not unicodedata.category(c).startswith("C") else " " for c in text)


def facets(result: Backtest) -> list[Facet]:
    """Return the facets to show; quadrants only if a rulebook has them."""
    return [f for f in TITLES if f != "quadrant" or result.labels(f) not in ([], ["none"])]


def _book(book: Rulebook, silent: int) -> str:
    never = f", {silent} {'never fires' if silent == 1 else 'never fire'}"
    never = never if silent else ", each rule fires"
    return f"{book.name}@{book.digest}  {many(len(book.rules), 'rule')}{never}"


def _troubles(result: Backtest) -> str:
    return f", {result.troubles:,} could not be judged" if result.troubles else ""


def _matrix(result: Backtest, facet: Facet) -> Iterator[str]:
    cells, labels = result.matrix[facet], result.labels(facet)
    yield ""
    if not result.old:
        yield f"{TITLES[facet]}:"
        yield from _table([[visible(label), f"{cells['', label]:,}"] for label in labels])
        return
    yield f"{TITLES[facet]}: {result.changed(facet):,} of {result.judged:,} change"
    head = ["old ↓  new →", *map(visible, labels), "all"]
    rows = []
    for old in labels:
        counts = [cells[old, new] for new in labels]
        rows.append([visible(old), *(f"{n:,}" if n else "·" for n in counts), f"{sum(counts):,}"])
    sums = [sum(cells[old, new] for old in labels) for new in labels]
    yield from _table([head, *rows, ["all", *(f"{n:,}" for n in sums), f"{sum(sums):,}"]])


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table: names to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *values in rows:
        cells = [value.rjust(width) for value, width in zip(values, widths[1:], strict=True)]
        yield "  " + "  ".join([name.ljust(widths[0]), *cells])


def _totals(result: Backtest) -> Iterator[str]:
    if result.old:
        yield f"Scores: {result.scores:,} of {result.judged:,} change"
    if result.models and result.judged:
        old, new = (f"{count / result.judged:.0%}" for count in result.decided())
        yield f"Issues with a class: {old} → {new}"
    comments = result.writes["comment"]
    only = f", {comments:,} of them only the comment" if comments else ""
    yield f"Writes: about {many(sum(result.writes.values()), 'issue')}{only}"


def _moves(result: Backtest) -> Iterator[str]:
    if not result.old:
        return
    moves = result.moves()[:MOVES]
    if not moves:
        yield from ("", f"Changed issues: {result.moved or 'none'}")
        return
    yield from ("", f"Changed issues ({len(moves)} of {result.moved:,}, largest changes first):")
    for move in moves:
        yield from _move(move, same_rules(result))


def same_rules(result: Backtest) -> str:
    """Return why an issue changes where the same rules fire."""
    other = "the team's model" if result.models else "bands, base, measures or votes"
    return f"the same rules fire: {other} differ{'s' if result.models else ''}"


def _move(move: Move, same: str) -> Iterator[str]:
    yield f"  {visible(move.key)}  {visible(move.summary)}"
    yield f"    {', '.join(differences(move.before, move.after))}"
    yield from _reasons("+", move.came)
    yield from _reasons("-", move.went)
    if not move.came and not move.went:
        yield f"    {same}"


def differences(before: Standing, after: Standing) -> list[str]:
    """Return the differences, such as `verdict accept → review`."""
    found = [
        f"{facet} {visible(before.on(facet))} → {visible(after.on(facet))}"
        for facet in TITLES
        if before.on(facet) != after.on(facet)
    ]
    if before.score != after.score:
        found.append(f"score {before.score:g} → {after.score:g}")
    return found


def _reasons(sign: str, fired: Sequence[Firing]) -> Iterator[str]:
    for firing in fired[:REASONS]:
        yield f"    {sign} {visible(f'{firing.rule}: {firing.effect} · {firing.because}')}"
    if len(fired) > REASONS:
        yield f"    {sign} … and {len(fired) - REASONS} more"


def _silent(result: Backtest) -> Iterator[str]:
    """Yield the rules that never fire. A rule of both rulebooks is listed once."""
    new, old = result.silent("new"), result.silent("old")
    both = [rule for rule in new if rule in old]
    lists = [
        ("both rulebooks", both),
        ("the old rulebook", [rule for rule in old if rule not in both]),
        ("the new rulebook" if result.old else "the rulebook", [r for r in new if r not in both]),
    ]
    for books, found in lists:
        if found:
            yield from ("", f"Rules of {books} that never fire ({len(found)}):")
            more = [f"… and {len(found) - RULES} more"] if len(found) > RULES else []
            yield from (f"  {rule}" for rule in [*found[:RULES], *more])


def _problems(result: Backtest) -> Iterator[str]:
    if result.troubles:
        yield from ("", f"Could not be judged ({result.troubles:,}):")
        yield from (f"  {visible(problem)}" for problem in result.problems)
        if result.troubles > len(result.problems):
            yield f"  … and {result.troubles - len(result.problems):,} more"
