"""The environment and `sluice.yaml` → frozen settings; all mistakes are reported at once."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time as Clock
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from connector.site import Account
from rules import rulebook, yamlfile
from rules.issue import KINDS, Kind, Problem
from rules.rulebook import Language, Rulebook, RulebookError

DEFAULT_CONFIG = "sluice.yaml"
DEFAULT_REDIS = "redis://127.0.0.1:6379/0"

WORDS = {
    "tech_debt": "Tech debt",
    "business_need": "Business need",
    "exploration": "Exploration",
    "undecided": "Undecided",
    "accept": "Accept",
    "needs_info": "Needs info",
    "defer": "Defer",
    "reject": "Reject",
    "review": "Review",
}
"""What people see in the class and gate fields unless `words:` says otherwise."""


class SettingsError(ValueError):
    """Sluice can't start; `problems` has everything that is wrong with its settings."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise ValueError("write the address of the site, such as https://example.atlassian.net")
    return url.rstrip("/")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError):
        raise ValueError("is no time zone: write one such as Europe/Berlin") from None
    return name


def _clock(value: object) -> object:
    # YAML 1.1 reads 09:30 as the number 570.
    return f"{value // 60:02}:{value % 60:02}" if isinstance(value, int) else value


Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]
SiteName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
ProjectKey = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{1,254}$")]
IssueKey = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]+-\d{1,12}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldNames(_Strict):
    """What the site calls the fields that Sluice uses, as people see them in Jira."""

    class_: Name = Field("Sluice Class", alias="class")
    score: Name = "Sluice Score"
    gate: Name = "Sluice Gate"
    points: Name = "Story Points"


class SiteModel(_Strict):
    """A Jira site; its secrets come from the environment."""

    url: Annotated[str, AfterValidator(_address)]
    kind: Literal["cloud", "datacenter"]
    email: Name | None = None
    fields: FieldNames = Field(default_factory=lambda: FieldNames.model_validate({}))
    words: dict[str, Name] = {}
    default_priority: Name = "Medium"


class ReportModel(_Strict):
    """When and where the weekly capacity comment goes."""

    issue: IssueKey
    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = (
        "monday"
    )
    time: Annotated[Clock, BeforeValidator(_clock)] = Clock(9)
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"

    @property
    def weekday(self) -> int:
        """0 for Monday to 6 for Sunday."""
        days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        return days.index(self.day)


class ProjectModel(_Strict):
    """A project under the gate: its site, rulebook, language, capacity targets in percent."""

    site: SiteName | None = None
    book: Name = "default"
    language: Language = "en"
    targets: dict[Kind, Annotated[float, Field(ge=0, le=100)]] = {
        "tech_debt": 20,
        "business_need": 70,
        "exploration": 10,
    }
    by: Literal["points", "count"] = "points"
    report: ReportModel | None = None


class ConfigModel(_Strict):
    """`sluice.yaml` as it is written."""

    sites: Annotated[dict[SiteName, SiteModel], Field(min_length=1)]
    projects: Annotated[dict[ProjectKey, ProjectModel], Field(min_length=1)]
    reconcile_minutes: Annotated[int, Field(ge=1, le=1440)] = 10


@dataclass(frozen=True)
class SiteSettings:
    """A site that is ready to be used. `secret` signs its webhooks."""

    name: str
    account: Account
    secret: str
    fields: Mapping[str, str]
    words: Mapping[str, str]
    default_priority: str


@dataclass(frozen=True)
class Project:
    """A project that is ready to be judged."""

    key: str
    site: str
    book: Rulebook
    language: Language
    targets: Mapping[str, float]
    by: Literal["points", "count"]
    report: ReportModel | None


