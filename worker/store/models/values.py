"""Define the typed values on teams' models that Redis and the file beside a model hold as JSON.

`from_json` reads the result of `to_json`. It raises KeyError, TypeError or ValueError for anything
else, such as a value of an earlier version of Sluice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal, get_args

SHIPS = "ships"
"""Stands for the digest of a model where nothing that a team taught is in use."""

Fate = Literal["", "rolled back", "stopped", "replaced"]
Scope = Literal["by", "issue", "since"]


@dataclass(frozen=True)
class ModelEntry:
    """A model in the history: when it came, from what, by whom, and its figures.

    `by` is the person who trained it or put it there, or "weekly training". `approved` is the
    person who let it judge beyond its trial. `lessons` counts what it learned from, by kind.
    `before` and `after` are figures of the model before and of this one, on the same issues.
    `used`: it was in use after its trial. `fate` tells why it no longer is, since `ended`, by
    `ended_by`.
    """

    digest: str
    at: datetime
    by: str
    lessons: Mapping[str, int] = field(default_factory=dict)
    before: Mapping[str, float] = field(default_factory=dict)
    after: Mapping[str, float] = field(default_factory=dict)
    approved: str = ""
    used: bool = False
    fate: Fate = ""
    ended: datetime | None = None
    ended_by: str = ""

    def end(self, fate: Fate, at: datetime | None, by: str) -> ModelEntry:
        """Return the entry of a model that is no longer in use."""
        return replace(self, fate=fate, ended=at, ended_by=by)

    def to_json(self) -> dict[str, Any]:
        """Return the fields as a JSON object."""
        return {**asdict(self), "at": _write(self.at), "ended": _write(self.ended)}

    @classmethod
    def from_json(cls, raw: Any) -> ModelEntry:
        """Read the result of `to_json`."""
        if raw["fate"] not in get_args(Fate):
            raise ValueError(f"unknown fate {raw['fate']!r}")
        return cls(
            digest=str(raw["digest"]),
            at=_read(raw["at"]),
            by=str(raw["by"]),
            lessons={str(name): int(n) for name, n in raw["lessons"].items()},
            before={str(name): float(x) for name, x in raw["before"].items()},
            after={str(name): float(x) for name, x in raw["after"].items()},
            approved=str(raw["approved"]),
            used=bool(raw["used"]),
            fate=raw["fate"],
            ended=_read(raw["ended"]) if raw["ended"] else None,
            ended_by=str(raw["ended_by"]),
        )


@dataclass(frozen=True)
class Forget:
    """Decisions to leave out of the training: of an account, on an issue, or since a time.

    `value` is the account's id, the key of the issue, or the time in ISO format. `who` is the
    person who asked for it at `at`. `id` is the issue's id, which stays when its key changes; empty
    if it was not known.
    """

    scope: Scope
    value: str
    at: datetime
    who: str = ""
    id: str = ""

    @property
    def same(self) -> tuple[str, str]:
        """Return what two equal requests have in common."""
        return self.scope, self.value

    def to_json(self) -> dict[str, Any]:
        """Return the fields as a JSON object."""
        return {**asdict(self), "at": _write(self.at)}

    @classmethod
    def from_json(cls, raw: Any) -> Forget:
        """Read the result of `to_json`."""
        if raw["scope"] not in get_args(Scope):
            raise ValueError(f"unknown scope {raw['scope']!r}")
        if raw["scope"] == "since":
            _read(raw["value"])
        return cls(
            raw["scope"],
            str(raw["value"]),
            _read(raw["at"]),
            str(raw["who"]),
            str(raw.get("id") or ""),
        )


@dataclass(frozen=True)
class Beside:
    """A model that judges beside the one in use and writes nothing, until a person approves it.

    `why` has the reasons, such as a shift of classes.
    """

    digest: str
    why: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the fields as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Any) -> Beside:
        """Read the result of `to_json`."""
        return cls(str(raw["digest"]), tuple(map(str, raw["why"])))


@dataclass(frozen=True)
class Memory:
    """What is known of a model file beside the models: it survives a wiped Redis as a file.

    `in_use` is the digest of the model in use. `known` has the digests of the last models that were
    taken, the latest first, also those that left the history. `rolled_back` is the last model that
    a person rolled back, until a person approves another one: until then a new one waits.
    """

    in_use: str = SHIPS
    history: tuple[ModelEntry, ...] = ()
    forgotten: tuple[Forget, ...] = ()
    known: tuple[str, ...] = ()
    rolled_back: str = ""

    def entry(self, digest: str) -> ModelEntry | None:
        """Return the latest entry of a model."""
        return next((one for one in self.history if one.digest == digest), None)

    def to_json(self) -> dict[str, Any]:
        """Return the fields as a JSON object."""
        return {
            "version": 1,
            "in_use": self.in_use,
            "history": [one.to_json() for one in self.history],
            "forgotten": [one.to_json() for one in self.forgotten],
            "known": list(self.known),
            "rolled_back": self.rolled_back,
        }

    @classmethod
    def from_json(cls, raw: Any) -> Memory:
        """Read the result of `to_json`."""
        return cls(
            in_use=str(raw["in_use"]),
            history=tuple(map(ModelEntry.from_json, raw["history"])),
            forgotten=tuple(map(Forget.from_json, raw["forgotten"])),
            known=tuple(map(str, raw["known"])),
            rolled_back=str(raw["rolled_back"]),
        )


def _write(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _read(raw: Any) -> datetime:
    found = datetime.fromisoformat(raw)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
