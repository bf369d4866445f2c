"""Define the properties of an effect."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from rules.facts.catalog import Stage

V = TypeVar("V")

ListField = Literal["labels", "components", "fixVersions", "versions"]
"""The ids of Jira's list fields that an effect may write to."""

Operations = Mapping[ListField, Sequence[Mapping[str, Any]]]
"""The `update` object of Jira's PUT: {"labels": ({"add": "later"},)}."""


def _nothing(_: Any) -> Operations:
    return {}


def _never(_one: Any, _other: Any) -> str:
    return ""


@dataclass(frozen=True)
class Effect(Generic[V]):
    """One effect: a key of a rule and its behaviour.

    Rules with this effect are judged at `stage`; it determines the fields of their conditions.
    `type` is the value's type for pydantic; `about` and `examples` explain the key in the JSON
    Schema. `explained` formats the value for `explain`, `in_words` describes it in a sentence.

    `takes_ask`: a rule with this effect may have an `ask:`. `contradiction` compares the values of
    two rules with the same condition; it returns how the first differs, or an empty text. `writes`
    returns the operations for the PUT; values that the issue already has are not written again.
    """

    key: str
    stage: Stage
    type: Any
    about: str
    explained: Callable[[V], str]
    in_words: Callable[[V], str]
    examples: tuple[Any, ...] = ()
    takes_ask: bool = False
    contradiction: Callable[[V, V], str] = _never
    writes: Callable[[V], Operations] = _nothing


def joined(parts: Sequence[str]) -> str:
    """Join parts of a sentence as `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
