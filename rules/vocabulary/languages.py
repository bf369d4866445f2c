"""The languages of comments: one table. To add a language, add it to all three parts of this file.

Its sentences stand in `connector/messages/<language>.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Generic, Literal, TypeVar, cast

T = TypeVar("T")

Language = Literal["en", "zh"]


@dataclass(frozen=True)
class PerLanguage(Generic[T]):
    """Hold one value for each language; leaving one out is a type error, and an error at import."""

    en: T
    zh: T

    def get(self, name: str) -> T | None:
        """Return the value of a language, or None for a code that is no language of Sluice."""
        return cast("T | None", vars(self).get(name))


NAMES: PerLanguage[str] = PerLanguage(en="English", zh="Chinese")
"""The English name of each language."""

LANGUAGES = cast("tuple[Language, ...]", tuple(field.name for field in fields(PerLanguage)))

DEFAULT: Language = "en"
"""The language of texts that another language lacks."""
