"""`sluice rules explain`: a book in plain words, and what it makes of an issue."""

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
from cli.app import fail, plainly, settings, site_of
from cli.issues import SITE, gate_of, not_foreign, show
from cli.rules.group import rules, time_of
from rules.assess.judge import Judge
from rules.facts.issue import Issue
from rules.facts.jsonl import issue_from_row, read_rows
from rules.rulebook.describe import book_in_words
from rules.rulebook.load import find
from rules.rulebook.rulebook import Rulebook
from rules.text_model import model
from rules.vocabulary.languages import LANGUAGES
from worker.triage import open_gate

WIDTH = 100

_KEY = re.compile(r"[A-Z][A-Z0-9_]+-\d+")


@rules.command("explain")
@click.argument("book_or_key", metavar="FILE|KEY")
@click.option("--issue", "row", help="What it makes of an issue of a file: issues.jsonl#3, #KEY.")
@click.option("--summary", help="What it makes of an issue with this title.")
@click.option("--description", help="With --summary: the description.")
@click.option("--type", "kind", help="With --summary: the issue type.")
@click.option("--label", "labels", multiple=True, help="With --summary: a label, any number.")
@click.option("--why-not", "silent", is_flag=True, help="Also the rules that did not fire.")
@click.option("--book", help="With KEY: by this rule file instead of the project's book.")
@click.option("--language", default="en", type=click.Choice(LANGUAGES), help="Of the reasons.")
@click.option("--now", help="Judge as on this day, such as 2026-11-23. Without it, today.")
@SITE
@plainly
def explain_command(book_or_key: str, **given: Any) -> None:
    """Say in plain words what a book does; or why it judges an issue as it does.

    FILE is a rule file or the name of a book that ships. KEY is an issue of the site, as for
    `sluice explain`. Nothing is written.
    """
    if _KEY.fullmatch(book_or_key):
        _on_site(book_or_key, given)
        return
    if given["book"] or given["site"]:
        fail("--book and --site go with the key of an issue, such as SHOP-12")
    book = find(book_or_key)
    issue = _issue(given, book)
    if issue is None:
        for line in book_in_words(book, given["language"]):
            click.echo(_wrapped(line))
    else:
        _judged(book, issue, given)


def _wrapped(line: str) -> str:
    """A line that is too long for a terminal, with what follows set in."""
    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.fill(
        line, WIDTH, subsequent_indent=f"{indent}  ", break_long_words=False, break_on_hyphens=False
    )


def _issue(given: Mapping[str, Any], book: Rulebook) -> Issue | None:
    """The issue that was asked for: a row of a file, or what stands on the command line."""
    parts = {"description": given["description"], "type": given["kind"]}
    fields = {name: value for name, value in parts.items() if value is not None}
    if given["row"] and given["summary"] is not None:
        fail("name an issue by --issue or by --summary, not both")
    if given["row"]:
        return _row(given["row"], book)
    if given["summary"] is not None:
        labels = list(given["labels"])
        return issue_from_row({"summary": given["summary"], "labels": labels, **fields}, 1)
    if fields or given["labels"]:
        fail("--description, --type and --label go with --summary")
    return None


def _row(where: str, book: Rulebook) -> Issue:
    """`issues.jsonl#3` is the third issue of the file, `issues.jsonl#SHOP-12` the one so called."""
    file, _, wanted = where.rpartition("#")
    if not file:
        fail(f"--issue {where}: write the file, # and a number or key, such as issues.jsonl#3")
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
    click.echo("\n".join([*headlines, *render_assessment.fired(found)]))
    if given["silent"]:
        click.echo("\n".join(render_assessment.silent(book, found, now)))


def _on_site(key: str, given: Mapping[str, Any]) -> None:
    """As `sluice explain KEY`; with --book as if the project had that book."""
    if given["row"] or given["summary"] is not None:
        fail("--issue and --summary go with a rule file, not with the key of an issue")
    now = time_of(given["now"])
    if given["book"] is None:
        _, gate = gate_of(given["site"], key)
    else:
        found, project = settings(), key.rsplit("-", 1)[0]
        if project not in found.projects:
            fail(f"{key}: its project is not under the gate: add it in sluice.yaml")
        tried = replace(found.projects[project], book=find(given["book"]))
        site = site_of(found, given["site"] or tried.site)
        gate = open_gate(found.sites[site], {**found.of_site(site), project: tried})
    outcome = gate.plan(gate.site.open(key), now)
    not_foreign(gate, outcome)
    show(gate, outcome, now, given["silent"])
