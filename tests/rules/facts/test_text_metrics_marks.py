"""Numbers that the text does not affirm, or that are somebody else's, are not today's values."""

from __future__ import annotations

import pytest

from rules.facts.statements.reader import read_statements
from rules.facts.text_metrics import read

NOT_TODAY = [
    # Denied, planned, hoped for, quoted, in code.
    "Nobody is blocked.",
    "It won't save 3 hours a day.",
    "It is not true that 300 users complain.",
    "Planned: latency under 200 ms.",
    "We hope that 500 users click.",
    "We hope that conversion reaches 5 %.",
    "If 300 users came, it would cost us $5,000 a month.",
    "> 300 users complain",
    "`latency is 800 ms`",
    "{code}300 users complain{code}",
    "如果有 300 名用户来，那就麻烦了。",
    "计划邀请 300 名用户。",
    # Targets and limits.
    "The target latency is 300 ms.",
    "Latency: 300 ms is the limit.",
    "Uptime 99.9 % (SLA).",
    "Goal: 1,000 users in May.",
    "We want 500 users.",
    "The response timeout is 30 s.",
    "目标延迟 300 毫秒。",
    # Differences, ranges, and parts of parts.
    "Conversion -0.4 % (p = 0.6).",
    "Latency rose by 40 ms last week.",
    "Conversion is up 3 %.",
    "转化率下降 3%。",
    "Memory usage grew 300 MB.",
    "Build time is 20 min longer than last year.",
    "构建时间比去年多 20 分钟。",
    "Latency of 300 ms to 800 ms.",
    "Error rate: 40 % of errors come from timeouts.",
    # Past values, other people's values, other things.
    "Latency was 800 ms before the release.",
    "Our competitor's page load time is 0.9 s.",
    "竞品首屏 0.9 秒。",
    "Conversion of the test group is 3.2 %.",
    "The data pipeline takes 3 hours.",
    "Market coverage is 40 %.",
    "网络覆盖率 90%。",
    "The server has 16 GB of memory.",
    "Buying costs 70,000 EUR a year.",
    "成本预算 3 万元。",
    # People who were asked are not affected.
    "Survey of 300 customers.",
    "We interviewed 12 customers.",
]


@pytest.mark.parametrize("text", NOT_TODAY)
def test_a_number_that_is_not_todays_says_nothing_about_today(text: str) -> None:
    found = read(read_statements("", text))
    today = ("users", "frequency", "hours", "cost", "share", "latency", "limits exceeded")
    assert not [name for name in today if found.facts.get(name)]
    assert found.changes == ()


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("The fake door test won: 11.8 % clicked, we had hoped for 5 %.", "won"),
        ("A/B test over four weeks: retention +4.2 % (p = 0.004, n = 210,000).", "won"),
        ("AB 测试四周：30 日留存提升 4.2%（p=0.004）。", "won"),
        ("In the experiment the error rate fell by 20 %.", "won"),
        ("The pilot was a success.", "won"),
        ("The A/B test showed no gain: conversion -0.4 % (p = 0.6).", "lost"),
        ("AB 测试失败：转化率下降 3%。", "lost"),
        ("Survey of 300 customers. Nobody would pay for it.", "lost"),
        ("调查了 300 位客户，没有人需要。", "lost"),
        ("The experiment lost, conversion fell by 2 %.", "lost"),
        ("A/B test: retention +1 % (p = 0.4).", "unclear"),
        ("实验组转化率 3.2%，对照组 3.1%，不显著。", "unclear"),
        ("The pilot won in Bonn. The pilot failed in Rome.", "unclear"),
        ("Planned: a fake door test in May. Nothing measured yet.", None),
        ("If the test fails, we stop.", None),
        ("We lost the keys.", None),
    ],
)
def test_an_experiment_ends_for_or_against_what_it_tried(text: str, ended: str | None) -> None:
    assert read(read_statements("", text)).facts.get("outcome") == ended
