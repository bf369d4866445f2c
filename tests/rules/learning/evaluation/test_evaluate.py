"""The figures of a classification, on cases that can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rules.assess.assessment import Classification
from rules.facts.jsonl import RowError
from rules.learning.evaluation.evaluate import Classifier, evaluate, kinds_of, unseen
from rules.learning.evaluation.labelled_issues import Sample, read
from rules.text_model.model import TextModel
from rules.vocabulary.classes import KINDS


def sample(kind: str, source: str = "a") -> Sample:
    return Sample(f"{kind} of {source}", "", kind, source)


def found(guess: str, confidence: float, kind: str | None = None) -> Classification:
    return Classification(kind or guess, confidence, "rules", guess=guess)  # type: ignore[arg-type]


def test_all_right_and_sure_is_perfect() -> None:
    result = evaluate(KINDS, [found(k, 1.0) for k in KINDS])
    assert (result.macro_f1, result.accuracy, result.coverage, result.ece) == (1, 1, 1, 0)
    assert result.confusion == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]


def test_what_is_undecided_counts_by_its_guess_and_not_as_decided() -> None:
    truth = ["tech_debt", "tech_debt", "business_need"]
    classified = [
        found("tech_debt", 0.9),
        found("business_need", 0.4, "undecided"),
        found("business_need", 0.8),
    ]
    result = evaluate(truth, classified)
    assert result.accuracy == 0.667 and result.coverage == 0.667 and result.accuracy_decided == 1
    debt = result.per_class["tech_debt"]
    assert (debt.precision, debt.recall, debt.f1, debt.issues) == (1, 0.5, 0.667, 2)
    assert result.per_class["exploration"].f1 == 0
    assert result.macro_f1 == pytest.approx((2 / 3 + 2 / 3 + 0) / 3, abs=1e-3)


def test_confidence_that_promises_too_much_is_an_error_of_calibration() -> None:
    truth = ["tech_debt"] * 10
    classified = [found("tech_debt", 0.9)] * 5 + [found("business_need", 0.9)] * 5
    result = evaluate(truth, classified)
    assert result.ece == pytest.approx(0.4) and result.bins[0].issues == 10


def test_no_guess_is_wrong_and_has_a_column_of_its_own() -> None:
    nothing = Classification("undecided", 0.0, "rules")
    result = evaluate(["exploration"], [nothing])
    assert result.accuracy == 0 and result.confusion[2] == [0, 0, 0, 1]


def test_no_source_is_judged_by_a_model_that_saw_it() -> None:
    samples = [sample(k, s) for s in ("a", "b") for k in KINDS for _ in range(3)]
    others = [Sample(f"{k} of a more", "", k, "a") for k in KINDS for _ in range(2)]
    told: list[tuple[str, bool]] = []

    def judged(model: TextModel) -> Classifier:
        words = {name for _, name in model.names}

        def one(s: Sample) -> Classification:
            told.append((s.source, s.source in words))
            return found(s.kind, 1.0)

        return one

    assert evaluate(kinds_of(samples), unseen(samples, samples + others, judged)).accuracy == 1
    assert len(told) == 18 and not any(seen for _, seen in told)


def test_a_project_is_unseen_also_where_another_source_has_issues_of_it() -> None:
    samples = [replace(sample(k, s), project=s) for s in ("a", "b") for k in KINDS] * 3
    same = [Sample(f"{k} zorbly", "", k, "copy", project="a") for k in KINDS] * 3
    told: list[tuple[str, bool]] = []

    def judged(model: TextModel) -> Classifier:
        words = {name for _, name in model.learned}

        def one(s: Sample) -> Classification:
            told.append((s.source, "zorbly" in words))
            return found(s.kind, 1.0)

        return one

    unseen(samples, [*samples, *same], judged)
    assert set(told) == {("a", False), ("b", True)}


def test_of_the_surest_issues_more_are_right() -> None:
    truth = ["tech_debt"] * 10
    classified = [
        found("tech_debt" if n < 7 else "business_need", 0.99 - n / 20) for n in range(10)
    ]
    surest = evaluate(truth, classified).surest
    assert surest == {0.5: 1.0, 0.6: 1.0, 0.7: 1.0, 0.8: 0.875, 0.9: 0.778, 1.0: 0.7}


def test_a_row_without_a_class_is_told_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"summary": "a", "cls": "tech_debt"}\n{"summary": "b", "cls": "bug"}\n')
    with pytest.raises(RowError, match=r'rows.jsonl: row 2: "cls" has to be one of'):
        read(file)
