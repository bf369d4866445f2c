"""Say what is wrong with how a project is told: rights and restrictions of Sluice's comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connector.client import Site
from connector.comment.told import Telling
from connector.http.errors import JiraRefused
from rules.facts.jira_json.json_values import dict_of, list_of

QUIET: Mapping[str, str] = {
    "ADMINISTER": "Administer Jira",
    "ADMINISTER_PROJECTS": "Administer Projects",
}
"""The permissions of which one is needed to write without mails.

https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/
"""


def telling_problems(site: Site, project: str, telling: Telling) -> Iterator[str]:
    """Yield a line for each setting that Jira would refuse, with one request each.

    `project` is the project's key in Jira.
    """
    if not telling.notify and not _may_hush(site, project):
        either = " or ".join(repr(name) for name in QUIET.values())
        yield (
            f"{project}: the account may not write without mails: give it the permission {either}, "
            "or remove `notify: false` from sluice.yaml"
        )
    level = telling.visibility
    if level.get("type") == "role":
        yield from _unknown_role(site, project, level["value"])
    elif level:
        yield from _unknown_group(site, project, level["value"])


def _may_hush(site: Site, project: str) -> bool:
    return any(right.has for right in site.rights_in(project, QUIET).values())


def _unknown_role(site: Site, project: str, role: str) -> Iterator[str]:
    known = site.ask(f"project/{project}/role", {})
    if role not in known:
        listed = ", ".join(sorted(known))
        yield (
            f"{project}: there is no project role {role!r} for `visibility`: use one of {listed}"
        )
    elif _is_outside(site, project, str(known[role]).rpartition("/")[2]):
        yield (
            f"{project}: the account is not in the project role {role!r}, so Jira refuses its "
            "comments: add it to the role (Project settings, People), or change `visibility`"
        )


def _is_outside(site: Site, project: str, role: str) -> bool:
    """Return whether the account is surely not in a role, by the id of the role.

    Where only project admins may list the members, that is not known.
    """
    try:
        actors = list_of(site.ask(f"project/{project}/role/{role}", {}).get("actors"))
        found = [dict_of(one) for one in actors]
        groups = {_group(one) for one in found} - {""}
        mine = _groups(site) if groups else frozenset()
    except JiraRefused:
        return False
    people = {dict_of(one.get("actorUser")).get("accountId") or one.get("name") for one in found}
    return site.me not in people and mine is not None and not groups & mine


def _group(actor: Mapping[str, object]) -> str:
    """Return the name of an actor that is a group, or an empty text."""
    named = dict_of(actor.get("actorGroup")).get("name")
    if not named and "group" in str(actor.get("type")):
        named = actor.get("name")
    return str(named or "")


def _groups(site: Site) -> frozenset[str] | None:
    """Return the groups of the account; None if Jira does not tell them."""
    told = site.ask("myself", {"expand": "groups"}).get("groups")
    if not isinstance(told, dict) or "items" not in told:
        return None
    return frozenset(str(dict_of(one).get("name")) for one in list_of(told["items"]))


def _unknown_group(site: Site, project: str, group: str) -> Iterator[str]:
    found = site.ask("groups/picker", {"query": group, "maxResults": "50"})
    if group not in {dict_of(one).get("name") for one in list_of(found.get("groups"))}:
        yield (
            f"{project}: there is no group {group!r} for `visibility`, or the account may not see "
            "it: correct the name, or use a project role"
        )
