"""The sentences that Sluice writes in Jira, as one table a language has to fill.

`en.py` and `zh.py` beside this file fill it. What stands in braces is filled in when the comment
is made; the comment beside a text names what there is.
"""

from __future__ import annotations

from dataclasses import dataclass

from rules.vocabulary.classes import PerClass
from rules.vocabulary.quadrants import PerQuadrant
from rules.vocabulary.verdicts import PerVerdict


@dataclass(frozen=True)
class VerdictTexts:
    """A verdict as the comment's headline names it, and the sentence that says what to do next."""

    name: str
    next: str  # {gate}, {class}: the names of the fields in Jira


@dataclass(frozen=True)
class TriageTexts:
    """The comment on an issue."""

    next: str
    why: str
    priority: str  # {priority}
    score: str  # {score:g}
    rest: str  # {points:+g}
    class_reason: str  # {kind}, {because}
    words_speak: str  # {words}: words of the issue that made the text model choose the class
    text_speaks: str  # where the text model has no single word to name
    kept: str
    would: str  # {field}, {value}, {proposed}
    agreed: str  # {field}, {value}
    empty: str
    said: str
    wavers: str  # {kinds}, {class}
    no_votes: str  # {class}
    own_verdict: str  # {gate}, {verdict}: a word that a person made up for the gate
    by: str


@dataclass(frozen=True)
class CapacityTexts:
    """The weekly comment on where the capacity went."""

    title: str  # {project}, {since}, {until}
    span: str  # {until}, {unit}
    points: str
    count: str
    head: str  # a row of headings in wiki markup
    total: str
    issues: str  # {total:g}, {issues}
    nothing: str
    unclassed: str  # {count}, {unsized}
    under: str  # {kind}
    none: str  # {kind}
    even: str
    score: str  # {score:g}


@dataclass(frozen=True)
class Messages:
    """Every sentence of a language.

    `comma` stands between facts, `list_comma` between words of one list, `both` between two classes
    of which either may be meant.
    """

    classes: PerClass[str]
    verdicts: PerVerdict[VerdictTexts]
    quadrants: PerQuadrant[str]
    comma: str
    list_comma: str
    both: str
    triage: TriageTexts
    capacity: CapacityTexts