@dataclass(frozen=True)
class Settings:
    """Everything Sluice was told, proven."""

    file: str
    redis_url: str
    sites: Mapping[str, SiteSettings]
    projects: Mapping[str, Project]
    reconcile_minutes: int

    def of_site(self, site: str) -> dict[str, Project]:
        """The projects of a site, by key."""
        return {key: p for key, p in self.projects.items() if p.site == site}

    def custom_fields(self, site: str) -> list[str]:
        """The custom fields that the books of a site's projects ask for."""
        books = {p.book.digest: p.book for p in self.of_site(site).values()}
        return sorted({field.name for book in books.values() for field in book.custom})


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read `SLUICE_CONFIG`, secrets and rule files; SettingsError has all that is wrong."""
    environ = os.environ if environ is None else environ
    path = Path(environ.get("SLUICE_CONFIG") or DEFAULT_CONFIG)
    try:
        document = yamlfile.load(path.read_bytes(), str(path))
    except OSError as error:
        hint = "write one (the README shows how) or point SLUICE_CONFIG to it"
        raise SettingsError(
            [Problem(str(path), 1, f"can't be read: {error.strerror}: {hint}")]
        ) from None
    except yamlfile.YamlError as error:
        raise SettingsError(error.problems) from None
    return _Checker(document, environ, path.parent).settings()


class _Checker:
    """Collects problems while it turns a document into settings."""

    def __init__(
        self, document: yamlfile.Document, environ: Mapping[str, str], folder: Path
    ) -> None:
        self.document, self.environ, self.folder = document, environ, folder
        self.problems: list[Problem] = []

    def settings(self) -> Settings:
        model = self._model()
        sites = (
            {name: self._site(name, site) for name, site in model.sites.items()} if model else {}
        )
        projects = (
            {k: self._project(k, p, model) for k, p in model.projects.items()} if model else {}
        )
        redis_url = self._redis()
        if self.problems or model is None:
            raise SettingsError(self.problems)
        return Settings(
            file=self.document.file,
            redis_url=redis_url,
            sites=sites,
            projects={key: project for key, project in projects.items() if project},
            reconcile_minutes=model.reconcile_minutes,
        )

    def _model(self) -> ConfigModel | None:
        try:
            return ConfigModel.model_validate(self.document.data or {})
        except ValidationError as error:
            self.problems += yamlfile.problems_of(error, self.document, ConfigModel)
            return None

    def _redis(self) -> str:
        url = self.environ.get("SLUICE_REDIS_URL") or DEFAULT_REDIS
        if urlsplit(url).scheme not in ("redis", "rediss"):
            self._environment("SLUICE_REDIS_URL", "is no address such as redis://127.0.0.1:6379/0")
        return url

    def _site(self, name: str, model: SiteModel) -> SiteSettings:
        if model.kind == "cloud" and not model.email:
            self._say(("sites", name), '"email" is missing: Cloud signs in by email and API token')
        for word in set(model.words) - set(WORDS):
            hint = yamlfile.nearest(word, WORDS)
            self._say(("sites", name, "words", word), f'"{word}" is no class or verdict{hint}')
        names = model.fields.model_dump(by_alias=True)
        return SiteSettings(
            name=name,
            account=Account(
                url=model.url,
                kind=model.kind,
                token=self._secret(name, "TOKEN", "the site's API token or personal access token"),
                email=model.email,
            ),
            secret=self._secret(name, "SECRET", "the secret of the site's webhook"),
            fields=names,
            words={**WORDS, **model.words},
            default_priority=model.default_priority,
        )

    def _secret(self, site: str, what: str, about: str) -> str:
        variable = f"SLUICE_{re.sub('[^A-Z0-9]', '_', site.upper())}_{what}"
        value = self.environ.get(variable, "").strip()
        if not value:
            self._environment(variable, f"is not set: put {about} there")
        return value

    def _project(self, key: str, model: ProjectModel, config: ConfigModel) -> Project | None:
        site = self._site_of(key, model, config)
        total = sum(model.targets.values())
        if "undecided" in model.targets or set(model.targets) != set(KINDS):
            self._say(("projects", key, "targets"), f"name each of {', '.join(KINDS)} once")
        elif abs(total - 100) > 0.01:
            self._say(("projects", key, "targets"), f"they sum up to {total:g}: make it 100")
        book = self._book(key, model)
        if book is None or site is None:
            return None
        targets = {str(kind): share for kind, share in model.targets.items()}
        return Project(key, site, book, model.language, targets, model.by, model.report)

    def _site_of(self, key: str, model: ProjectModel, config: ConfigModel) -> str | None:
        if model.site is None and len(config.sites) == 1:
            return next(iter(config.sites))
        if model.site in config.sites:
            return model.site
        names = ", ".join(config.sites)
        self._say(("projects", key, "site"), f'"site" has to name one of: {names}')
        return None

    def _book(self, key: str, model: ProjectModel) -> Rulebook | None:
        try:
            if model.book.endswith((".yaml", ".yml")):
                return rulebook.load(self.folder / model.book)
            return rulebook.shipped(model.book)
        except RulebookError as error:
            self._say(("projects", key, "book"), f'the rulebook "{model.book}" can\'t be used:')
            self.problems += [p for p in error.problems if p not in self.problems]
            return None

    def _say(self, path: tuple[str, ...], message: str) -> None:
        where = ".".join(path[:2])
        line = self.document.line(path)
        self.problems.append(Problem(self.document.file, line, f"{where}: {message}"))

    def _environment(self, variable: str, message: str) -> None:
        self.problems.append(Problem("environment", 0, f"{variable} {message}"))
