"""Define the marks of statements: how a text means what it says."""

from __future__ import annotations

from typing import Literal, get_args

Mark = Literal["affirmed", "negated", "planned", "hypothetical", "past", "question"]

MARKS: tuple[Mark, ...] = get_args(Mark)

MEANING: dict[Mark, str] = {
    "affirmed": "it is so, or somebody asks for it: the export fails; please add an export",
    "negated": "it is not so: nobody asked for it; this is no security hole",
    "planned": "it is to be done or measured later: a test is planned for May",
    "hypothetical": "it could be so: if a server fails; this would save time",
    "past": "it was so and is over: already fixed; used to crash",
    "question": "nobody knows yet: should we buy it? unclear whether it scales",
}
"""What each mark says about a statement, with examples."""
