"""The environment and `sluice.yaml` → frozen settings; all mistakes are reported at once."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import ValidationError

from connector.client import Account
from rules.problem import Problem, nearest
from rules.rulebook import yaml_source
from rules.rulebook.rulebook import Rulebook, RulebookError
from rules.text_model.model import ModelError, TextModel, shipped
from rules.vocabulary.classes import ALL_KINDS, UNDECIDED, work_class
from rules.vocabulary.languages import Language
from rules.vocabulary.verdicts import VERDICTS, gate_verdict
from worker.settings import locate_rulebook
from worker.settings.file_format import (
    ConfigModel,
    ProjectModel,
    ReportModel,
    SiteModel,
    is_site_name,
)

DEFAULT_CONFIG = "sluice.yaml"
DEFAULT_REDIS = "redis://127.0.0.1:6379/0"

WORDS: dict[str, str] = {
    **{kind: work_class(kind).shown for kind in ALL_KINDS},
    **{verdict: gate_verdict(verdict).shown for verdict in VERDICTS},
}
"""What people see in the class and gate fields unless `words:` says otherwise."""


class SettingsError(ValueError):
    """Sluice can't start; `problems` has everything that is wrong with its settings."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class SiteSettings:
    """A site that is ready to be used. `secret` signs its webhooks."""

    name: str
    account: Account
    secret: str = field(repr=False)
    fields: Mapping[str, str]
    words: Mapping[str, str]
    default_priority: str


@dataclass(frozen=True)
class Project:
    """A project that is ready to be judged.

    `file` is its rule file, None for a book that ships. `candidate` is judged beside the book and
    changes nothing. `rewrite_cap`: how many issues a new book may rewrite in its first hour.
    `model_file`: where its own text model is to be; `model` is the one that votes.
    """

    key: str
    site: str
    book: Rulebook
    language: Language
    targets: Mapping[str, float]
    by: Literal["points", "count"]
    report: ReportModel | None
    file: Path | None = None
    candidate: Rulebook | None = None
    candidate_file: Path | None = None
    rewrite_cap: int = 200
    model_file: Path | None = None
    model: TextModel = field(default_factory=shipped)


