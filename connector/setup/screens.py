"""Read the edit screen of each issue type of a project, and say what they lack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.client import Site
from connector.layout.field_mapping import Layout
from connector.layout.screen import screen_problems
from rules.facts.jira_json.json_values import dict_of, list_of, text_of

MOST_TYPES = 30
SHOWN = 3
MOST_STEPS = 3
"""How many statuses of a type are looked at, if issues can't be edited in the first."""


@dataclass(frozen=True)
class TypeScreen:
    """The edit screen of an issue type: its fields by id, and the statuses without any edit.

    `fields` is None if no issue of the type could be looked at.
    """

    type: str
    fields: Mapping[str, Any] | None = None
    read_only: tuple[str, ...] = ()


def type_screens(site: Site, project: str) -> list[TypeScreen]:
    """Return the edit screens of a project's issue types.

    Jira tells an edit screen only of an issue: `createmeta` tells that of creating one. So this
    costs one request, and two for each type; more only where a status allows no edit.
    """
    types = map(dict_of, list_of(site.ask(f"project/{project}").get("issueTypes")))
    return [_screen(site, project, one) for one in list(types)[:MOST_TYPES]]


def _screen(site: Site, project: str, kind: Mapping[str, Any]) -> TypeScreen:
    name, read_only = text_of(kind.get("name")) or "", list[str]()
    jql = f'project = "{project}" AND issuetype = {kind.get("id")} ORDER BY created DESC'
    for status, issue in list(_one_a_status(next(site.pages(jql, ["status"]), [])))[:MOST_STEPS]:
        found = dict_of(site.ask(f"issue/{issue}/editmeta").get("fields"))
        if found:
            return TypeScreen(name, found, tuple(read_only))
        read_only.append(status)
    return TypeScreen(name, None, tuple(read_only))


def _one_a_status(issues: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield status and id of one issue in each status; those that are not done come first."""
    found: dict[str, tuple[bool, str]] = {}
    for raw in issues:
        status = dict_of(dict_of(raw.get("fields")).get("status"))
        done = dict_of(status.get("statusCategory")).get("key") == "done"
        found.setdefault(str(status.get("name")), (done, str(raw.get("id"))))
    yield from ((name, id) for name, (_, id) in sorted(found.items(), key=lambda one: one[1][0]))


@dataclass(frozen=True)
class ScreensFound:
    """What is wrong with the edit screens of a project, and what is only worth saying."""

    problems: Sequence[str] = ()
    remarks: Sequence[str] = field(default_factory=tuple)


def check_screens(
    screens: Sequence[TypeScreen], layout: Layout, priorities: Sequence[str], used: Iterable[str]
) -> ScreensFound:
    """Return what the edit screens lack of what Sluice writes, each lack with its issue types.

    `priorities` and `used` are those of `screen_problems`.
    """
    used, looked_at = set(used), [one for one in screens if one.fields is not None]
    lacking: dict[str, list[str]] = {}
    for one in looked_at:
        for problem in screen_problems(one.fields or {}, layout, priorities, used):
            lacking.setdefault(problem, []).append(one.type)
    problems = [
        problem if len(types) == len(looked_at) else f"{', '.join(types)}: {problem}"
        for problem, types in lacking.items()
    ]
    return ScreensFound(problems, [*_remarks(screens)])


def _remarks(screens: Sequence[TypeScreen]) -> Iterator[str]:
    steps = sorted({status for one in screens for status in one.read_only})
    unknown = [one.type for one in screens if one.fields is None]
    if len(unknown) == len(screens):
        why = "no issue can be edited" if steps else "there is no issue yet"
        yield f"{why}, so the edit screen can't be checked"
        return
    if steps:
        yield (
            f"nobody can edit issues in {', '.join(steps)} (jira.issue.editable), so Sluice leaves "
            "them in peace"
        )
    if unknown:
        more = f" and {len(unknown) - SHOWN} more types" if len(unknown) > SHOWN else ""
        listed = ", ".join(unknown[:SHOWN]) + more
        yield f"there is no issue to edit yet of {listed}: that edit screen can't be checked"
