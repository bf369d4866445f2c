"""The shape of an effect: all that Sluice has to know of one thing that a rule can do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from rules.facts.catalog import Stage

V = TypeVar("V")

ListField = Literal["labels", "components", "fixVersions", "versions"]
"""Jira's own lists that an effect may write to, by the ids of the fields."""

Operations = Mapping[ListField, Sequence[Mapping[str, Any]]]
"""As in the `update` of Jira's PUT: {"labels": ({"add": "later"},)}."""


def _nothing(_: Any) -> Operations:
    return {}


def _never(_one: Any, _other: Any) -> str:
    return ""


@dataclass(frozen=True)
class Effect(Generic[V]):
    """One effect: a key of a rule, with everything that belongs to it.

    `stage` says when its rules are judged, and so which fields their conditions know. `type` is the
    value's type for pydantic; `about` and `examples` explain the key in the JSON Schema.
    `explained` is the value in a line of `explain`, `in_words` the clause in a book told in words.

    `takes_ask`: a rule with this effect may ask the author something. `contradiction` says how the
    value of a rule speaks against that of another with the same condition. `writes` returns what
    the one PUT adds to the issue; it is written once, and what the issue has already is not written
    again.
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
    """Join parts of a sentence: `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
