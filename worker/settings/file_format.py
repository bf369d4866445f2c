"""Define the format of `sluice.yaml`."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from datetime import time as Clock
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from connector.comment.told import When
from connector.layout.why_slot import WHY
from rules.learning.evidence.weights import HALF_LIFE_DAYS
from rules.vocabulary.classes import DEFAULT_TARGETS, Kind
from rules.vocabulary.languages import DEFAULT, Language
from rules.vocabulary.managed_fields import MANAGED
from worker.settings.capacity_format import CapacityModel


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        raise ValueError("is not a time zone: write one such as Europe/Berlin") from None
    return name


def _clock(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch("([01]?[0-9]|2[0-3]):[0-5][0-9]", value):
        raise ValueError('is not a time of day: write one such as "09:30"')
    return value.rjust(5, "0")


def _start(value: object) -> object:
    if value in ("now", "when told"):
        return value
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError('is not a start: write now, "when told" or a date: 2026-12-24') from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _minutes(value: object) -> object:
    if value is False or value == "off":
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 100_000:
        return value
    raise ValueError("is not a number of minutes: write one from 1 to 100000, or off")


def _number(value: object) -> object:
    """Return a number of YAML as text: ids look like numbers."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _moved_by(value: object) -> None:
    """Refuse the key of earlier versions, and say what stands in its place."""
    if value is not None:
        raise ValueError(f"has moved: write `capacity: {{unit: {value}}}`")


Start = Literal["now", "when told"] | datetime

Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Rerank = Literal["until_started", "always"]
"""How long Sluice changes the priority of an issue: until somebody begins it, or for ever."""
_SITE = r"^[a-z][a-z0-9-]{0,31}$"
SiteName = Annotated[str, StringConstraints(pattern=_SITE)]
ProjectKey = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{1,254}$")]
ProjectId = Annotated[str, BeforeValidator(_number), StringConstraints(pattern=r"^[0-9]{0,18}$")]
IssueKey = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]+-\d{1,12}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldNames(_Strict):
    """The names in Jira of the fields that Sluice uses."""

    class_: Name = Field(MANAGED.kind.name, alias="class")
    score: Name = MANAGED.score.name
    gate: Name = MANAGED.verdict.name
    points: Name = "Story Points"
    why: Name = WHY


class FieldOverrides(_Strict):
    """The fields of one project, where they are other ones than those of its site."""

    class_: Name | None = Field(None, alias="class")
    score: Name | None = None
    gate: Name | None = None
    points: Name | None = None
    why: Name | None = None


class SiteModel(_Strict):
    """A Jira site; its secrets come from the environment.

    `robots` are accounts that are no person, such as those of automation rules: ids on Cloud, user
    names on Data Center. What they set teaches nothing. `former_accounts` are those that Sluice
    used earlier: what they wrote is Sluice's. `priorities` maps names in rulebooks to those of the
    site, where neither name nor icon tells which is meant.

    `start`: issues that were created before are left alone until `sluice backfill`. `when told`:
    before the first start of Sluice's processes. `now`: none is. `writes_per_second`: the most that
    `sluice backfill` and `sluice undo` write; 48 on Cloud, 10 on Data Center. `tell_stuck_after`:
    the minutes until a stuck issue is told so itself, or `off`.
    """

    url: str
    kind: Literal["cloud", "datacenter"]
    email: Name | None = None
    fields: FieldNames = Field(default_factory=lambda: FieldNames.model_validate({}))
    words: dict[str, Name] = {}
    default_priority: Name = "Medium"
    robots: list[Name] = []
    former_accounts: list[Name] = []
    priorities: dict[Name, Name] = {}
    start: Annotated[Start, BeforeValidator(_start)] = "when told"
    writes_per_second: Annotated[float, Field(ge=0.1, le=1000)] | None = None
    tell_stuck_after: Annotated[int | None, BeforeValidator(_minutes)] = 30


