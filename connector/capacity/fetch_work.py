"""Fetch what a project's people worked on: a page of 100 issues a request, and its changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.capacity.read_work import FIELDS, people_in, read_work
from connector.changelog import Statuses
from connector.client import JiraRefused, Site
from connector.issue.read_issue import read_issue
from connector.layout.field_mapping import Layout
from rules.capacity.work_history import WorkItem
from rules.facts.issue import Issue
from rules.facts.jira_json.json_values import dict_of

MOST_LEVELS = 3
"""How far up the parents are fetched that a query did not find: sub-task, story, epic, above."""

BATCH = 100

CHOSEN = ("priority", "creator", "reporter")
"""The fields that tell what people chose, beside class and gate."""


@dataclass(frozen=True)
class Work:
    """Issues with their histories, and the display names of their people by account.

    `issues` have what people chose in the managed fields, and no texts but the title.
    """

    items: tuple[WorkItem, ...]
    people: Mapping[str, str]
    issues: tuple[Issue, ...]


def fetch_work(site: Site, jql: str) -> Work:
    """Return the issues of a query, and the issues above them.

    Of each 100 issues: one request for the issues, and on Cloud one for the changes of status,
    assignee, class, gate and priority. Data Center gives the whole changelog with the issues.
    """
    statuses = Statuses.of(site.statuses())
    items: dict[str, WorkItem] = {}
    people: dict[str, str] = {}
    issues: dict[str, Issue] = {}
    found, asked = _issues(site, jql), set[str]()
    for _ in range(MOST_LEVELS + 1):
        for raw in found:
            layout = site.layout_for(raw)
            item = read_work(raw, layout, statuses)
            items[item.key] = item
            people |= people_in(raw, layout)
            issues[item.key] = read_issue(raw, layout)
        above = {item.parent for item in items.values() if item.parent} - items.keys() - asked
        if not above:
            break
        asked |= above
        found = readable(site, sorted(above))
    return Work(tuple(items.values()), people, tuple(issues.values()))


def readable(site: Site, keys: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """Yield the issues with these keys that the account may read.

    Jira refuses a query that names an issue that is deleted or hidden from the account. Such a
    query is sent again in halves: one hidden parent must not cost a project its report.
    """
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        try:
            yield from [*_issues(site, f"key in ({', '.join(batch)})")]
        except JiraRefused:
            half = len(batch) // 2
            if half:
                yield from readable(site, batch[:half])
                yield from readable(site, batch[half:])


def _issues(site: Site, jql: str) -> Iterator[Mapping[str, Any]]:
    ours = [one for layout in site.layouts for one in _ours(layout)]
    fields = list(dict.fromkeys((*FIELDS, *ours, *CHOSEN)))
    if site.account.kind == "datacenter":
        for page in site.pages(jql, fields, "changelog"):
            yield from page
        return
    chosen = [slot.id for layout in site.layouts for slot in (layout.kind, layout.verdict)]
    followed = list(dict.fromkeys(("status", "assignee", *chosen, "priority")))
    for page in filter(None, site.pages(jql, fields)):
        yield from _with_changes(page, site.changelogs([str(one["id"]) for one in page], followed))


def _ours(layout: Layout) -> tuple[str, ...]:
    """Return the fields of a project that a report needs, beside Jira's own."""
    slots = (layout.kind.id, layout.verdict.id, layout.score.id)
    return (*slots, *layout.points.ids, *layout.agile.values())


def _with_changes(
    page: Iterable[Mapping[str, Any]], changes: Mapping[str, Sequence[Any]]
) -> Iterator[Mapping[str, Any]]:
    for raw in page:
        histories = changes.get(str(dict_of(raw).get("id")), [])
        yield {**raw, "changelog": {"histories": histories}}
