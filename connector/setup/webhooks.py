"""Say what is wrong with the webhook of a site, where Sluice's account may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from connector.client import Site
from connector.http.errors import JiraBusy, JiraRefused
from connector.jira_json.json_values import list_of

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


def webhook_problems(listed: Sequence[Mapping[str, Any]], site: str) -> list[str]:
    """Return what is wrong with the webhook for a site of sluice.yaml: missing, off, too narrow."""
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
    has = {str(event) for one in on for event in list_of(one.get("events"))}
    if lacking := [event for event in EVENTS if event not in has]:
        name, missing = on[0].get("name"), ", ".join(lacking)
        return [f"the webhook {name!r} lacks events: choose {missing} in Jira, too"]
    return []
