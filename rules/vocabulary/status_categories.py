"""Name the three categories that Jira sorts all statuses into."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Category = Literal["To Do", "In Progress", "Done"]

CATEGORIES: Mapping[str, Category] = {
    "new": "To Do",
    "undefined": "To Do",
    "indeterminate": "In Progress",
    "done": "Done",
}
"""Status categories in English, by Jira's keys."""
