"""Decide what Sluice tells about a decision on the issue itself, and who may read it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from connector.comment.triage_comment import comment
from connector.comment.why_text import why_text
from connector.issue.property_record import same
from connector.layout.field_mapping import Layout
from rules.assess.assessment import Assessment
from rules.facts.issue import Fact, Managed
from rules.vocabulary.classes import UNDECIDED
from rules.vocabulary.managed_fields import ManagedName
from rules.vocabulary.verdicts import GATE

When = Literal["always", "when_asking", "never"]
"""When a comment is added. One that stands on the issue is kept right in any case."""

INTERNAL = {"key": "sd.public.comment", "value": {"internal": True}}
"""The property that makes a comment an internal note, which no customer of a service desk reads.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/
"""

_NO_CUSTOMERS = frozenset({"software", "business", "product_discovery"})
"""The types of projects that have no customers. Of any other, Sluice writes internal notes."""


@dataclass(frozen=True)
class Audience:
    """Who reads a comment, and whether Jira mails it.

    `visibility` is Jira's restriction to a role or a group, empty for none. `internal`: the comment
    is a note for the team of a service desk.
    """

    visibility: Mapping[str, str] = field(default_factory=dict)
    internal: bool = False
    notify: bool = True

    def body(self, text: str) -> dict[str, object]:
        """Return a comment in Jira's form. An edit repeats it, or Jira may lift a restriction."""
        written: dict[str, object] = {"body": text}
        if self.visibility:
            written["visibility"] = dict(self.visibility)
        if self.internal:
            written["properties"] = [INTERNAL]
        return written


@dataclass(frozen=True)
class Told:
    """The comment in wiki markup, and the text of the Why field. None: none is due."""

    comment: str | None
    why: str | None = None
    audience: Audience = field(default_factory=Audience)


@dataclass(frozen=True)
class Telling:
    """How a project is told: its settings. `when` None: it depends on the Why field."""

    when: When | None = None
    visibility: Mapping[str, str] = field(default_factory=dict)
    notify: bool = True

    def audience(self, project_type: Fact) -> Audience:
        """Return who reads a comment in a project of a type, such as `service_desk`."""
        return Audience(self.visibility, project_type not in _NO_CUSTOMERS, self.notify)


def told(
    assessment: Assessment, layout: Layout, language: str = "en", telling: Telling | None = None
) -> Told:
    """Return what to tell about a decision.

    A comment that stands there and is no longer due is told the final state, since a question that
    nobody has to answer any more must not stay.
    """
    telling = telling or Telling()
    issue = assessment.issue
    when = telling.when or ("when_asking" if layout.why else "always")
    due = when == "always" or (when == "when_asking" and asks_or_surprises(assessment))
    audience = telling.audience(issue.fields.get("projecttype"))
    text = partial(comment, assessment, layout, language, internal=audience.internal)
    return Told(
        text() if due or issue.note else None,
        why_text(assessment, layout, language) if layout.why else None,
        audience,
    )


def asks_or_surprises(assessment: Assessment) -> bool:
    """Return whether somebody has to do something, or would not expect the decision."""
    decision, kept = assessment.decision, assessment.issue.kept.filled()
    verdict = GATE.get(decision.verdict)
    asks = decision.asks
    undecided = assessment.classification.kind == UNDECIDED
    return bool(
        (verdict and not verdict.takes_in)
        or (undecided and (verdict is None or verdict.wants_class))
        or (asks.urgent or asks.open or asks.heard)
        or any(_against(name, value, assessment.proposed) for name, value in kept.items())
    )


def _against(name: ManagedName, value: str | float, proposed: Managed) -> bool:
    """Return whether the rules say otherwise. They always do of a score that a person set."""
    theirs = proposed.get(name)
    return name != "score" and theirs is not None and not same(value, theirs)
