"""Give an old issue its history: who moved, assigned and decided it, and when."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

from sandbox.operations.edit import plan_edit, set_values
from sandbox.state.accounts import Account
from sandbox.state.catalog import pick
from sandbox.state.model import Model
from sandbox.state.records import Issue, Json, Project
from sandbox.state.refusals import Refused, refuse
from sandbox.state.times import seconds_of, stamp

SELECTS = {"class": "Sluice Class", "gate": "Sluice Gate"}
POINTS = "Story Points"
KEYS = {"at", "by", "status", "resolution", "assignee", "points", *SELECTS}


class Move(NamedTuple):
    """A checked change of an old issue: its time in Jira's format, and who made it."""

    at: str
    by: Account
    values: Json
    to: Json | None
    resolution: Json | None


def plan_moves(model: Model, project: Project, raw: Any, account: Account) -> list[Move]:
    """Check the moves of an old issue: a list of objects in order of time; 400 if one is wrong.

    Each has `at`, perhaps `by` (the name of an account), and what changed: `status` (with
    `resolution`), `assignee` (a name or null), `class`, `gate`, `points`.
    """
    if not isinstance(raw, list):
        refuse(400, "'moves' must be a list of objects.")
    found = [_plan(model, project, each, account) for each in raw]
    if any(b.at < a.at for a, b in pairwise(found)):
        refuse(400, "'moves' must be in order of time.")
    return found


def _plan(model: Model, project: Project, raw: Any, account: Account) -> Move:
    if not isinstance(raw, dict) or not raw.keys() <= KEYS:
        refuse(400, f"Each move must be an object of: {', '.join(sorted(KEYS))}.")
    try:
        at = stamp(seconds_of(raw["at"]))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError):
        raise Refused(400, [], {"moves": f"Error parsing time: {raw.get('at')}"}) from None
    by = _account(model, raw["by"]) if "by" in raw else account
    to = resolution = None
    if "status" in raw and (to := pick(model.catalog.statuses, raw["status"])) is None:
        refuse(400, f"Status '{raw['status']}' does not exist.")
    if "resolution" in raw:
        resolution = model.catalog.add_resolution(str(raw["resolution"]))
    edit = plan_edit(model, project, None, {"fields": _fields(model, raw)}, account)
    return Move(at, by, edit.values, to, resolution)


def _account(model: Model, name: Any) -> Account:
    found = model.accounts.by_name.get(name) if isinstance(name, str) else None
    if found is None:
        refuse(400, f"account: unknown name '{str(name)[:50]}'.")
    return found


def _fields(model: Model, raw: Json) -> Json:
    fields: Json = {}
    for name, title in SELECTS.items():
        if name in raw:
            fields[_id(model, title)] = None if raw[name] is None else {"value": raw[name]}
    if "points" in raw:
        fields[_id(model, POINTS)] = raw["points"]
    if "assignee" in raw:
        who = raw["assignee"]
        fields["assignee"] = None if who is None else _reference(model, _account(model, who))
    return fields


def _id(model: Model, title: str) -> str:
    found = model.field_named(title)
    if found is None:
        refuse(400, f"The sandbox has no field '{title}'.")
    return found.id


def _reference(model: Model, account: Account) -> Json:
    cloud = model.deployment == "cloud"
    return {"accountId": account.account_id} if cloud else {"name": account.name}


def apply_moves(model: Model, issue: Issue, moves: list[Move]) -> None:
    """Write each move into the fields and the changelog. Notify no webhook."""
    for move in moves:
        values = dict(move.values)
        if move.to:
            values |= status_values(model, issue, move.to, move.resolution, move.at)
        set_values(model, issue, values, move.by, move.at)


def status_values(model: Model, issue: Issue, to: Json, resolution: Json | None, now: str) -> Json:
    """Return what a change of status sets. Done sets a resolution; leaving Done clears it."""
    values: Json = {"status": to}
    if issue.values["status"]["statusCategory"] != to["statusCategory"]:
        values["statuscategorychangedate"] = now
    if to["statusCategory"]["key"] != "done":
        return values | {"resolution": None, "resolutiondate": None}
    current = issue.values.get("resolution")
    values["resolution"] = resolution or current or model.catalog.add_resolution("Done")
    values["resolutiondate"] = issue.values.get("resolutiondate") or now
    return values
