"""Change a site as its admins do: rename a project, renumber issues, copy one, replace accounts."""

from __future__ import annotations

from sandbox.operations.create import finish_create
from sandbox.operations.edit import Edit
from sandbox.state.accounts import Account
from sandbox.state.model import Model
from sandbox.state.records import Issue, Json, Project
from sandbox.state.refusals import Refused

NOT_COPIED = {
    "project",
    "status",
    "resolution",
    "resolutiondate",
    "creator",
    "created",
    "updated",
    "statuscategorychangedate",
    "workratio",
}


def rename_project(model: Model, old: str, new: str) -> Project:
    """Give a project another key. Its id stays; the old keys still find it and its issues."""
    with model.lock:
        project = model.must_project(old)
        if new in model.projects and model.projects[new] is not project:
            raise Refused(400, [], {"projectKey": f"Project '{new}' uses this project key."})
        model.projects = {new if k == project.key else k: p for k, p in model.projects.items()}
        model.old_keys = {k: p for k, p in model.old_keys.items() if k != new}
        if project.key != new:
            model.old_keys[project.key] = project
        project.key = new
        for issue in model.issues.values():
            if issue.project is project:
                issue.key = f"{new}-{issue.number}"
                model.keys[issue.key] = issue
        return project


def renumber(model: Model, *, keep_properties: bool = True, step: int = 50_000) -> None:
    """Give all issues and comments new ids, as a migration does. Keys stay; nothing is sent.

    `keep_properties`: whether the properties of issues come along.
    """
    with model.lock:
        ids = {old: str(int(old) + step) for old in model.issues}
        model.issues = {ids[old]: issue for old, issue in model.issues.items()}
        model.skip_ids("issue", step)
        model.skip_ids("comment", step)
        for issue in model.issues.values():
            _renumber_one(model, issue, ids, step)
            if not keep_properties:
                issue.properties = {}
        model.comment_properties = {
            str(int(old) + step): value for old, value in model.comment_properties.items()
        }


def _renumber_one(model: Model, issue: Issue, ids: dict[str, str], step: int) -> None:
    issue.id = ids[issue.id]
    issue.subtasks = [ids[each] for each in issue.subtasks if each in ids]
    issue.links = [link | {"other": ids[link["other"]]} for link in issue.links]
    issue.worklogs = [worklog | {"issueId": issue.id} for worklog in issue.worklogs]
    parent = issue.values.get("parent")
    if parent:
        issue.values = issue.values | {"parent": {"id": ids[parent["id"]]}}
    issue.comments = [_moved(model, issue, comment, step) for comment in issue.comments]


def _moved(model: Model, issue: Issue, comment: Json, step: int) -> Json:
    ident = str(int(comment["id"]) + step)
    link = f"{model.base_url}/rest/api/2/issue/{issue.id}/comment/{ident}"
    return comment | {"id": ident, "self": link}


def copy_issue(
    model: Model, id_or_key: str, account: Account, *, properties: bool = False
) -> Issue:
    """Copy an issue's fields as an automation does: no link to the original, perhaps its property.

    The webhooks get `jira:issue_created` of the copy, by the account.
    """
    with model.lock:
        issue = model.issue(id_or_key)
        values = {k: v for k, v in issue.values.items() if k not in NOT_COPIED}
        edit = Edit(values, [], dict(issue.properties) if properties else {})
        return finish_create(model, issue.project, edit, account)
