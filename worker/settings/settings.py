"""Hold the checked settings: sites, projects, and what the processes share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from connector.client import Account
from connector.comment.told import Telling
from rules.capacity.capacity_rules import CapacityRules
from rules.learning.evidence.weights import HALF_LIFE_DAYS
from rules.problem import Problem
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import TextModel, shipped
from rules.text_model.team.model import TeamModel
from rules.vocabulary.classes import ALL_KINDS, work_class
from rules.vocabulary.languages import Language
from rules.vocabulary.verdicts import VERDICTS, gate_verdict
from worker.settings.file_format import ReportModel, Rerank, Start

WORDS: dict[str, str] = {
    **{kind: work_class(kind).shown for kind in ALL_KINDS},
    **{verdict: gate_verdict(verdict).shown for verdict in VERDICTS},
}
"""The options of the class and gate fields in Jira, unless `words:` changes them."""


class SettingsError(ValueError):
    """Sluice can't start; `problems` has all problems of its settings."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class SiteSettings:
    """The settings of a site. `secret` signs its webhooks, `robots` are accounts of no person.

    `old_secret` may sign them too, while the secret is changed; it is empty at other times.

    `former_accounts` are those that Sluice used earlier, `priorities` names in rulebooks with those
    of the site. `start`: older issues are left alone until a backfill. `writes_per_second`: the
    most that a backfill writes.
    """

    name: str
    account: Account
    secret: str = field(repr=False)
    fields: Mapping[str, str]
    words: Mapping[str, str]
    default_priority: str
    robots: tuple[str, ...] = ()
    former_accounts: tuple[str, ...] = ()
    priorities: Mapping[str, str] = field(default_factory=dict)
    start: Start = "when told"
    writes_per_second: float = 10.0
    old_secret: str = field(default="", repr=False)
    tell_stuck_after: int | None = 30
    """The minutes after which a stuck issue is told so itself; None: it is not."""


@dataclass(frozen=True)
class Project:
    """The settings of a project, with its rulebook and what its team taught.

    `file` is its rule file, None for a shipped rulebook. `candidate` is the shadow rulebook.
    `rewrite_cap`: the most issues that a new rulebook or model may rewrite in its first hour.
    `model_file` is the path of the team's model, and `model_name` the same as the settings have it.
    `team` is the one in use, None for what ships; `team_beside` judges beside it. `team_missing`:
    the one in use is another one that this process can't get. `edges`: the lowest scores of the
    bands, if the project's open issues set them.
    """

    key: str
    site: str
    book: Rulebook
    language: Language
    targets: Mapping[str, float]
    capacity: CapacityRules
    report: ReportModel | None
    file: Path | None = None
    candidate: Rulebook | None = None
    candidate_file: Path | None = None
    wrong: tuple[Problem, ...] = ()
    """Why its rule files can't be used, while the last good book is in its place."""
    rewrite_cap: int = 200
    model_file: Path | None = None
    model_name: str = ""
    team: TeamModel | None = None
    team_beside: TeamModel | None = None
    team_missing: bool = False
    book_missing: bool = False
    """The rulebook that judges is another one that this version of Sluice can't read."""
    follows: bool = False
    """Settings or version of another host lead: what nobody touched is left to that host."""
    line: int = 0
    """The line of the project in the settings."""
    edges: tuple[float, ...] = ()
    id: str = ""
    """The project's id in Jira, if the settings give it: then its key is only a name."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """The names or ids of its fields in Jira, where they are not those of the site."""
    rerank: Rerank = "until_started"
    """How long Sluice changes the priority of an issue."""
    telling: Telling = field(default_factory=Telling)
    """When comments are written, who may read them, and whether Jira mails."""
    half_life_days: float = HALF_LIFE_DAYS
    """The age at which a decision of people weighs half as much as a new one."""

    @property
    def model(self) -> TextModel:
        """Return the text model, which is always the one that ships."""
        return shipped()


@dataclass(frozen=True)
class ReportAccess:
    """Who may see the page of a week: who has the token, or who comes with the proxy's header.

    Both empty: nobody, and there is no such page.
    """

    token: str = field(default="", repr=False)
    header: str = ""


@dataclass(frozen=True)
class DecisionLogSettings:
    """The file of the decision log, the fields that it masks, and how large it may grow."""

    file: Path
    mask: tuple[str, ...] = ()
    max_mb: float = 100
    keep: int = 5


@dataclass(frozen=True)
class Settings:
    """The checked settings of Sluice."""

    file: str
    redis_url: str = field(repr=False)  # it may hold a password
    broker_url: str = field(repr=False)  # so may this
    sites: Mapping[str, SiteSettings]
    projects: Mapping[str, Project]
    reconcile_minutes: int
    retrain_after: int = 20
    model_key: bytes = field(default=b"", repr=False)
    report_access: ReportAccess = ReportAccess()
    decision_log: DecisionLogSettings | None = None

    @property
    def queue_in_store(self) -> bool:
        """Return whether queue and store are in the same Redis: then mark and task are one step."""
        return self.broker_url == self.redis_url

    def of_site(self, site: str) -> dict[str, Project]:
        """Return the projects of a site, by key."""
        return {key: p for key, p in self.projects.items() if p.site == site}
