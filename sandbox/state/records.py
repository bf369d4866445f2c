"""Define what the sandbox keeps: projects, issues, and the events of issues."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.state.accounts import Account

Json = dict[str, Any]


@dataclass
class Project:
    """A project with its components and versions. `style` is classic or next-gen (team-managed)."""

    id: str
    key: str
    name: str
    last_number: int = 0
    components: list[Json] = field(default_factory=list)
    versions: list[Json] = field(default_factory=list)
    style: str = "classic"
    type_key: str = "software"


@dataclass
class Issue:
    """An issue. Replace its JSON values; do not change them in place."""

    id: str
    key: str
    number: int
    project: Project
    values: Json
    comments: list[Json] = field(default_factory=list)
    histories: list[Json] = field(default_factory=list)
    properties: Json = field(default_factory=dict)
    attachments: list[Json] = field(default_factory=list)
    links: list[Json] = field(default_factory=list)
    watchers: list[str] = field(default_factory=list)
    voters: list[str] = field(default_factory=list)
    subtasks: list[str] = field(default_factory=list)
    worklogs: list[Json] = field(default_factory=list)
    remote_links: list[Json] = field(default_factory=list)


@dataclass(frozen=True)
class Event:
    """An event of an issue, for the webhooks."""

    name: str
    type_name: str
    issue: Issue
    account: Account
    history: Json | None = None
    comment: Json | None = None
    worklog: Json | None = None
    link: Json | None = None


@dataclass
class Board:
    """A scrum board of one project."""

    id: int
    name: str
    project: Project


@dataclass
class Sprint:
    """A sprint of a board. `state` is future, active or closed; `more` has goal and dates."""

    id: int
    board: int
    name: str
    state: str = "future"
    more: Json = field(default_factory=dict)
