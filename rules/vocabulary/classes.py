"""Define the classes of work. To add a class, add it to all three parts of this file."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Generic, Literal, TypeVar, cast

T = TypeVar("T")

Kind = Literal["tech_debt", "business_need", "exploration", "undecided"]


@dataclass(frozen=True)
class PerClass(Generic[T]):
    """Hold one value for each class; a missing one is a type error and fails at import."""

    tech_debt: T
    business_need: T
    exploration: T
    undecided: T

    def get(self, name: str) -> T | None:
        """Return the value of a class, or None for an unknown class."""
        return cast("T | None", vars(self).get(name))


@dataclass(frozen=True)
class WorkClass:
    """The properties of a class that do not depend on the language.

    `shown` is the option in Jira, unless `words:` in sluice.yaml names another. `about` describes
    the class in the JSON Schema, `in_words` names it in the description of a rulebook. `target` is
    its default percent of the capacity, for projects without targets; only projects that name a
    class with target 0 use it. `votable`: rules may vote for it.
    """

    shown: str
    about: str
    in_words: str
    target: float = 0.0
    votable: bool = True


CLASSES: PerClass[WorkClass] = PerClass(
    tech_debt=WorkClass(
        shown="Tech debt",
        about="Work on existing software: repair, clean up, replace.",
        in_words="technical debt",
        target=20,
    ),
    business_need=WorkClass(
        shown="Business need",
        about="A request from customers or the business.",
        in_words="a business need",
        target=70,
    ),
    exploration=WorkClass(
        shown="Exploration",
        about="Research: a spike, an experiment, a study.",
        in_words="an exploration",
        target=10,
    ),
    undecided=WorkClass(
        shown="Undecided",
        about="No class has enough votes.",
        in_words="undecided",
        votable=False,
    ),
)

UNDECIDED: Kind = "undecided"
"""The class of an issue if no class has enough votes."""

ALL_KINDS = cast("tuple[Kind, ...]", tuple(field.name for field in fields(PerClass)))
"""All classes, in the order of the table."""

KINDS: tuple[Kind, ...] = tuple(kind for kind in ALL_KINDS if getattr(CLASSES, kind).votable)
"""The classes that rules may vote for: all except undecided."""


def work_class(kind: Kind) -> WorkClass:
    """Return the properties of a class."""
    return cast(WorkClass, getattr(CLASSES, kind))


DEFAULT_TARGETS: dict[Kind, float] = {
    kind: work_class(kind).target for kind in KINDS if work_class(kind).target
}
"""Percent of the capacity for each class, for projects without `targets:`."""
