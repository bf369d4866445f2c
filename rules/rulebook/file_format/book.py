"""Model a rule file for pydantic. Checks that need the whole rulebook are in `validate`.

The descriptions and examples of the JSON Schema come from here and from the effects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from rules.rulebook.file_format.block import FieldName, Id, Path, Strict, Words
from rules.rulebook.file_format.quantile_bands import spelled_out
from rules.rulebook.file_format.rule import RuleModel
from rules.vocabulary.languages import LANGUAGES

Weight = Annotated[float, Field(ge=-10, le=10, allow_inf_nan=False)]
_ABOUT = f"Its purpose in a sentence: a text, or a text for each language ({', '.join(LANGUAGES)})."
Amount = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class FeedModel(Strict):
    """A field that feeds a measure: by steps, by a table of names, or times a factor.

    `above` is subtracted before the factor.
    """

    field: FieldName = Field(description="The field to read.")
    scale: Annotated[dict[Amount, Amount], Field(min_length=1)] | None = Field(
        default=None,
        description="The steps, as lowest value: points, such as {5: 2, 20: 5}. Below the first "
        "step: 0.",
    )
    table: Annotated[dict[str, Amount], Field(min_length=1)] | None = Field(
        default=None,
        description="The points for each name, such as {Gold: 5, Silver: 2}. Any other name: 0.",
    )
    times: Amount | None = Field(
        default=None, description="The factor: the measure gets the value of the field times this."
    )
    above: Amount = Field(
        default=0.0,
        description="With times: the value that gives 0 points, such as 50 for urgency. Lower "
        "values give points of the other sign.",
    )

    because: Words = Field(
        default="",
        description="The reason in the comment; {value} is replaced by the value of the field.",
    )

    @classmethod
    def between_keys(cls, data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
        """Yield a mistake if there is not exactly one of scale, table and times."""
        ways = [way for way in WAYS if data.get(way) is not None]
        if len(ways) != 1:
            found = " and ".join(ways) or "none"
            yield (), f"a field of a measure needs one of {', '.join(WAYS)}: it has {found}"
        elif data.get("above") is not None and ways != ["times"]:
            yield ("above",), f"above works with times only: remove it, or put it into {ways[0]}"


WAYS = ("scale", "table", "times")


class MeasureModel(Strict):
    """A measure: the sum of its feeds and points, kept between min and max.

    `default` is used if no feed has a value, `weight` if the rulebook has no score formula.
    """

    name: Words = Field(
        default="",
        description="Its name in the comment, a word or two. Without one: its id.",
    )
    about: Words = Field(
        default="",
        description=_ABOUT,
    )
    weight: Weight = Field(
        default=1.0,
        description="The value of one point of the measure in the score; a negative one lowers the "
        "score.",
    )
    min: Amount = Field(default=-100.0, description="The measure never falls below this.")
    max: Amount = Field(default=100.0, description="The measure never rises above this.")
    default: Amount | None = Field(
        default=None,
        description="The value of the measure if no field gives one. Without a default, a measure "
        "that no field and no rule gives anything counts as 0 and is empty in conditions.",
    )
    uncertainty: float = Field(
        default=0.0,
        ge=0,
        le=1e9,
        allow_inf_nan=False,
        description="How far the measure may be from its value if nothing is known about it. Each "
        "field and each rule that gives it something narrows this.",
    )
    from_: list[FeedModel] = Field(
        default=[],
        alias="from",
        description="The fields that feed the measure, each with scale, table or times.",
    )


class AxisModel(Strict):
    """The lowest value of a measure, or of the sum of some, for high value or for large effort."""

    measure: Id | Annotated[list[Id], Field(min_length=1)] = Field(
        description="The name of a measure of this rulebook, or a list of names: then their sum."
    )
    from_: Amount = Field(alias="from", description="The lowest value of the measure or the sum.")

    @property
    def measures(self) -> list[str]:
        """Return the names of the measures."""
        return [self.measure] if isinstance(self.measure, str) else self.measure


class QuadrantModel(Strict):
    """The measures of value and effort."""

    value: AxisModel = Field(
        description="The measure of value, and the lowest amount that is high."
    )
    effort: AxisModel = Field(
        description="The measure of effort, and the lowest amount that is large."
    )


class MetricModel(Strict):
    """The business sentences for a metric: for a change of it, and for today's value alone."""

    changed: Words | None = Field(
        default=None,
        description="The sentence if the text has a value before and after; {before} and {after} "
        "are replaced.",
    )
    now: Words | None = Field(
        default=None, description="The sentence if the text has today's value; {value} is replaced."
    )

    @classmethod
    def between_keys(cls, data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
        """Yield unknown placeholders in braces."""
        for form, filled in _PLACES.items():
            texts = data.get(form)
            for text in [texts] if isinstance(texts, str) else list(_dict(texts).values()):
                for place in re.findall(r"\{([^{}]*)\}", text if isinstance(text, str) else ""):
                    if place not in filled:
                        could = " and ".join(f"{{{one}}}" for one in filled)
                        wrong = f'unknown placeholder "{{{place:.40}}}": use {could}'
                        yield (form,), wrong


_PLACES = {"changed": ("before", "after"), "now": ("value",)}


class ClassifyModel(Strict):
    """The rules for counting votes; `model` is the weight of the text model's vote."""

    model: float = Field(
        default=0.0,
        ge=0,
        le=10,
        allow_inf_nan=False,
        description="The weight of the text model's vote among the votes of rules; 0: the text "
        "model is not used.",
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
        description="If the confidence, 0 to 1, is below this, the class is undecided.",
    )


class BandModel(Strict):
    """A Jira priority and its lowest score; with `share`, the project's open issues set it."""

    from_: float = Field(
        alias="from", ge=0, le=100, allow_inf_nan=False, description="The lowest score."
    )
    priority: Annotated[str, StringConstraints(min_length=1, max_length=60)] = Field(
        description="The name of a priority in Jira."
    )
    share: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)] | None = Field(
        default=None,
        description="Percent of the project's open issues. All bands have one, or none has. The "
        "lowest score then follows from these issues, as soon as 50 are known.",
    )


