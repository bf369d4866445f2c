"""Load the settings from the environment and `sluice.yaml`, and report all problems at once."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from connector.client import Account
from connector.comment.told import Telling
from rules.capacity.capacity_rules import CapacityRules
from rules.problem import Problem, nearest
from rules.rulebook import yaml_source
from rules.rulebook.rulebook import Rulebook, RulebookError
from rules.text_model.team.seal import MIN_KEY
from rules.vocabulary.classes import UNDECIDED
from worker.settings import locate_rulebook
from worker.settings.capacity_format import DaysOffError, capacity_rules
from worker.settings.environment import DEFAULT_REDIS, Environment, variable_of, wrong_address
from worker.settings.file_format import (
    MODEL_KEY,
    ConfigModel,
    DecisionLogModel,
    ProjectModel,
    SiteModel,
    is_site_name,
)
from worker.settings.settings import (
    WORDS,
    DecisionLogSettings,
    Project,
    Settings,
    SettingsError,
    SiteSettings,
)

DEFAULT_CONFIG = "sluice.yaml"
WRITES_PER_SECOND = {"cloud": 48.0, "datacenter": 10.0}
"""The pace of a backfill: Jira Cloud refuses the 51st write of a second; a server has no limit."""

HOW_TO_MAKE = "the output of `openssl rand -hex 32`, the same for all processes"


LastGood = Callable[[str, str, str], "Rulebook | None"]
"""Return the last good rulebook, given the address of Redis, the site and the project."""


def load(environ: Mapping[str, str] | None = None, last_good: LastGood | None = None) -> Settings:
    """Read `SLUICE_CONFIG`, the secrets and the rule files. Raises SettingsError.

    With `last_good`, a rule file that can't be used is replaced by the book that judges meanwhile,
    and `Project.wrong` has its problems.
    """
    environ = os.environ if environ is None else environ
    path = Path(environ.get("SLUICE_CONFIG") or DEFAULT_CONFIG)
    problems: list[Problem] = []
    try:
        document = yaml_source.load(path.read_bytes(), str(path))
    except OSError as error:
        hint = "write it (see docs/how-to/connect-jira.md) or set SLUICE_CONFIG to its path"
        problems = [Problem(str(path), 1, f"can't be read: {error.strerror}: {hint}")]
        document = yaml_source.Document(str(path), None, {})
    except yaml_source.YamlError as error:
        problems = error.problems
        document = error.document or yaml_source.Document(str(path), None, {})
    return _Checker(document, environ, path.parent, problems, last_good).settings()


class _Checker:
    """Turns a document into settings and collects the problems."""

    def __init__(
        self,
        document: yaml_source.Document,
        environ: Mapping[str, str],
        folder: Path,
        problems: list[Problem],
        last_good: LastGood | None = None,
    ) -> None:
        self._last_good = last_good
        self._wrong: dict[str, tuple[Problem, ...]] = {}
        self.document, self.folder, self.problems = document, folder, problems
        self.environment = Environment(environ, problems)
        self.rules = ""

    def settings(self) -> Settings:
        model = self._model()
        self.rules = model.rules
        sites = {name: self._site(name, site) for name, site in model.sites.items()}
        projects = {key: self._project(key, p) for key, p in model.projects.items()}
        redis_url = self.environment.redis("SLUICE_REDIS_URL", DEFAULT_REDIS)
        broker_url = self.environment.redis("SLUICE_BROKER_URL", redis_url)
        report_access = self.environment.report_access()
        for project in filter(None, projects.values()):
            self._no_loop(project, sites.get(project.site))
        key = self._model_key(model)
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
            model_key=key,
            report_access=report_access,
            decision_log=_decision_log(model.decision_log, self.folder),
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
        """Return the sites and projects without an error, so that these are checked further."""
        wrong = {e["loc"][:2] for e in error.errors()}
        sites, projects = (
            {key: value for key, value in self._part(part).items() if (part, key) not in wrong}
            for part in ("sites", "projects")
        )
        for name in self._part("sites").keys() - sites.keys():
            if is_site_name(name):
                self.environment.secrets(name)
        return ConfigModel.model_construct(
            sites={k: SiteModel.model_validate(v) for k, v in sites.items()},
            projects={k: ProjectModel.model_validate(v) for k, v in projects.items()},
            model_key=key
            if isinstance(key := self.document.data.get("model_key"), str)
            else MODEL_KEY,
        )

    def _part(self, name: str) -> dict[str, Any]:
        part = self.document.data.get(name)
        return part if isinstance(part, dict) else {}

    def _site(self, name: str, model: SiteModel) -> SiteSettings:
        if model.kind == "cloud" and not model.email:
            self._report(
                ("sites", name), '"email" is missing: Jira Cloud needs email and API token'
            )
        for word in sorted(set(model.words) - set(WORDS)):
            hint = nearest(word, WORDS)
            self._report(
                ("sites", name, "words", word), f'"{word}" is not a class or verdict{hint}'
            )
        self._distinct(name, {**WORDS, **model.words})
        if wrong := wrong_address(model.url, variable_of(name)):
            self._report(("sites", name, "url"), wrong)
        token, secret = self.environment.secrets(name)
        return SiteSettings(
            name=name,
            account=Account(model.url.rstrip("/"), model.kind, token, model.email),
            secret=secret,
            old_secret=self.environment.old_secret(name),
            fields=model.fields.model_dump(by_alias=True),
            words={**WORDS, **model.words},
            default_priority=model.default_priority,
            robots=tuple(model.robots),
            former_accounts=tuple(model.former_accounts),
            priorities=model.priorities,
            start=model.start,
            writes_per_second=model.writes_per_second or WRITES_PER_SECOND[model.kind],
            tell_stuck_after=model.tell_stuck_after,
        )

    def _distinct(self, name: str, words: Mapping[str, str]) -> None:
        """Report classes and verdicts that have the same word in Jira."""
        shown: dict[str, str] = {}
        for word, text in words.items():
            other = shown.setdefault(text.strip().lower(), word)
            if other != word:
                message = f'"{other}" and "{word}" have the same word "{text}": choose two words'
                self._report(("sites", name, "words", word), message)

    def _project(self, key: str, model: ProjectModel) -> Project | None:
        site = self._site_of(key, model)
        total = sum(model.targets.values())
        if UNDECIDED in model.targets:
            message = f"{UNDECIDED} can't have a target: remove it"
            self._report(("projects", key, "targets", UNDECIDED), message)
        elif abs(total - 100) > 0.01:
            self._report(
                ("projects", key, "targets"),
                f"the sum of the targets is {total:g}: it has to be 100",
            )
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
            capacity=self._capacity(key, model),
            report=model.report,
            file=file,
            candidate=candidate,
            candidate_file=beside,
            wrong=self._wrong.get(key, ()),
            rewrite_cap=model.rewrite_cap,
            model_file=self.folder / model.model if model.model else None,
            model_name=model.model or "",
            line=self.document.line(("projects", key)),
            half_life_days=model.learn.half_life_days,
            id=model.id,
            fields=model.fields.model_dump(by_alias=True, exclude_none=True),
            rerank=model.rerank,
            telling=_telling(model),
        )

    def _model_key(self, model: ConfigModel) -> bytes:
        """Return the key of the models; no message repeats it, since it is a secret."""
        named = re.fullmatch(r"\$\{(\w+)\}", model.model_key.strip())
        text = self.environment.get(named[1]) if named else model.model_key
        if not text.strip():
            for key in (key for key, p in model.projects.items() if p.model):
                where = f"set {named[1]}" if named else 'set "model_key"'
                message = f"a model needs a key that seals its words: {where} to {HOW_TO_MAKE}"
                self._report(("projects", key, "model"), message)
            return b""
        if not re.fullmatch(rf"[0-9a-f]{{{2 * MIN_KEY},}}", text.strip().lower()):
            message = f"is not a key: use {2 * MIN_KEY} hex digits or more, {HOW_TO_MAKE}"
            if named:
                self.environment.wrong(named[1], message)
            else:
                self._report(("model_key",), message)
            return b""
        return text.strip().lower().encode()

    def _capacity(self, key: str, model: ProjectModel) -> CapacityRules:
        """Return how the project counts its work; without days off if their file is bad."""
        zone = model.report.timezone if model.report else "UTC"
        targets = {str(kind): share for kind, share in model.targets.items()}
        try:
            return capacity_rules(model.capacity, targets, zone, self.folder)
        except DaysOffError as error:
            self._report(("projects", key, "capacity"), str(error))
            without = model.capacity.model_copy(update={"days_off": None})
            return capacity_rules(without, targets, zone, self.folder)

    def _no_loop(self, project: Project, site: SiteSettings | None) -> None:
        """Report conditions on the fields that Sluice writes: each write would cause another."""
        names = {**site.fields, **project.fields} if site else {}
        ours = {name.lower() for setting, name in names.items() if setting != "points"}
        for role, book in (("book", project.book), ("shadow", project.candidate)):
            for custom in book.custom if book else ():
                if custom.name in ours:
                    message = (
                        f'the rulebook has a condition on "{custom.name}", which Sluice writes: '
                        "remove it"
                    )
                    self._report(("projects", project.key, role), message)

    def _site_of(self, key: str, model: ProjectModel) -> str | None:
        sites = list(self._part("sites"))
        if model.site is None and len(sites) == 1:
            return sites[0]
        if model.site in sites:
            return model.site
        if sites:
            message = f'"site" has to be one of: {", ".join(sites)}'
            self._report(("projects", key, "site"), message)
        return None

    def _book(self, key: str, role: str, name: str | None) -> tuple[Rulebook | None, Path | None]:
        """Return the rulebook of a name, and its file if it has one."""
        if name is None:
            return None, None
        place = ("projects", key, role)
        try:
            return locate_rulebook.find(name, self.folder, self.folder / self.rules)
        except locate_rulebook.NoBook as error:
            self._report(place, str(error))
        except RulebookError as error:
            if self._last_good and role == "shadow":
                self._wrong[key] = (*self._wrong.get(key, ()), *error.problems)
                return None, None
            if kept := self._kept(key, error):
                return kept, locate_rulebook.file_of(name, self.folder, self.folder / self.rules)
            self._report(place, f'the rulebook "{name}" can\'t be used:')
            self.problems += [p for p in error.problems if p not in self.problems]
        return None, None

    def _kept(self, key: str, error: RulebookError) -> Rulebook | None:
        """Return the book that judges a project while its file can't be used, and note why."""
        if self._last_good is None:
            return None
        site = self._part("projects")[key].get("site") or next(iter(self._part("sites")), "")
        url = self.environment.get("SLUICE_REDIS_URL") or DEFAULT_REDIS
        kept = self._last_good(url, str(site), key)
        if kept:
            self._wrong[key] = (*self._wrong.get(key, ()), *error.problems)
        return kept

    def _report(self, path: tuple[str, ...], message: str) -> None:
        where = ".".join(path[:2])
        line = self.document.line(path)
        self.problems.append(Problem(self.document.file, line, f"{where}: {message}"))


def _telling(model: ProjectModel) -> Telling:
    """Return how the project is told; the restriction in the form of Jira's `visibility`."""
    level = model.visibility.model_dump(exclude_none=True) if model.visibility else {}
    visibility = next(({"type": kind, "value": name} for kind, name in level.items()), {})
    return Telling(model.comment, visibility, model.notify)


def _decision_log(model: DecisionLogModel | None, folder: Path) -> DecisionLogSettings | None:
    if model is None:
        return None
    return DecisionLogSettings(folder / model.file, tuple(model.mask), model.max_mb, model.keep)
