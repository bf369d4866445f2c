"""Model one rule of a rule file; its effects come from the table of effects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, create_model

from rules.rulebook.effects.table import ASKING, EFFECTS, given
from rules.rulebook.file_format.block import Id, Path, Said, Strict, Words

Example = Said | Annotated[dict[str, Any], Field(min_length=1)]
"""An issue: fields by name, or only its summary."""


class ExamplesModel(Strict):
    """Issues for which a rule fires, and issues for which it stays silent."""

    fires: list[Example] = Field(
        default=[],
        description="Issues for which the rule must fire: a text (the summary), or field: value.",
        examples=[["App crashes at login"]],
    )
    silent: list[Example] = Field(
        default=[],
        description="Issues for which the rule must not fire: a text (the summary), or field: "
        "value.",
        examples=[["Crash course for new colleagues"]],
    )


class _RuleKeys(Strict):
    """One rule: a condition, a reason, and one effect.

    `shadow`: judged and recorded, never counted. `off`: removes an included rule.
    """

    id: Id = Field(
        description="The name of the rule: small letters, digits and -. Explanations show it, and "
        "rulebooks override rules by it."
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
        description="The reason for the comment: a text, or a text for each language.",
        examples=[{"en": "It stops people at their work.", "zh": "它让人干不下去。"}],
    )
    ask: Words | None = Field(
        default=None,
        description="The question for the author in the comment.",
        examples=[{"en": "Who is affected?", "zh": "影响谁？"}],
    )
    urgent: bool = Field(
        default=False,
        description="true: the text of `ask` is urgent and stands first in the comment.",
    )
    firm: bool = Field(
        default=False,
        description="true: the verdict of the rule counts whatever people decide. Else a rule of "
        "the gate that a team's people contradict nearly always loses its vote in their project.",
    )
    shadow: bool = Field(
        default=False,
        description="true: a shadow rule; it is judged and recorded, but nothing is written.",
    )
    off: bool = Field(default=False, description="true: removes a rule of an included rulebook.")
    examples: ExamplesModel | None = Field(
        default=None, description="Issues to test the rule with, by `sluice rules test`."
    )

    @classmethod
    def between_keys(cls, data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
        """Yield mistakes: not exactly one effect, or `ask` with an effect that forbids it."""
        effects = given(data)
        if not effects:
            *others, last = (f"{key}:" for key in EFFECTS)
            yield (), f"a rule needs an effect: write one of {', '.join(others)} or {last}"
        elif len(effects) > 1:
            found = " and ".join(f"{effect.key}:" for effect in effects)
            yield (), f"a rule can have one effect, this has {found} make a rule for each"
        if data.get("urgent") and data.get("ask") is None:
            yield ("urgent",), "urgent: needs an ask: write what to do at once, or remove urgent:"
        if data.get("firm") and effects and not any(one.stage == "gate" for one in effects):
            yield ("firm",), "firm: works with gate: only; remove it"
        if data.get("ask") is not None and not any(effect.takes_ask for effect in effects):
            asking = " or ".join(f"{key}:" for key in ASKING)
            yield ("ask",), f"ask: works with {asking} only; remove it"


if TYPE_CHECKING:
    RuleModel = _RuleKeys
else:  # the other keys are the effects in the table
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