class BookModel(Strict):
    """A rule file as written."""

    book: Id = Field(
        description="The name of the rulebook: small letters, digits and -. Comments and reports "
        "show it."
    )
    about: Words = Field(
        default="",
        description=_ABOUT,
    )
    include: Annotated[list[FieldName], BeforeValidator(_listed), Field(max_length=20)] = Field(
        default=[],
        description="Rulebooks that this one extends: names of shipped rulebooks, or files in the "
        "same folder. Later ones override earlier ones, and this file overrides all.",
        examples=[["default"]],
    )
    shadow: bool = Field(
        default=False,
        description="true: a shadow rulebook; it is judged and recorded, but nothing is written.",
    )
    fields: dict[FieldName, Literal["text", "name", "names", "number", "date"]] = Field(
        default={},
        description="Custom fields for conditions: their name in Jira and the type of their value.",
        examples=[{"Customer Tier": "name"}],
    )
    classify: ClassifyModel = Field(
        default_factory=lambda: ClassifyModel.model_validate({}),
        description="The rules for counting votes.",
    )
    measures: dict[Id, MeasureModel] = Field(
        default={},
        description="The parts of the score, such as pain or value. Rules give points to measures.",
    )
    score: Annotated[str, StringConstraints(max_length=2000)] | None = Field(
        default=None,
        description="The score as a formula over measures, with + - * / ( ), min(…), max(…) and "
        "clamp(x, low, high). Without a formula: base plus the sum of weight × measure.",
        examples=["reach * impact * confidence / effort"],
    )
    quadrant: QuadrantModel | None = Field(
        default=None,
        description="The measures that separate quick win, big bet, fill-in and money pit.",
    )
    words: dict[str, MetricModel] = Field(
        default={},
        description="Sentences for the comment that explain technical metrics to the business.",
    )
    base: float = Field(
        default=0,
        ge=0,
        le=100,
        allow_inf_nan=False,
        description="The score, 0 to 100, before measures are added.",
    )
    bands: Annotated[list[BandModel], BeforeValidator(spelled_out)] = Field(
        default=[],
        description="The Jira priority for each range of the score; or `quantiles`: by the place "
        "of the score among the project's open issues.",
        examples=[
            [{"from": 60, "priority": "High"}, {"from": 0, "priority": "Low"}],
            "quantiles",
            {"quantiles": {"High": 20, "Medium": 50, "Low": 30}},
        ],
    )
    rules: Annotated[list[RuleModel], Field(min_length=1, max_length=2000)] = Field(
        description="The rules. Their order does not matter."
    )

    @classmethod
    def between_keys(cls, data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
        """Yield measures with min above max, and bands with the same start."""
        for name, measure in _dict(data.get("measures")).items():
            low, high = (_dict(measure).get(key, default) for key, default in _LIMITS)
            if _number(low) and _number(high) and low > high:
                yield (
                    ("measures", name, "min"),
                    f'"min" of "{name}" is above its "max": swap them',
                )
        bands = spelled_out(data.get("bands"))
        yield from _shares(bands)
        starts: set[float] = set()
        for index, band in enumerate(bands if isinstance(bands, list) else []):
            start = _dict(band).get("from")
            if isinstance(start, int | float) and not isinstance(start, bool):
                if start in starts:
                    yield ("bands", index, "from"), f"two bands begin at {start:g}: keep one"
                starts.add(start)


def _shares(bands: object) -> Iterator[tuple[Path, str]]:
    """Yield a mistake if only some bands have a share, or the shares are not 100 together."""
    found = [_dict(band).get("share") for band in (bands if isinstance(bands, list) else [])]
    shares = [float(share) for share in found if share is not None and _number(share)]
    if shares and len(shares) < len(found):
        yield ("bands",), "only some bands have a share: give one to each band, or to none"
    elif shares and abs(sum(shares) - 100) > ROUNDING:
        yield ("bands",), f"the shares are {sum(shares):g} percent together: make them 100"


ROUNDING = 0.5
"""Shares such as 33.3, 33.3, 33.3 are 100 together."""

_LIMITS = (("min", -100.0), ("max", 100.0))


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
