"""Tell what an edit screen of Jira lacks of what Sluice writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connector.layout.field_mapping import Layout
from connector.layout.slots import PRIORITY
from rules.facts.jira_json.json_values import dict_of, list_of
from rules.facts.jira_json.names import name_of
from rules.vocabulary.classes import ALL_KINDS
from rules.vocabulary.verdicts import VERDICTS


def screen_problems(
    screen: Mapping[str, Any], layout: Layout, priorities: Iterable[str], used: Iterable[str]
) -> list[str]:
    """Return a line for each field or option that Sluice writes and the edit screen lacks.

    `screen` is the `fields` of Jira's editmeta, `priorities` are those of the rulebook's bands,
    `used` has the classes and verdicts that the project's book and targets name. Without
    priorities, none is ever written.
    """
    used, priorities = set(used), [*priorities]
    wanted = {
        layout.kind: [layout.shown(kind) for kind in ALL_KINDS if kind in used],
        layout.verdict: [layout.shown(verdict) for verdict in VERDICTS if verdict in used],
        layout.score: [],
        **({PRIORITY: priorities} if priorities else {}),
        **({layout.why: []} if layout.why else {}),
    }
    problems = []
    for slot, values in wanted.items():
        if slot.id not in screen:
            problems.append(f"{slot.name} can't be edited: add it to the edit screen")
        elif missing := _missing(values, dict_of(screen[slot.id]), layout):
            listed = ", ".join(missing)
            hint = (
                "`bands` in the rulebook or `default_priority` in sluice.yaml"
                if slot is PRIORITY
                else "`words` in sluice.yaml"
            )
            problems.append(f"{slot.name} has no {listed}: add it in Jira, or change {hint}")
    return problems


def _missing(values: Iterable[str], field: Mapping[str, Any], layout: Layout) -> list[str]:
    """Return the values that a field does not offer. A priority is known by its id, too."""
    if "allowedValues" not in field:
        return []
    listed = [dict_of(one) for one in list_of(field["allowedValues"])]
    names = {str(name_of(one)).lower() for one in listed}
    ids = {str(one.get("id")) for one in listed}
    return [
        value
        for value in values
        if value.lower() not in names and layout.id_of("priority", value) not in ids
    ]
