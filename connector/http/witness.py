"""Ask Jira whether it takes the account at all, before a refusal counts as one issue's."""

from __future__ import annotations

import time
from collections.abc import Collection

from connector.http.connection import Connection
from connector.http.errors import JiraBusy, JiraRefused
from connector.http.rights import rights_in

KNOWN_S = 15.0
"""So long an answer is remembered: a refusal that hits all issues costs a request now and then."""

MOST_PROJECTS = 20
BROWSE = "BROWSE_PROJECTS"


class Witness:
    """What the site says of our own account and its projects."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[str, ...], tuple[float, JiraBusy | None]] = {}

    def trouble(self, projects: Collection[str] = (), right: str = BROWSE) -> JiraBusy | None:
        """Return why the site answers nobody at the moment, None if it answers our account.

        A limit of one endpoint, which answered in place of `myself`, is told as such: it says
        nothing of the account, and is forgotten as soon as Jira may be asked again.

        Costs one request. With `projects`, by key, the account needs a right in one of them, too:
        one more request, and one for each in which it lacks the right.
        """
        asked = right, *sorted(projects)
        until, found = self._known.get(asked, (0.0, None))
        if time.monotonic() >= until:
            found = self._ask(projects, right)
            known_s = min(KNOWN_S, found.wait or 1.0) if found and found.limit else KNOWN_S
            self._known[asked] = time.monotonic() + known_s, found
        return found

    def _ask(self, projects: Collection[str], right: str) -> JiraBusy | None:
        try:
            self._connection.get("myself")
            return None if not projects else self._none([*projects][:MOST_PROJECTS], right)
        except JiraBusy as error:
            return error if error.limit else error.of("site")
        except JiraRefused as error:
            return JiraBusy(f"Jira refuses the account itself: {error}")

    def _none(self, projects: list[str], right: str) -> JiraBusy | None:
        if any(self._has(right, key) for key in projects):
            return None
        named = ", ".join(projects)
        if right != BROWSE:
            words = right.replace("_", " ").title()
            return JiraBusy(
                f"{self._connection.url}: Sluice's account lacks the permission {words} in all of "
                f"its projects ({named}). Give it to the account"
            )
        return JiraBusy(
            f"{self._connection.url} shows Sluice's account none of its projects ({named}). "
            "Let the account browse them"
        )

    def _has(self, right: str, project: str) -> bool:
        try:
            found = rights_in(self._connection, project, [right]).get(right)
        except JiraRefused:
            return False
        return found is None or found.has
