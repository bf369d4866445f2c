"""Fifty requests of a business: the default rulebook decides most, and of these nearly all right.

A language model that saw neither rules nor model wrote them; another read them without the labels
and gave each the same class.
"""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from rules.assess.judge import Judge
from rules.facts.jsonl import issue_from_row
from rules.rulebook.load import shipped
from rules.text_model.model import shipped as shipped_model
from rules.vocabulary.classes import UNDECIDED

FILE = Path(__file__).parent / "requests.jsonl"
NOW = datetime(2026, 11, 30, tzinfo=UTC)


def test_three_of_four_requests_are_decided_and_of_these_19_of_20_right() -> None:
    rows = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
    with closing(Judge(shipped("default"), model=shipped_model())) as judge:
        found = [
            (judge.assess(issue_from_row(row["issue"]), NOW).classification.kind, row["expect"])
            for row in rows
        ]
    decided = [(kind, wanted) for kind, wanted in found if kind != UNDECIDED]
    assert len(rows) == 50 and len(decided) >= 0.75 * len(rows)
    assert sum(f"class:{kind}" == wanted for kind, wanted in decided) >= 0.95 * len(decided)
