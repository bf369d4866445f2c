"""`sluice rules expect`: check that a rulebook ranks, classifies and gates issues as expected."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import click

from cli.app import fail, plainly
from cli.rules.backtest.issues import NO_SITE
from cli.rules.backtest.text import visible
from cli.rules.group import FILE, MODEL, NOW, language_option, time_of
from cli.rules.judge import text_model
from connector.comment.triage_comment import comment
from rules.assess.judge import Judge
from rules.facts.jsonl import RowError
from rules.rulebook import load
from rules.rulebook.rulebook import Rulebook
from rules.testing.expectation_file import read_expectations
from rules.testing.expectations import (
    Decided,
    Expectation,
    Outcome,
    grouped,
    judge_expectations,
    tally,
)

_BY: Mapping[str, Callable[[Expectation], str]] = {
    "kind": lambda one: one.group,
    "file": lambda one: one.file,
}
_SHARE = click.FloatRange(0, 1)


@click.command("expect")
@click.argument("book")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--mistakes", is_flag=True, help="List the expectations that don't hold, and why.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--bar", default=1.0, show_default=True, type=_SHARE, help="The share of all that has to hold."
)
@click.option("--bar-each", type=_SHARE, help="The share of each line that has to hold.")
@click.option(
    "--by",
    default="kind",
    show_default=True,
    type=click.Choice(list(_BY)),
    help="Print a line for each kind (or chapter), or for each file.",
)
@NOW
@MODEL
@language_option("Language of the comments, for `silent`.")
@plainly
def expect_command(book: str, files: tuple[Path, ...], **given: Any) -> None:
    """Check that issues rank, are classified and gated as expected.

    BOOK is a rule file or the name of a shipped rulebook. FILES have one JSON object a line, such
    as {"kind": "deadline", "expect": "higher", "issue": {...}, "against": {...}}: the issue has to
    score higher than the one that it is held against. The how-to "Write a rule" lists what can be
    expected. The exit status is 1 if less than --bar holds.
    """
    found, now = load.find(book), time_of(given["now"])
    expectations = _read(files, found)
    with closing(Judge(found.live(), given["language"], text_model(given["trained"]))) as judge:
        written = partial(comment, layout=NO_SITE, language=given["language"])
        outcomes = list(judge_expectations(expectations, judge, now, written))
    parts = grouped(outcomes, _BY[given["by"]])
    if given["as_json"]:
        click.echo(json.dumps(_for_machines(outcomes, parts), ensure_ascii=False, indent=2))
    else:
        wrong = _mistakes(outcomes) if given["mistakes"] else ()
        click.echo("\n".join([*_lines(outcomes, parts), *wrong]).encode("utf-8", "replace"))
    _compare_with_bars(outcomes, parts, given["bar"], given["bar_each"])


def _read(files: Sequence[Path], book: Rulebook) -> list[Expectation]:
    rows = [row for file in files for row in read_expectations(file, book)]
    if wrong := [row for row in rows if isinstance(row, RowError)]:
        fail(*wrong)
    if not rows:
        fail(f"{files[0]}: no expectation to check")
    return [row for row in rows if not isinstance(row, RowError)]


def _lines(outcomes: Sequence[Outcome], parts: Mapping[str, Sequence[Outcome]]) -> Iterator[str]:
    """Yield a line for each part, with its languages, and one for all."""
    width = max(len(name) for name in (*parts, "all"))
    for name, part in {**parts, "all": outcomes}.items():
        shown = [f"{visible(name):<{width}}", f"{_held(part):>12}"]
        yield "  ".join([*shown, *_by_language(part)])


def _held(outcomes: Sequence[Outcome]) -> str:
    found = tally(outcomes)
    return f"{found.held} of {found.of}"


def _by_language(outcomes: Sequence[Outcome]) -> Iterator[str]:
    for language, part in sorted(grouped(outcomes, lambda one: one.language).items()):
        yield f"{language} {_held(part)}"


def _mistakes(outcomes: Sequence[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        if outcome.broken:
            one = outcome.expectation
            yield ""
            yield f"{one.place}: {one.group}: expected {', '.join(map(str, outcome.broken))}"
            yield f"  {_facts(outcome.found)}"
            if outcome.against:
                yield f"  against {_facts(outcome.against)}"


def _facts(found: Decided) -> str:
    kind = f"undecided ({found.kind})" if found.undecided else found.kind
    summary = visible(found.summary)
    return (
        f'"{summary if len(summary) <= 60 else summary[:59] + "…"}": {kind}, '
        f"score {found.score:g}, {found.gate}, priority {found.priority or 'none'}"
    )


def _for_machines(
    outcomes: Sequence[Outcome], parts: Mapping[str, Sequence[Outcome]]
) -> dict[str, Any]:
    return {
        "all": _counts(outcomes),
        "parts": {name: _counts(part) for name, part in parts.items()},
        "mistakes": [_mistake(outcome) for outcome in outcomes if outcome.broken],
    }


def _counts(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    found = tally(outcomes)
    languages = grouped(outcomes, lambda one: one.language)
    inside = {name: tally(part) for name, part in languages.items()}
    shown = {name: {"held": part.held, "of": part.of} for name, part in inside.items()}
    return {"held": found.held, "of": found.of, "languages": shown}


def _mistake(outcome: Outcome) -> dict[str, Any]:
    one = outcome.expectation
    return {
        "place": one.place,
        "kind": one.group,
        "language": one.language,
        "expected": [str(expect) for expect in outcome.broken],
        "issue": _as_json(outcome.found),
        "against": _as_json(outcome.against) if outcome.against else None,
    }


def _as_json(found: Decided) -> dict[str, Any]:
    names = ("summary", "kind", "undecided", "score", "gate", "priority")
    return {"class" if name == "kind" else name: getattr(found, name) for name in names}


def _compare_with_bars(
    outcomes: Sequence[Outcome],
    parts: Mapping[str, Sequence[Outcome]],
    bar: float,
    bar_each: float | None,
) -> None:
    """Exit with status 1 if too few expectations hold."""
    low = [] if tally(outcomes).share >= bar else [f"{_held(outcomes)} hold, --bar {bar:g} is more"]
    for name, part in parts.items() if bar_each is not None else ():
        if tally(part).share < (bar_each or 0):
            low.append(f"{name}: {_held(part)} hold, --bar-each {bar_each:g} is more")
    if low:
        fail(*low)