class VisibilityModel(_Strict):
    """The role or the group of Jira that may read Sluice's comments."""

    role: Name | None = None
    group: Name | None = None

    @model_validator(mode="after")
    def _one(self) -> VisibilityModel:
        if (self.role is None) is (self.group is None):
            raise ValueError(
                "needs either a role or a group: write `visibility: {role: Developers}`"
            )
        return self


class ReportModel(_Strict):
    """The issue, day and time of the weekly capacity comment."""

    issue: IssueKey
    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = (
        "monday"
    )
    time: Annotated[Clock, BeforeValidator(_clock)] = Clock(9)
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"

    @property
    def weekday(self) -> int:
        """Return the number of the day, from 0 for Monday to 6 for Sunday."""
        days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        return days.index(self.day)


class LearnModel(_Strict):
    """How a project learns: after `half_life_days`, a decision weighs half as much as a new one."""

    half_life_days: Annotated[float, Field(ge=7, le=3650)] = HALF_LIFE_DAYS


class ProjectModel(_Strict):
    """A project that Sluice judges: its site, rulebook, language and capacity targets in percent.

    `targets` names the classes of the project. `shadow` names a rulebook that judges beside the
    active one and writes nothing. A new rulebook that would rewrite more than `rewrite_cap` issues
    in its first hour is rolled back, and so is a new model. `model` is the file of what the team
    teaches. Projects can share a model, which then learns from all of them. `capacity` says how its
    work is counted. `fields` overrides those of the site. `rerank` says how long Sluice changes the
    priority of an issue: until somebody begins it, or for ever. `comment` says when a comment is
    added: without it, always, or only when asking where the site has the field for the reasons.
    `visibility` restricts the comments, `notify: false` writes without mails.
    With `id`, the project's id in Jira, its key here is only a name.
    """

    site: SiteName | None = None
    id: ProjectId = ""
    book: Name = "default"
    shadow: Name | None = None
    rewrite_cap: Annotated[int, Field(ge=0)] = 200
    model: Name | None = None
    language: Language = DEFAULT
    targets: Annotated[dict[Kind, Annotated[float, Field(ge=0, le=100)]], Field(min_length=1)] = (
        DEFAULT_TARGETS
    )
    capacity: CapacityModel = CapacityModel()
    report: ReportModel | None = None
    learn: LearnModel = LearnModel()
    fields: FieldOverrides = Field(default_factory=lambda: FieldOverrides.model_validate({}))
    rerank: Rerank = "until_started"
    comment: When | None = None
    visibility: VisibilityModel | None = None
    notify: bool = True
    by: Annotated[None, BeforeValidator(_moved_by)] = None


MODEL_KEY = "${SLUICE_MODEL_KEY}"
"""The default of `model_key`: the variable of the environment that holds the secret."""


class DecisionLogModel(_Strict):
    """Where each decision is recorded, what of an issue is left out, and how large files grow."""

    file: Name
    mask: list[Name] = []
    max_mb: Annotated[float, Field(ge=1, le=10_000)] = 100
    keep: Annotated[int, Field(ge=0, le=100)] = 5


class ConfigModel(_Strict):
    """The content of `sluice.yaml`. The files in the folder `rules` are rulebooks by file name.

    A project's model is retrained each week in which people corrected `retrain_after` issues; with
    0, only by `sluice model train`. `model_key` seals the words in the models of teams.
    """

    sites: Annotated[dict[SiteName, SiteModel], Field(min_length=1)]
    projects: Annotated[dict[ProjectKey, ProjectModel], Field(min_length=1)]
    rules: Name = "books"
    reconcile_minutes: Annotated[int, Field(ge=1, le=1440)] = 10
    retrain_after: Annotated[int, Field(ge=0)] = 20
    model_key: str = MODEL_KEY
    decision_log: DecisionLogModel | None = None


def is_site_name(text: str) -> bool:
    """Return whether a text is a name for a site: small letters, digits and -."""
    return re.fullmatch(_SITE, text) is not None
