"""Issues as JSON: all fields or some, properties, changelog and the other expansions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.operations.field_values import OPERATIONS
from sandbox.render.wiki import to_html
from sandbox.state.model import Issue, Json, Model, Project

EXPANDABLE = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations"
COMMENT_FIELDS = ("summary", "issuetype", "project", "assignee", "priority", "status")
CHANGELOG_PAGE = 100


@dataclass(frozen=True)
class View:
    """What of an issue to show: None for `fields` means all, for `properties` none."""

    fields: tuple[str, ...] | None = None
    properties: tuple[str, ...] = ()
    expand: tuple[str, ...] = ()


def choose_fields(model: Model, names: list[str], *, default: str) -> tuple[str, ...] | None:
    """The field ids that a `fields` parameter means (`*all`, `*navigable`, ids, `-id`)."""
    chosen: list[str] = []
    if not names or all(n.startswith("-") for n in names):
        names = [default, *names]
    if names == ["*all"]:
        return None
    for name in names:
        if name == "*all":
            chosen += model.fields
        elif name == "*navigable":
            chosen += [f.id for f in model.fields.values() if f.navigable]
        elif name.startswith("-"):
            chosen = [c for c in chosen if c != name[1:]]
        elif name in model.fields:
            chosen.append(name)
    return tuple(dict.fromkeys(chosen))


def render_issue(model: Model, issue: Issue, view: View) -> Json:
    """One issue as GET /issue answers it."""
    shown: Json = {
        "expand": EXPANDABLE,
        "id": issue.id,
        "self": f"{model.base_url}/rest/api/2/issue/{issue.id}",
        "key": issue.key,
    }
    if view.fields != ():
        shown["fields"] = render_fields(model, issue, view.fields)
    if view.properties:
        shown["properties"] = _properties(issue, view.properties)
    for name in view.expand:
        expander = EXPANDERS.get(name)
        if expander:
            shown[name] = expander(model, issue, view)
    return shown


def render_fields(model: Model, issue: Issue, names: tuple[str, ...] | None) -> Json:
    """The fields of an issue; None for all of them."""
    if names is None:
        fields = model.blank | issue.values
        names = tuple(COMPUTED)
    else:
        fields = {n: issue.values.get(n) for n in names}
    for name in names:
        computed = COMPUTED.get(name)
        if computed:
            fields[name] = computed(model, issue)
    return fields


def _properties(issue: Issue, keys: Iterable[str]) -> Json:
    if "*all" in keys:
        return issue.properties
    return {k: issue.properties[k] for k in keys if k in issue.properties}


def project_json(model: Model, project: Project) -> Json:
    """The short form of a project, as inside issues."""
    return {
        "self": f"{model.base_url}/rest/api/2/project/{project.id}",
        "id": project.id,
        "key": project.key,
        "name": project.name,
        "projectTypeKey": "software",
        "simplified": False,
        "avatarUrls": {
            f"{size}x{size}": f"{model.base_url}/secure/projectavatar?pid={project.id}"
            for size in (48, 24, 16, 32)
        },
    }


def _parent(model: Model, issue: Issue) -> Any:
    held = issue.values.get("parent")
    parent = model.issues.get(held["id"]) if held else None
    return short_issue(model, parent) if parent else None


def short_issue(model: Model, issue: Issue) -> Json:
    """The short form of an issue, as inside links and sub-tasks."""
    names = ("summary", "status", "priority", "issuetype")
    return {
        "id": issue.id,
        "key": issue.key,
        "self": f"{model.base_url}/rest/api/2/issue/{issue.id}",
        "fields": {n: issue.values.get(n) for n in names},
    }


def _comments(model: Model, issue: Issue) -> Json:
    count = len(issue.comments)
    return {
        "comments": issue.comments,
        "self": f"{model.base_url}/rest/api/2/issue/{issue.id}/comment",
        "maxResults": count,
        "total": count,
        "startAt": 0,
    }


def _links(model: Model, issue: Issue) -> list[Json]:
    shown = []
    for link in issue.links:
        other = model.issues.get(link["other"])
        if other:
            shown.append(
                {
                    "id": link["id"],
                    "self": f"{model.base_url}/rest/api/2/issueLink/{link['id']}",
                    "type": link["type"],
                    f"{link['side']}Issue": short_issue(model, other),
                }
            )
    return shown


def _subtasks(model: Model, issue: Issue) -> list[Json]:
    return [short_issue(model, model.issues[i]) for i in issue.subtasks if i in model.issues]


def _votes(model: Model, issue: Issue) -> Json:
    return {
        "self": f"{model.base_url}/rest/api/2/issue/{issue.key}/votes",
        "votes": len(issue.voters),
        "hasVoted": False,
    }


def _watches(model: Model, issue: Issue) -> Json:
    return {
        "self": f"{model.base_url}/rest/api/2/issue/{issue.key}/watchers",
        "watchCount": len(issue.watchers),
        "isWatching": False,
    }


COMPUTED: dict[str, Any] = {
    "project": lambda model, issue: project_json(model, issue.project),
    "parent": _parent,
    "comment": _comments,
    "issuelinks": _links,
    "subtasks": _subtasks,
    "attachment": lambda model, issue: issue.attachments,
    "votes": _votes,
    "watches": _watches,
    "progress": lambda model, issue: {"progress": 0, "total": 0},
    "timetracking": lambda model, issue: {},
    "worklog": lambda model, issue: {
        "startAt": 0,
        "maxResults": 20,
        "total": 0,
        "worklogs": [],
    },
}


def changelog(model: Model, issue: Issue, view: View) -> Json:
    """The changelog, newest first, as `expand=changelog` gives it: on Cloud the last 100."""
    whole = model.deployment == "datacenter"  # which has no pages of it
    newest = issue.histories[::-1] if whole else issue.histories[: -CHANGELOG_PAGE - 1 : -1]
    total = len(issue.histories)
    return {"startAt": 0, "maxResults": len(newest), "total": total, "histories": newest}


def field_names(model: Model, issue: Issue, view: View) -> Json:
    """Field ids to display names, for `expand=names`."""
    ids = model.fields if view.fields is None else view.fields
    return {i: model.fields[i].name for i in ids if i in model.fields}


def _schema(model: Model, issue: Issue, view: View) -> Json:
    ids = model.fields if view.fields is None else view.fields
    return {i: model.fields[i].schema() for i in ids if i in model.fields}


def _rendered(model: Model, issue: Issue, view: View) -> Json:
    names = [f.id for f in model.fields.values() if f.kind == "text"]
    if view.fields is not None:
        names = [n for n in names if n in view.fields]
    return {n: to_html(issue.values.get(n) or "") for n in names}


def editmeta(model: Model, issue: Issue, view: View | None = None) -> Json:
    """The fields on the edit screen, with what they take."""
    return {"fields": screen_fields(model, issue.project)}


def screen_fields(model: Model, project: Project) -> Json:
    """The fields that can be set in a project, as editmeta and createmeta describe them."""
    fields = {}
    for spec in model.fields.values():
        if not spec.editable or spec.id in model.off_screen:
            continue
        meta: Json = {
            "required": spec.id in ("summary", "issuetype"),
            "schema": spec.schema(),
            "name": spec.name,
            "key": spec.id,
            "operations": OPERATIONS.get(spec.kind, ["add", "edit", "remove"]),
        }
        allowed = _allowed(model, project, spec.kind, spec.options)
        if allowed is not None:
            meta["allowedValues"] = allowed
        fields[spec.id] = meta
    return fields


def _allowed(model: Model, project: Project, kind: str, options: list[Json]) -> list[Json] | None:
    lists = {
        "option": options,
        "priority": list(model.catalog.priorities.values()),
        "type": list(model.catalog.types.values()),
        "components": project.components,
        "versions": project.versions,
    }
    return lists.get(kind)


def _transitions(model: Model, issue: Issue, view: View) -> list[Json]:
    return model.catalog.transition_list()


EXPANDERS: dict[str, Any] = {
    "changelog": changelog,
    "names": field_names,
    "schema": _schema,
    "renderedFields": _rendered,
    "editmeta": editmeta,
    "transitions": _transitions,
}
