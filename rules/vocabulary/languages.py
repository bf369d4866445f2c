"""Define the languages of comments. To add a language, add it to all three parts of this file.

The texts of a language are in `connector/messages/<language>.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Generic, Literal, TypeVar, cast

T = TypeVar("T")

Language = Literal["en", "zh"]


@dataclass(frozen=True)
class PerLanguage(Generic[T]):
    """Hold one value for each language; a missing one is a type error and fails at import."""

    en: T
    zh: T

    def get(self, name: str) -> T | None:
        """Return the value of a language, or None for an unknown code."""
        return cast("T | None", vars(self).get(name))


NAMES: PerLanguage[str] = PerLanguage(en="English", zh="Chinese")
"""The English name of each language."""

LANGUAGES = cast("tuple[Language, ...]", tuple(field.name for field in fields(PerLanguage)))

DEFAULT: Language = "en"
"""The language to use for a text that is missing in another language."""
