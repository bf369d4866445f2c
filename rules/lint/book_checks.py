"""Check a rulebook as a whole: missing parts, and parts without effect."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from rules.facts.catalog import ALIASES, FIELDS
from rules.facts.text_metrics import READ
from rules.lint.finding import Finding, Severity
from rules.lint.score_bounds import Range, zero_divisors
from rules.problem import Problem
from rules.rulebook.rulebook import Rulebook
from rules.vocabulary.classes import KINDS
from rules.vocabulary.verdicts import MILDEST, VERDICTS

Place = Callable[[tuple[str | int, ...]], tuple[str, int]]
"""Map the path of a part, such as ("measures", "pain"), to its file and line."""

MAX_NAMED = 5


def findings(
    book: Rulebook,
    measures: Mapping[str, Range],
    score: Range,
    place: Place,
    classes: Collection[str],
) -> Iterator[Finding]:
    """Yield findings about classes, verdicts, measures, bands, the formula and examples."""
    yield from _kinds(book, place, classes)
    yield from _own_names(book, place)
    yield from _verdicts(book, place)
    yield from _measures(book, measures, place)
    yield from _bands(book, score, place)
    for names in zero_divisors(book, measures):
        what = " and ".join(names) or "a number"
        wrong = (
            f"the formula divides by {what}, but it can be 0, and a division by 0 gives 0: "
            "raise its min, or write max(…, 1)"
        )
        yield _say(place(("score",)), "divides-by-zero", wrong)
    yield from _examples(book, place)


def _say(
    where: tuple[str, int], code: str, message: str, severity: Severity = "warning"
) -> Finding:
    return Finding(code, Problem(*where, message), severity)


def _kinds(book: Rulebook, place: Place, classes: Collection[str]) -> Iterator[Finding]:
    voted = {kind for rule in book.rules for kind, weight in rule.votes.items() if weight > 0}
    if missing := [kind for kind in KINDS if kind in classes and kind not in voted]:
        wrong = f"no rule votes for {' or '.join(missing)}: add a rule for it"
        yield _say(place(("rules",)), "no-rule-for-class", wrong)


def _own_names(book: Rulebook, place: Place) -> Iterator[Finding]:
    """Yield fields and measures that hide a built-in field with the same name."""
    sections = {"fields": book.source.get("fields") or {}, "measures": book.measures}
    for section, names in sections.items():
        for name in names:
            hidden = ALIASES.get(name.lower(), name.lower())
            if hidden in FIELDS and hidden not in READ:
                wrong = (
                    f'"{name}" is also a built-in field ({FIELDS[hidden].about}): conditions of '
                    "this rulebook use its own field; choose another name to use both"
                )
                yield _say(place((section, name)), "hides-a-field", wrong, "hint")


def _verdicts(book: Rulebook, place: Place) -> Iterator[Finding]:
    given = {MILDEST, *(rule.gate for rule in book.rules)}
    if missing := [verdict for verdict in VERDICTS if verdict not in given]:
        wrong = f"no rule gives the verdict {' or '.join(missing)}: add a rule, or ignore this hint"
        yield _say(place(("rules",)), "unreachable-verdict", wrong, "hint")


def _measures(book: Rulebook, ranges: Mapping[str, Range], place: Place) -> Iterator[Finding]:
    pointed = {name for rule in book.rules for name in rule.points}
    for name, model in book.measures.items():
        where, (low, high) = place(("measures", name)), ranges[name]
        if not model.from_ and name not in pointed:
            wrong = f"the measure {name} gets no value: add `from:`, or rules that give it points"
            yield _say(where, "unfed-measure", wrong)
        elif low == high:
            wrong = f"the measure {name} is always {low:g}: check its limits, fields and points"
            yield _say(where, "constant-measure", wrong)
        if not _used(book, name):
            reason = "it is not in the formula" if book.score else "its weight is 0"
            wrong = f"the measure {name} is not used: {reason}, and no condition reads it"
            yield _say(where, "unused-measure", wrong)


def _used(book: Rulebook, name: str) -> bool:
    axes = book.quadrant
    if axes and name in (*axes.value.measures, *axes.effort.measures):
        return True
    counts = name in book.score.names if book.score else book.measures[name].weight != 0
    return counts or book.asks(name)


def _bands(book: Rulebook, score: Range, place: Place) -> Iterator[Finding]:
    """Yield bands above the highest score, and bands that a higher band below all scores hides."""
    if book.shares:
        return  # the scores of a project's issues set them
    low, high = score
    starts = [band.from_ for band in book.bands]
    for index, band in enumerate(book.bands):
        where = place(("bands", index))
        if band.from_ > high:
            wrong = f"no score reaches {band.from_:g}, the start of {band.priority}"
            yield _say(where, "unreachable-band", f"{wrong}: the highest score is {high:g}")
        elif any(band.from_ < start <= low for start in starts):
            wrong = f"no score is low enough for {band.priority}: the lowest score is {low:g}"
            yield _say(where, "unreachable-band", wrong)


def _examples(book: Rulebook, place: Place) -> Iterator[Finding]:
    rules = book.own_rules()
    bare = [rule.id for rule in rules if not rule.examples.fires]
    if bare:
        more = f" and {len(bare) - MAX_NAMED} more" if len(bare) > MAX_NAMED else ""
        wrong = (
            f"{len(bare)} of {len(rules)} rules have no example under `fires:`: "
            f"{', '.join(bare[:MAX_NAMED])}{more}"
        )
        yield _say(place(("rules",)), "no-example", wrong, "hint")
