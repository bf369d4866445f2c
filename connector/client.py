"""Open an issue of a Jira site, write it, search."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from requests import Response

from connector.calls import lookups, posting
from connector.calls.changelogs import changelogs
from connector.calls.lookups import ProjectNow as ProjectNow
from connector.calls.paths import checked
from connector.calls.posting import Posted as Posted
from connector.calls.records import Records
from connector.calls.whole import with_comments, with_past
from connector.calls.writing import put
from connector.http.connection import SCOPED, Connection
from connector.http.connection import Account as Account  # for callers of Site
from connector.http.errors import JiraBusy as JiraBusy
from connector.http.errors import JiraRefused as JiraRefused
from connector.http.errors import json_of, object_of
from connector.http.limits import date_of
from connector.http.myself import Myself
from connector.http.rights import Right, rights_in
from connector.http.witness import BROWSE, Witness
from connector.issue.property_record import read_record
from connector.issue.read_issue import (
    read_issue,
)
from connector.layout.by_project import Blank, Layouts, ProjectFields
from connector.layout.field_mapping import PROPERTY, Layout, Names
from connector.layout.priorities import Priorities
from connector.layout.refusal import what_lacks
from connector.plan_update import Update
from rules.facts.issue import Issue, Note, Record
from rules.facts.jira_json.json_values import dict_of


class Site:
    """A Jira site. It sends no request before the first call, and reads its layout once."""

    _may_hush = True
    """Whether this process may still ask Jira to send no mails."""

    def __init__(
        self,
        account: Account,
        names: Names,
        words: Names,
        custom: Iterable[str] = (),
        default_priority: str = "Medium",
        robots: Iterable[str] = (),
        priority_words: Names | None = None,
        former: Iterable[str] = (),
        projects: Mapping[str, ProjectFields] | None = None,
    ) -> None:
        self.account = account
        self._connection = Connection(account)
        self._myself, self._robots = Myself(self._connection, former), frozenset(robots)
        self._priority_words = priority_words or {}
        site = ProjectFields(names, tuple(custom))
        blank = Blank(words, default_priority, self._people)
        self._layouts = Layouts(self._connection, site, projects or {}, blank)

    @property
    def url(self) -> str:
        """Return the address of the site."""
        return self.account.url

    @cached_property
    def pages_url(self) -> str:
        """Return the address of the pages that people open: a scoped token has another one."""
        if urlsplit(self.url).hostname != SCOPED:
            return self.url.rstrip("/")
        return str(self._connection.get("serverInfo").get("baseUrl") or self.url).rstrip("/")

    @property
    def layout(self) -> Layout:
        """Return the layout of the first project that has one; raise LayoutError if none has."""
        return self._layouts.usable()[0]

    def layout_of(self, project: str) -> Layout:
        """Return field ids, words and Sluice's account for a project, by its key in sluice.yaml.

        The first call sends three requests, for fields, account and priorities; one more if a
        rulebook uses the number of reopenings, and one a project if the site has fields that belong
        to one project.
        Raise LayoutError.
        """
        return self._layouts.of(project)

    @property
    def layouts(self) -> list[Layout]:
        """Return the layouts of all projects that have one; raise LayoutError if none has."""
        return self._layouts.usable()

    def layout_for(self, raw: Mapping[str, Any]) -> Layout:
        """Return the layout for the JSON of an issue."""
        return self._layouts.of_issue(raw)

    def _people(self, layout: Layout) -> Layout:
        """Return a layout with what is the same for all projects: accounts and priorities."""
        return replace(
            layout,
            account=self.me,
            robots=self._robots,
            former=self._myself.accounts - {self.me},
            priorities=self.priorities,
        )

    @cached_property
    def priorities(self) -> Priorities:
        """Return the site's priorities, with one request."""
        listed = self._connection.listed("priority")
        return Priorities.read(listed, self._priority_words)

    @property
    def me(self) -> str:
        """Return Sluice's account id (Cloud) or user name (Data Center)."""
        return self._myself.id

    @property
    def display_name(self) -> str:
        """Return the name of Sluice's account as people see it in Jira."""
        return self._myself.name

    def twin(self, heard: Callable[[Response], None]) -> Site:
        """Return the same site with a connection of its own, for another thread.

        The layout is read once for all. `heard` is called with each answer of Jira.
        """
        _ = self.layout
        other = copy(self)
        other._connection = Connection(self.account)
        other._connection.heard = heard
        return other

    def trouble(self, projects: Collection[str] = (), right: str = BROWSE) -> JiraBusy | None:
        """Return why Jira answers our account nothing at the moment, None if it answers."""
        return self._witness.trouble(projects, right)

    @cached_property
    def _witness(self) -> Witness:
        return Witness(self._connection)

    def count_calls(self, count: Callable[[str], None]) -> None:
        """Call a function with the name of a counter for each call to Jira."""
        self._connection.counted = count

    def forget_layout(self) -> None:
        """Read the layouts again at their next use."""
        self._layouts.forget()

    def renew_layout(self) -> None:
        """Read the fields again, in one request, and keep the layouts that lack some now."""
        self._layouts.renew()

    def open(self, issue: str) -> Issue:
        """Read an issue by id or key, with Sluice's record and its last changes, in one GET."""
        raw, at = self.open_raw(issue, all_changes=False)
        return read_issue(raw, self.layout_for(raw), at)

    def open_raw(
        self, issue: str, *, all_changes: bool = True
    ) -> tuple[dict[str, Any], datetime | None]:
        """Return the JSON of an issue with its changelog, and Jira's time, in one GET.

        `all_changes`: those that the JSON leaves out are read, too, also if no rulebook needs them.
        """
        path = f"issue/{checked(issue)}"
        # The changelog tells whose a value is, and costs no request.
        query = {"fields": ",".join(self.wanted()), "properties": PROPERTY, "expand": "changelog"}
        answer = self._connection.call("GET", path, params=query)
        past = all_changes or bool(self._layouts.expand)
        raw = self._whole(object_of(json_of(answer), self.url), past)
        return raw, date_of(answer.headers.get("Date"))

    def record_of(self, raw: Mapping[str, Any]) -> Record | None:
        """Return Sluice's record in the JSON of an issue; None where a search has no properties."""
        found = read_record(dict_of(raw.get("properties")).get(PROPERTY))
        return found if found and found.issue == str(raw.get("id")) else None

    def wanted(self) -> list[str]:
        """Return the fields to request: before the answer, no one knows an issue's project."""
        return self._layouts.wanted()

    def _whole(self, raw: dict[str, Any], past: bool) -> dict[str, Any]:
        """Return the issue with what its JSON left out: further comments; with `past`, changes."""
        found = with_past(self._connection, raw) if past else raw
        return with_comments(self._connection, found, self._myself.accounts)

    def write(self, issue: str, update: Update) -> None:
        """Write fields, comment and property together, in one PUT; a quiet one writes no field.

        If Jira refuses to edit Sluice's comment, a second PUT adds a new one.
        """
        if update.quiet:
            for one in update.properties:
                self._connection.call(
                    "PUT", f"issue/{checked(issue)}/properties/{one['key']}", json=one["value"]
                )
            return
        path = f"issue/{checked(issue)}"
        self._may_hush = put(self._connection, path, update, self._may_hush)

    def what_lacks(self, issue: Issue, update: Update, refused: JiraRefused) -> frozenset[str]:
        """Return what to leave out of a refused update, with one or two requests; or raise it."""
        return what_lacks(self._connection, issue, update.body(), refused)

    def note(self, issue: str, marker: str) -> Note | None:
        """Return Sluice's last comment with a marker, or None, in one GET."""
        return posting.note(self._connection, checked(issue), marker, self._myself.accounts)

    def posted(self, issue: str, marker: str, name: str) -> Posted:
        """Return Sluice's last comment with a marker, a property and the files, in one GET."""
        return posting.posted(self._connection, checked(issue), marker, name, self._myself.accounts)

    def attach(self, issue: str, name: str, content: bytes, kind: str) -> None:
        """Attach a file to an issue, of a MIME type such as `image/png`."""
        posting.attach(self._connection, issue, name, content, kind)

    def place(self, project: str) -> ProjectNow | None:
        """Return a project by id, by key or by an earlier key, in one GET; None if it is unknown.

        Unknown is also a project that Sluice's account may not browse.
        """
        return lookups.place(self._connection, project)

    def id_of(self, issue: str) -> str:
        """Return the id of an issue by its key of today or of earlier, in one GET."""
        return lookups.id_of(self._connection, issue)

    def count(self, jql: str) -> int:
        """Return how many issues a query finds, in one request; on Cloud the number is rounded."""
        return lookups.count(self._connection, jql)

    def search(self, jql: str, *, changelog: bool = False, records: int = 0) -> Iterator[Issue]:
        """Yield the issues of a query as `open` returns them, in pages of 100.

        `changelog`: the pages have the changelog even if no rulebook asks for it: on Cloud the last
        100 changes of an issue. No further request is sent for older ones.

        A search of Data Center has no properties. There the record of an issue is partial, and the
        pages always have the changelog; for at most `records` issues the record is read.
        """
        changelog = changelog or not self.finds_records
        past = bool(self._layouts.expand)
        expand = "changelog" if changelog else self._layouts.expand
        lacking = Records(self._connection, records)
        for page in self.pages(jql, self.wanted(), expand):
            for raw in page:
                whole, layout = self._whole(raw, past), self.layout_for(raw)
                yield (
                    read_issue(whole, layout)
                    if self.finds_records
                    else lacking.issue(whole, layout)
                )

    @property
    def finds_records(self) -> bool:
        """Return whether a search gives the records of issues: only on Cloud."""
        return self.account.kind == "cloud"

    def pages(
        self, jql: str, fields: Sequence[str], expand: str | None = None
    ) -> Iterator[list[dict[str, Any]]]:
        """Yield the JSON of the issues of a query in pages of 100; on Cloud with the property."""
        properties = PROPERTY if self.finds_records else None
        yield from self._connection.pages(jql, list(fields), expand, properties)

    def changelogs(self, ids: Sequence[str], fields: Sequence[str]) -> dict[str, list[Any]]:
        """Return the changes of some fields of at most 1000 issues, by issue id. Only on Cloud."""
        return changelogs(self._connection, ids, fields)

    def rights_in(self, project: str, keys: Collection[str]) -> Mapping[str, Right]:
        """Return the rights of our account in a project, by Jira's key, in one request."""
        return rights_in(self._connection, project, keys)

    def ask(self, path: str, query: dict[str, str] | None = None) -> dict[str, Any]:
        """Return the JSON object at a path of the REST API, for checks of the set-up."""
        return self._connection.get(path, query)

    def ask_list(self, path: str, root: str = "") -> list[dict[str, Any]]:
        """Return the JSON list at a path of the REST API, or of another one at `root`."""
        return self._connection.listed(path, root)

    def statuses(self) -> list[dict[str, Any]]:
        """Return the statuses of the site, with their categories."""
        return self._connection.listed("status")
