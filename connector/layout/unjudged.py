"""Give an issue that nobody can judge yet the priority of a new one."""

from __future__ import annotations

from dataclasses import replace

from connector.layout.field_mapping import Layout
from rules.assess.assessment import Assessment
from rules.vocabulary.verdicts import judges


def with_default_priority(assessment: Assessment, layout: Layout) -> Assessment:
    """Return the assessment; of an issue that can't be judged, it proposes the default priority.

    Sluice's own earlier priority would tell which versions of the issue it happened to see. A
    person's priority stays, and no other one is proposed beside it.
    """
    issue, proposed = assessment.issue, assessment.proposed
    if judges(assessment.decision.verdict) or issue.kept.priority is not None:
        return assessment
    return replace(assessment, proposed=replace(proposed, priority=layout.default_priority))
