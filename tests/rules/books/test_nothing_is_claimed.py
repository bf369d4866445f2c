"""No decision of the default rulebook claims what its inputs do not carry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from cli.rules.backtest.issues import NO_SITE
from connector.comment.triage_comment import comment
from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.facts.jsonl import RowError, each_issue
from rules.rulebook.load import shipped
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import shipped as shipped_model
from rules.vocabulary.verdicts import judges

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 30, tzinfo=UTC)
BOOK = shipped("default")


def wrong(book: Rulebook, found: Assessment) -> Iterator[str]:
    """Yield what a decision claims against its inputs."""
    levels, said = found.scored.levels, comment(found, NO_SITE)
    parts = [levels[name] for name in book.quadrant.value.measures] if book.quadrant else []
    if found.quadrant and not (levels["effort"].known and any(part.known for part in parts)):
        yield "a quadrant without a known value and effort"
    if found.quadrant is None and re.search("quick win|big bet|money pit|fill-in", said):
        yield "a quadrant in the comment that the decision has not"
    if abs(sum(term.points for term in found.scored.terms) - found.scored.value) > 0.05:
        yield "terms that do not add up"
    if found.decision.priority != book.priority(found.score):
        yield "a priority of another band"
    if not judges(found.decision.verdict) and (found.proposed.priority or ", priority " in said):
        yield "a priority on an issue that can't be judged"
    if "Pay now" in said and found.issue.fields.get("points") is None:
        yield "a debt that is cheaper to pay, without an effort"
    if any(term.points and not term.because for term in found.scored.terms if term.measure):
        yield "points without a reason"


def test_a_class_that_a_person_sets_adds_no_points() -> None:
    asked = {
        rule.id: {clause.name.lower() for clause in rule.condition.atoms}
        for rule in BOOK.stage("points")
    }
    assert [rule for rule, names in asked.items() if names & {"class", "kind", "confidence"}] == []


def claims(file: Path) -> list[tuple[str, str]]:
    """Return what decisions claim wrongly; of one issue in 25, since reading all takes minutes."""
    with closing(Judge(BOOK, model=shipped_model())) as judge, file.open("rb") as lines:
        read = each_issue(islice(lines, 0, None, 25), file.name, NOW)
        issues = [one for one in read if not isinstance(one, RowError)]
        found = [judge.assess(issue, NOW) for issue in issues]
    assert len(found) >= 30
    return [(one.issue.key, claim) for one in found for claim in wrong(BOOK, one)]


def test_no_decision_on_fresh_issues_claims_what_its_inputs_do_not_carry() -> None:
    assert claims(ROOT / "tests" / "rules" / "learning" / "fresh.jsonl") == []


def test_no_decision_on_a_real_backlog_claims_what_its_inputs_do_not_carry(shared: Path) -> None:
    assert claims(shared / "issues" / "backlog.jsonl") == []
