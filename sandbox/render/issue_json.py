"""Render issues as JSON: fields, properties, changelog and other expansions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.operations.comments import visible
from sandbox.operations.worklogs import written
from sandbox.render.adf import to_adf
from sandbox.render.screens import editmeta
from sandbox.render.sprints import sprint_field
from sandbox.render.wiki import to_html
from sandbox.state.accounts import Account
from sandbox.state.model import Model
from sandbox.state.records import Issue, Json, Project
from sandbox.state.seed import SPRINT_FIELD

EXPANDABLE = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations"
COMMENT_FIELDS = ("summary", "issuetype", "project", "assignee", "priority", "status")
CHANGELOG_PAGE = 100
COMMENT_PAGE = 100


@dataclass(frozen=True)
class View:
    """The parts of an issue to render, and for whom; `reader` None sees all.

    `fields` None means all; `properties` () means none; `adf`: texts as REST v3 gives them.
    """

    fields: tuple[str, ...] | None = None
    properties: tuple[str, ...] = ()
    expand: tuple[str, ...] = ()
    reader: Account | None = None
    adf: bool = False


def choose_fields(model: Model, names: list[str], *, default: str) -> tuple[str, ...] | None:
    """Return the field ids of a `fields` parameter (`*all`, `*navigable`, ids, `-id`)."""
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
    """Return an issue as in GET /issue."""
    rendered: Json = {
        "expand": EXPANDABLE,
        "id": issue.id,
        "self": f"{model.base_url}/rest/api/2/issue/{issue.id}",
        "key": issue.key,
    }
    if view.fields != ():
        rendered["fields"] = render_fields(model, issue, view.fields, view.reader)
        if view.adf:
            _to_adf(model, rendered["fields"])
    if view.properties:
        rendered["properties"] = _properties(issue, view.properties)
    for name in view.expand:
        expander = EXPANDERS.get(name)
        if expander:
            rendered[name] = expander(model, issue, view)
    return rendered


def _to_adf(model: Model, fields: Json) -> None:
    """Turn the texts of an issue's fields into documents, as REST v3 gives them."""
    for spec in model.fields.values():
        if spec.kind == "text" and fields.get(spec.id):
            fields[spec.id] = to_adf(fields[spec.id])
    for name, key, text in (("comment", "comments", "body"), ("worklog", "worklogs", "comment")):
        if fields.get(name):
            found = [with_adf(each, text) for each in fields[name][key]]
            fields[name] = fields[name] | {key: found}


def with_adf(value: Json, key: str) -> Json:
    """Return a comment or worklog with its text as a document."""
    return value | {key: to_adf(value[key])} if value.get(key) else value


def render_fields(
    model: Model, issue: Issue, names: tuple[str, ...] | None, reader: Account | None = None
) -> Json:
    """Return an issue's fields; `names` None means all."""
    if names is None:
        fields: Json = model.blank | issue.values
        names = tuple(COMPUTED)
    else:
        fields = {n: issue.values.get(n) for n in names}
    for name in names:
        computed = COMPUTED.get(name)
        if computed and name in model.fields:
            fields[name] = computed(model, issue)
    if reader and "comment" in fields:
        fields["comment"] = _comments(model, issue, reader)
    for name in model.scoped:
        if model.fields[name].scope != issue.project.id:
            fields.pop(name, None)
    return fields


def _properties(issue: Issue, keys: Iterable[str]) -> Json:
    if "*all" in keys:
        return issue.properties
    return {k: issue.properties[k] for k in keys if k in issue.properties}


def project_json(model: Model, project: Project) -> Json:
    """Return the short form of a project, as inside issues."""
    return {
        "self": f"{model.base_url}/rest/api/2/project/{project.id}",
        "id": project.id,
        "key": project.key,
        "name": project.name,
        "projectTypeKey": project.type_key,
        **({"simplified": project.style == "next-gen"} if model.deployment == "cloud" else {}),
        "avatarUrls": {
            f"{size}x{size}": f"{model.base_url}/secure/projectavatar?pid={project.id}"
            for size in (48, 24, 16, 32)
        },
    }


