"""Hold the lists that all projects share: types, statuses, priorities and so on."""

from __future__ import annotations

from typing import Any

from sandbox.state.languages import all_names
from sandbox.state.seed import (
    CATEGORIES,
    ISSUE_TYPES,
    LINK_TYPES,
    PRIORITIES,
    RESOLUTIONS,
    STATUSES,
    TRANSITIONS,
)

Json = dict[str, Any]


class Catalog:
    """JSON entries by id. All issues share them: do not change one."""

    def __init__(self, base_url: str) -> None:
        self.api = f"{base_url}/rest/api/2"
        self.icons = f"{base_url}/images/icons"
        self.categories = {
            key: self._category(num, key, name, color) for num, key, name, color in CATEGORIES
        }
        self.statuses = {sid: self._status(sid, name, key) for sid, name, key in STATUSES}
        self.types = {tid: self._type(tid, name, sub) for tid, name, sub in ISSUE_TYPES}
        self.priorities = {pid: self._priority(pid, name) for pid, name, _ in PRIORITIES}
        self.resolutions: dict[str, Json] = {}
        for name in RESOLUTIONS:
            self.add_resolution(name)
        self.link_types = {
            lid: {
                "id": lid,
                "name": name,
                "inward": inward,
                "outward": outward,
                "self": f"{self.api}/issueLinkType/{lid}",
            }
            for lid, name, inward, outward in LINK_TYPES
        }

    def _category(self, num: int, key: str, name: str, color: str) -> Json:
        return {
            "self": f"{self.api}/statuscategory/{num}",
            "id": num,
            "key": key,
            "colorName": color,
            "name": name,
        }

    def _status(self, sid: str, name: str, category: str) -> Json:
        return {
            "self": f"{self.api}/status/{sid}",
            "description": "",
            "iconUrl": f"{self.icons}/statuses/generic.png",
            "name": name,
            "id": sid,
            "statusCategory": self.categories[category],
        }

    def _type(self, tid: str, name: str, subtask: bool) -> Json:
        return {
            "self": f"{self.api}/issuetype/{tid}",
            "id": tid,
            "description": "",
            "iconUrl": f"{self.icons}/issuetypes/{tid}.svg",
            "name": name,
            "subtask": subtask,
            "avatarId": 10300,
            "hierarchyLevel": -1 if subtask else int(name == "Epic"),
        }

    def _priority(self, pid: str, name: str) -> Json:
        return {
            "self": f"{self.api}/priority/{pid}",
            "iconUrl": f"{self.icons}/priorities/{name.lower()}.svg",
            "name": name,
            "id": pid,
        }

    def add_resolution(self, name: str) -> Json:
        """Return a resolution by name; add it if it is new."""
        for resolution in self.resolutions.values():
            if resolution["name"] == name:
                return resolution
        rid = str(10000 + len(self.resolutions))
        self.resolutions[rid] = {
            "self": f"{self.api}/resolution/{rid}",
            "id": rid,
            "description": "",
            "name": name,
        }
        return self.resolutions[rid]

    def priority_list(self) -> list[Json]:
        """Return the priorities with their colours, as in GET /priority."""
        return [
            self.priorities[pid] | {"statusColor": color, "description": name}
            for pid, name, color in PRIORITIES
        ]

    def transition_list(self) -> list[Json]:
        """Return the transitions. Every status has all of them."""
        return [
            {
                "id": tid,
                "name": name,
                "to": self.statuses[to],
                "hasScreen": False,
                "isGlobal": True,
                "isInitial": False,
                "isAvailable": True,
                "isConditional": False,
                "isLooped": False,
            }
            for tid, name, to in TRANSITIONS
        ]


def pick(entries: dict[str, Json], ident: object) -> Json | None:
    """Return the entry of `{"id": …}`, `{"name": …}` or either as text; None if it is unknown."""
    if isinstance(ident, dict):
        if ident.get("id") is not None:
            return entries.get(str(ident["id"]))
        ident = ident.get("name")
    if not isinstance(ident, str):
        return None
    found = entries.get(ident)
    low = ident.lower()
    return found or next((e for e in entries.values() if low in all_names(e["name"])), None)
