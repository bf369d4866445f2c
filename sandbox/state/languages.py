"""Name priorities, statuses, types and resolutions in the languages of accounts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

GERMAN = {
    "Highest": "Höchste",
    "High": "Hoch",
    "Medium": "Mittel",
    "Low": "Niedrig",
    "Lowest": "Niedrigste",
    "To Do": "Zu erledigen",
    "In Progress": "In Arbeit",
    "Done": "Fertig",
    "Bug": "Fehler",
    "Task": "Aufgabe",
    "Sub-task": "Unteraufgabe",
    "Improvement": "Verbesserung",
    "New Feature": "Neue Funktion",
    "Won't Do": "Wird nicht erledigt",
    "Duplicate": "Duplikat",
}
CHINESE = {
    "Highest": "最高",
    "High": "高",
    "Medium": "中",
    "Low": "低",
    "Lowest": "最低",
    "To Do": "待办",
    "In Progress": "进行中",
    "Done": "已完成",
    "Bug": "缺陷",
    "Task": "任务",
    "Sub-task": "子任务",
    "Improvement": "改进",
    "New Feature": "新功能",
    "Epic": "长篇故事",
    "Story": "故事",
}
NAMES: Mapping[str, Mapping[str, str]] = {"de": GERMAN, "zh": CHINESE}
_LISTED = re.compile(r"/rest/api/2/(?:priority|status|statuscategory|issuetype|resolution)/[^/]*$")


def all_names(name: str) -> set[str]:
    """Return a name in every language, in lower case: Jira takes any of them."""
    return {name.lower(), *(names[name].lower() for names in NAMES.values() if name in names)}


def translated(value: Any, language: str) -> Any:
    """Return JSON with the names of listed things (known by their `self`) in a language."""
    if isinstance(value, list):
        return [translated(each, language) for each in value]
    if not isinstance(value, dict):
        return value
    new = {k: translated(v, language) for k, v in value.items()}
    link, name = value.get("self"), value.get("name")
    if isinstance(link, str) and isinstance(name, str) and _LISTED.search(link):
        new["name"] = NAMES[language].get(name, name)
    return new
