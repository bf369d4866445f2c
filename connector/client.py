"""Open an issue of a Jira site, write it, search."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from requests import Response

from connector.http.connection import PAGE, SCOPED, Connection
from connector.http.connection import Account as Account  # for callers of Site
from connector.http.errors import JiraBusy as JiraBusy
from connector.http.errors import JiraRefused as JiraRefused
from connector.http.errors import json_of, object_of
from connector.http.limits import Limits
from connector.http.progress import Progress
from connector.http.witness import Witness
from connector.issue.property_record import read_record
from connector.issue.read_issue import (
    MARKER,
    comment_total,
    comments_of,
    find_note,
    read_issue,
)
from connector.issue.record_of_changes import record_of_changes
from connector.jira_json.changelog import histories, may_be_cut, missing
from connector.jira_json.json_values import dict_of, list_of, text_of
from connector.layout.by_project import Blank, Layouts, ProjectFields
from connector.layout.field_mapping import PROPERTY, Layout, Names
from connector.layout.left_out import COMMENT
from connector.layout.priorities import Priorities
from connector.layout.refusal import what_lacks
from connector.plan_update import Update
from rules.facts.issue import Issue, Note, Record

log = logging.getLogger("sluice")

MAX_COMMENTS = 5 * PAGE
"""The maximum number of comments to read beyond those in the issue's JSON, the newest first."""

MAX_OLDER = 10 * PAGE
"""The maximum number of older changes to read, beyond those in the issue's JSON."""

PAST_S = 15.0
"""The time limit of reading a changelog, after which it is retried: the task has a limit too."""

_SECONDS_MAX = 100_000_000_000
"""A number that is larger is a time in milliseconds."""

_NUMBER = re.compile("[0-9]{1,18}")

_PROJECT = re.compile("[A-Za-z][A-Za-z0-9_]*|[0-9]{1,18}")

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]*-[0-9]{1,12}|[0-9]{1,18}")


@dataclass(frozen=True)
class Posted:
    """What Sluice posted on an issue: its comment, the value of a property, names of files.

    `key` is the issue's key of today, `project_type` the type of its project, such as
    `service_desk`.
    """

    note: Note | None
    value: object
    attachments: frozenset[str]
    key: str
    project_type: str | None = None


