"""CONTRIBUTING, "How to add a verdict": done with an invented one, split."""

from __future__ import annotations

import json

import pytest

from tests.howto.copy_of_sluice import CopyOfSluice

pytestmark = pytest.mark.slow

VERDICTS = "rules/vocabulary/verdicts.py"
BOOK = """\
book: ours
rules:
  - {id: debt, when: type = Task, class: {tech_debt: 3}, because: A task.}
  - {id: wide, when: summary ~ everything, gate: split, because: Too wide., ask: 'Which part?'}
  - {id: vague, when: summary ~ everything, gate: needs_info, because: Vague., ask: 'For whom?'}
  - {id: legal, when: summary ~ lawyer, gate: reject, because: Not ours., ask: 'Ask the lawyers.'}
"""


def add_verdict(copy: CopyOfSluice) -> None:
    """Add the verdict as the how-to says: stricter than needs_info, milder than review."""
    copy.replace(
        VERDICTS, '"needs_info", "review", "reject"]', '"needs_info", "split", "review", "reject"]'
    )
    copy.insert(VERDICTS, "review: T", "    split: T")
    entry = 'GateVerdict("Split", "(*)", "it is cut in two", also_asks=("needs_info",))'
    copy.insert(VERDICTS, "review=GateVerdict(", f"    split={entry},")
    english = 'VerdictTexts("To be split", "Please make an issue of each part.")'
    copy.insert("connector/messages/en.py", "review=VerdictTexts(", f"        split={english},")
    chinese = 'VerdictTexts("需要拆分", "请为每一部分各建一个问题。")'
    copy.insert("connector/messages/zh.py", "review=VerdictTexts(", f"        split={chinese},")


def test_a_verdict_takes_three_files_and_has_its_place_in_the_order(copy: CopyOfSluice) -> None:
    add_verdict(copy)
    assert len(copy.touched) <= 3
    book = copy.write_book(BOOK)
    assert "4 rules" in copy.sluice("rules", "check", str(book))
    split = copy.triage(
        book=str(book),
        languages=["en", "zh"],
        issue={"summary": "Rewrite everything"},
        options={"Sluice Gate": ["Split"]},
    )
    english, chinese = split["en"], split["zh"]
    assert english["gate"] == chinese["gate"] == "Split"
    assert english["comment"].startswith("(*) *To be split* — ")
    assert "as soon as you do.\n* Which part?\n* For whom?\n" in english["comment"]
    assert "*For whoever plans the work:* Please make an issue of each part." in english["comment"]
    assert chinese["comment"].startswith("(*) *需要拆分* — ")
    assert "请为每一部分各建一个问题。" in chinese["comment"]
    stricter = copy.triage(
        book=str(book), languages=["en"], issue={"summary": "Ask a lawyer about everything"}
    )
    assert stricter["en"]["gate"] == "Reject"


def test_a_new_verdict_is_described_and_offered(copy: CopyOfSluice) -> None:
    add_verdict(copy)
    told = copy.sluice("rules", "explain", str(copy.write_book(BOOK)))
    assert "it is cut in two (split)" in told
    assert "reject, then review, split, needs_info, defer, accept" in " ".join(told.split())
    copy.sluice("rules", "schema", "--output", "schema.json")
    schema = json.loads((copy.folder / "schema.json").read_text("utf-8"))
    assert "split" in schema["$defs"]["RuleModel"]["properties"]["gate"]["enum"]