def _parent(model: Model, issue: Issue) -> Any:
    link = issue.values.get("parent")
    parent = model.issues.get(link["id"]) if link else None
    return short_issue(model, parent) if parent else None


def short_issue(model: Model, issue: Issue) -> Json:
    """Return the short form of an issue, as inside links and sub-tasks."""
    names = ("summary", "status", "priority", "issuetype")
    return {
        "id": issue.id,
        "key": issue.key,
        "self": f"{model.base_url}/rest/api/2/issue/{issue.id}",
        "fields": {n: issue.values.get(n) for n in names},
    }


def _comments(model: Model, issue: Issue, reader: Account | None = None) -> Json:
    """Return the comments, the oldest first; on Cloud only the first page of them."""
    found = visible(model, issue, reader) if reader else issue.comments
    size = COMMENT_PAGE if model.deployment == "cloud" else len(found)
    return {
        "comments": found[:size],
        "self": f"{model.base_url}/rest/api/2/issue/{issue.id}/comment",
        "maxResults": size,
        "total": len(found),
        "startAt": 0,
    }


def _links(model: Model, issue: Issue) -> list[Json]:
    links = []
    for link in issue.links:
        other = model.issues.get(link["other"])
        if other:
            links.append(
                {
                    "id": link["id"],
                    "self": f"{model.base_url}/rest/api/2/issueLink/{link['id']}",
                    "type": link["type"],
                    f"{link['side']}Issue": short_issue(model, other),
                }
            )
    return links


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


def _progress(issue: Issue) -> Json:
    spent, left = (issue.values.get(n) or 0 for n in ("timespent", "timeestimate"))
    share = {"percent": 100 * spent // (spent + left)} if spent + left else {}
    return {"progress": spent, "total": spent + left} | share


def _timetracking(issue: Issue) -> Json:
    names = {
        "originalEstimate": "timeoriginalestimate",
        "remainingEstimate": "timeestimate",
        "timeSpent": "timespent",
    }
    times = {name: issue.values.get(field) for name, field in names.items()}
    found = {name: seconds for name, seconds in times.items() if seconds is not None}
    return {name: written(int(seconds)) for name, seconds in found.items()} | {
        f"{name}Seconds": int(seconds) for name, seconds in found.items()
    }


COMPUTED: dict[str, Any] = {
    "project": lambda model, issue: project_json(model, issue.project),
    "parent": _parent,
    "comment": _comments,
    "issuelinks": _links,
    "subtasks": _subtasks,
    "attachment": lambda model, issue: issue.attachments,
    SPRINT_FIELD: sprint_field,
    "votes": _votes,
    "watches": _watches,
    "progress": lambda model, issue: _progress(issue),
    "timetracking": lambda model, issue: _timetracking(issue),
    "worklog": lambda model, issue: {
        "startAt": 0,
        "maxResults": 20,
        "total": len(issue.worklogs),
        "worklogs": issue.worklogs[:20],
    },
}


def changelog(model: Model, issue: Issue, view: View) -> Json:
    """Return the changelog, newest first (`expand=changelog`); on Cloud the last 100 entries."""
    whole = model.deployment == "datacenter"  # Data Center has no pages of changelog
    newest = issue.histories[::-1] if whole else issue.histories[: -CHANGELOG_PAGE - 1 : -1]
    total = len(issue.histories)
    return {"startAt": 0, "maxResults": len(newest), "total": total, "histories": newest}


def field_names(model: Model, issue: Issue, view: View) -> Json:
    """Return display names by field id, for `expand=names`."""
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


def _transitions(model: Model, issue: Issue, view: View) -> list[Json]:
    return model.catalog.transition_list()


EXPANDERS: dict[str, Any] = {
    "changelog": changelog,
    "names": field_names,
    "schema": _schema,
    "renderedFields": _rendered,
    "editmeta": lambda model, issue, view: editmeta(model, issue),
    "transitions": _transitions,
}
