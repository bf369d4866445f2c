"""Hold the layouts of a site's projects: each project can have fields of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.http.connection import Connection
from connector.http.errors import JiraRefused
from connector.layout.field_mapping import REOPENED, Layout, LayoutError, Names, make_layout
from connector.layout.site_fields import scope_of
from rules.facts.jira_json.json_values import dict_of

UNSEEN = "unseen"
"""Stands for the id of a project that the account can't see."""


@dataclass(frozen=True)
class ProjectFields:
    """What is known of a project's fields before Jira is asked.

    `names` are those under `fields:` in sluice.yaml, by key; a project has only those in which it
    differs from its site. `custom` has the further fields that its rulebooks need. `id` is the
    project's id, if sluice.yaml has it.
    """

    names: Names = field(default_factory=dict)
    custom: tuple[str, ...] = ()
    id: str = ""


@dataclass(frozen=True)
class Blank:
    """What all layouts of a site have in common; `completed` adds what Jira has to be asked for."""

    words: Names
    default_priority: str
    completed: Callable[[Layout], Layout]


class Layouts:
    """The layouts of a site, by the project's key in sluice.yaml. Each is made once.

    One request reads all fields. If some belong to one project only (team-managed projects), or an
    issue comes whose project's key is not known, one more a project asks for its id.
    """

    def __init__(
        self,
        connection: Connection,
        site: ProjectFields,
        projects: Mapping[str, ProjectFields],
        blank: Blank,
    ) -> None:
        self._connection, self._blank = connection, blank
        self._site, self._projects = site, projects
        self._ids: dict[str, str] = {}
        self.forget()

    def forget(self) -> None:
        """Read everything again at its next use."""
        self._made: dict[str, Layout | LayoutError] = {}
        self._ids = {key: id for key, id in self._ids.items() if id != UNSEEN}
        self._lists: dict[str, list[dict[str, Any]]] = {}

    def renew(self) -> None:
        """Read the fields again after Jira refused one: it may be another one of this name now.

        A layout that is no longer complete stays as it was, so that the other fields are written.
        """
        self._lists.pop("field", None)
        made = {key: (old, self._make(key)) for key, old in self._made.items()}
        self._made = {k: o if isinstance(n, LayoutError) else n for k, (o, n) in made.items()}

    def of(self, project: str) -> Layout:
        """Return the layout of a project; raise LayoutError, and read the fields again next time.

        For a project that is not in sluice.yaml, it is that of the site.
        """
        made = self._of(project if project in self._projects else "")
        if isinstance(made, LayoutError):
            self.forget()
            raise made
        return made

    def _of(self, key: str) -> Layout | LayoutError:
        if key not in self._made:
            self._made[key] = self._make(key)
        return self._made[key]

    def of_issue(self, raw: Mapping[str, Any]) -> Layout:
        """Return the layout for the JSON of an issue, whose project's key may have been renamed.

        An issue of a foreign project is not judged, so that any layout does.
        """
        project = dict_of(dict_of(raw.get("fields")).get("project"))
        key = str(project.get("key") or str(raw.get("key", "")).rpartition("-")[0])
        if key not in self._projects:
            id = str(project.get("id"))
            key = next((one for one in self._projects if self._id_of(one) == id), key)
        return self.of(key) if key in self._projects else self.usable()[0]

    def usable(self) -> list[Layout]:
        """Return the layouts that can be made. Raise the first LayoutError if there is none.

        What one project lacks must not stop the others.
        """
        every = [self._of(key) for key in self._projects or ("",)]
        made = [one for one in every if isinstance(one, Layout)]
        if not made:
            self.forget()
            raise next(one for one in every if isinstance(one, LayoutError))
        return made

    def wanted(self) -> list[str]:
        """Return the fields to request of an issue of any project."""
        return list(dict.fromkeys(one for layout in self.usable() for one in layout.wanted()))

    @property
    def expand(self) -> str | None:
        """Return the expansions to request of an issue of any project, or None."""
        return next((one.expand for one in self.usable() if one.expand), None)

    def _make(self, key: str) -> Layout | LayoutError:
        own = self._projects.get(key, self._site)
        custom = own.custom if key else self._site.custom
        try:
            made = make_layout(
                self._listed("field"),
                {**self._site.names, **own.names},
                self._blank.words,
                "",
                custom,
                self._blank.default_priority,
                self._listed("status") if REOPENED in custom else (),
                self._scope_of(key),
                own_points=bool(key) and "points" in own.names,
            )
        except LayoutError as error:
            return LayoutError(f"{key}: {error}" if len(self._projects) > 1 else str(error))
        return self._blank.completed(made)

    def _listed(self, path: str) -> list[dict[str, Any]]:
        if path not in self._lists:
            self._lists[path] = self._connection.listed(path)
        return self._lists[path]

    def _scope_of(self, key: str) -> str:
        """Return a project's id, if the site has fields that belong to one project."""
        return self._id_of(key) if key and any(map(scope_of, self._listed("field"))) else ""

    def _id_of(self, key: str) -> str:
        """Return a project's id, which Jira tells by its earlier keys, too.

        A project that the account can't see has an id that no other has.
        """
        if key not in self._ids:
            try:
                self._ids[key] = str(self._connection.get(f"project/{key}").get("id") or UNSEEN)
            except JiraRefused:
                self._ids[key] = UNSEEN
        return self._ids[key]
