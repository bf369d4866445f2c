"""What Redis holds of a project's rulebooks, as typed values: each goes there and back as JSON.

`from_json` reads what `to_json` returned, and raises KeyError, TypeError or ValueError for anything
else, such as what an earlier version of Sluice left in Redis.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any

from rules.problem import Problem


@dataclass(frozen=True)
class BookStatus:
    """The rulebook that judges a project since `since`, as a worker tells it.

    `wrong` has what is wrong with the files on disk, while the last good ones judge. `candidate`
    names the book in shadow beside it, if there is one; `model` is the digest of the text model
    that votes.
    """

    book: str
    file: str
    digest: str
    rules: int
    shadow: bool
    since: datetime
    wrong: tuple[Problem, ...] = ()
    candidate: str | None = None
    model: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON holds them."""
        wrong = [problem.to_json() for problem in self.wrong]
        return {**asdict(self), "wrong": wrong, "since": self.since.isoformat()}

    @classmethod
    def from_json(cls, raw: Any) -> BookStatus:
        """Read what `to_json` returned."""
        return cls(
            book=str(raw["book"]),
            file=str(raw["file"]),
            digest=str(raw["digest"]),
            rules=int(raw["rules"]),
            shadow=bool(raw["shadow"]),
            since=_time(raw["since"]),
            wrong=tuple(map(Problem.from_json, raw["wrong"])),
            candidate=_optional(raw["candidate"]),
            model=_optional(raw["model"]),
        )


@dataclass(frozen=True)
class Rollout:
    """A new rulebook on trial since `since`, which has rewritten so many issues.

    `stopped` is None, or how many issues it would rewrite where that is more than it may.
    """

    digest: str
    since: datetime
    rewritten: int = 0
    stopped: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON holds them; Lua scripts read and write them too."""
        return {**asdict(self), "since": self.since.isoformat()}

    @classmethod
    def from_json(cls, raw: Any) -> Rollout:
        """Read what `to_json` returned."""
        stopped = raw["stopped"]
        return cls(
            digest=str(raw["digest"]),
            since=_time(raw["since"]),
            rewritten=int(raw["rewritten"]),
            stopped=None if stopped is None else int(stopped),
        )


@dataclass(frozen=True)
class ShadowCount:
    """How often a book or rules in shadow, by digest, decided `shadow` where `verdict` counted.

    A verdict may be any text: a person may set the gate to a word of her own.
    """

    digest: str
    verdict: str
    shadow: str
    count: int

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON holds them."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Any) -> ShadowCount:
        """Read what `to_json` returned."""
        verdicts = str(raw["verdict"]), str(raw["shadow"])
        return cls(str(raw["digest"]), *verdicts, int(raw["count"]))


@dataclass(frozen=True)
class MovedIssue:
    """An issue, by key, that a book or rules in shadow would decide otherwise."""

    key: str
    digest: str
    verdict: str
    shadow: str

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON holds them."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Any) -> MovedIssue:
        """Read what `to_json` returned."""
        verdicts = str(raw["verdict"]), str(raw["shadow"])
        return cls(str(raw["key"]), str(raw["digest"]), *verdicts)


def _optional(raw: Any) -> str | None:
    return None if raw is None else str(raw)


def _time(raw: Any) -> datetime:
    return datetime.fromisoformat(raw).astimezone(timezone.utc)
