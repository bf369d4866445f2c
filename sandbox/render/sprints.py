"""Render boards and sprints, by themselves and in the sprint field of issues."""

from __future__ import annotations

from typing import Any

from sandbox.state.model import Model
from sandbox.state.records import Board, Issue, Json, Sprint
from sandbox.state.seed import SPRINT_FIELD

JAVA = (
    "com.atlassian.greenhopper.service.sprint.Sprint@{at:x}[id={id},rapidViewId={board},"
    "state={state},name={name},startDate={startDate},endDate={endDate},"
    "completeDate={completeDate},activatedDate={activatedDate},sequence={id},goal={goal},"
    "autoStartStop=false,synced=false]"
)
DATES = ("startDate", "endDate", "completeDate", "activatedDate")


def board_json(model: Model, board: Board) -> Json:
    """Return a board as in GET /board; on Cloud with the project that it is of."""
    base = f"{model.base_url}/rest/agile/1.0/board/{board.id}"
    made: Json = {"id": board.id, "self": base, "name": board.name, "type": "scrum"}
    if model.deployment == "cloud":
        project = board.project
        made["location"] = {
            "projectId": int(project.id),
            "projectKey": project.key,
            "projectName": project.name,
            "displayName": f"{project.name} ({project.key})",
            "projectTypeKey": project.type_key,
        }
    return made


def sprint_json(model: Model, sprint: Sprint) -> Json:
    """Return a sprint as in GET /sprint."""
    return {
        "id": sprint.id,
        "self": f"{model.base_url}/rest/agile/1.0/sprint/{sprint.id}",
        "state": sprint.state,
        "originBoardId": sprint.board,
        **sprint.more,
        "name": sprint.name,
    }


def sprint_field(model: Model, issue: Issue) -> list[Any] | None:
    """Return the sprint field of an issue: objects on Cloud, texts of Java on Data Center."""
    found = [model.sprints[int(one["id"])] for one in issue.values.get(SPRINT_FIELD) or []]
    if not found:
        return None
    if model.deployment == "cloud":
        return [_short(sprint) for sprint in found]
    return [_java(sprint) for sprint in found]


def _short(sprint: Sprint) -> Json:
    more = {k: v for k, v in sprint.more.items() if k in (*DATES[:3], "goal")}
    return {
        "id": sprint.id,
        "name": sprint.name,
        "state": sprint.state,
        "boardId": sprint.board,
        "goal": "",
        **more,
    }


def _java(sprint: Sprint) -> str:
    dates = {name: sprint.more.get(name, "<null>") for name in DATES}
    return JAVA.format(
        at=4096 + sprint.id,
        id=sprint.id,
        board=sprint.board,
        state=sprint.state.upper(),
        name=sprint.name,
        goal=sprint.more.get("goal", ""),
        **dates,
    )
