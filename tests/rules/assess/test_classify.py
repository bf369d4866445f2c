"""Rules and the text model together: who wins, how sure, and what is said about it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rules.assess.assessment import Assessment
from rules.assess.classify import Opinion, classify, opinion
from rules.assess.judge import Judge
from rules.facts.jsonl import issue_from_row
from rules.learning.evaluation.evaluate import evaluate
from rules.rulebook.load import parse_book
from rules.rulebook.load import shipped as shipped_book
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import shipped
from rules.text_model.train import train

CHINESE = Path(__file__).parents[1] / "learning" / "chinese.jsonl"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
BOOK = """\
book: ours
classify: {{model: {model}, doubt: 0.5, undecided_below: 0.6}}
rules:
  - {{id: says-need, when: labels = need, class: {{business_need: 4}}, because: It has the label.}}
"""
DEBT = ("Refactor the duplicated retry loop", "Two copies of the same code drifted apart.")


def book(model: float = 2) -> Rulebook:
    return parse_book(BOOK.format(model=model).encode(), "ours.yaml")


def judged(
    summary: str, description: str = "", weight: float = 2, language: str = "en", **more: object
) -> Assessment:
    judge = Judge(book(weight), language, shipped())
    try:
        row = {"summary": summary, "description": description, **more}
        return judge.assess(issue_from_row(row), NOW)
    finally:
        judge.close()


def test_where_no_rule_speaks_the_model_decides_and_names_its_words() -> None:
    found = judged(*DEBT)
    kind = found.classification
    assert (kind.kind, kind.source) == ("tech_debt", "rules and text")
    (voice,) = (e for e in kind.evidence if e.kind == "tech_debt")
    assert voice.rule == "text model" and "refactor" in voice.words
    assert found.model == shipped().digest


def test_a_rule_that_weighs_more_overrules_the_model() -> None:
    assert judged(*DEBT, labels=["need"]).classification.kind == "business_need"
    assert judged(*DEBT, weight=10, labels=["need"]).classification.guess == "tech_debt"


def test_what_the_two_disagree_on_evenly_is_undecided_with_its_best_guess() -> None:
    kind = judged(*DEBT, weight=4, labels=["need"]).classification
    assert kind.kind == "undecided" and kind.guess in ("business_need", "tech_debt")
    assert 0.3 < kind.confidence < 0.6


def test_a_book_that_gives_the_model_no_vote_is_as_before() -> None:
    found = judged(*DEBT, weight=0)
    assert (found.classification.kind, found.model) == ("undecided", None)
    assert found.classification.evidence == ()


def test_an_issue_without_a_word_that_the_model_knows_is_left_to_the_rules() -> None:
    found = judged("Zyxwv", labels=["need"])
    assert found.classification.source == "rules"
    assert found.classification.confidence == 0.889, "4 of 4 votes and a doubt of 0.5"


def test_doubt_is_held_back_from_the_model_as_from_rules() -> None:
    sure, doubtful = (
        classify(parse_book(text.encode(), "b.yaml"), (), "en", Opinion({"tech_debt": 1.0}))
        for text in (BOOK.format(model=2).replace("0.5,", "0,"), BOOK.format(model=2))
    )
    assert (sure.confidence, doubtful.confidence) == (1.0, 0.8)


def test_a_class_that_the_model_never_saw_gets_no_vote_of_it() -> None:
    texts = ["clean up", "clean it", "add this", "add that"] * 3
    two = train(texts, ["tech_debt", "tech_debt", "business_need", "business_need"] * 3)
    found = opinion(two, issue_from_row({"summary": "clean this up"}))
    assert found is not None and set(found.likely) == {"tech_debt", "business_need"}
    voices = classify(book(), (), prediction=found).evidence
    assert {voice.kind for voice in voices} == {"tech_debt", "business_need"}


def test_a_label_of_the_model_that_is_no_class_is_left_out() -> None:
    texts = ["clean up", "clean it", "paint this", "paint that"] * 3
    strange = train(texts, ["tech_debt", "tech_debt", "painting", "painting"] * 3)
    heard = opinion(strange, issue_from_row({"summary": "paint that"}))
    assert heard is not None and set(heard.likely) == {"tech_debt"}
    # What the model gives to a class that nobody knows is not given to another.
    assert heard.likely["tech_debt"] < 0.5
    unknown = train(texts, ["cooking", "cooking", "painting", "painting"] * 3)
    assert opinion(unknown, issue_from_row({"summary": "paint that"})) is None


def test_the_digest_of_the_inputs_changes_with_the_model() -> None:
    texts = ["clean up", "clean it", "add this", "add that"] * 3
    other = train(texts, ["tech_debt", "tech_debt", "business_need", "business_need"] * 3)
    issue = issue_from_row({"summary": DEBT[0]})
    ours, theirs = (Judge(book(), "en", model).assess(issue, NOW) for model in (shipped(), other))
    assert ours.digest() != theirs.digest()
    assert theirs.classification.confidence <= 1


@pytest.mark.parametrize("weight", ["-1", "11", "much"])
def test_a_weight_that_makes_no_sense_is_refused(weight: str) -> None:
    with pytest.raises(ValueError, match="model"):
        parse_book(BOOK.format(model=weight).encode(), "ours.yaml")


@pytest.mark.parametrize(
    ("source", "least"), [("with the usual words", 0.80), ("without them", 0.65)]
)
def test_chinese_issues_are_told_apart_with_and_without_the_obvious_words(
    source: str, least: float
) -> None:
    rows = [json.loads(line) for line in CHINESE.read_text("utf-8").splitlines()]
    chosen = [row for row in rows if row["source"] == source]
    judge = Judge(shipped_book("default"), "zh", shipped())
    found = [judge.assess(issue_from_row(row), NOW).classification for row in chosen]
    judge.close()
    assert len(chosen) == 75
    assert evaluate([row["cls"] for row in chosen], found).macro_f1 >= least
