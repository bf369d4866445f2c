"""Hold the sandbox's projects, issues, fields and people, behind one lock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from sandbox.state.accounts import Account, Accounts
from sandbox.state.catalog import Catalog, pick
from sandbox.state.records import Board, Event, Issue, Json, Project, Sprint
from sandbox.state.refusals import Refused, refuse
from sandbox.state.rights import REFUSALS, Rights
from sandbox.state.screens import Screens
from sandbox.state.seed import DEFAULT_PRIORITY, STARTING_FIELDS, Field, system_fields
from sandbox.state.times import stamp

NO_ISSUE = "Issue does not exist or you do not have permission to see it."


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
        self.old_keys: dict[str, Project] = {}
        self.boards: dict[int, Board] = {}
        self.sprints: dict[int, Sprint] = {}
        self.issues: dict[str, Issue] = {}
        self.keys: dict[str, Issue] = {}
        self.contents: dict[str, bytes] = {}
        self.comment_properties: dict[str, Json] = {}
        self.takes_files = True
        self.indexed_properties: set[str] = set()
        self._ids: dict[str, int] = {"issue": 10000, "customfield": 10100}
        self.fields: dict[str, Field] = {f.id: f for f in system_fields()}
        self.screens = Screens()
        self.rights = Rights()
        for fid, name, kind, options in STARTING_FIELDS:
            self._put_field(Field(fid, name, kind, (), True), options)

    # -- ids and times

    def next_id(self, what: str) -> str:
        """Return the next numeric id for a kind of object, from 10000."""
        with self.lock:
            number = self._ids.get(what, 10000)
            self._ids[what] = number + 1
            return str(number)

    def skip_ids(self, what: str, count: int) -> None:
        """Go on with higher ids for a kind of object."""
        with self.lock:
            self._ids[what] = self._ids.get(what, 10000) + count

    def now(self) -> str:
        """Return the current time in Jira's format."""
        return stamp(self.clock())

    # -- fields

    def _put_field(self, new: Field, options: tuple[str, ...] = ()) -> Field:
        self.fields[new.id] = new
        for value in options:
            self.add_option(new, value)
        self.blank = {f.id: None for f in self.fields.values()}
        self.scoped = [f.id for f in self.fields.values() if f.scope]
        return new

    def add_field(
        self, name: str, kind: str, options: tuple[str, ...] = (), *, project: str | None = None
    ) -> Field:
        """Add a custom field to the edit screen; with `project`, to that project alone."""
        with self.lock:
            scope = self.must_project(project).id if project else None
            fid = f"customfield_{self.next_id('customfield')}"
            return self._put_field(Field(fid, name, kind, (), True, scope=scope), options)

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

    def must_field(self, name: str) -> Field:
        """Return a field by id or display name; KeyError if there is none."""
        found = self.field_named(name)
        if found is None:
            raise KeyError(f"the sandbox has no field {name!r}; it has {sorted(self.fields)}")
        return found

    def hide_field(
        self, name: str, *, project: str | None = None, issue_type: str | None = None
    ) -> None:
        """Take a field off the edit screen. Setting it then answers 400, as in Jira."""
        with self.lock:
            self.screens.hide(self.must_field(name).id, *self._place(project, issue_type))

    def show_field(
        self, name: str, *, project: str | None = None, issue_type: str | None = None
    ) -> None:
        """Put a field back on the edit screen."""
        with self.lock:
            self.screens.show(self.must_field(name).id, *self._place(project, issue_type))

    def _place(self, project: str | None, kind: str | None) -> tuple[str | None, str | None]:
        """Return the ids of a project and an issue type, each by name, key or id."""
        found = pick(self.catalog.types, kind) if kind else None
        if kind and found is None:
            raise KeyError(f"the sandbox has no issue type {kind!r}")
        return (
            self.must_project(project).id if project else None,
            str(found["id"]) if found else None,
        )

    def hide_option(self, name: str, value: str, *, project: str | None = None) -> None:
        """Take an option of a select field out of a project's context, or out of all."""
        with self.lock:
            found = next(o for o in self.must_field(name).options if o["value"] == value)
            self.screens.options.add((found["id"], self._place(project, None)[0]))

    def lock_status(self, name: str) -> None:
        """Set `jira.issue.editable=false` on a status: its issues take no edit."""
        with self.lock:
            found = pick(self.catalog.statuses, name)
            if found is None:
                raise KeyError(f"the sandbox has no status {name!r}")
            self.screens.locked.add(found["id"])

    def rename_field(self, name: str, new: str) -> None:
        """Give a field another display name. Its id stays."""
        with self.lock:
            self.must_field(name).name = new

    def on_screen(self, spec: Field, project: Project, kind: str | None) -> bool:
        """Return whether the issues of a project and type (by id) take a field."""
        scoped = spec.scope is not None and spec.scope != project.id
        return spec.editable and not scoped and not self.screens.lack(spec.id, project.id, kind)

    def editable(self, issue: Issue) -> bool:
        """Return whether the workflow lets an issue be edited in its status."""
        return issue.values["status"]["id"] not in self.screens.locked

    def may(self, account: Account, right: str, project: Project | None = None) -> bool:
        """Return whether an account has a right, such as EDIT_ISSUES, in a project."""
        return self.rights.has(account.name, right, project.id if project else None)

    def must_be_allowed(self, account: Account, right: str, project: Project) -> None:
        """Refuse with Jira's status and words if an account lacks a right in a project."""
        if not self.may(account, right, project):
            status, words = REFUSALS[right]
            raise Refused(status, [words.format(account.display)])

    def take_right(self, name: str, right: str, *, project: str | None = None) -> None:
        """Take a right from an account (by its short name), in one project or everywhere."""
        self.rights.take(name, right, self.must_project(project).id if project else None)

    def remove_field(self, name: str) -> None:
        """Remove a field and its values."""
        with self.lock:
            gone = self.fields.pop(self.must_field(name).id)
            self.blank.pop(gone.id, None)
            self.scoped = [fid for fid in self.scoped if fid != gone.id]
            for issue in self.issues.values():
                issue.values.pop(gone.id, None)

    # -- projects

    def add_project(
        self, key: str, name: str = "", *, style: str = "classic", type_key: str = "software"
    ) -> Project:
        """Add a project, or return the project that has this key."""
        with self.lock:
            if key not in self.projects:
                new = Project(self.next_id("project"), key, name or key)
                new.style, new.type_key = style, type_key
                self.projects[key] = new
                self.old_keys.pop(key, None)
                board = Board(len(self.boards) + 1, f"{key} board", new)
                self.boards[board.id] = board
            return self.projects[key]

    def must_project(self, id_or_key: str) -> Project:
        """Return a project by id or key; KeyError if there is none."""
        found = self.project(id_or_key)
        if found is None:
            raise KeyError(f"the sandbox has no project {id_or_key!r}")
        return found

    def project(self, id_or_key: object) -> Project | None:
        """Return a project by id or key (in upper or lower case), or None."""
        text = str(id_or_key)
        for key in (text, text.upper()):
            if found := self.projects.get(key) or self.old_keys.get(key):
                return found
        return next((p for p in self.projects.values() if p.id == text), None)

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
