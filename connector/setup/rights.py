"""Say which rights Sluice's account lacks in a project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from connector.client import Site
from rules.facts.jira_json.json_values import dict_of

NEEDED: Mapping[str, str] = {
    "BROWSE_PROJECTS": "see its issues",
    "EDIT_ISSUES": "write fields",
    "ADD_COMMENTS": "comment",
    "EDIT_OWN_COMMENTS": "keep its one comment up to date",
    "DELETE_OWN_COMMENTS": "remove a second comment of its own",
}
"""Jira's permissions, each with what Sluice needs it for.

https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-permissions/
"""

ATTACH = {"CREATE_ATTACHMENTS": "attach the picture of the weekly report"}


def missing_rights(site: Site, project: str, needed: Mapping[str, str] = NEEDED) -> Sequence[str]:
    """Return a line for each right that the account lacks in a project, with one request.

    `project` is the project's key. A right that the site does not know is no problem.
    """
    query = {"projectKey": project}
    if site.account.kind == "cloud":  # which has to be told what to answer; Data Center answers all
        query["permissions"] = ",".join(needed)
    answer = dict_of(site.ask("mypermissions", query).get("permissions"))
    return [*_lines(answer, project, needed)]


def _lines(answer: Mapping[str, object], project: str, needed: Mapping[str, str]) -> Iterator[str]:
    for key, purpose in needed.items():
        found = dict_of(answer.get(key))
        if found and found.get("havePermission") is False:
            name = found.get("name") or key
            yield (
                f"{project}: the account may not {purpose}: give it the permission {name!r} "
                "in the project's permission scheme"
            )
