"""Say what is wrong with the webhook of a site, where Sluice's account may see it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from connector.client import Site
from connector.http.errors import JiraBusy, JiraRefused
from rules.facts.jira_json.json_values import dict_of, list_of

Names = Sequence[str]

EVENTS = (
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "comment_created",
    "comment_updated",
    "comment_deleted",
)
"""The events that Sluice needs. Link events come in addition, where the admin chooses them."""


def listed_webhooks(site: Site) -> Sequence[Mapping[str, Any]] | None:
    """Return the webhooks of a site; None if the account may not see them, as only admins may.

    https://developer.atlassian.com/server/jira/platform/webhooks/
    """
    try:
        if site.account.kind == "cloud":
            return site.ask_list("webhook", root="rest/webhooks/1.0")
        # Since Jira 10 they are here; before, where Cloud still has them.
        found = site.ask_list("webhooks", root="rest/jira-webhook/1.0")
        return [{**one, "enabled": one.get("active")} for one in found]
    except JiraRefused:
        return None if site.account.kind == "cloud" else _listed_before_jira_10(site)
    except JiraBusy:
        return None


def _listed_before_jira_10(site: Site) -> Sequence[Mapping[str, Any]] | None:
    try:
        return site.ask_list("webhook", root="rest/webhooks/1.0")
    except (JiraRefused, JiraBusy):
        return None


def webhook_problems(
    listed: Sequence[Mapping[str, Any]], site: str, projects: Sequence[Names] = ()
) -> list[str]:
    """Return what is wrong with the webhook for a site of sluice.yaml: missing, off, too narrow.

    `projects` are the projects of the site, each by all its names: the first is said.
    """
    end = f"/webhooks/{site}"
    ours = [one for one in listed if urlsplit(str(one.get("url"))).path.rstrip("/").endswith(end)]
    if not ours:
        return [
            f"Jira has no webhook to …{end}: create it under System, WebHooks, with the secret of "
            "this site"
        ]
    on = [one for one in ours if one.get("enabled") is not False]
    if not on:
        return [f"the webhook {ours[0].get('name')!r} is switched off in Jira: enable it"]
    name = on[0].get("name")
    has = {str(event) for one in on for event in list_of(one.get("events"))}
    if lacking := [event for event in EVENTS if event not in has]:
        missing = ", ".join(lacking)
        return [f"the webhook {name!r} lacks events: choose {missing} in Jira, too"]
    if all(_sends_nothing(one) for one in on):
        return [f"the webhook {name!r} sends no body: switch off 'Exclude body' in Jira"]
    filters = [_filter(one) for one in on]
    return [
        f"the filter of the webhook {name!r} leaves out the project {names[0]}: add it in Jira; "
        f"the filter is {filters[0]}"
        for names in projects
        if all(_leaves_out(one, names) for one in filters)
    ]


def _sends_nothing(hook: Mapping[str, Any]) -> bool:
    """Return whether a webhook has no body: it does not say which issue changed."""
    more = dict_of(hook.get("configuration"))
    return "true" in (str(one).lower() for one in (hook.get("excludeBody"), more.get(_NO_BODY)))


_NO_BODY = "EXCLUDE_BODY"


def _filter(hook: Mapping[str, Any]) -> str:
    """Return the JQL that limits a webhook to some issues, or an empty text."""
    found: object = hook.get("filters") or dict_of(hook.get("configuration")).get("FILTERS")
    try:
        found = json.loads(found) if isinstance(found, str) else found
    except (ValueError, RecursionError):
        return ""
    return str(dict_of(found).get("issue-related-events-section") or "")


_PROJECTS = re.compile(r"""\bproject\s*(?:=\s*("[^"]*"|'[^']*'|[\w-]+)|in\s*\(([^()]*)\))""", re.I)


def _leaves_out(jql: str, names: Names) -> bool:
    """Return whether a filter surely leaves out a project: it lists others, joined by AND alone."""
    found = list(_PROJECTS.finditer(jql))
    if len(found) != 1 or re.search(r"\bor\b|\bnot\b|\|\||!", jql, re.I):
        return False
    listed = (found[0][1] or found[0][2]).split(",")
    return not {one.strip(" \"'").lower() for one in listed} & {name.lower() for name in names}
