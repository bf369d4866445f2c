"""JQL's functions: those that conditions can use, and those that ask for more than one issue."""

from __future__ import annotations

import difflib
from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    """A function of JQL by its own spelling; `refused` says why one issue can't answer it."""

    name: str
    arguments: int = 0
    refused: str = ""


SPANS = ("day", "week", "month", "year")
_EDGES = [f"{edge}Of{span.title()}" for edge in ("start", "end") for span in SPANS]

# https://support.atlassian.com/jira-software-cloud/docs/jql-functions/
_REFUSED = {
    "searches for other issues": """
        linkedIssue linkedIssues issueHistory votedIssues watchedIssues updatedBy
        issuesWithRemoteLinksByGlobalId childIssuesOf parentIssuesOf portfolioChildIssuesOf
        workItemHistory linkedWorkItem linkedWorkItems watchedWorkItems votedWorkItems
        childWorkItemsOf parentWorkItemsOf subtasksOf epicsOf""",
    "asks who is in a group, a team or an organization": """
        membersOf organizationMembers organizationDetail customerDetail teamMembers teams
        currentUserTeams entitlementDetail entitlementProduct""",
    "asks when somebody signed in": "currentLogin lastLogin",
    "asks who leads or may do what": """
        projectsLeadByUser projectsWhereUserHasPermission projectsWhereUserHasRole
        componentsLeadByUser spacesLeadByUser spacesWhereUserHasPermission
        spacesWhereUserHasRole""",
    "asks for the project's versions": """
        releasedVersions unreleasedVersions latestReleasedVersion earliestUnreleasedVersion""",
    "asks for the board's sprints": "openSprints closedSprints futureSprints",
    "asks how the project's issue types are set up": """
        standardIssueTypes subtaskIssueTypes standardWorkTypes subtaskWorkTypes""",
    "asks for a service desk's clocks and approvals": """
        approved approver myApproval myApprovals myPending myPendingApprovals pending
        pendingApproval pendingBy breached everBreached completed elapsed paused remaining running
        withinCalendarHours""",
    "asks for the options of a field": "cascadeOption choiceOption aqlFunction iqlFunction",
}

FUNCTIONS: dict[str, Function] = {
    function.name.lower(): function
    for function in (
        Function("now"),
        Function("currentUser"),
        *(Function(name, 1) for name in _EDGES),
        *(Function(name, -1, why) for why, names in _REFUSED.items() for name in names.split()),
    )
}
"""Every function that we know, by its name in lower case."""


def objection(name: str, arguments: int) -> str | None:
    """What is wrong with calling a function in a condition, if anything is."""
    function = FUNCTIONS.get(name.lower())
    if function is None:
        return f"unknown function {name:.40}(){_nearest(name)}"
    if function.refused:
        return (
            f"{function.name}() can't be judged on one issue, it {function.refused}: leave it out"
        )
    if arguments > function.arguments:
        most = "one value such as -1" if function.arguments else "nothing"
        return f"{function.name}() takes {most} between its parentheses"
    return None


def _nearest(name: str) -> str:
    usable = [function.name for function in FUNCTIONS.values() if not function.refused]
    if close := difflib.get_close_matches(name.lower()[:80], FUNCTIONS, n=1):
        return f': did you mean "{FUNCTIONS[close[0]].name}"?'
    return f": write one of {', '.join(f'{known}()' for known in usable)}"
