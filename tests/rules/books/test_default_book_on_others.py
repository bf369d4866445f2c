"""The default book on issues of others: a healthy mix, and classes well above chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.facts.jsonl import issue_from_row, read_rows
from rules.rulebook.load import shipped
from rules.rulebook.rulebook import Rulebook
from rules.text_model import model
from rules.vocabulary.classes import KINDS

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return shipped("default")


@pytest.fixture(scope="module")
def judge(book: Rulebook) -> Iterator[Judge]:
    judge = Judge(book)
    yield judge
    judge.close()


@pytest.fixture(scope="module")
def backlog(shared: Path, book: Rulebook) -> list[Assessment]:
    """As a triage decides, with the text model: every second one of the first thousand issues."""
    rows = islice(read_rows(shared / "issues" / "backlog.jsonl", limit=1000), 0, None, 2)
    with closing(Judge(book, "en", model.shipped())) as judge:
        return [judge.assess(issue_from_row(row, number), NOW) for number, row in enumerate(rows)]


def test_a_real_backlog_gets_a_healthy_mix_of_verdicts(backlog: list[Assessment]) -> None:
    """An issue of which nothing is known comes in: only reasons against it put it off."""
    mix = Counter(one.decision.verdict for one in backlog)
    assert 0.35 <= mix["accept"] / len(backlog) <= 0.75
    assert mix["reject"] / len(backlog) <= 0.10
    assert mix["needs_info"] / len(backlog) >= 0.05
    assert mix["defer"] / len(backlog) >= 0.02


def test_a_real_backlog_spreads_over_all_priorities(
    book: Rulebook, backlog: list[Assessment]
) -> None:
    mix = Counter(one.decision.priority for one in backlog)
    assert set(mix) == {band.priority for band in book.bands}
    # Few texts of public trackers say why it matters; these stay in the middle, ranked by score.
    assert max(mix.values()) / len(backlog) <= 0.65
    assert (mix["Low"] + mix["Lowest"]) / len(backlog) <= 0.55


def test_the_five_commonest_scores_of_a_real_backlog_are_rare(backlog: list[Assessment]) -> None:
    commonest = Counter(one.score for one in backlog).most_common(5)
    assert sum(count for _, count in commonest) / len(backlog) <= 0.15


def test_a_real_backlog_is_rarely_left_undecided(backlog: list[Assessment]) -> None:
    undecided = sum(one.classification.kind == "undecided" for one in backlog)
    asked = sum(one.decision.verdict == "review" for one in backlog)
    assert undecided / len(backlog) <= 0.15
    assert asked / len(backlog) <= 0.12


def test_titles_and_texts_alone_tell_the_class_well_above_chance(
    shared: Path, judge: Judge
) -> None:
    pairs: Counter[tuple[str, str]] = Counter()
    for row in read_rows(shared / "issues" / "dev.jsonl"):
        only = {"summary": row["summary"], "description": row["description"]}
        pairs[row["cls"], judge.assess(issue_from_row(only), NOW).classification.kind] += 1
    assert sum(f1(pairs, kind) for kind in KINDS) / len(KINDS) >= 0.70


def f1(pairs: Counter[tuple[str, str]], kind: str) -> float:
    """The F1 of one class; an undecided issue counts as wrong."""
    said = sum(count for (_, got), count in pairs.items() if got == kind)
    true = sum(count for (want, _), count in pairs.items() if want == kind)
    return 2 * pairs[kind, kind] / (said + true)
