"""Say which rights Sluice's account lacks in a project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connector.client import Site

NEEDED: Mapping[str, str] = {
    "BROWSE_PROJECTS": "see its issues",
    "EDIT_ISSUES": "write fields",
    "ADD_COMMENTS": "comment",
    "EDIT_OWN_COMMENTS": "keep its one comment up to date",
    "DELETE_OWN_COMMENTS": "remove a second comment of its own",
}
"""Jira's permissions, each with what Sluice needs it for."""

ATTACH = {"CREATE_ATTACHMENTS": "attach the picture of the weekly report"}
"""What a project needs in addition if its weekly report is posted."""


def missing_rights(site: Site, project: str, needed: Mapping[str, str] = NEEDED) -> Sequence[str]:
    """Return a line for each right that the account lacks in a project, with one request.

    `project` is the project's key. A right that the site does not know is no problem.
    """
    return [
        f"{project}: the account may not {needed[key]}: give it the permission {right.name!r} in "
        "the project's permission scheme"
        for key, right in site.rights_in(project, needed).items()
        if not right.has
    ]
