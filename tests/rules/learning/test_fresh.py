"""Issues that nothing was learned from, written by somebody who knew neither rules nor model."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rules.assess.judge import Judge
from rules.facts.jsonl import issue_from_row
from rules.learning.evaluation import labelled_issues
from rules.learning.evaluation.evaluate import evaluate, kinds_of
from rules.rulebook.load import find
from rules.text_model.model import shipped

FRESH = Path(__file__).parent / "fresh.jsonl"
TASKS = Path(__file__).parent / "tasks.jsonl"
TRAINING = Path(__file__).parents[3] / "training"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    judge = Judge(find("default"), "en", shipped())
    yield judge
    judge.close()


@pytest.mark.parametrize(("chinese", "issues"), [(False, 840), (True, 110)])
def test_most_of_them_are_decided_and_nearly_all_of_these_are_right(
    chinese: bool, issues: int, judge: Judge
) -> None:
    samples = [s for s in labelled_issues.read(FRESH) if (s.source == "Chinese") is chinese]
    rows = [{"summary": s.summary, "description": s.description} for s in samples]
    found = [judge.assess(issue_from_row(row), NOW).classification for row in rows]
    told = evaluate(kinds_of(samples), found)
    assert told.issues == issues
    assert told.macro_f1 >= 0.85 and told.coverage >= 0.6 and told.accuracy_decided >= 0.95


def test_words_of_the_topic_wishes_on_internals_proof_and_questions_rarely_mislead(
    judge: Judge,
) -> None:
    samples = labelled_issues.read(TASKS)
    rows = [{"summary": s.summary, "description": s.description} for s in samples]
    found = [judge.assess(issue_from_row(row), NOW).classification for row in rows]
    told = evaluate(kinds_of(samples), found)
    assert told.issues == 105
    assert told.accuracy >= 0.8 and told.accuracy_decided >= 0.9


@pytest.mark.parametrize("judged", [FRESH, TASKS])
def test_none_of_them_is_learned_from(judged: Path) -> None:
    files = (TRAINING / f"{name}.jsonl" for name in ("en", "zh", "tasks"))
    ours = {s.summary.lower() for file in files for s in labelled_issues.read(file)}
    fresh = [s.summary.lower() for s in labelled_issues.read(judged)]
    assert len({*fresh}) == len(fresh) and not ours & {*fresh}
