"""Know our own account on a site, by all its names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from connector.http.connection import Connection


class Myself:
    """Sluice's account. Jira is asked once, at the first use."""

    def __init__(self, connection: Connection, former: Iterable[str] = ()) -> None:
        self._connection, self._former = connection, frozenset(former)

    @property
    def id(self) -> str:
        """Return the account id (Cloud) or user name (Data Center)."""
        return next(iter(self._ids), "")

    @property
    def accounts(self) -> frozenset[str]:
        """Return the account, by each of its ids, and those that Sluice had earlier.

        On Data Center, an admin can rename a user: its key stays.
        """
        return self._former | set(self._ids)

    @property
    def name(self) -> str:
        """Return the name of the account as people see it in Jira."""
        return str(self._told.get("displayName") or self.id)

    @property
    def _ids(self) -> list[str]:
        ids = (self._told.get(key) for key in ("accountId", "name", "key"))
        return [str(one) for one in ids if one]

    @cached_property
    def _told(self) -> Mapping[str, Any]:
        return self._connection.get("myself")
