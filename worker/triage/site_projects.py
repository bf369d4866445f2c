"""Know which of a site's projects in sluice.yaml an issue belongs to, also after Jira renamed keys.

sluice.yaml names a project by its key. Jira lets admins rename a key and goes on to answer to the
old one, so the id that Jira gives for the key in sluice.yaml tells which project is meant.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from connector.client import JiraRefused, ProjectNow, Site
from rules.facts.issue import Issue
from worker.settings.settings import Project

ASK_AGAIN_S = 600.0
"""What Jira said of a key is asked again after so many seconds."""


class SiteProjects:
    """The projects of one site. A process has one for each site."""

    def __init__(
        self,
        site: Site,
        projects: Mapping[str, Project],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._site, self._projects, self._clock = site, projects, clock
        self._places: dict[str, tuple[float, ProjectNow | None]] = {}
        self._posts: dict[str, tuple[float, str]] = {}

    def of(self, issue: Issue) -> Project | None:
        """Return the settings of an issue's project, or None.

        Jira is asked only about an issue whose key is not in sluice.yaml: once for each project
        there, and again after ten minutes for a key that Jira did not know.
        """
        for project in self._projects.values():
            if project.id and project.id == issue.project_id:
                return project
        named = self._projects.get(issue.project)
        if named and not (named.id and issue.project_id):
            return named
        return next((one for one in self._projects.values() if self._is_of(issue, one)), None)

    def _is_of(self, issue: Issue, project: Project) -> bool:
        """Return whether Jira still knows the issue's project by the key in sluice.yaml."""
        if project.id or not issue.project_id:
            return False
        place = self.place(project.key, at_most_s=None)
        return place is not None and place.id == issue.project_id

    def named(self, issue: Issue) -> Issue:
        """Return the issue with its project's key in sluice.yaml, where Jira has another one."""
        project = self.of(issue)
        return issue if project is None else replace(issue, project=project.key)

    def place(self, key: str, at_most_s: float | None = ASK_AGAIN_S) -> ProjectNow | None:
        """Return what Jira says of a project in sluice.yaml; None if Jira has no such project.

        With `at_most_s`, an older answer is asked for again. A project's id never changes, so
        without it only a key that Jira did not know is asked for again.
        """
        asked, found = self._places.get(key, (None, None))
        age = None if asked is None else self._clock() - asked
        limit = ASK_AGAIN_S if at_most_s is None and found is None else at_most_s
        if age is None or (limit is not None and age > limit):
            project = self._projects.get(key)
            found = self._site.place(project.id if project and project.id else key)
            self._places[key] = self._clock(), found
        return found

    def jql(self, key: str) -> str:
        """Return a search for a project in sluice.yaml: by its id, if Jira knows the project."""
        place = self.place(key)
        return f"project = {place.id}" if place else f'project = "{key}"'

    def renamed(self) -> list[tuple[str, str]]:
        """Return the projects whose key is another one in Jira: that in sluice.yaml, and Jira's."""
        places = ((key, self.place(key)) for key in self._projects)
        return [(key, place.key) for key, place in places if place and place.key != key]

    def takes_reports(self, issue: Issue) -> bool:
        """Return whether an issue takes a weekly report: Sluice does not judge it.

        It may have another key today, since its project was renamed or it was moved. So Jira is
        asked once for its id.
        """
        keys = [p.report.issue for p in self._projects.values() if p.report]
        return issue.key in keys or any(self._post(key) == issue.id for key in keys)

    def _post(self, key: str) -> str:
        """Return the id of an issue by a key of today or of earlier; empty if it is gone."""
        asked, found = self._posts.get(key, (None, ""))
        if asked is None or (not found and self._clock() - asked > ASK_AGAIN_S):
            try:
                found = self._site.id_of(key)
            except JiraRefused:
                found = ""  # the report's own job says why
            self._posts[key] = self._clock(), found
        return found
