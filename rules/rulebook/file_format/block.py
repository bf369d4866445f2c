"""Define the base of all models of files that people write: it reports all mistakes at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, InitErrorDetails

from rules.rulebook.messages.validation_messages import IN_WORDS, wrong
from rules.vocabulary.languages import Language

Path = tuple[str | int, ...]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Words = Said | Annotated[dict[Language, Said], Field(min_length=1)]
FieldName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]


class Strict(BaseModel):
    """A block of keys: unknown keys are refused, and all mistakes are reported at once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def between_keys(cls, data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
        """Yield mistakes that involve several keys: the path in this block, a message."""
        return iter(())

    @model_validator(mode="wrap")
    @classmethod
    def _all_at_once(cls, data: Any, handler: ModelWrapValidatorHandler[Any]) -> Any:
        found = list(cls.between_keys(data)) if isinstance(data, dict) else []
        if not found:
            return handler(data)
        errors = [_error(path, message) for path, message in found]
        try:
            handler(data)
        except ValidationError as error:
            errors = [*map(_again, error.errors(include_url=False)), *errors]
        raise ValidationError.from_exception_data(cls.__name__, errors)


def _error(path: Path, message: str) -> InitErrorDetails:
    return InitErrorDetails(type=wrong(message), loc=path, input=None)


def _again(error: ErrorDetails) -> InitErrorDetails:
    """Convert an error from pydantic's output to its input."""
    if error["type"] == IN_WORDS:
        return _error(error["loc"], error["ctx"]["message"])
    return InitErrorDetails(
        type=error["type"], loc=error["loc"], input=error["input"], ctx=error.get("ctx", {})
    )
