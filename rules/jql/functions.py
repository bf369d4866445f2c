"""List the functions of JQL: usable ones, and ones that need more than one issue."""

from __future__ import annotations

import difflib
from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    """A function of JQL in its own spelling; `refused` is the reason if conditions can't use it."""

    name: str
    arguments: int = 0
    refused: str = ""


SPANS = ("day", "week", "month", "year")
_EDGES = [f"{edge}Of{span.title()}" for edge in ("start", "end") for span in SPANS]

# https://support.atlassian.com/jira-software-cloud/docs/jql-functions/
_REFUSED = {
    'searches for other issues: use linked, "linked X" or parent': """
        linkedIssue linkedIssues issueHistory votedIssues watchedIssues updatedBy
        issuesWithRemoteLinksByGlobalId childIssuesOf parentIssuesOf portfolioChildIssuesOf
        workItemHistory linkedWorkItem linkedWorkItems watchedWorkItems votedWorkItems
        childWorkItemsOf parentWorkItemsOf subtasksOf epicsOf""",
    "needs the members of a group, a team or an organization: name the people with in (…)": """
        membersOf organizationMembers organizationDetail customerDetail teamMembers teams
        currentUserTeams entitlementDetail entitlementProduct""",
    "needs the time of a login: write a date such as -7d": "currentLogin lastLogin",
    "needs leads or permissions: name the projects or components with in (…)": """
        projectsLeadByUser projectsWhereUserHasPermission projectsWhereUserHasRole
        componentsLeadByUser spacesLeadByUser spacesWhereUserHasPermission
        spacesWhereUserHasRole""",
    "needs the order of the versions: name the version": """
        latestReleasedVersion earliestUnreleasedVersion""",
    "needs the clocks and approvals of a service desk: use status or a custom field": """
        approved approver myApproval myApprovals myPending myPendingApprovals pending
        pendingApproval pendingBy breached everBreached completed elapsed paused remaining running
        withinCalendarHours""",
    "needs the options of a field: compare the field with = or in (…)": """
        choiceOption aqlFunction iqlFunction""",
}

_OF_TYPES = "standardIssueTypes subTaskIssueTypes standardWorkTypes subtaskWorkTypes"

FUNCTIONS: dict[str, Function] = {
    function.name.lower(): function
    for function in (
        Function("now"),
        Function("currentUser"),
        *(Function(name, 1) for name in ("releasedVersions", "unreleasedVersions")),
        *(Function(name) for name in _OF_TYPES.split()),
        Function("cascadeOption", 2),
        *(Function(name) for name in ("openSprints", "closedSprints", "futureSprints")),
        *(Function(name, 1) for name in _EDGES),
        *(Function(name, -1, why) for why, names in _REFUSED.items() for name in names.split()),
    )
}
"""All known functions, by name in lower case."""


def objection(name: str, arguments: int) -> str | None:
    """Return the reason why a condition can't call a function, or None."""
    function = FUNCTIONS.get(name.lower())
    if function is None:
        return f"unknown function {name:.40}(){_nearest(name)}"
    if function.refused:
        return f"conditions see one issue only, but {function.name}() {function.refused}"
    if arguments > function.arguments:
        most = "at most one argument, such as -1" if function.arguments else "no arguments"
        return f"{function.name}() takes {most}"
    return None


def _nearest(name: str) -> str:
    usable = [function.name for function in FUNCTIONS.values() if not function.refused]
    if close := difflib.get_close_matches(name.lower()[:80], FUNCTIONS, n=1):
        return f': did you mean "{FUNCTIONS[close[0]].name}"?'
    return f": write one of {', '.join(f'{known}()' for known in usable)}"
