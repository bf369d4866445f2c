"""CONTRIBUTING, "How to add a class": done with an invented one, compliance."""

from __future__ import annotations

import json

import pytest

from tests.howto.copy_of_sluice import CopyOfSluice

pytestmark = pytest.mark.slow

CLASSES = "rules/vocabulary/classes.py"
BOOK = """\
book: ours
measures: {pain: {weight: 2}}
rules:
  - id: law
    when: summary ~ regulator
    class: {compliance: 6}
    because: {en: The law asks for it., zh: 法规要求。}
  - {id: debt, when: type = Bug, class: {tech_debt: 3}, because: A bug.}
  - {id: need, when: type = Story, class: {business_need: 3}, because: A story.}
  - {id: spike, when: type = Spike, class: {exploration: 3}, because: A spike.}
  - {id: pain, when: class = compliance, points: {pain: 5}, because: It is dear to leave it.}
  - {id: look, when: class = undecided, gate: review, because: Nobody knows what it is.}
"""


@pytest.fixture
def with_class(copy: CopyOfSluice) -> CopyOfSluice:
    """Add the class as the how-to says."""
    copy.replace(
        CLASSES, '"exploration", "undecided"]', '"exploration", "compliance", "undecided"]'
    )
    copy.insert(CLASSES, "undecided: T", "    compliance: T")
    entry = 'WorkClass("Compliance", "What the law asks for.", "a duty")'
    copy.insert(CLASSES, "undecided=WorkClass(", f"    compliance={entry},")
    copy.insert("connector/messages/en.py", "undecided=", '        compliance="compliance",')
    copy.insert("connector/messages/zh.py", "undecided=", '        compliance="合规",')
    return copy


def test_a_class_takes_three_files_and_works_from_the_rule_to_the_report(
    with_class: CopyOfSluice,
) -> None:
    assert len(with_class.touched) <= 3
    book = with_class.write_book(BOOK)
    found = with_class.triage(
        book=str(book),
        languages=["en", "zh"],
        issue={"summary": "Answer the regulator"},
        options={"Sluice Class": ["Compliance"]},
        targets={"compliance": 60, "business_need": 40},
        done=True,
    )
    english, chinese = found["en"], found["zh"]
    assert english["class"] == chinese["class"] == "Compliance"
    assert "— compliance\n" in english["comment"]
    assert "* Compliance: The law asks for it." in english["comment"]
    assert "— 合规\n" in chinese["comment"] and "* 合规：法规要求。" in chinese["comment"]
    # The report shows the classes of the project: those that its targets name.
    assert "|Compliance|60 %|100 % (1 issue)|–|" in english["report"]
    assert "|合规|60 %|100 % (1 个问题)|–|" in chinese["report"]
    assert "Tech debt" not in english["report"]


def test_a_new_class_is_checked_described_and_offered(with_class: CopyOfSluice) -> None:
    book = with_class.write_book(BOOK)
    assert "6 rules" in with_class.sluice("rules", "check", str(book))
    assert "a duty gets 6 votes" in with_class.sluice("rules", "explain", str(book))
    with_class.sluice("rules", "schema", "--output", "schema.json")
    schema = json.loads((with_class.folder / "schema.json").read_text("utf-8"))
    votes = schema["$defs"]["RuleModel"]["properties"]["class"]["properties"]
    assert votes["compliance"]["description"] == "What the law asks for."


def test_books_and_the_text_model_that_never_heard_of_the_class_go_on(
    with_class: CopyOfSluice,
) -> None:
    assert "no rule votes for" not in with_class.sluice("rules", "lint", "default", "--warn-only")
    found = with_class.triage(
        book="default", languages=["en"], issue={"summary": "Refactor the retry loop"}
    )
    assert found["en"]["class"] == "Tech debt" and "Compliance" not in found["en"]["report"]
