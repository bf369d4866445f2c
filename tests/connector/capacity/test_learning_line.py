"""The line on what people corrected and what was learned from it, in the weekly comment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from connector.capacity.comment import Reader, report_comment
from rules.capacity.capacity_rules import CapacityRules
from rules.capacity.learned import Learned, Training
from rules.capacity.week_report import week_report
from rules.capacity.working_days import WorkCalendar
from rules.vocabulary.managed_fields import ManagedName

UNTIL = datetime(2026, 11, 23, 9, tzinfo=UTC)
COUNTS: dict[ManagedName, int] = {"kind": 9, "verdict": 3, "priority": 2}
SINCE = Learned(UNTIL - timedelta(days=7), COUNTS)
TRAINING = Training(UNTIL - timedelta(days=1), (0.78, 0.834))
TRAINED = replace(SINCE, training=TRAINING)


def said(learned: Learned | None, language: str = "en") -> list[str]:
    rules = CapacityRules({"tech_debt": 20.0}, WorkCalendar(ZoneInfo("UTC")))
    report = week_report("SHOP", [], rules, UNTIL, learned=learned)
    return report_comment(report, Reader("https://x", "Sluice Class", language)).split("\n")


@pytest.mark.parametrize(
    ("learned", "line"),
    [
        (
            TRAINED,
            "Learned from 14 corrections: 9 of class, 3 of gate, 2 of priority; "
            "right 78 → 83 % of decided.",
        ),
        (
            replace(TRAINED, training=replace(TRAINING, right=None)),
            "Learned from 14 corrections: 9 of class, 3 of gate, 2 of priority.",
        ),
        (
            replace(TRAINED, training=replace(TRAINING, taken_back=True), corrections={"kind": 20}),
            "Learned from 20 corrections: 20 of class; right 78 → 83 % of decided. "
            "It was taken back.",
        ),
        (
            replace(TRAINED, training=replace(TRAINING, waits=True), corrections={"kind": 20}),
            "Learned from 20 corrections: 20 of class; right 78 → 83 % of decided. "
            "It does not count before a person approves it.",
        ),
        (
            replace(SINCE, next_at=20),
            "14 corrections since 2026-11-16: 9 of class, 3 of gate, 2 of priority; "
            "the next training is at 20.",
        ),
        (
            replace(SINCE, next_at=14),
            "14 corrections since 2026-11-16: 9 of class, 3 of gate, 2 of priority; "
            "enough for the next training.",
        ),
        (
            replace(SINCE, corrections={"priority": 1}),
            "1 correction since 2026-11-16: 1 of priority.",
        ),
    ],
)
def test_the_line_says_what_is_known(learned: Learned, line: str) -> None:
    found = said(learned)
    assert found[-2] == line
    assert found[-3] == "", "a line right below a list would belong to its last entry"


@pytest.mark.parametrize(
    "learned", [None, replace(SINCE, corrections={}), replace(SINCE, corrections={"kind": 0})]
)
def test_without_a_correction_there_is_no_line(learned: Learned | None) -> None:
    assert said(learned) == said(None)
    assert not any("correction" in line for line in said(None))


def test_it_speaks_chinese() -> None:
    counts = "类别 9 次、关口 3 次、优先级 2 次"
    assert f"已从 14 次更正中学习：{counts}；已判定类别的正确率 78% → 83%。" in said(TRAINED, "zh")
    assert "自 2026-11-16 以来有 14 次更正：" in said(SINCE, "zh")[-2]
