"""Define the typed values on rulebooks that Redis holds as JSON.

`from_json` reads the result of `to_json`. It raises KeyError, TypeError or ValueError for anything
else, such as a value of an earlier version of Sluice.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from rules.problem import Problem


@dataclass(frozen=True)
class BookStatus:
    """The active rulebook of a project since `since`, as reported by a worker.

    `wrong` has the problems of the files on disk; meanwhile the last good ones are active.
    `candidate` names the shadow rulebook, if there is one. `model` is the digest of the text model
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
        """Return the fields as a JSON object."""
        wrong = [problem.to_json() for problem in self.wrong]
        return {**asdict(self), "wrong": wrong, "since": self.since.isoformat()}

    @classmethod
    def from_json(cls, raw: Any) -> BookStatus:
        """Read the result of `to_json`."""
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
    """A new rulebook on trial since `since`, with the number of issues that it has rewritten.

    `stopped` is None, or the number of issues that it would rewrite if it was rolled back for that.
    """

    digest: str
    since: datetime
    rewritten: int = 0
    stopped: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the fields as a JSON object. Lua scripts read and write it too."""
        return {**asdict(self), "since": self.since.isoformat()}

    @classmethod
    def from_json(cls, raw: Any) -> Rollout:
        """Read the result of `to_json`."""
        stopped = raw["stopped"]
        return cls(
            digest=str(raw["digest"]),
            since=_time(raw["since"]),
            rewritten=int(raw["rewritten"]),
            stopped=None if stopped is None else int(stopped),
        )


@dataclass(frozen=True)
class ShadowCount:
    """The number of issues with verdict `verdict`, and `shadow` by the shadow book of this digest.

    A verdict may be any text: a person may set the gate to any value.
    """

    digest: str
    verdict: str
    shadow: str
    count: int

    def to_json(self) -> dict[str, Any]:
        """Return the fields as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Any) -> ShadowCount:
        """Read the result of `to_json`."""
        verdicts = str(raw["verdict"]), str(raw["shadow"])
        return cls(str(raw["digest"]), *verdicts, int(raw["count"]))


@dataclass(frozen=True)
class MovedIssue:
    """An issue with another verdict by the shadow book of this digest."""

    key: str
    digest: str
    verdict: str
    shadow: str

    def to_json(self) -> dict[str, Any]:
        """Return the fields as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Any) -> MovedIssue:
        """Read the result of `to_json`."""
        verdicts = str(raw["verdict"]), str(raw["shadow"])
        return cls(str(raw["key"]), str(raw["digest"]), *verdicts)


def _optional(raw: Any) -> str | None:
    return None if raw is None else str(raw)


def _time(raw: Any) -> datetime:
    return datetime.fromisoformat(raw).astimezone(UTC)
