"""Read the issues of a backtest from a file or a site, and plan the writes on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from connector.comment.told import told
from connector.comment.triage_comment import comment
from connector.layout.field_mapping import Layout, Slot
from connector.layout.left_out import writable
from connector.messages.gist import digest_of
from connector.plan_update import Update, plan_update
from rules.assess.assessment import Assessment
from rules.facts.issue import Issue, Record
from rules.facts.jsonl import RowError, read_issues
from rules.rulebook.rulebook import Rulebook
from rules.testing.backtest import Write, Writes
from worker.settings.settings import WORDS, Project, Settings
from worker.triage.left_alone import held, reason
from worker.triage.site_triage import open_site_triage

_CHUNK = 1 << 20

NO_SITE = Layout(
    kind=Slot("class", "Sluice Class", True),
    score=Slot("score", "Sluice Score"),
    verdict=Slot("gate", "Sluice Gate", True),
    words=WORDS,
    account="sluice",
)
"""The names for rows of a file, which belong to no site."""


@dataclass(frozen=True)
class Past:
    """The issues, their number if it is known, and the planned writes of the new rulebook."""

    issues: Iterable[Issue | RowError]
    total: int | None
    writes: Writes

    def first(self, limit: int | None) -> Past:
        """Return the first issues, or all if there is no limit."""
        if limit is None:
            return self
        total = min(limit, self.total or limit)
        return replace(self, issues=islice(self.issues, limit), total=total)


def of_file(path: Path, books: Iterable[Rulebook], language: str, now: datetime) -> Past:
    """Return the issues of a JSON Lines file, each with the old rulebook's decision on it.

    The rulebooks declare the types of custom fields; if they differ, the first one counts.
    """
    custom = {field.name: field for book in reversed([*books]) for field in book.custom}

    def writes(after: Assessment, before: Assessment | None) -> Write | None:
        says = told(after, NO_SITE, language)
        return _kind(plan_update(_standing(after, before, language), NO_SITE, says, now))

    return Past(read_issues(path, now, custom.values()), _lines(path), writes)


def of_site(
    found: Settings, site: str, jql: str, books: Iterable[Rulebook], language: str, now: datetime
) -> Past:
    """Return the issues of a query with their current fields; values of people are kept."""
    site_triage = open_site_triage(found.sites[site], _with_books(found, site, books))

    def writes(after: Assessment, before: Assessment | None) -> Write | None:
        project = site_triage.projects.get(after.issue.project)
        if reason(after.issue):
            return None
        layout = site_triage.site.layout_of(after.issue.project)
        stays = held(after.issue, project.rerank if project else "until_started")
        after = writable(after, layout, (), stays)
        says = told(after, layout, language, project.telling if project else None)
        return _kind(plan_update(after, layout, says, now))

    searched = site_triage.site.search(jql)
    places = site_triage.places
    issues = (places.named(one) for one in searched if not places.takes_reports(one))
    return Past(issues, None, writes)


def _lines(path: Path) -> int | None:
    """Return the number of rows, or None if the file can be read only once, such as a pipe."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(_CHUNK), b""))


def _standing(after: Assessment, before: Assessment | None, language: str) -> Assessment:
    """Return the new assessment, of the issue with the old decision on it."""
    if before is None:
        return after
    body = digest_of(comment(before, NO_SITE, language), NO_SITE.verdict.name)
    record = Record(wrote=before.proposed, digest=before.digest(), comment=body)
    return replace(after, issue=replace(after.issue, managed=before.proposed, record=record))


def _kind(update: Update | None) -> Write | None:
    if update is None:
        return None
    return "fields" if update.fields else "comment"


def _with_books(found: Settings, site: str, books: Iterable[Rulebook]) -> Mapping[str, Project]:
    """Return the site's projects as those of the rulebooks, so that their fields are read."""
    one, *_, other = [*books] * 2
    return {key: replace(p, book=other, candidate=one) for key, p in found.of_site(site).items()}
