"""A rule file as it is written, for pydantic to check; what it can't tell is in `bookcheck`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from rules.vocabulary.classes import Kind
from rules.vocabulary.languages import Language
from rules.vocabulary.verdicts import Verdict

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Words = Said | Annotated[dict[Language, Said], Field(min_length=1)]
Points = Annotated[float, Field(ge=-100, le=100, allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=-10, le=10, allow_inf_nan=False)]
FieldName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Example = Said | Annotated[dict[str, Any], Field(min_length=1)]
"""An issue: its fields by name, or only its summary."""


class ExamplesModel(_Strict):
    """Issues on which a rule fires, and such on which it stays silent."""

    fires: list[Example] = []
    silent: list[Example] = []


class RuleModel(_Strict):
    """One rule: a condition, a reason, and one effect (class, points or gate).

    `shadow`: judged and recorded, never counted. `off`: as if an included rule were not there.
    """

    id: Id
    when: str
    because: Words
    class_: Annotated[dict[Kind, Weight], Field(min_length=1)] | None = Field(None, alias="class")
    points: Annotated[dict[str, Points], Field(min_length=1)] | None = None
    gate: Verdict | None = None
    ask: Words | None = None
    shadow: bool = False
    off: bool = False
    examples: ExamplesModel | None = None


Amount = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]


class FeedModel(_Strict):
    """A field that feeds a measure: in steps, by its names, or times a factor."""

    field: FieldName
    scale: Annotated[dict[Amount, Amount], Field(min_length=1)] | None = None
    table: Annotated[dict[str, Amount], Field(min_length=1)] | None = None
    times: Amount | None = None


class MeasureModel(_Strict):
    """A measure: what its feeds and rules give, kept between min and max.

    `default` stands where no feed has a value; `weight` counts where the book has no formula.
    """

    about: Words = ""
    weight: Weight = 1.0
    min: Amount = -100.0
    max: Amount = 100.0
    default: Amount = 0.0
    from_: list[FeedModel] = Field([], alias="from")


class AxisModel(_Strict):
    """From how much of a measure on it counts as high value, or as large effort."""

    measure: Id
    from_: Amount = Field(alias="from")


class QuadrantModel(_Strict):
    """Value against effort."""

    value: AxisModel
    effort: AxisModel


class MetricModel(_Strict):
    """A metric in words of the business: where it is to change, and where it is only stated."""

    changed: Words | None = None
    now: Words | None = None


class ClassifyModel(_Strict):
    """How votes become a class.

    `model` is the weight of the text model's vote.
    """

    model: float = Field(0.0, ge=0, le=10, allow_inf_nan=False)
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
    include: Annotated[list[FieldName], BeforeValidator(_listed), Field(max_length=20)] = []
    shadow: bool = False
    fields: dict[FieldName, Literal["text", "name", "names", "number", "date"]] = {}
    classify: ClassifyModel = Field(default_factory=lambda: ClassifyModel.model_validate({}))
    measures: dict[Id, MeasureModel] = {}
    score: Annotated[str, StringConstraints(max_length=2000)] | None = None
    quadrant: QuadrantModel | None = None
    words: dict[str, MetricModel] = {}
    base: float = Field(0, ge=0, le=100, allow_inf_nan=False)
    bands: list[BandModel] = []
    rules: Annotated[list[RuleModel], Field(min_length=1, max_length=2000)]
