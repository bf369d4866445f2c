"""The classes of work: one table. To add a class, add it to all three parts of this file."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Generic, Literal, TypeVar, cast

T = TypeVar("T")

Kind = Literal["tech_debt", "business_need", "exploration", "undecided"]


@dataclass(frozen=True)
class PerClass(Generic[T]):
    """Hold one value for each class; leaving one out is a type error, and an error at import."""

    tech_debt: T
    business_need: T
    exploration: T
    undecided: T

    def get(self, name: str) -> T | None:
        """Return the value of a class, or None for a word that is no class."""
        return cast("T | None", vars(self).get(name))


@dataclass(frozen=True)
class WorkClass:
    """Say what belongs to a class whatever the language.

    `shown` is the option in Jira unless `words:` in sluice.yaml names another. `about` describes
    the class in the JSON Schema, `told` names it where a book is told in words. `target` is the
    percent of the capacity that it gets where a project sets no targets; a class with 0 is used by
    those projects only that name it. `votable`: rules may vote for it.
    """

    shown: str
    about: str
    told: str
    target: float = 0.0
    votable: bool = True


CLASSES: PerClass[WorkClass] = PerClass(
    tech_debt=WorkClass(
        shown="Tech debt",
        about="Work on what is there: repair, tidy, replace.",
        told="technical debt",
        target=20,
    ),
    business_need=WorkClass(
        shown="Business need",
        about="Something that customers or the business ask for.",
        told="a business need",
        target=70,
    ),
    exploration=WorkClass(
        shown="Exploration",
        about="Finding out: a spike, an experiment, research.",
        told="an exploration",
        target=10,
    ),
    undecided=WorkClass(
        shown="Undecided",
        about="No class has enough votes.",
        told="undecided",
        votable=False,
    ),
)

UNDECIDED: Kind = "undecided"
"""The class of an issue for which no class has enough votes."""

ALL_KINDS = cast("tuple[Kind, ...]", tuple(field.name for field in fields(PerClass)))
"""All classes in the order of the table."""

KINDS: tuple[Kind, ...] = tuple(kind for kind in ALL_KINDS if getattr(CLASSES, kind).votable)
"""The classes that rules may vote for: all but undecided."""


def work_class(kind: Kind) -> WorkClass:
    """Return the entry of a class."""
    return cast(WorkClass, getattr(CLASSES, kind))


DEFAULT_TARGETS: dict[Kind, float] = {
    kind: work_class(kind).target for kind in KINDS if work_class(kind).target
}
"""Percent of the capacity by class, for projects without `targets:`."""
