"""Log work on issues: durations as people write them, and the times that follow from them."""

from __future__ import annotations

import re
from typing import Any

from sandbox.operations.edit import set_values
from sandbox.operations.field_values import TEXT_LIMIT, TOO_LONG
from sandbox.state.accounts import Account
from sandbox.state.model import Model
from sandbox.state.records import Event, Issue, Json
from sandbox.state.refusals import Refused, refuse_field
from sandbox.state.times import seconds_of, stamp

# A day of work has 8 hours, a week 5 days, as in a new Jira.
UNITS = {"w": 5 * 8 * 3600, "d": 8 * 3600, "h": 3600, "m": 60}
_PART = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*([wdhm])", re.I)
LONGEST_S = 10**9


def duration(text: str) -> int | None:
    """Return the seconds of a duration such as `1d 3h 20m`, or None if it is none."""
    rest = _PART.sub("", text).strip()
    parts = _PART.findall(text)
    if rest or not parts:
        return None
    return round(sum(float(count) * UNITS[unit.lower()] for count, unit in parts))


def written(seconds: int) -> str:
    """Return a duration as Jira writes it."""
    parts = []
    for unit, size in UNITS.items():
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0m"


def check(body: Json, old: Json | None = None) -> Json:
    """Return the checked parts of a worklog's body: seconds, start and comment."""
    parts: Json = {}
    if "timeSpent" in body or "timeSpentSeconds" in body or old is None:
        parts["timeSpentSeconds"] = _seconds(body)
    if body.get("started") is not None:
        parts["started"] = _start(body["started"])
    if body.get("comment") is not None:
        parts["comment"] = _comment(body["comment"])
    return parts


def _seconds(body: Json) -> int:
    raw, text = body.get("timeSpentSeconds"), body.get("timeSpent")
    found = raw if isinstance(raw, int) and not isinstance(raw, bool) else None
    if found is None and isinstance(text, str):
        found = duration(text)
    if found is None:
        refuse_field("timeLogged", "Invalid time duration entered.")
    if not 60 <= found <= LONGEST_S:
        refuse_field("timeLogged", "Worklog must not be null.")
    return found


def _start(raw: Any) -> str:
    try:
        return stamp(seconds_of(raw))
    except (TypeError, ValueError, AttributeError, OverflowError, OSError):
        refuse_field("started", "You must specify a date on which the work was started.")


def _comment(raw: Any) -> str:
    if not isinstance(raw, str):
        refuse_field("comment", "Worklog comment is not valid!")
    if len(raw) > TEXT_LIMIT:
        refuse_field("comment", TOO_LONG)
    return raw


def find_worklog(issue: Issue, ident: str) -> Json:
    """Return a worklog by id; 404 if the issue has none with this id."""
    for each in issue.worklogs:
        if each["id"] == ident:
            return each
    raise Refused(404, [f"Cannot find worklog with id: '{ident[:50]}'."])


def add_worklog(model: Model, issue: Issue, parts: Json, account: Account) -> Json:
    """Log work, take it off the remaining estimate, and notify the webhooks."""
    ident, user, now = model.next_id("worklog"), model.accounts.json(account), model.now()
    new: Json = {
        "self": f"{model.base_url}/rest/api/2/issue/{issue.id}/worklog/{ident}",
        "author": user,
        "updateAuthor": user,
        "created": now,
        "updated": now,
        "started": now,
        "id": ident,
        "issueId": issue.id,
    } | parts
    new["timeSpent"] = written(new["timeSpentSeconds"])
    _put(model, issue, [*issue.worklogs, new], ("worklog_created", new), account)
    return new


def edit_worklog(model: Model, issue: Issue, ident: str, parts: Json, account: Account) -> Json:
    """Change a worklog, and the times that follow from it."""
    old = find_worklog(issue, ident)
    user = model.accounts.json(account)
    new = old | parts | {"updateAuthor": user, "updated": model.now()}
    new["timeSpent"] = written(new["timeSpentSeconds"])
    kept = [new if each is old else each for each in issue.worklogs]
    _put(model, issue, kept, ("worklog_updated", new), account)
    return new


def remove_worklog(model: Model, issue: Issue, ident: str, account: Account) -> None:
    """Remove a worklog, and its time."""
    gone = find_worklog(issue, ident)
    kept = [each for each in issue.worklogs if each is not gone]
    _put(model, issue, kept, ("worklog_deleted", gone), account)


def _put(
    model: Model, issue: Issue, worklogs: list[Json], event: tuple[str, Json], account: Account
) -> None:
    spent = sum(each["timeSpentSeconds"] for each in worklogs)
    more = spent - sum(each["timeSpentSeconds"] for each in issue.worklogs)
    issue.worklogs = worklogs
    values: Json = {"timespent": spent or None}
    left = issue.values.get("timeestimate")
    if left is not None:
        values["timeestimate"] = max(0, left - more)
    history = set_values(model, issue, values, account)
    model.emit(Event(event[0], "", issue, account, worklog=event[1]))
    if history:
        model.emit(Event("jira:issue_updated", "issue_work_logged", issue, account, history))
