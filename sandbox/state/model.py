"""Hold the sandbox's projects, issues, fields and people, behind one lock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.state.accounts import Account, Accounts
from sandbox.state.catalog import Catalog
from sandbox.state.refusals import Refused, refuse
from sandbox.state.seed import DEFAULT_PRIORITY, STARTING_FIELDS, Field, system_fields
from sandbox.state.times import stamp

Json = dict[str, Any]
NO_ISSUE = "Issue does not exist or you do not have permission to see it."


@dataclass
class Project:
    """A project with its components and versions."""

    id: str
    key: str
    name: str
    last_number: int = 0
    components: list[Json] = field(default_factory=list)
    versions: list[Json] = field(default_factory=list)


@dataclass
class Issue:
    """An issue. Replace its JSON values; do not change them in place."""

    id: str
    key: str
    number: int
    project: Project
    values: Json
    comments: list[Json] = field(default_factory=list)
    histories: list[Json] = field(default_factory=list)
    properties: Json = field(default_factory=dict)
    attachments: list[Json] = field(default_factory=list)
    links: list[Json] = field(default_factory=list)
    watchers: list[str] = field(default_factory=list)
    voters: list[str] = field(default_factory=list)
    subtasks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Event:
    """An event of an issue, for the webhooks."""

    name: str
    type_name: str
    issue: Issue
    account: Account
    history: Json | None = None
    comment: Json | None = None


class Model:
    """The entire state of the sandbox. Take `lock` around any use."""

    def __init__(self, base_url: str, deployment: str) -> None:
        self.base_url = base_url
        self.deployment = deployment
        self.lock = threading.RLock()
        self.clock: Callable[[], float] = time.time
        self.emit: Callable[[Event], None] = lambda event: None
        self.accounts = Accounts(base_url, deployment)
        self.catalog = Catalog(base_url)
        self.projects: dict[str, Project] = {}
        self.issues: dict[str, Issue] = {}
        self.keys: dict[str, Issue] = {}
        self.contents: dict[str, bytes] = {}
        self.takes_files = True
        self.indexed_properties: set[str] = set()
        self._ids: dict[str, int] = {"issue": 10000, "customfield": 10100}
        self.fields: dict[str, Field] = {f.id: f for f in system_fields()}
        self.off_screen: set[str] = set()
        for fid, name, kind, options in STARTING_FIELDS:
            self._put_field(Field(fid, name, kind, (), True), options)

    # -- ids and times

    def next_id(self, what: str) -> str:
        """Return the next numeric id for a kind of object, from 10000."""
        with self.lock:
            number = self._ids.get(what, 10000)
            self._ids[what] = number + 1
            return str(number)

    def now(self) -> str:
        """Return the current time in Jira's format."""
        return stamp(self.clock())

    # -- fields

    def _put_field(self, new: Field, options: tuple[str, ...] = ()) -> Field:
        self.fields[new.id] = new
        for value in options:
            self.add_option(new, value)
        self.blank = {f.id: None for f in self.fields.values()}
        return new

    def add_field(self, name: str, kind: str, options: tuple[str, ...] = ()) -> Field:
        """Add a custom field to the edit screen."""
        with self.lock:
            fid = f"customfield_{self.next_id('customfield')}"
            return self._put_field(Field(fid, name, kind, (), True), options)

    def add_option(self, owner: Field, value: str) -> Json:
        """Add an option to a select field. Return its JSON."""
        oid = self.next_id("option")
        option = {
            "self": f"{self.base_url}/rest/api/2/customFieldOption/{oid}",
            "value": value,
            "id": oid,
        }
        owner.options.append(option)
        return option

    def field_named(self, name: str) -> Field | None:
        """Return a field by id or display name, or None."""
        found = self.fields.get(name)
        return found or next((f for f in self.fields.values() if f.name == name), None)

    def _must_field(self, name: str) -> Field:
        found = self.field_named(name)
        if found is None:
            raise KeyError(f"the sandbox has no field {name!r}; it has {sorted(self.fields)}")
        return found

    def hide_field(self, name: str) -> None:
        """Take a field off the edit screen. Setting it then answers 400, as in Jira."""
        with self.lock:
            self.off_screen.add(self._must_field(name).id)

    def show_field(self, name: str) -> None:
        """Put a field back on the edit screen."""
        with self.lock:
            self.off_screen.discard(self._must_field(name).id)

    def remove_field(self, name: str) -> None:
        """Remove a field and its values."""
        with self.lock:
            gone = self.fields.pop(self._must_field(name).id)
            self.blank.pop(gone.id, None)
            for issue in self.issues.values():
                issue.values.pop(gone.id, None)

    # -- projects

    def add_project(self, key: str, name: str = "") -> Project:
        """Add a project, or return the project that has this key."""
        with self.lock:
            if key not in self.projects:
                new = Project(self.next_id("project"), key, name or key)
                self.projects[key] = new
            return self.projects[key]

    def project(self, id_or_key: object) -> Project | None:
        """Return a project by id or key (in upper or lower case), or None."""
        text = str(id_or_key)
        found = self.projects.get(text) or self.projects.get(text.upper())
        return found or next((p for p in self.projects.values() if p.id == text), None)

    # -- issues

    def find(self, id_or_key: str) -> Issue | None:
        """Return an issue by id or key, or None."""
        return self.issues.get(id_or_key) or self.keys.get(id_or_key.upper())

    def issue(self, id_or_key: str) -> Issue:
        """Return an issue by id or key; 404 with Jira's message if none exists."""
        found = self.find(id_or_key)
        if found is None:
            raise Refused(404, [NO_ISSUE])
        return found

    def insert(self, project: Project, values: Json, account: Account) -> Issue:
        """Insert an issue with checked values. Publish no event."""
        iid = self.next_id("issue")
        project.last_number += 1
        now = self.now()
        user = self.accounts.json(account)
        base: Json = {
            "project": None,
            "status": self.catalog.statuses["10000"],
            "priority": self.catalog.priorities[DEFAULT_PRIORITY],
            "creator": user,
            "reporter": user,
            "labels": [],
            "components": [],
            "fixVersions": [],
            "versions": [],
            "created": now,
            "updated": now,
            "statuscategorychangedate": now,
            "workratio": -1,
        }
        key = f"{project.key}-{project.last_number}"
        issue = Issue(iid, key, project.last_number, project, base | values)
        issue.watchers.append(account.name)
        self.issues[iid] = issue
        self.keys[key] = issue
        return issue

    def remove(self, issue: Issue) -> None:
        """Remove an issue, its links and its attachments."""
        del self.issues[issue.id]
        for key in [k for k, each in self.keys.items() if each is issue]:
            del self.keys[key]
        for link in issue.links:
            self.drop_link(link["id"])
        for attachment in issue.attachments:
            self.contents.pop(attachment["id"], None)

    def drop_link(self, link_id: str) -> None:
        """Remove a link from both of its issues."""
        for issue in self.issues.values():
            issue.links = [each for each in issue.links if each["id"] != link_id]

    def move(self, id_or_key: str, project_key: str) -> Issue:
        """Move an issue to another project. Its key changes, its id stays."""
        with self.lock:
            issue = self.issue(id_or_key)
            target = self.project(project_key)
            if target is None:
                refuse(400, f"No project could be found with key '{project_key}'.")
            target.last_number += 1
            issue.project, issue.number = target, target.last_number
            issue.key = f"{target.key}-{target.last_number}"
            self.keys[issue.key] = issue  # as in Jira, the old key still finds the issue
            issue.values = issue.values | {"updated": self.now()}
            return issue
