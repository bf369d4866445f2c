"""Tell hosts apart by their files: what each host has on disk, and how hosts differ."""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from rules.text_model.model import shipped
from rules.text_model.signals.model import shipped as shipped_signals
from rules.text_model.urgency.model import shipped as shipped_urgency
from worker.settings.settings import Project, SiteSettings

ALIVE = timedelta(minutes=2)
"""A host that looked at its files within this time is alive."""

UNUSABLE = "(can't be used)"
"""Stands for the digest of a rule file with problems."""


@dataclass(frozen=True)
class Fingerprint:
    """What a host has on disk for a project, as one of its workers saw it at `at`.

    `source` names host and settings file. All but `sluice` are digests of what was read, not of
    bytes: line endings, comments and times of files change none of them. `sluice` is the version.
    """

    source: str
    book: str
    candidate: str
    model: str
    settings: str
    sluice: str
    at: datetime

    @property
    def config(self) -> str:
        """Return the digest of what is not in Redis: settings, version and models that ship."""
        return _short([self.settings, self.sluice])

    def to_json(self) -> dict[str, Any]:
        """Return the fields as a JSON object."""
        return {**asdict(self), "format": 1, "at": self.at.isoformat()}

    @classmethod
    def from_json(cls, raw: Any) -> Fingerprint:
        """Read the result of `to_json`. Raise KeyError, TypeError or ValueError for all else."""
        texts = ("source", "book", "candidate", "model", "settings", "sluice")
        at = datetime.fromisoformat(raw["at"]).astimezone(UTC)
        return cls(**{name: str(raw[name]) for name in texts}, at=at)


_SHOWN = {
    "book": "rule files",
    "candidate": "shadow rule files",
    "model": "files of the team's model",
    "settings": "settings of the project in sluice.yaml",
    "sluice": "versions of Sluice",
}


def take(project: Project, site: SiteSettings, settings_file: str, now: datetime) -> Fingerprint:
    """Return the fingerprint of this host for a project, but for its rule file and model."""
    return Fingerprint(
        source=source_of(settings_file),
        book="",
        candidate=project.candidate.digest if project.candidate else "",
        model="",
        settings=settings_digest(project, site),
        sluice=release(),
        at=now,
    )


def with_files(one: Fingerprint, book: str, model: str) -> Fingerprint:
    """Return the fingerprint with the digests of rule file and model on disk."""
    return replace(one, book=book, model=model)


def source_of(settings_file: str) -> str:
    """Return the name of this host and of its settings file: what one person changes as one."""
    return f"{socket.gethostname()}:{Path(settings_file).absolute()}"


@cache
def release() -> str:
    """Return the version of Sluice and a digest of the models that ship with it."""
    models = [one.digest for one in (shipped(), shipped_signals(), shipped_urgency())]
    try:
        version = metadata.version("sluice")
    except metadata.PackageNotFoundError:
        version = "unknown"
    return f"{version}+{_short(models)}"


def settings_digest(project: Project, site: SiteSettings) -> str:
    """Return the digest of the settings that change what is written on the project's issues."""
    of_site = (site.fields, site.words, site.default_priority, site.priorities)
    accounts = (sorted(site.robots), sorted(site.former_accounts))
    of_project = (project.id, project.fields, project.language, project.rerank)
    telling = asdict(project.telling)
    return _short([*map(_plain, of_site), *accounts, *map(_plain, of_project), telling,
                   project.model_name, project.rewrite_cap])  # fmt: skip


def _plain(value: Any) -> Any:
    return dict(value) if hasattr(value, "items") else value


def _short(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def conflicts(hosts: Collection[Fingerprint], now: datetime | None = None) -> list[str]:
    """Return a line for each kind of file in which living hosts differ, and which host has what.

    With `now`, hosts that did not look at their files lately are left out.
    """
    living = [one for one in hosts if now is None or now - one.at <= ALIVE]
    return [line for kind in _SHOWN if (line := _conflict(kind, living))]


def _conflict(kind: str, hosts: Iterable[Fingerprint]) -> str:
    by_digest: dict[str, list[str]] = {}
    for one in sorted(hosts, key=lambda one: one.source):
        by_digest.setdefault(getattr(one, kind) or "none", []).append(one.source)
    if len(by_digest) < 2:
        return ""
    parts = (f"{digest} on {', '.join(names)}" for digest, names in by_digest.items())
    return f"hosts have different {_SHOWN[kind]}: {'; '.join(parts)}"
