"""Keep the pages of posted weeks in Redis, for the web process to show."""

from __future__ import annotations

from typing import cast

from worker.store.redis import Connection, reachable

KEEP_S = 100 * 24 * 3_600


class ReportPages:
    """The HTML pages of a site's weeks. Calls may raise StoreDown."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, project: str, week: str, page: str) -> None:
        """Keep the page of a week for a hundred days; the last one of the week stays."""
        with reachable():
            self._connection.client.set(self._key(project, week), page, ex=KEEP_S)

    def read(self, project: str, week: str) -> str | None:
        """Return the page of a week, or None."""
        with reachable():
            return cast("str | None", self._connection.client.get(self._key(project, week)))

    def _key(self, project: str, week: str) -> str:
        return self._connection.key("report_page", project, week)
