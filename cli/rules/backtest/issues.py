"""Where a backtest finds issues: a file of rows, or a site; and what a book would write on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from connector.field_mapping import Layout, Slot
from connector.plan_update import Update, plan_update
from connector.property_record import digest
from connector.triage_comment import comment
from rules.assess.assessment import Assessment
from rules.facts.issue import Issue, Record
from rules.facts.jsonl import RowError, each_issue, read_each
from rules.rulebook.rulebook import Rulebook
from rules.testing.backtest import Write, Writes
from worker.settings.load import WORDS, Project, Settings
from worker.triage import open_gate

_CHUNK = 1 << 20

NO_SITE = Layout(
    kind=Slot("class", "Sluice Class", True),
    score=Slot("score", "Sluice Score"),
    verdict=Slot("gate", "Sluice Gate", True),
    words=WORDS,
    account="sluice",
)
"""What a site might call things: rows belong to none."""


@dataclass(frozen=True)
class Past:
    """Issues, how many there are where that is known, and what the new book would write."""

    issues: Iterable[Issue | RowError]
    total: int | None
    writes: Writes

    def first(self, limit: int | None) -> Past:
        """No more of them than this, where it is given."""
        if limit is None:
            return self
        total = min(limit, self.total or limit)
        return replace(self, issues=islice(self.issues, limit), total=total)


def of_file(path: Path, books: Iterable[Rulebook], language: str, now: datetime) -> Past:
    """The rows of a JSON Lines file, as if the old book's decision stood on each issue.

    The books say what their custom fields hold; where they differ, the first one does.
    """
    custom = {field.name: field for book in reversed([*books]) for field in book.custom}

    def writes(after: Assessment, before: Assessment | None) -> Write | None:
        said = comment(after, NO_SITE, language)
        return _kind(plan_update(_standing(after, before, language), NO_SITE, said, now))

    return Past(each_issue(read_each(path), custom.values()), _lines(path), writes)


def of_site(
    found: Settings, site: str, jql: str, books: Iterable[Rulebook], language: str, now: datetime
) -> Past:
    """The issues of a query, with what stands on each; what people set there counts as kept."""
    gate = open_gate(found.sites[site], _with_books(found, site, books))
    posts = {p.report.issue for p in found.of_site(site).values() if p.report}

    def writes(after: Assessment, before: Assessment | None) -> Write | None:
        said = comment(after, gate.site.layout, language)
        return _kind(plan_update(after, gate.site.layout, said, now))

    issues = (issue for issue in gate.site.search(jql) if issue.key not in posts)
    return Past(issues, None, writes)


def _lines(path: Path) -> int | None:
    """How many rows are to come; None where the file can be read but once, as a pipe."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(_CHUNK), b""))


def _standing(after: Assessment, before: Assessment | None, language: str) -> Assessment:
    """The new assessment, of the issue as the old one would have left it."""
    if before is None:
        return after
    said = digest(comment(before, NO_SITE, language))
    record = Record(wrote=before.proposed, digest=before.digest(), comment=said)
    return replace(after, issue=replace(after.issue, managed=before.proposed, record=record))


def _kind(update: Update | None) -> Write | None:
    if update is None:
        return None
    return "fields" if update.fields else "comment"


def _with_books(found: Settings, site: str, books: Iterable[Rulebook]) -> Mapping[str, Project]:
    """The site's projects and a stand-in for each book: the gate reads the fields they ask for."""
    some = next(iter(found.projects.values()))
    extra = {f"book {n}": replace(some, book=book) for n, book in enumerate(books)}
    return {**found.of_site(site), **extra}
