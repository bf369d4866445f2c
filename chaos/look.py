"""Read from the sandbox what a run did: the states of issues, and when Sluice wrote them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from chaos.compare import State
from chaos.people import Crowd
from chaos.texts import CHOICES
from cli.demo_run.jira_user import People

_ALL = "properties=sluice&expand=changelog"


def states(jira: str, crowd: Crowd, kept: Path) -> dict[int, State]:
    """Return the states of the issues that are there, by their numbers in the plan.

    What Jira shows of them is kept in a file, with their changelogs, a line each.
    """
    people = People(jira)
    names = {field["name"]: field["id"] for field in people.ask("GET", "/rest/api/2/field")}
    fields = {name: names.get(name, name) for name in CHOICES}
    deleted = crowd.gone()
    shown = {
        number: people.ask("GET", f"/rest/api/2/issue/{ident}?{_ALL}")
        for number, ident in sorted(crowd.ids.items())
        if ident not in deleted
    }
    lines = (json.dumps({"number": number, **issue}) for number, issue in shown.items())
    kept.write_text("\n".join(lines), encoding="utf-8")
    return {number: _state(issue, fields) for number, issue in shown.items()}


def _state(issue: Mapping[str, Any], ids: Mapping[str, str]) -> State:
    fields, key = issue["fields"], str(issue["key"])
    return State(
        status=fields["status"]["name"],
        values={name: _plain(fields.get(ident)) for name, ident in ids.items()},
        comments=tuple(
            str(one["body"]).replace(key, "KEY")
            for one in fields["comment"]["comments"]
            if one["author"]["displayName"] == "Sluice"
        ),
        judged=bool(issue.get("properties", {}).get("sluice")),
    )


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("value") or value.get("name"))
    return f"{value:g}" if isinstance(value, float | int) else str(value or "")


@dataclass(frozen=True)
class Writes:
    """Sluice's successful writes: how many, and the time of each issue's last one, by Jira's id.

    `untold` are the issues of which a webhook never arrived.
    """

    count: int
    last: Mapping[str, float]
    untold: frozenset[str]


def writes(jira: str) -> Writes:
    """Read the writes of a run from the sandbox's log."""
    log = requests.get(f"{jira}/sandbox/log?method=PUT&account=sluice", timeout=120).json()
    done = [one for one in log if one["issue"] and 200 <= one["status"] < 300]
    last = {one["issue"]: one["started"] + one["duration"] for one in done}
    return Writes(len(done), last, _untold(jira))


def _untold(jira: str) -> frozenset[str]:
    sent = requests.get(f"{jira}/sandbox/webhooks?limit=50000", timeout=120).json()
    taken = Counter[str]()
    for one in sent:
        taken[one["ident"]] += one["status"] is not None and 200 <= one["status"] < 300
    return frozenset(one["issue"] for one in sent if not taken[one["ident"]])


@dataclass(frozen=True)
class Wait:
    """How long an issue waited for its last write, from its last event or the end of all faults.

    `told`: Sluice could know of it. Else a webhook was lost, or Redis was wiped after the event.
    """

    seconds: float
    issue: int
    ident: str
    told: bool

    def __str__(self) -> str:
        known = "" if self.told else ", which only a pass could find"
        return f"issue {self.issue} (id {self.ident}): {self.seconds:.1f} s{known}"


def waits(crowd: Crowd, found: Writes, ended: float, wiped: float) -> list[Wait]:
    """Return the waits of the issues that were written after all faults, the longest first."""
    return sorted(
        (
            Wait(after, number, ident, ident not in found.untold and crowd.last[number] > wiped)
            for number, ident in crowd.ids.items()
            if (after := found.last.get(ident, 0.0) - max(crowd.last[number], ended)) > 0
        ),
        key=lambda wait: -wait.seconds,
    )
