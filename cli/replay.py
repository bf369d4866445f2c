"""`sluice replay`: make the decisions of the decision log again."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import click

from cli.app import fail, plainly, settings
from rules.text_model.team.model import TeamModel
from rules.vocabulary.plural import many
from worker.triage.decision_log.log import beside, book_beside, model_beside
from worker.triage.decision_log.record import CannotReplay, Replayed, replay

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path, allow_dash=True)


@click.command("replay")
@click.argument("record", type=_FILE)
@click.option("--issue", help="Only the decisions on this issue, by key or id.")
@click.option(
    "--sources",
    type=click.Path(path_type=Path),
    help="The folder of rulebooks and models. Default: RECORD.sources.",
)
@click.option("--from-answers", is_flag=True, help="Read no text: use the recorded answers.")
@click.option("--json", "raw", is_flag=True, help="Print a JSON object for each decision.")
@plainly
def replay_command(
    record: Path, issue: str | None, sources: Path | None, from_answers: bool, raw: bool
) -> None:
    """Make the decisions in RECORD again, a file of the decision log. `-` reads stdin.

    Exit status 1 if a decision differs or can't be made again.
    """
    folder = sources or beside(record)
    total = bad = 0
    for number, row in _rows(record, issue):
        total += 1
        found = _again(row, folder, from_answers)
        bad += isinstance(found, str) or bool(found.differs)
        _show(number, row, found, raw)
    if not total:
        fail(f"{record}: no decision{f' on {issue}' if issue else ''} here")
    if not raw:
        click.echo(f"{many(total, 'decision')}: {total - bad} the same, {bad} not")
    sys.exit(bool(bad))


def _rows(record: Path, issue: str | None) -> Iterator[tuple[int, Any]]:
    """Yield the rows with their numbers; a line that is no JSON is yielded as its problem."""
    with click.open_file(str(record), "rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            named = row.get("issue") if isinstance(row, dict) else None
            ids = list(named.values()) if isinstance(named, dict) else []
            if line.strip() and (issue is None or issue in ids):
                yield number, row


def _again(row: Any, folder: Path, from_answers: bool) -> Replayed | str:
    if not isinstance(row, dict):
        return "this line is no JSON object"

    def team_of(digest: str) -> TeamModel:
        return model_beside(folder, digest, settings().model_key)

    try:
        return replay(row, partial(book_beside, folder), team_of, from_answers=from_answers)
    except CannotReplay as error:
        return str(error)


def _show(number: int, row: Any, found: Replayed | str, raw: bool) -> None:
    named = row.get("issue") if isinstance(row, dict) else None
    key = named.get("key") if isinstance(named, dict) else None
    if raw:
        shown = {"error": found} if isinstance(found, str) else {
            "by": found.by, "same": not found.differs, "decision": found.decision,
            "differs": {n: {"was": was, "is": now} for n, (was, now) in found.differs.items()},
        }  # fmt: skip
        click.echo(json.dumps({"line": number, "key": key, **shown}, ensure_ascii=False))
    elif isinstance(found, str):
        click.echo(f"{number}: {key or '?'}: can't be replayed: {found}")
    else:
        state = "differs" if found.differs else "the same"
        click.echo(f"{number}: {key}: {state}, from {found.by}")
        for name, (was, now) in found.differs.items():
            click.echo(f"  {name}: was {json.dumps(was)}, is {json.dumps(now)}")
