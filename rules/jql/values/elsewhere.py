"""List the fields of JQL that conditions can't judge, each with the field to use instead.

https://support.atlassian.com/jira-software-cloud/docs/jql-fields/
"""

from __future__ import annotations

import re

_SEARCHES = "a saved filter searches for issues: write its conditions here"
_WORKLOG = "the worklog is not read: use timespent, the sum of the logged work"
_PEOPLE = "who watches or votes is not read: use watchers or votes, the number of people"
_DESK = "service desk data is not read: declare the field under fields: if it is a custom field"
_EPIC = 'the epic of a parent is not read: use parent or "Epic Link"'
_LEVEL = "the level of an issue type is not read: use type"
_DEV = "development data is not read: use status or a custom field"
_INSTEAD = {
    "comment": "use answers, the comments of people",
    "filter": _SEARCHES,
    "request": _SEARCHES,
    "savedfilter": _SEARCHES,
    "searchrequest": _SEARCHES,
    "worklogdate": _WORKLOG,
    "worklogauthor": _WORKLOG,
    "worklogcomment": _WORKLOG,
    "watcher": _PEOPLE,
    "voter": _PEOPLE,
    "lastviewed": "Sluice views no issues as a person does: use updated",
    "parentepic": _EPIC,
    "parentproject": "the project of the parent is not read: use parent",
    "hierarchylevel": _LEVEL,
    "progress": "use workratio",
    "attachment": "use attachments, the number of files",
    "subtasks": "sub-tasks are not read: use parent on the sub-task itself",
    "sla": _DESK,
    "approvals": _DESK,
    "request-channel-type": _DESK,
    "request-last-activity-time": _DESK,
    "organizations": _DESK,
    "customer request type": _DESK,
    "request type": _DESK,
    "development": _DEV,
    "developmentstatus": _DEV,
    "team": "declare it under fields: with its type",
    "flagged": "declare it under fields: with its type",
    "rank": "the order on a board sorts a list of issues: use priority",
    "statuscategorychangedate": "write statusCategoryChangedDate",
}


def instead(name: str) -> str | None:
    """Return why conditions can't use a field of JQL and what to use; None for other names."""
    lower = name.lower()
    if re.match(r"(issue|project|user|comment)\.property", lower):
        return "properties of apps are not read: use a custom field"
    return _INSTEAD.get(re.sub(r"\[.*\]$", "", lower))
