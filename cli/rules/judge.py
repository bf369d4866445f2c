"""`sluice rules judge`: judge each issue of a file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

import click

from cli.app import fail, plainly
from cli.rules.backtest.issues import NO_SITE
from cli.rules.backtest.text import visible
from cli.rules.group import MODEL, NOW, language_option, time_of_file
from connector.comment.triage_comment import comment
from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.facts.issue import Issue
from rules.facts.jsonl import RowError, each_issue
from rules.rulebook import load
from rules.rulebook.rulebook import Rulebook
from rules.testing.decisions import by_own_scores, decision, judge_each
from rules.text_model.model import TextModel, shipped
from rules.text_model.model_file import ModelError

WIDTH = 100
_COLUMNS = "{key:<12}  {class:<15}  {score:>5}  {verdict:<10}  {priority:<8}  {summary}"
_HEAD = {name: name for name in ("key", "class", "score", "verdict", "priority", "summary")}


@click.command("judge")
@click.argument("book")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@NOW
@MODEL
@language_option("Language of the comments.")
@click.option("--limit", type=click.IntRange(1), help="Only the first N issues.")
@click.option("--with-shadow", is_flag=True, help="Use the shadow rules, too.")
@plainly
def judge_command(book: str, file: str, as_json: bool, **given: Any) -> None:
    """Judge the issues of a file and print one decision a line.

    BOOK is a rule file or the name of a shipped rulebook. FILE has one JSON object a line,
    with at least `summary`; - reads standard input. A bad line is reported and skipped.
    A date is a day, a time, or -7d for 7 days ago.
    """
    found, now, count = load.find(book), time_of_file(given["now"], file), 0
    with click.open_file(file, "rb") as lines:
        for one in _judged(cast(BinaryIO, lines), _name(file), found, now, given):
            if isinstance(one, str):
                click.echo(f"sluice: {one}", err=True)
                continue
            if not count and not as_json:
                click.echo(_COLUMNS.format(**_HEAD).upper())
            _print(one, given["language"], as_json)
            count += 1
    if not count:
        fail("no issue to judge")


def _name(file: str) -> str:
    return "<stdin>" if file == "-" else file


def _judged(
    lines: BinaryIO, name: str, book: Rulebook, now: datetime, given: Mapping[str, Any]
) -> Iterator[Assessment | str]:
    """Yield the assessment of each issue, or the reason why it can't be judged."""
    issues: Iterable[Issue | RowError] = islice(
        each_issue(lines, name, now, book.custom), given["limit"]
    )
    counted = book if given["with_shadow"] else book.live()
    model = text_model(given["trained"])
    if counted.shares:
        issues = [*issues]
        counted = by_own_scores(counted, issues, model, now)
    with closing(Judge(counted, given["language"], model)) as judge:
        for one in judge_each(issues, [judge], now):
            yield one if isinstance(one, str) else one[0]


def text_model(file: Path | None) -> TextModel:
    """Return the text model given by --model, or the one that ships."""
    try:
        return TextModel.load(file) if file else shipped()
    except ModelError as error:
        fail(error)


def _print(found: Assessment, language: str, as_json: bool) -> None:
    # The table shows no comment, and its words cost as much as the decision.
    decided = decision(found, comment(found, NO_SITE, language) if as_json else "")
    line = json.dumps(decided, ensure_ascii=False) if as_json else _row(decided, found.issue)
    # JSON can hold half of a character, which can't be printed.
    click.echo(line.encode("utf-8", "replace"))


def _row(decided: Mapping[str, Any], issue: Issue) -> str:
    """Return a line of the table. An undecided issue shows its likeliest class in parentheses."""
    unsure = decided["class"] == "undecided" and decided["guess"]
    shown = {
        "key": visible(issue.key),
        "class": f"({decided['guess']})" if unsure else decided["class"],
        "score": f"{decided['score']:g}",
        "priority": decided["priority"] or "none",
        "summary": visible(issue.summary),
    }
    line = _COLUMNS.format(**{**decided, **shown})
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"