@dataclass(frozen=True)
class ProjectNow:
    """A project as Jira has it: its id, which stays, and its key of today."""

    id: str
    key: str


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
        self._robots, self._former = frozenset(robots), frozenset(former)
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
            former=self._accounts - {self.me},
            priorities=self.priorities,
        )

    @cached_property
    def priorities(self) -> Priorities:
        """Return the site's priorities, with one request."""
        listed = self._connection.listed("priority")
        return Priorities.read(listed, self._priority_words)

    @cached_property
    def me(self) -> str:
        """Return Sluice's account id (Cloud) or user name (Data Center)."""
        myself = self._myself
        return str(myself.get("accountId") or myself.get("name") or myself.get("key") or "")

    @property
    def _accounts(self) -> frozenset[str]:
        """Return Sluice's account, by each of its ids, and those that it had earlier.

        On Data Center, an admin can rename a user: its key stays.
        """
        ids = (self._myself.get(key) for key in ("accountId", "name", "key"))
        return self._former | {str(one) for one in ids if one}

    @property
    def display_name(self) -> str:
        """Return the name of Sluice's account as people see it in Jira."""
        return str(self._myself.get("displayName") or self.me)

    @cached_property
    def _myself(self) -> Mapping[str, Any]:
        return self._connection.get("myself")

    def twin(self, heard: Callable[[Response], None]) -> Site:
        """Return the same site with a connection of its own, for another thread.

        The layout is read once for all. `heard` is called with each answer of Jira.
        """
        _ = self.layout
        other = copy(self)
        other._connection = Connection(self.account)
        other._connection.heard = heard
        return other

    def count(self, jql: str) -> int:
        """Return how many issues a query finds, in one request; on Cloud the number is rounded."""
        if self.account.kind == "cloud":
            path, body = "search/approximate-count", {"jql": jql}
            answer = self._connection.call("POST", path, version=3, json=body)
            return int(object_of(json_of(answer), self.url).get("count") or 0)
        query = {"jql": jql, "maxResults": "0", "fields": "id"}
        return int(self._connection.get("search", query).get("total") or 0)

    @property
    def limits(self) -> Limits | None:
        """Return what Jira last said of its limits, None if it said nothing."""
        return self._connection.limits

    def trouble(self, projects: Collection[str] = ()) -> JiraBusy | None:
        """Return why Jira answers our account nothing at the moment, None if it answers."""
        return self._witness.trouble(projects)

    @cached_property
    def _witness(self) -> Witness:
        return Witness(self._connection)

    def forget_layout(self) -> None:
        """Read the layouts again at their next use."""
        self._layouts.forget()

    def open(self, issue: str) -> Issue:
        """Read an issue by id or key, with Sluice's record and its last changes, in one GET."""
        path = f"issue/{_checked(issue)}"
        query = {"fields": ",".join(self.wanted()), "properties": PROPERTY}
        query["expand"] = "changelog"  # it tells whose a value is, and costs no request
        answer = self._connection.call("GET", path, params=query)
        raw = self._whole(object_of(json_of(answer), self.url))
        return read_issue(raw, self.layout_for(raw), _date(answer))

    def open_raw(self, issue: str) -> tuple[dict[str, Any], datetime | None]:
        """Return the JSON of an issue with its changelog, and Jira's time, in one GET."""
        query = {"fields": ",".join(self.wanted()), "properties": PROPERTY, "expand": "changelog"}
        answer = self._connection.call("GET", f"issue/{_checked(issue)}", params=query)
        raw = object_of(json_of(answer), self.url)
        return self._with_comments(self._with_past(raw)), _date(answer)

    def record_of(self, raw: Mapping[str, Any]) -> Record | None:
        """Return Sluice's record in the JSON of an issue; None where a search has no properties."""
        found = read_record(dict_of(raw.get("properties")).get(PROPERTY))
        return found if found and found.issue == str(raw.get("id")) else None

    def wanted(self) -> list[str]:
        """Return the fields to request: before the answer, no one knows an issue's project."""
        return self._layouts.wanted()

    def _whole(self, raw: dict[str, Any]) -> dict[str, Any]:
        """Return the issue with what its JSON left out: older changes, further comments."""
        return self._with_comments(self._with_past(raw) if self._layouts.expand else raw)

    def _with_comments(self, raw: dict[str, Any]) -> dict[str, Any]:
        """Return the issue with the comments that its JSON left out: an issue holds one page.

        Sluice's own is among them, also where it is older than all that are read.
        """
        known, total = comments_of(raw), comment_total(raw)
        if total <= len(known):
            return raw
        found = {str(one.get("id")): one for one in known}
        path = f"issue/{_checked(str(raw.get('id')))}/comment"
        for start in range(0, min(total, MAX_COMMENTS), PAGE):
            query = {"orderBy": "-created", "startAt": str(start), "maxResults": str(PAGE)}
            page = list_of(self._connection.get(path, query).get("comments"))
            found |= {str(one.get("id")): one for one in map(dict_of, page)}
            if len(found) >= total:
                break
        found |= {str(one.get("id")): one for one in self._own_comment(raw, found, total)}
        fields = {
            **dict_of(raw.get("fields")),
            "comment": {"comments": [*found.values()], "total": total},
        }
        return raw | {"fields": fields}

    def _own_comment(
        self, raw: Mapping[str, Any], found: Mapping[str, Mapping[str, Any]], total: int
    ) -> list[Mapping[str, Any]]:
        """Return Sluice's comment if it is not among those found: by its id, else the oldest page.

        Sluice comments soon after the creation, so its comment is one of the oldest.
        """
        record = read_record(dict_of(raw.get("properties")).get(PROPERTY))
        if find_note(found.values(), self._accounts, MARKER, record):
            return []
        path = f"issue/{_checked(str(raw.get('id')))}/comment"
        if record and record.note and _NUMBER.fullmatch(record.note) and record.note not in found:
            try:
                return [self._connection.get(f"{path}/{record.note}")]
            except JiraRefused as error:
                if not error.missing:
                    raise
        if len(found) >= total:
            return []
        query = {"orderBy": "created", "startAt": "0", "maxResults": str(PAGE)}
        return [dict_of(one) for one in list_of(self._connection.get(path, query).get("comments"))]

    def _with_past(self, raw: dict[str, Any]) -> dict[str, Any]:
        """Return the issue with its older changes added, newest first, up to a limit."""
        # Data Center gives all changes with the issue, and has no address for further ones.
        older = self._older(raw) if self.account.kind == "cloud" else 0
        if not older:
            return raw
        found, until = histories(raw), time.monotonic() + PAST_S
        for start in range(older - PAGE, max(older - MAX_OLDER, 0) - PAGE, -PAGE):
            if time.monotonic() > until:
                raise JiraBusy(f"the changelog took more than {PAST_S:g} s to read", scope="issue")
            query = {"startAt": str(max(start, 0)), "maxResults": str(PAGE + min(start, 0))}
            page = self._connection.get(f"issue/{_checked(str(raw.get('id')))}/changelog", query)
            found += list_of(page.get("values"))
        return raw | {"changelog": {"histories": found, "total": older + len(histories(raw))}}

    def _older(self, raw: Mapping[str, Any]) -> int:
        """Return the number of changes that the issue's JSON left out; if in doubt, ask Jira."""
        if not may_be_cut(raw):
            return missing(raw)
        path, query = f"issue/{_checked(str(raw.get('id')))}/changelog", {"maxResults": "1"}
        total = self._connection.get(path, query).get("total")
        return max(total - len(histories(raw)), 0) if isinstance(total, int) else 0

    def write(self, issue: str, update: Update) -> None:
        """Write fields, comment and property together, in one PUT; a quiet one writes no field.

        If Jira refuses to edit Sluice's comment, a second PUT adds a new one.
        """
        if update.quiet:
            for one in update.properties:
                self._connection.call(
                    "PUT", f"issue/{_checked(issue)}/properties/{one['key']}", json=one["value"]
                )
            return
        response = self._put(f"issue/{_checked(issue)}", update)
        if response.content:  # Jira's answer is empty; a page is not from Jira
            json_of(response)

    def what_lacks(self, issue: Issue, update: Update, refused: JiraRefused) -> frozenset[str]:
        """Return what to leave out of a refused update, with one or two requests; or raise it."""
        return what_lacks(self._connection, issue, update.body(), refused)

    def _put(self, path: str, update: Update) -> Response:
        """Send a PUT; once more in another way, if Jira refuses only how it is written.

        Only an administrator may write without mails, and not every account may remove comments, or
        edit those of the account before it.
        """
        query = {"notifyUsers": "false"} if not update.notify and self._may_hush else {}
        try:
            return self._connection.call("PUT", path, params=query, json=update.body())
        except JiraRefused as refused:
            for body in _otherwise(update, bool(query), refused):
                with suppress(JiraRefused):
                    answer = self._connection.call("PUT", path, json=body)
                    if query:
                        self._may_hush = False
                        log.warning("Jira refuses to write without mails: %s", refused)
                    return answer
            raise

    def note(self, issue: str, marker: str) -> Note | None:
        """Return Sluice's last comment with a marker, or None, in one GET."""
        raw = self._with_comments(
            self._connection.get(f"issue/{_checked(issue)}", {"fields": "comment"})
        )
        return find_note(comments_of(raw), self._accounts, marker)

    def posted(self, issue: str, marker: str, name: str) -> Posted:
        """Return Sluice's last comment with a marker, a property and the files, in one GET."""
        query = {"fields": "comment,attachment,project", "properties": name}
        raw = self._with_comments(self._connection.get(f"issue/{_checked(issue)}", query))
        fields = dict_of(raw.get("fields"))
        files = list_of(fields.get("attachment"))
        return Posted(
            note=find_note(comments_of(raw), self._accounts, marker),
            value=dict_of(raw.get("properties")).get(name),
            attachments=frozenset(str(dict_of(one).get("filename")) for one in files),
            key=str(raw.get("key", "")),
            project_type=text_of(dict_of(fields.get("project")).get("projectTypeKey")),
        )

    def attach(self, issue: str, name: str, content: bytes, kind: str) -> None:
        """Attach a file to an issue, of a MIME type such as `image/png`."""
        # Without the token Jira takes the request for a forged one. The library's type is JSON's.
        self._connection.call(
            "POST",
            f"issue/{_checked(issue)}/attachments",
            files={"file": (name, content, kind)},
            headers={"X-Atlassian-Token": "no-check", "Content-Type": None},
        )

    def place(self, project: str) -> ProjectNow | None:
        """Return a project by id, by key or by an earlier key, in one GET; None if it is unknown.

        Unknown is also a project that Sluice's account may not browse.
        """
        if not _PROJECT.fullmatch(project):
            return None
        try:
            found = self._connection.get(f"project/{project}")
        except JiraRefused as error:
            if error.missing:
                return None
            raise
        return ProjectNow(str(found.get("id", "")), str(found.get("key", "")))

    def id_of(self, issue: str) -> str:
        """Return the id of an issue by its key of today or of earlier, in one GET."""
        return str(
            self._connection.get(f"issue/{_checked(issue)}", {"fields": "key"}).get("id", "")
        )

    def search(self, jql: str, *, changelog: bool = False, records: int = 0) -> Iterator[Issue]:
        """Yield the issues of a query as `open` returns them, in pages of 100.

        `changelog`: the pages have the changelog even if no rulebook asks for it: on Cloud the last
        100 changes of an issue. No further request is sent for older ones.

        A search of Data Center has no properties. There the record of an issue is partial, and the
        pages always have the changelog; for at most `records` issues with a comment of Sluice the
        record is read, with a GET each.
        """
        changelog = changelog or not self.finds_records
        expand = "changelog" if changelog else self._layouts.expand
        for page in self.pages(jql, self.wanted(), expand):
            for raw in map(self._whole, page):
                layout = self.layout_for(raw)
                if self.finds_records:
                    yield read_issue(raw, layout)
                    continue
                found = read_issue(raw, layout, partial=record_of_changes(raw, layout))
                if found.note and records > 0:
                    records -= 1
                    raw["properties"] = {PROPERTY: self._property(found.id)}
                    found = read_issue(raw, layout)
                yield found

    @property
    def finds_records(self) -> bool:
        """Return whether a search gives the records of issues: only on Cloud."""
        return self.account.kind == "cloud"

    def _property(self, issue: str) -> object:
        """Return the value of Sluice's property, None if the issue has none."""
        try:
            return self._connection.get(f"issue/{_checked(issue)}/properties/{PROPERTY}")["value"]
        except JiraRefused as error:
            if error.missing:
                return None
            raise

    def pages(
        self, jql: str, fields: Sequence[str], expand: str | None = None
    ) -> Iterator[list[dict[str, Any]]]:
        """Yield the JSON of the issues of a query in pages of 100; on Cloud with the property."""
        properties = PROPERTY if self.finds_records else None
        yield from self._connection.pages(jql, list(fields), expand, properties)

    def changelogs(self, ids: Sequence[str], fields: Sequence[str]) -> dict[str, list[Any]]:
        """Return the changes of some fields of at most 1000 issues, by issue id. Only on Cloud."""
        found: dict[str, list[Any]] = {}
        body: dict[str, Any] = {"issueIdsOrKeys": [*ids], "fieldIds": [*fields]}
        whole = Progress(f"{self.url}: the changes of {len(ids)} issues")
        while True:
            answer = self._connection.call("POST", "changelog/bulkfetch", version=3, json=body)
            page = object_of(json_of(answer), self.url)
            for one in map(dict_of, list_of(page.get("issueChangeLogs"))):
                changes = map(_dated, list_of(one.get("changeHistories")))
                found.setdefault(str(one.get("issueId")), []).extend(changes)
            token = page.get("nextPageToken")
            if not token:
                return found
            whole.went_on(token, (one.get("id") for of in found.values() for one in of))
            body = {**body, "nextPageToken": token}

    def ask(self, path: str, query: dict[str, str] | None = None) -> dict[str, Any]:
        """Return the JSON object at a path of the REST API, for checks of the set-up."""
        return self._connection.get(path, query)

    def ask_list(self, path: str, root: str = "") -> list[dict[str, Any]]:
        """Return the JSON list at a path of the REST API, or of another one at `root`."""
        return self._connection.listed(path, root)

    def statuses(self) -> list[dict[str, Any]]:
        """Return the statuses of the site, with their categories."""
        return self._connection.listed("status")


