"""Describe a rulebook in plain words: its stages and the effect of each rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from rules.facts.catalog import Stage
from rules.jql.describe import in_words
from rules.rulebook.file_format.book import FeedModel, MeasureModel
from rules.rulebook.file_format.quantile_bands import FEWEST
from rules.rulebook.rulebook import Rule, Rulebook, say
from rules.vocabulary.plural import many
from rules.vocabulary.verdicts import MILDEST, VERDICTS, gate_verdict

_WIDTH = 88

_HEADS: tuple[tuple[Stage, str], ...] = (
    ("class", "1. What is it?"),
    ("points", "2. What is it worth?"),
    ("gate", "3. Does it pass the gate?"),
)


def book_in_words(book: Rulebook, language: str = "en") -> Iterator[str]:
    """Yield the lines of the description; reasons are in a language if they have it."""
    about = say(book.source.get("about"), language)
    yield f"{book.name}@{book.digest}{f'  {about}' if about else ''}"
    yield f"{many(len(book.rules), 'rule')}, from {', '.join(reversed(list(book.files)))}"
    if book.shadow:
        yield "Shadow rulebook: issues are judged and recorded, and nothing is written."
    for stage, head in _HEADS:
        rules = book.stage(stage)
        yield ""
        yield head
        yield from (f"   {line}" for line in _stage(book, stage, language))
        for rule in rules:
            yield ""
            yield from (f"   {line}" for line in _rule(book, rule, language))


def _stage(book: Rulebook, stage: Stage, language: str) -> Iterator[str]:
    if stage == "class":
        share = 100 * book.classify.undecided_below
        yield (
            f"Each rule that fires votes. The class with most votes wins if it has {share:g}% of "
            f"all votes plus {book.classify.doubt:g} for doubt; else the issue is undecided."
        )
    elif stage == "points":
        yield from _worth(book, language)
    else:
        strictest, *others = reversed(VERDICTS)
        yield from wrap(
            f"The strictest rule that fires decides: {strictest}, then {', '.join(others)}. "
            f"If none fires, {gate_verdict(MILDEST).in_words.replace('it', 'the issue', 1)}.",
            _WIDTH,
        )


def _worth(book: Rulebook, language: str) -> Iterator[str]:
    yield "Rules and fields give points to measures:"
    width = max((len(name) for name in book.measures), default=0)
    for name, model in book.measures.items():
        limits = f"{_number(model.min)} to {_number(model.max)}"
        about = say(model.about, language)
        yield f"  {name:<{width}}  {limits}{f': {about}' if about else ''}"
        yield from (f"  {'':<{width}}  {line}" for line in _feeds(model))
    yield f"Score, kept within 0 and 100: {_score(book)}"
    if book.bands:
        bands = sorted(book.bands, key=lambda band: -band.from_)
        yield f"Priority: {', '.join(f'{b.priority} from {b.from_:g}' for b in bands)}"
    if book.shares:
        names = [f"{b.share:g} % {b.priority}" for b in bands if b.share]
        yield f"With {FEWEST} open issues or more, by their scores: {', '.join(names)}"
    if book.quadrant:
        value, effort = book.quadrant.value, book.quadrant.effort
        yield (
            f"Quadrant: the value is high if {_joined(value.measures)} is {value.from_:g} or more, "
            f"the effort is large if {_joined(effort.measures)} is {effort.from_:g} or more"
        )


def _feeds(model: MeasureModel) -> Iterator[str]:
    yield from (f"from {part.field}: {_feed(part)}" for part in model.from_)
    if model.default:
        when = "if none of these has a value" if model.from_ else "at the start"
        yield f"{_number(model.default)} {when}"
    if model.uncertainty:
        yield f"plus or minus {_number(model.uncertainty)} while nothing is known"


def _feed(part: FeedModel) -> str:
    if part.scale is not None:
        steps = sorted(part.scale.items())
        return ", ".join(f"{step:g} or more gives {amount:g}" for step, amount in steps)
    if part.table is not None:
        return ", ".join(f"{name} {amount:g}" for name, amount in part.table.items())
    less = f" minus {part.above:g}," if part.above else ""
    return f"its number{less} times {part.times:g}"


def _score(book: Rulebook) -> str:
    if book.score:
        return book.score.text
    parts = [f"{m.weight:g} × {name}" for name, m in book.measures.items() if m.weight]
    return " + ".join([f"{book.base:g}", *parts]).replace("+ -", "- ")


def _rule(book: Rulebook, rule: Rule, language: str) -> Iterator[str]:
    yield f"{rule.id}{'  (shadow rule: it does not count)' if rule.shadow else ''}"
    yield f"  If {in_words(rule.condition.tree, book.vocabulary(rule.stage))},"
    yield f"  {rule.effect.in_words(rule.value)}."
    yield f"  Reason: {say(rule.because, language)}"
    if rule.ask:
        yield f"  Asks{' first' if rule.urgent else ''}: {say(rule.ask, language)}"
    if rule.firm:
        yield "  Firm: it keeps its vote whatever people decide."


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:g}"


def _joined(names: Sequence[str]) -> str:
    return " + ".join(names)
