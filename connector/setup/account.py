"""Say whether Sluice's account looks like a person's."""

from __future__ import annotations

from collections.abc import Collection

from connector.client import Site

SHOWN = 3


def persons_account(site: Site, project: str, not_these: Collection[str] = ()) -> str:
    """Return why the account looks like a person's, or an empty text; with one search.

    Whoever is assigned to issues works on them. `not_these` are keys of issues that do not count.
    """
    jql = f'project = "{project}" AND assignee = currentUser() ORDER BY key ASC'
    first = next(site.pages(jql, ["summary"]), [])
    keys = [str(one.get("key")) for one in first if one.get("key") not in not_these]
    if not keys:
        return ""
    listed = ", ".join(keys[:SHOWN])
    return (
        f"{project}: {site.display_name} is the assignee of {listed}, so it seems to be a person's "
        "account. Sluice needs one of its own: what its account does counts as Sluice's"
    )
