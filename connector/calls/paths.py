"""Check ids and keys before they stand in a path."""

from __future__ import annotations

import re

from connector.http.errors import JiraRefused

_PROJECT = re.compile("[A-Za-z][A-Za-z0-9_]*|[0-9]{1,18}")

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]*-[0-9]{1,12}|[0-9]{1,18}")


def checked(issue: str) -> str:
    """Return an id or key that is safe in a path; raise JiraRefused for anything else."""
    if not _ID.fullmatch(issue):
        raise JiraRefused(f"{issue[:60]!r} is not an issue id or key such as 10001 or SHOP-12")
    return issue


def is_project(text: str) -> bool:
    """Return whether a text looks like the key or the id of a project."""
    return _PROJECT.fullmatch(text) is not None
