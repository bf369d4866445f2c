"""`sluice rules explain`: describe a rulebook in plain words, or its decision on an issue."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from cli import render_assessment
from cli.app import fail, plainly, settings
from cli.issues import SITE, not_foreign, show, site_triage_of
from cli.rules.group import NOW, time_of
from rules.assess.judge import Judge
from rules.facts.issue import Issue
from rules.facts.jsonl import issue_from_row, read_rows
from rules.rulebook.describe import book_in_words
from rules.rulebook.load import find
from rules.rulebook.rulebook import Rulebook
from rules.text_model import model
from rules.vocabulary.languages import LANGUAGES
from worker.triage.site_triage import open_site_triage

WIDTH = 100

_KEY = re.compile(r"[A-Z][A-Z0-9_]+-\d+")


@click.command("explain")
@click.argument("book_or_key", metavar="FILE|KEY")
@click.option("--issue", "row", help="Judge an issue of a file, by number or key: issues.jsonl#3.")
@click.option("--summary", help="Judge an issue with this title.")
@click.option("--description", help="With --summary: the description.")
@click.option("--type", "kind", help="With --summary: the issue type.")
@click.option("--label", "labels", multiple=True, help="With --summary: a label. Repeatable.")
@click.option("--why-not", "silent", is_flag=True, help="Show the rules that did not fire, too.")
@click.option("--book", help="With KEY: use this rulebook instead of the active one.")
@click.option(
    "--language", default="en", type=click.Choice(LANGUAGES), help="Language of the reasons."
)
@NOW
@SITE
@plainly
def explain_command(book_or_key: str, **given: Any) -> None:
    """Describe a rulebook in plain words, or explain its decision on an issue.

    FILE is a rule file or the name of a shipped rulebook. KEY is an issue of the site, as for
    `sluice explain`. Writes nothing.
    """
    if _KEY.fullmatch(book_or_key):
        _on_site(book_or_key, given)
        return
    if given["book"] or given["site"]:
        fail("--book and --site need the key of an issue, such as SHOP-12, instead of a file")
    book = find(book_or_key)
    issue = _issue(given, book)
    if issue is None:
        for line in book_in_words(book, given["language"]):
            click.echo(_wrapped(line))
    else:
        _judged(book, issue, given)


def _wrapped(line: str) -> str:
    """Return a line wrapped for the terminal, with a hanging indent."""
    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.fill(
        line, WIDTH, subsequent_indent=f"{indent}  ", break_long_words=False, break_on_hyphens=False
    )


def _issue(given: Mapping[str, Any], book: Rulebook) -> Issue | None:
    """Return the issue from --issue or --summary, or None if neither is given."""
    parts = {"description": given["description"], "type": given["kind"]}
    fields = {name: value for name, value in parts.items() if value is not None}
    if given["row"] and given["summary"] is not None:
        fail("use --issue or --summary, not both")
    if given["row"]:
        return _row(given["row"], book)
    if given["summary"] is not None:
        labels = list(given["labels"])
        return issue_from_row({"summary": given["summary"], "labels": labels, **fields}, 1)
    if fields or given["labels"]:
        fail("--description, --type and --label need --summary")
    return None


def _row(where: str, book: Rulebook) -> Issue:
    """Return an issue of a file, by number (`issues.jsonl#3`) or key (`issues.jsonl#SHOP-12`)."""
    file, _, wanted = where.rpartition("#")
    if not file:
        fail(f"--issue {where}: write file#number or file#key, such as issues.jsonl#3")
    try:
        rows = enumerate(read_rows(Path(file)), 1)
        named = (one for one in rows if wanted in (str(one[0]), str(one[1].get("key"))))
        number, row = next(named, (0, None))
    except OSError as error:
        fail(f"{file}: can't be read: {error.strerror}")
    if row is None:
        fail(f"{file} has no issue {wanted}")
    return issue_from_row(row, number, book.custom)


def _judged(book: Rulebook, issue: Issue, given: Mapping[str, Any]) -> None:
    now = time_of(given["now"])
    with closing(Judge(book, given["language"], model.shipped())) as judge:
        found = judge.assess(issue, now)
    headlines = render_assessment.headlines(found, given["language"])
    click.echo("\n".join([*headlines, *render_assessment.fired(found, given["language"])]))
    if given["silent"]:
        click.echo("\n".join(render_assessment.silent(book, found, now)))


def _on_site(key: str, given: Mapping[str, Any]) -> None:
    """Explain the decision on an issue of the site; with --book, by that rulebook."""
    if given["row"] or given["summary"] is not None:
        fail("--issue and --summary need a rule file, not the key of an issue")
    now = time_of(given["now"])
    if given["book"] is None:
        _, site_triage = site_triage_of(given["site"], key)
    else:
        found = settings()
        site, there = site_triage_of(given["site"], key)
        project = there.project_of(there.site.open(key))
        if project is None:
            fail(f"{key}: its project is not in sluice.yaml: add it there")
        tried = replace(project, book=find(given["book"]))
        projects = {**found.of_site(site), project.key: tried}
        site_triage = open_site_triage(found.sites[site], projects)
    outcome = site_triage.judged(site_triage.plan(site_triage.site.open(key), now), now)
    not_foreign(site_triage, outcome)
    show(site_triage, outcome, now, given["silent"])