@dataclass(frozen=True)
class Settings:
    """Everything Sluice was told, proven."""

    file: str
    redis_url: str = field(repr=False)  # it may hold a password
    broker_url: str = field(repr=False)  # so may this
    sites: Mapping[str, SiteSettings]
    projects: Mapping[str, Project]
    reconcile_minutes: int
    retrain_after: int = 20

    @property
    def queue_in_store(self) -> bool:
        """Whether the queue is in the store's own Redis: then a mark and its task are one step."""
        return self.broker_url == self.redis_url

    def of_site(self, site: str) -> dict[str, Project]:
        """The projects of a site, by key."""
        return {key: p for key, p in self.projects.items() if p.site == site}


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read `SLUICE_CONFIG`, secrets and rule files; SettingsError has all that is wrong."""
    environ = os.environ if environ is None else environ
    path = Path(environ.get("SLUICE_CONFIG") or DEFAULT_CONFIG)
    problems: list[Problem] = []
    try:
        document = yaml_source.load(path.read_bytes(), str(path))
    except OSError as error:
        hint = "write one (docs/how-to/connect-jira.md shows how) or point SLUICE_CONFIG to it"
        problems = [Problem(str(path), 1, f"can't be read: {error.strerror}: {hint}")]
        document = yaml_source.Document(str(path), None, {})
    except yaml_source.YamlError as error:
        problems = error.problems
        document = error.document or yaml_source.Document(str(path), None, {})
    return _Checker(document, environ, path.parent, problems).settings()


class _Checker:
    """Collects problems while it turns a document into settings."""

    def __init__(
        self,
        document: yaml_source.Document,
        environ: Mapping[str, str],
        folder: Path,
        problems: list[Problem],
    ) -> None:
        self.document, self.environ, self.folder = document, environ, folder
        self.problems = problems
        self.rules = ""

    def settings(self) -> Settings:
        model = self._model()
        self.rules = model.rules
        sites = {name: self._site(name, site) for name, site in model.sites.items()}
        projects = {key: self._project(key, p) for key, p in model.projects.items()}
        redis_url = self._redis("SLUICE_REDIS_URL", DEFAULT_REDIS)
        broker_url = self._redis("SLUICE_BROKER_URL", redis_url)
        for project in filter(None, projects.values()):
            self._no_loop(project, sites.get(project.site))
        if self.problems:
            raise SettingsError(self.problems)
        return Settings(
            file=self.document.file,
            redis_url=redis_url,
            broker_url=broker_url,
            sites=sites,
            projects={key: project for key, project in projects.items() if project},
            reconcile_minutes=model.reconcile_minutes,
            retrain_after=model.retrain_after,
        )

    def _model(self) -> ConfigModel:
        data = self.document.data
        if not isinstance(data, dict):
            if not self.problems:
                message = (
                    'begin with "sites:" and "projects:" (docs/how-to/connect-jira.md shows how)'
                )
                self.problems.append(Problem(self.document.file, 1, message))
            return ConfigModel.model_construct(sites={}, projects={})
        try:
            return ConfigModel.model_validate(data)
        except ValidationError as error:
            self.problems += yaml_source.problems_of(error, self.document, ConfigModel)
            return self._sound(error)

    def _sound(self, error: ValidationError) -> ConfigModel:
        """The sites and projects that nothing is wrong with: they are checked all the same."""
        wrong = {e["loc"][:2] for e in error.errors()}
        sites, projects = (
            {key: value for key, value in self._part(part).items() if (part, key) not in wrong}
            for part in ("sites", "projects")
        )
        for name in self._part("sites").keys() - sites.keys():
            if is_site_name(name):
                self._secrets(name)
        return ConfigModel.model_construct(
            sites={k: SiteModel.model_validate(v) for k, v in sites.items()},
            projects={k: ProjectModel.model_validate(v) for k, v in projects.items()},
        )

    def _part(self, name: str) -> dict[str, Any]:
        part = self.document.data.get(name)
        return part if isinstance(part, dict) else {}

    def _redis(self, variable: str, default: str) -> str:
        url = self.environ.get(variable) or default
        parts = _split(url)
        known = parts is not None and parts.scheme in ("redis", "rediss")
        if url != default and not known:
            self._environment(variable, f"is no address such as {DEFAULT_REDIS}")
        return url

    def _site(self, name: str, model: SiteModel) -> SiteSettings:
        if model.kind == "cloud" and not model.email:
            self._say(("sites", name), '"email" is missing: Cloud signs in by email and API token')
        for word in sorted(set(model.words) - set(WORDS)):
            hint = nearest(word, WORDS)
            self._say(("sites", name, "words", word), f'"{word}" is no class or verdict{hint}')
        self._distinct(name, {**WORDS, **model.words})
        self._address(name, model.url)
        token, secret = self._secrets(name)
        return SiteSettings(
            name=name,
            account=Account(model.url.rstrip("/"), model.kind, token, model.email),
            secret=secret,
            fields=model.fields.model_dump(by_alias=True),
            words={**WORDS, **model.words},
            default_priority=model.default_priority,
        )

    def _address(self, name: str, url: str) -> None:
        # The message does not repeat the address: there may be a password in it.
        parts = _split(url)
        if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
            message = '"url" is no address: write one such as https://example.atlassian.net'
        elif parts.username is not None:
            message = f'"url" has a user or password in it: take them out, {_variable(name)} has it'
        elif parts.query or parts.fragment:
            message = '"url" goes on after the address: end it before the ? or #'
        else:
            return
        self._say(("sites", name, "url"), message)

    def _distinct(self, name: str, words: Mapping[str, str]) -> None:
        """Two things that read alike in Jira could not be told apart when they are read back."""
        shown: dict[str, str] = {}
        for word, text in words.items():
            other = shown.setdefault(text.strip().lower(), word)
            if other != word:
                said = f'"{other}" and "{word}" are both called "{text}": give each its own word'
                self._say(("sites", name, "words", word), said)

    def _secrets(self, site: str) -> tuple[str, str]:
        token = self._secret(site, "TOKEN", "the site's API token or personal access token")
        return token, self._secret(site, "SECRET", "the secret of the site's webhook")

    def _secret(self, site: str, what: str, about: str) -> str:
        variable = _variable(site, what)
        value = self.environ.get(variable, "").strip()
        if not value:
            self._environment(variable, f"is not set: put {about} there")
        elif not value.isascii() or not value.isprintable():
            self._environment(variable, f"has a character that can't be typed: copy {about} again")
        return value

    def _project(self, key: str, model: ProjectModel) -> Project | None:
        site = self._site_of(key, model)
        total = sum(model.targets.values())
        if UNDECIDED in model.targets:
            wrong = f"{UNDECIDED} is no class to plan for: leave it out"
            self._say(("projects", key, "targets", UNDECIDED), wrong)
        elif abs(total - 100) > 0.01:
            self._say(("projects", key, "targets"), f"targets sum up to {total:g}: make it 100")
        book, file = self._book(key, "book", model.book)
        candidate, beside = self._book(key, "shadow", model.shadow)
        if book is None or site is None:
            return None
        return Project(
            key=key,
            site=site,
            book=book,
            language=model.language,
            targets={str(kind): share for kind, share in model.targets.items()},
            by=model.by,
            report=model.report,
            file=file,
            candidate=candidate,
            candidate_file=beside,
            rewrite_cap=model.rewrite_cap,
            model_file=self.folder / model.model if model.model else None,
            model=self._text_model(key, model.model),
        )

    def _text_model(self, key: str, name: str | None) -> TextModel:
        """The project's own, once it is trained; until then the one that ships."""
        try:
            if name and (self.folder / name).exists():
                return TextModel.load(self.folder / name)
        except ModelError as error:
            self._say(("projects", key, "model"), str(error))
        return shipped()

    def _no_loop(self, project: Project, site: SiteSettings | None) -> None:
        """A rule on a field that Sluice writes would be answered by its own write, for ever."""
        ours = {site.fields[name].lower() for name in ("class", "score", "gate")} if site else set()
        for role, book in (("book", project.book), ("shadow", project.candidate)):
            for custom in book.custom if book else ():
                if custom.name in ours:
                    said = (
                        f'the rulebook asks for "{custom.name}", which Sluice writes: take it out'
                    )
                    self._say(("projects", project.key, role), said)

    def _site_of(self, key: str, model: ProjectModel) -> str | None:
        sites = list(self._part("sites"))
        if model.site is None and len(sites) == 1:
            return sites[0]
        if model.site in sites:
            return model.site
        if sites:
            message = f'"site" has to name one of: {", ".join(sites)}'
            self._say(("projects", key, "site"), message)
        return None

    def _book(self, key: str, role: str, name: str | None) -> tuple[Rulebook | None, Path | None]:
        """The book of that name, and its file where it is one."""
        if name is None:
            return None, None
        place = ("projects", key, role)
        try:
            return locate_rulebook.find(name, self.folder, self.folder / self.rules)
        except locate_rulebook.NoBook as error:
            self._say(place, str(error))
        except RulebookError as error:
            self._say(place, f'the rulebook "{name}" can\'t be used:')
            self.problems += [p for p in error.problems if p not in self.problems]
        return None, None

    def _say(self, path: tuple[str, ...], message: str) -> None:
        where = ".".join(path[:2])
        line = self.document.line(path)
        self.problems.append(Problem(self.document.file, line, f"{where}: {message}"))

    def _environment(self, variable: str, message: str) -> None:
        self.problems.append(Problem("environment", 0, f"{variable} {message}"))


def _variable(site: str, what: str = "TOKEN") -> str:
    return f"SLUICE_{re.sub('[^A-Z0-9]', '_', site.upper())}_{what}"


def _split(url: str) -> SplitResult | None:
    """The parts of an address, None where it has none: a port that is no number, say."""
    try:
        parts = urlsplit(url)
        return parts if parts.port is None or parts.port > 0 else None
    except ValueError:
        return None
