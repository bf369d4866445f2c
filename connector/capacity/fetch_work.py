"""Fetch what a project's people worked on: a page of 100 issues a request, and its changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.capacity.read_work import FIELDS, Statuses, people_in, read_work
from connector.client import Site
from connector.json_values import dict_of
from rules.capacity.work_history import WorkItem

MOST_LEVELS = 3
"""How far up the parents are fetched that a query did not find: sub-task, story, epic, above."""

BATCH = 100


@dataclass(frozen=True)
class Work:
    """Issues with their histories, the display names of their people by account, and ids by key."""

    items: tuple[WorkItem, ...]
    people: Mapping[str, str]
    ids: Mapping[str, str]


def fetch_work(site: Site, jql: str) -> Work:
    """Return the issues of a query, and the issues above them.

    Of each 100 issues: one request for the issues, and on Cloud one for the changes of status,
    assignee, class, gate and priority. Data Center gives the whole changelog with the issues.
    """
    statuses = Statuses.of(site.statuses())
    items: dict[str, WorkItem] = {}
    people: dict[str, str] = {}
    ids: dict[str, str] = {}
    for _ in range(MOST_LEVELS + 1):
        for raw in _issues(site, jql):
            item = read_work(raw, site.layout, statuses)
            items[item.key] = item
            people |= people_in(raw)
            ids[item.key] = str(raw.get("id", ""))
        above = sorted({item.parent for item in items.values() if item.parent} - items.keys())
        if not above:
            break
        jql = f"key in ({', '.join(above[:BATCH])})"
    return Work(tuple(items.values()), people, ids)


def _issues(site: Site, jql: str) -> Iterator[Mapping[str, Any]]:
    layout = site.layout
    ours = (layout.kind.id, layout.verdict.id, layout.score.id)
    fields = list(
        dict.fromkeys((*FIELDS, *ours, *filter(None, [layout.points]), *layout.agile.values()))
    )
    if site.account.kind == "datacenter":
        for page in site.pages(jql, fields, "changelog"):
            yield from page
        return
    followed = ("status", "assignee", "priority", layout.kind.id, layout.verdict.id)
    for page in filter(None, site.pages(jql, fields)):
        yield from _with_changes(page, site.changelogs([str(one["id"]) for one in page], followed))


def _with_changes(
    page: Iterable[Mapping[str, Any]], changes: Mapping[str, Sequence[Any]]
) -> Iterator[Mapping[str, Any]]:
    for raw in page:
        histories = changes.get(str(dict_of(raw).get("id")), [])
        yield {**raw, "changelog": {"histories": histories}}
