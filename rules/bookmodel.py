"""A rule file as it is written, for pydantic to check; what it can't tell is in `bookcheck`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from rules.issue import Kind, Verdict

Language = Literal["en", "zh"]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Words = Said | Annotated[dict[Language, Said], Field(min_length=1)]
Points = Annotated[float, Field(ge=-100, le=100, allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=-10, le=10, allow_inf_nan=False)]
FieldName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RuleModel(_Strict):
    """One rule: a condition, a reason, and one effect (class, points or gate)."""

    id: Id
    when: str
    because: Words
    class_: Annotated[dict[Kind, Weight], Field(min_length=1)] | None = Field(None, alias="class")
    points: Annotated[dict[str, Points], Field(min_length=1)] | None = None
    gate: Verdict | None = None
    ask: Words | None = None


class MeasureModel(_Strict):
    """A measure: the points of its rules, kept between min and max, times the weight."""

    about: Words = ""
    weight: Weight = 1.0
    min: Points = -100.0
    max: Points = 100.0


class ClassifyModel(_Strict):
    """How votes become a class; `doubt` is the weight that is always held back."""

    doubt: float = Field(1.0, ge=0, le=10, allow_inf_nan=False)
    undecided_below: float = Field(0.5, ge=0, le=1, allow_inf_nan=False)


class BandModel(_Strict):
    """From this score up, this Jira priority."""

    from_: float = Field(alias="from", ge=0, le=100, allow_inf_nan=False)
    priority: Annotated[str, StringConstraints(min_length=1, max_length=60)]


class BookModel(_Strict):
    """A rule file as it is written."""

    book: Id
    about: Words = ""
    fields: dict[FieldName, Literal["text", "name", "names", "number", "date"]] = {}
    classify: ClassifyModel = Field(default_factory=lambda: ClassifyModel.model_validate({}))
    measures: dict[Id, MeasureModel] = {}
    base: float = Field(0, ge=0, le=100, allow_inf_nan=False)
    bands: list[BandModel] = []
    rules: Annotated[list[RuleModel], Field(min_length=1, max_length=2000)]
