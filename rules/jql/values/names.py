"""Read the names in clauses: each as its field knows it, or refused if no value is called so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from rules.facts.catalog import Field
from rules.facts.facts import fold, state_name
from rules.jql.syntax_tree import Call
from rules.problem import nearest
from rules.vocabulary.classes import ALL_KINDS

KEY = re.compile(r"([a-z][a-z0-9_]*)-(\d{1,15})", re.ASCII)

# https://support.atlassian.com/jira-software-cloud/docs/jql-fields/#Status-category
_CATEGORIES = {
    "to do": "to do",
    "new": "to do",
    "2": "to do",
    "in progress": "in progress",
    "indeterminate": "in progress",
    "4": "in progress",
    "done": "done",
    "complete": "done",
    "3": "done",
}

OF_VALUES = frozenset(("currentuser", "cascadeoption"))
"""Further functions that name values."""

STATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "releasedversions": ("version", "released"),
        "unreleasedversions": ("version", "unreleased"),
        "opensprints": ("sprint", "active"),
        "closedsprints": ("sprint", "closed"),
        "futuresprints": ("sprint", "future"),
        "standardissuetypes": ("type", "standard"),
        "standardworktypes": ("type", "standard"),
        "subtaskissuetypes": ("type", "subtask"),
        "subtaskworktypes": ("type", "subtask"),
    }
)
"""Functions that name all values in one state: the form of their field, and the state."""


def name_of(field: Field, value: str) -> str:
    """Return a name as its field knows it, in lower case; empty for the resolution Unresolved.

    Raise ValueError if no value of the field can have this name.
    """
    folded = str(fold(value) or "")
    if not folded:
        return ""
    if field.name == "class":
        return _known(re.sub(r"[\s-]+", "_", folded), ALL_KINDS, value, "class")
    if field.name == "resolution":
        return "" if folded in ("unresolved", "-1") else folded
    if field.name == "statuscategory":
        return _CATEGORIES[_known(folded, tuple(_CATEGORIES), value, "status category")]
    if field.form == "key" and not (KEY.fullmatch(folded) or folded.isdecimal()):
        raise ValueError(f'"{value:.40}" is not the key of an issue: write one such as SHOP-12')
    return _known(folded, field.choices, value, f"value of {field.name}")


def _known(folded: str, names: tuple[str, ...], value: str, what: str) -> str:
    if names and folded not in names:
        hint = nearest(folded, names) or f": write one of {', '.join(names[:6])}"
        raise ValueError(f'unknown {what} "{value:.40}"{hint}')
    return folded


def state_of(field: Field, call: Call) -> str | None:
    """Return the name of the values that a function asks for; None for other functions."""
    if call.name == _CASCADE and field.form == "" and field.type == "name":
        return _options(call)
    found = STATES.get(call.name)
    if found is None or found[0] != field.form:
        return None
    if call.args:
        raise ValueError(
            f"{call}: conditions see the versions of one issue: leave the parentheses empty"
        )
    return state_name(found[1])


_CASCADE = "cascadeoption"


def _options(call: Call) -> str:
    """Return the name of a value of a cascading select: its first option, or both."""
    if not call.args or "none" in map(str.lower, call.args):
        raise ValueError("cascadeOption() needs the names of one or two options: write them")
    return " - ".join(call.args).lower()


def number_of_key(name: str, project: str) -> float | None:
    """Return the number in a key of a project; None for another project's, and for an id."""
    match = KEY.fullmatch(name)
    return float(match.group(2)) if match and match.group(1) == project else None
