"""Say whether Sluice's account looks like a person's."""

from __future__ import annotations

from collections.abc import Collection

from connector.client import JiraRefused, Site
from rules.facts.jira_json.json_values import dict_of, list_of, text_of

SHOWN = 3


def persons_account(site: Site, project: str, not_these: Collection[str] = ()) -> str:
    """Return why the account looks like a person's, or an empty text; with one search.

    Whoever is assigned to issues works on them, and whoever reports issues wants something: Sluice
    does neither. `not_these` are keys of issues that do not count.
    """
    who = "(assignee = currentUser() OR reporter = currentUser())"
    jql = f'project = "{project}" AND {who} ORDER BY key ASC'
    first = next(site.pages(jql, ["summary"]), [])
    keys = [str(one.get("key")) for one in first if one.get("key") not in not_these]
    if not keys:
        return ""
    listed = ", ".join(keys[:SHOWN])
    return (
        f"{project}: {site.display_name} is the assignee or reporter of {listed}, so it seems to "
        "be a person's account. Sluice needs one of its own: what its account does counts as "
        "Sluice's"
    )


def default_priority(site: Site) -> str:
    """Return the priority that a site gives a new issue, or an empty text: only Cloud tells it."""
    if site.account.kind != "cloud":
        return ""
    try:
        found = site.ask("priority/search", {"onlyDefault": "true"})
    except JiraRefused:
        return ""
    named = [dict_of(one) for one in list_of(found.get("values"))]
    return next((text_of(one.get("name")) or "" for one in named if one.get("isDefault")), "")
