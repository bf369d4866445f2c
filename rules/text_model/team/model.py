"""Save and load what one team taught: one value beside the rulebook and the models that ship.

Each part stands in a file of its own in this folder. All words in it are sealed (`seal.py`), so the
file can be read by nobody, and used only by who holds the key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from rules.text_model import model_file
from rules.text_model.model_file import ModelError, ModelFileError, Parts, digest_of
from rules.text_model.team.classes import ClassHead
from rules.text_model.team.ranking import RankHead
from rules.text_model.team.reliability import Reliability
from rules.text_model.team.seal import Seal
from rules.text_model.team.view import View

FORMAT = "team 1"


class Head(Protocol):
    """A part of the model: it tells its parts for the file, in an order that tells nothing."""

    def parts(self) -> Parts:
        """Return JSON, names and arrays."""


@dataclass(frozen=True)
class TeamModel:
    """What one team taught. Empty parts are None: there the team taught nothing.

    `info` describes the training. It holds no text of issues.
    """

    seal: Seal
    classes: ClassHead | None = None
    ranking: RankHead | None = None
    reliability: Reliability | None = None
    info: Mapping[str, Any] = field(default_factory=dict)

    def view(
        self,
        text: str,
        rules: Mapping[str, float] | None = None,
        signals: Mapping[str, float] | None = None,
        undecided: bool = False,
    ) -> View:
        """Return an issue as the parts see it."""
        return View(self.seal, text, rules or {}, signals, undecided)

    @property
    def heads(self) -> dict[str, Head]:
        """Return the parts that the team taught, by their names."""
        found: dict[str, Head | None] = {
            "classes": self.classes,
            "ranking": self.ranking,
            "reliability": self.reliability,
        }
        return {name: head for name, head in found.items() if head}

    @cached_property
    def digest(self) -> str:
        """Return twelve hex digits over everything that affects decisions."""
        parts = {name: head.parts() for name, head in self.heads.items()}
        described = [[name, dict(one.head), list(one.names)] for name, one in parts.items()]
        arrays = (array for one in parts.values() for _, array in sorted(one.arrays.items()))
        return digest_of([self.seal.check, described], arrays)

    def as_bytes(self) -> bytes:
        """Return the model as a file."""
        parts = {name: head.parts() for name, head in self.heads.items()}
        head = {
            "format": FORMAT,
            "key": self.seal.check,
            "digest": self.digest,
            "heads": {name: [dict(one.head), len(one.names)] for name, one in parts.items()},
            "info": {**self.info},
        }
        arrays = {f"{name}.{n}": a for name, one in parts.items() for n, a in one.arrays.items()}
        names = (feature for one in parts.values() for feature in one.names)
        return model_file.as_bytes(head, names, **arrays)

    def save(self, path: Path) -> None:
        """Write the model and its digest to a file."""
        path.write_bytes(self.as_bytes())

    @classmethod
    def load(cls, path: Path, key: bytes, raw: bytes | None = None) -> TeamModel:
        """Read a model; raise ModelError for a short key, ModelFileError for another reason.

        The message says in one line whether the file is damaged, of another version, or sealed with
        another key. `raw` is the content of the file, if it is known already.
        """
        seal = Seal(key)
        parts = model_file.read(path, None, _DAMAGED, raw)
        if parts.head.get("format") != FORMAT:
            raise ModelFileError(path, "is of another version of Sluice. Remove it and train again")
        if parts.head.get("key") != seal.check:
            raise ModelFileError(
                path,
                "is sealed with another key. Set the key that it was trained with, or train again "
                "with this one",
            )
        try:
            found = cls(seal, info=parts.head["info"], **_heads(parts))
        except (ModelError, TypeError, ValueError, LookupError, AttributeError):
            raise ModelFileError(path, _DAMAGED) from None
        if found.digest != parts.head.get("digest"):
            raise ModelFileError(path, "was changed after training. Remove it and train again")
        return found


_DAMAGED = "is not a team's model, or is damaged. Remove it and train again"

_HEADS: Mapping[str, Any] = {
    "classes": ClassHead,
    "ranking": RankHead,
    "reliability": Reliability,
}
"""The parts by their names in the file."""


def _heads(parts: Parts) -> dict[str, Any]:
    """Build the parts of a model; raise whatever a file that somebody changed leads to."""
    found, start = {}, 0
    for name, (head, count) in parts.head["heads"].items():
        of = {n.partition(".")[2]: a for n, a in parts.arrays.items() if n.startswith(f"{name}.")}
        found[name] = _HEADS[name].of(Parts(head, parts.names[start : start + count], of))
        start += count
    return found
