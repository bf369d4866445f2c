"""A rule file as it is written, for pydantic to check; what needs the whole book is in `validate`.

The JSON Schema takes its descriptions and examples from here and from the effects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from rules.rulebook.file_format.block import FieldName, Id, Path, Strict, Words
from rules.rulebook.file_format.rule import RuleModel
from rules.vocabulary.languages import LANGUAGES

Weight = Annotated[float, Field(ge=-10, le=10, allow_inf_nan=False)]
_ABOUT = f"What it is for, in a sentence: a text, or one text a language ({', '.join(LANGUAGES)})."
Amount = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class FeedModel(Strict):
    """A field that feeds a measure: in steps, by its names, or times a factor."""

    field: FieldName = Field(description="The field that is read.")
    scale: Annotated[dict[Amount, Amount], Field(min_length=1)] | None = Field(
        default=None,
        description="From which value on the measure gets how much, as {5: 2, 20: 5}. Below the "
        "first: 0.",
    )
    table: Annotated[dict[str, Amount], Field(min_length=1)] | None = Field(
        default=None,
        description="Which name gives how much, as {Gold: 5, Silver: 2}. Any other name: 0.",
    )
    times: Amount | None = Field(
        default=None, description="The measure gets the field's value times this."
    )

    @classmethod
    def between_keys(cls, data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
        """Say where a field feeds in no way, or in several."""
        ways = [way for way in WAYS if data.get(way) is not None]
        if len(ways) != 1:
            found = f"this has {' and '.join(ways)}" if ways else "this has none"
            yield (), f"a field feeds a measure by one of {', '.join(WAYS)}: {found}"


WAYS = ("scale", "table", "times")


class MeasureModel(Strict):
    """A measure: what its feeds and rules give, kept between min and max.

    `default` stands where no feed has a value; `weight` counts where the book has no formula.
    """

    about: Words = Field(
        default="",
        description=_ABOUT,
    )
    weight: Weight = Field(
        default=1.0,
        description="What one point of the measure is worth in the score; below 0 it counts "
        "against.",
    )
    min: Amount = Field(default=-100.0, description="The measure never falls below this.")
    max: Amount = Field(default=100.0, description="The measure never rises above this.")
    default: Amount = Field(
        default=0.0, description="The value of the measure as long as no field gives one."
    )
    from_: list[FeedModel] = Field(
        default=[],
        alias="from",
        description="The fields that feed the measure, each by scale, table or times.",
    )


class AxisModel(Strict):
    """From how much of a measure on it counts as high value, or as large effort."""

    measure: Id = Field(description="The name of a measure of this book.")
    from_: Amount = Field(alias="from", description="From this value of the measure on.")


class QuadrantModel(Strict):
    """Value against effort."""

    value: AxisModel = Field(
        description="The measure that says how much it is worth, and from where on that is high."
    )
    effort: AxisModel = Field(
        description="The measure that says what it costs, and from where on that is large."
    )


class MetricModel(Strict):
    """A metric in words of the business: where it is to change, and where it is only stated."""

    changed: Words | None = Field(
        default=None,
        description="Said where the text gives a value before and after; {before} and {after} "
        "stand for them.",
    )
    now: Words | None = Field(
        default=None, description="Said where the text gives today's value; {value} stands for it."
    )

    @classmethod
    def between_keys(cls, data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
        """Say which words in braces nothing will ever fill in."""
        for form, filled in _PLACES.items():
            said = data.get(form)
            for text in [said] if isinstance(said, str) else list(_dict(said).values()):
                for place in re.findall(r"\{([^{}]*)\}", text if isinstance(text, str) else ""):
                    if place not in filled:
                        could = " and ".join(f"{{{one}}}" for one in filled)
                        wrong = f'"{{{place:.40}}}" is nothing that can be filled in: {could}'
                        yield (form,), wrong


_PLACES = {"changed": ("before", "after"), "now": ("value",)}


class ClassifyModel(Strict):
    """How votes become a class.

    `model` is the weight of the text model's vote.
    """

    model: float = Field(
        default=0.0,
        ge=0,
        le=10,
        allow_inf_nan=False,
        description="How much the text model's vote weighs beside those of rules; 0: it is not "
        "asked.",
    )
    doubt: float = Field(
        default=1.0,
        ge=0,
        le=10,
        allow_inf_nan=False,
        description="Added to the vote total, so that one weak vote is not enough.",
    )
    undecided_below: float = Field(
        default=0.5,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="With a confidence below this, 0 to 1, the class is undecided.",
    )


class BandModel(Strict):
    """From this score up, this Jira priority."""

    from_: float = Field(
        alias="from", ge=0, le=100, allow_inf_nan=False, description="From this score on."
    )
    priority: Annotated[str, StringConstraints(min_length=1, max_length=60)] = Field(
        description="A priority as Jira names it."
    )


class BookModel(Strict):
    """A rule file as it is written."""

    book: Id = Field(
        description="The name of the book: small letters, digits and -. Comments and reports name "
        "it."
    )
    about: Words = Field(
        default="",
        description=_ABOUT,
    )
    include: Annotated[list[FieldName], BeforeValidator(_listed), Field(max_length=20)] = Field(
        default=[],
        description="Books that this one builds on: shipped names, or files beside this one. "
        "Later ones win over earlier ones, and this file wins over all.",
        examples=[["default"]],
    )
    shadow: bool = Field(
        default=False,
        description="true: judged and recorded, but it never counts and nothing of it is written.",
    )
    fields: dict[FieldName, Literal["text", "name", "names", "number", "date"]] = Field(
        default={},
        description="Custom fields that conditions ask for: their name in Jira and the type of "
        "value.",
        examples=[{"Customer Tier": "name"}],
    )
    classify: ClassifyModel = Field(
        default_factory=lambda: ClassifyModel.model_validate({}),
        description="How votes become a class.",
    )
    measures: dict[Id, MeasureModel] = Field(
        default={},
        description="What is weighed, such as pain or value. Rules give points to measures.",
    )
    score: Annotated[str, StringConstraints(max_length=2000)] | None = Field(
        default=None,
        description="The score as a formula over measures, with + - * / ( ), min(…), max(…) and "
        "clamp(x, low, high). Without it: base + weight × measure, summed up.",
        examples=["reach * impact * confidence / effort"],
    )
    quadrant: QuadrantModel | None = Field(
        default=None,
        description="Which measures tell a quick win from a big bet, a fill-in and a money pit.",
    )
    words: dict[str, MetricModel] = Field(
        default={},
        description="What technical metrics mean for the business; the comment says it in these "
        "words.",
    )
    base: float = Field(
        default=0,
        ge=0,
        le=100,
        allow_inf_nan=False,
        description="Where the score begins, 0 to 100, before any measure is added.",
    )
    bands: list[BandModel] = Field(
        default=[],
        description="Which score gives which Jira priority.",
        examples=[[{"from": 60, "priority": "High"}, {"from": 0, "priority": "Low"}]],
    )
    rules: Annotated[list[RuleModel], Field(min_length=1, max_length=2000)] = Field(
        description="The rules. Their order does not matter."
    )

    @classmethod
    def between_keys(cls, data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
        """Say which limits leave no room, and which bands begin where another does."""
        for name, measure in _dict(data.get("measures")).items():
            low, high = (_dict(measure).get(key, default) for key, default in _LIMITS)
            if _number(low) and _number(high) and low > high:
                yield (
                    ("measures", name, "min"),
                    f'"min" of "{name}" is above its "max": exchange them',
                )
        bands = data.get("bands")
        starts: set[float] = set()
        for index, band in enumerate(bands if isinstance(bands, list) else []):
            start = _dict(band).get("from")
            if isinstance(start, int | float) and not isinstance(start, bool):
                if start in starts:
                    yield ("bands", index, "from"), f"two bands begin at {start:g}: keep one"
                starts.add(start)


_LIMITS = (("min", -100.0), ("max", 100.0))


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