def _otherwise(update: Update, hushed: bool, refused: JiraRefused) -> Iterator[dict[str, object]]:
    """Yield the bodies to try after a refusal that may be one of how the update is written."""
    if refused.status not in (400, 403):
        return
    if hushed or update.instead:
        yield update.without_removals()
    anew = update.with_new_comment()
    if anew and (COMMENT in refused.errors or not refused.errors):
        yield anew.without_removals()


def _dated(change: object) -> dict[str, Any]:
    """Return a change with its time as text, as in an issue: the bulk gives a number."""
    found, at = {**dict_of(change)}, dict_of(change).get("created")
    if isinstance(at, int | float) and not isinstance(at, bool) and 0 <= at < 1000 * _SECONDS_MAX:
        moment = datetime.fromtimestamp(at / 1000 if at > _SECONDS_MAX else at, UTC)
        found["created"] = moment.isoformat(timespec="milliseconds")
    return found


def _date(answer: Response) -> datetime | None:
    """Return the time of the answer by Jira's clock, or None."""
    try:
        found = parsedate_to_datetime(answer.headers.get("Date", ""))
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None


def _checked(issue: str) -> str:
    """Return an id or key that is safe in a path; raise JiraRefused for anything else."""
    if not _ID.fullmatch(issue):
        raise JiraRefused(f"{issue[:60]!r} is not an issue id or key such as 10001 or SHOP-12")
    return issue
