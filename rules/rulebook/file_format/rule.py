"""One rule of a rule file, as it is written; its effects come from their table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, create_model

from rules.rulebook.effects.table import ASKING, EFFECTS, given
from rules.rulebook.file_format.block import Id, Path, Said, Strict, Words

Example = Said | Annotated[dict[str, Any], Field(min_length=1)]
"""An issue: its fields by name, or only its summary."""


class ExamplesModel(Strict):
    """Issues on which a rule fires, and such on which it stays silent."""

    fires: list[Example] = Field(
        default=[],
        description="Issues on which the rule has to fire: a text (the summary), or field: value.",
        examples=[["App crashes at login"]],
    )
    silent: list[Example] = Field(
        default=[],
        description="Issues on which the rule must not fire: a text (the summary), or field: "
        "value.",
        examples=[["Crash course for new colleagues"]],
    )


class _RuleKeys(Strict):
    """One rule: a condition, a reason, and one effect.

    `shadow`: judged and recorded, never counted. `off`: as if an included rule were not there.
    """

    id: Id = Field(
        description="The name of the rule: small letters, digits and -. Explanations and "
        "overrides use it."
    )
    when: str = Field(
        description="The condition, as in Jira's search box (JQL).",
        examples=[
            "summary ~ 'refactor* OR cleanup'",
            "type = Bug and votes >= 5",
            "class = undecided",
        ],
    )
    because: Words = Field(
        description="The reason that people read in the comment: a text, or one text a language.",
        examples=[{"en": "It stops people at their work.", "zh": "它让人干不下去。"}],
    )
    ask: Words | None = Field(
        default=None,
        description="What the comment asks the author for.",
        examples=[{"en": "Who is affected?", "zh": "影响谁？"}],
    )
    shadow: bool = Field(
        default=False,
        description="true: judged and recorded, but it never counts and nothing of it is written.",
    )
    off: bool = Field(default=False, description="true: switches a rule of an included book off.")
    examples: ExamplesModel | None = Field(
        default=None, description="Issues to test the rule with, by `sluice rules test`."
    )

    @classmethod
    def between_keys(cls, data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
        """Say where a rule has not exactly one effect, or asks where its effect can't."""
        effects = given(data)
        if not effects:
            *others, last = (f"{key}:" for key in EFFECTS)
            yield (), f"a rule needs an effect: write one of {', '.join(others)} or {last}"
        elif len(effects) > 1:
            found = " and ".join(f"{effect.key}:" for effect in effects)
            yield (), f"a rule has one effect, this has {found} so make a rule of each"
        if data.get("ask") is not None and not any(effect.takes_ask for effect in effects):
            asking = " or ".join(f"{key}:" for key in ASKING)
            yield ("ask",), f"ask: goes with {asking} only; leave it out"


if TYPE_CHECKING:
    RuleModel = _RuleKeys
else:  # the table's effects are its other keys
    RuleModel = create_model(
        "RuleModel",
        __base__=_RuleKeys,
        **{
            effect.key: (
                effect.type | None,
                Field(
                    default=None, description=effect.about, examples=list(effect.examples) or None
                ),
            )
            for effect in EFFECTS.values()
        },
    )
