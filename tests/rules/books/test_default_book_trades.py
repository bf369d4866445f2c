"""The default book on issues of other trades, with a sentence why a PM would decide that way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from rules.assess.judge import Judge
from rules.facts.jsonl import issue_from_row
from rules.rulebook.load import shipped

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Story(NamedTuple):
    """An issue of some trade, what is to become of it, and why."""

    kind: str
    verdict: str
    why: str
    summary: str
    description: str
    more: dict[str, Any] = {}  # noqa: RUF012 - nobody writes to it


WRONG_TODAY = {
    "Statement of another account shows up": "signal.security does not see the exposure",
    "Raise unit test coverage to 100 percent": "signal.perfectionism does not see the last line",
}
"""Stories that the book decides wrong, and why. The test fails once it decides one right."""

BUG, STORY, FEATURE = {"type": "Bug"}, {"type": "Story"}, {"type": "New Feature"}

STORIES = [
    # a bank
    Story("business_need", "accept", "who, what for, and a number",
          "Let clerks see the last three calls of a caller",
          "As a clerk I want to see what a caller asked before, so that nobody has to tell it "
          "twice. 300 calls a week are second calls.", STORY),
    Story("business_need", "review", "credit scores are for compliance first",
          "Offer loans in the app",
          "Customers ask for it. We need the credit score of the applicant.", FEATURE),
    Story("tech_debt", "accept", "interest: incidents and work by hand",
          "Refactor the standing-order job",
          "Three incidents this year; each time two colleagues book 90 orders by hand."),
    Story("tech_debt", "review", "strangers' statements are a security matter",
          "Statement of another account shows up",
          "After signing in on the branch tablet one sees the statement of someone else. Steps: "
          "sign in, sign out, sign in as another customer.", BUG),
    Story("business_need", "review", "a law is the reason, so compliance looks first",
          "Add the new withholding tax",
          "The law takes effect on 1 July, so the yearly statements of our clients must show it.",
          FEATURE),
    Story("tech_debt", "review", "money is booked twice, and many customers",
          "Standing orders are booked twice on leap days",
          "The log holds the bank account number. All customers with an order on the 29th are "
          "hit. Steps: set the clock to 29 February, run the job.", BUG),
    Story("business_need", "accept", "a bank account is no secret by itself",
          "Allow a nickname for each bank account",
          "As a customer I want to name my accounts so that I find the one for rent.", STORY),
    # a hospital
    Story("business_need", "review", "lab results are health data",
          "Show lab results on the ward tablet",
          "As a nurse I want to see new lab results at the bed so that I need not walk to the "
          "office. 40 walks a day.", STORY),
    Story("business_need", "accept", "patients alone are not health data in a hospital",
          "Add signs for the new wing to the visitor app",
          "Patients and visitors get lost: the reception counts 60 questions a day.", STORY),
    Story("tech_debt", "review", "people could come to harm",
          "Pump shows the wrong dose after a power cut",
          "Wrong dose on the display until the pump is restarted. Steps: pull the plug, wait, "
          "plug in. Patient safety officer is told.", BUG),
    Story("exploration", "accept", "a question, a limit and a decision",
          "Evaluate two vendors for shift planning",
          "Question: which of the two plans a ward of 30 in less than an hour? Compare both for "
          "3 days, then the head nurses decide."),
    Story("tech_debt", "accept", "end of life, with a date",
          "Upgrade the ward terminals",
          "The system they run is at end of life in March and gets no security updates after.",
          {"points": 5}),
    # a factory
    Story("tech_debt", "accept", "the line stands still",
          "Line 2 stops when a label is missing",
          "The line is down 10 minutes each time, twice a week. Steps: remove the label, start "
          "the line. Expected: the part goes to the side.", BUG),
    Story("business_need", "accept", "scrap is money",
          "Warn operators before the glue runs dry",
          "As an operator I want a light at 10 percent so that we make no scrap: 400 parts a "
          "month today.", STORY),
    Story("business_need", "needs_info", "large, and nothing speaks for it yet",
          "One screen for all plants",
          "A new platform for every plant, built by several teams.", FEATURE),
    Story("tech_debt", "review", "the emergency stop is about people",
          "Emergency stop of press 3 reacts late",
          "It takes two seconds. Steps: press it while the press runs.", BUG),
    Story("business_need", "needs_info", "numbers are wanted, but from where?",
          "Add a dashboard for the morning round",
          "Managers want to see all KPIs at a glance.", STORY),
    # a game
    Story("business_need", "accept", "customers' voice makes a need of a crash",
          "Game freezes when two players join at once",
          "Since the last release. Players complain in the forum. Steps: join with two phones.",
          BUG),
    Story("business_need", "defer", "a finishing touch by its own words",
          "Add confetti to level 9", "Would be cool, nice to have.", STORY),
    Story("business_need", "accept", "an experiment with a result",
          "Offer a starter pack on day 2",
          "A/B test, n = 4200: conversion of new players rose from 2.1 to 2.6 percent.", FEATURE),
    Story("tech_debt", "defer", "polish that nobody would notice",
          "Raise unit test coverage to 100 percent", "We are at 97. Every last line.",
          {"type": "Technical Debt"}),
    # a school, a city, a shop floor
    Story("business_need", "review", "minors' data, privacy first",
          "Add photos to the class list",
          "Teachers want to know names sooner. Photos and date of birth of the pupils.", STORY),
    Story("business_need", "needs_info", "build or buy was not asked",
          "Add a chat for parents", "Parents and teachers could use it. We build our own chat.",
          FEATURE),
    Story("business_need", "accept", "customers' voice makes a need of a defect",
          "Parking receipts lack the plate number",
          "Customers complain, 70 support tickets a month. Steps: park, pay, open the receipt.",
          BUG),
    # negated words and words that look like others
    Story("business_need", "accept", "it says that nothing is to be refactored",
          "Support the winter tariff",
          "As a customer I want to see the winter tariff so that I know what I pay. Please don't "
          "refactor the tariff tables for it.", STORY),
    Story("business_need", "defer", "nobody asked, and it says so",
          "Add a second logo", "No customer asked for it. It would look different.", STORY),
    Story("business_need", "accept", "a crash course is no crash",
          "Add a crash course for new drivers to the portal",
          "Drivers start in May; with it the team leads save 6 hours a week, so that they can "
          "plan tours.", STORY),
    Story("tech_debt", "defer", "it does not crash and loses nothing: a small thing",
          "Column is too narrow", "It doesn't crash, there is no data loss. Cosmetic. Steps: open "
          "the list.", BUG),
    Story("business_need", "accept", "no personal data, so privacy need not look",
          "Count visitors of the museum",
          "As a manager I want the visitors of each hour so that we plan guards. The counter "
          "stores no personal data.", STORY),
    # Chinese, of several trades
    Story("business_need", "accept", "说清了谁、为什么、多少",
          "支持护士批量打印腕带", "作为护士，我希望一次打印整个病区的腕带，这样就能在早交班前完成，"
          "每天节省 40 分钟。", {"type": "故事"}),
    Story("business_need", "review", "检验结果属于健康信息",
          "手机端查看检验结果", "患者希望在手机上看检验结果，减少排队。", {"type": "新功能"}),
    Story("tech_debt", "accept", "停线就是停产", "三号线扫码枪频繁掉线",
          "每天 5 次，每次停线 10 分钟。步骤：连续扫 200 件后掉线。", {"type": "缺陷"}),
    Story("tech_debt", "accept", "利息高：出过事故，还要人工补", "重构排产脚本",
          "逻辑写死，没人敢改，今年出过 3 次事故，每次要人工补单 6 小时。"),
    Story("tech_debt", "defer", "没有利息，本金又大", "推倒重来重写后台", "代码看着旧。"),
    Story("exploration", "accept", "有问题、有期限", "调研：语音点餐是否可行",
          "要回答的问题：高峰期识别率能否到九成？时间盒 3 天。"),
    Story("exploration", "needs_info", "没有问题，也没有期限", "预研元宇宙门店", "先看看。",
          {"labels": ["调研"]}),
    Story("business_need", "needs_info", "钱要花，好处没写", "新增视频问诊",
          "供应商报价九万元一年。", {"type": "新功能"}),
    Story("business_need", "accept", "玩家反馈，有数字", "支持断线重连",
          "玩家反馈掉线后要重新排队，每天 300 多人次，希望 10 秒内能回到对局，否则给出提示。",
          {"type": "新功能"}),
    Story("business_need", "review", "人脸属于个人信息", "食堂刷脸付款",
          "员工希望刷脸付款，排队更快。", {"type": "新功能"}),
    Story("business_need", "review", "有法定期限，合规先看", "支持新版电子发票",
          "新规从七月一日起生效，财务必须赶在之前切换，否则客户无法报销。", {"type": "新功能"}),
    Story("undecided", "needs_info", "看不出要什么", "挂号页", "挂号页的事，上次说过。"),
    Story("undecided", "review", "long enough, and still of no kind: a person says what it is",
          "Canteen",
          "The canteen has been a topic in three meetings now. Some sit at long tables and some at "
          "small ones, the tills are at the left, and the trays come back at the right. There is a "
          "drawing next to the door, and the minutes say the rest."),
]  # fmt: skip


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    judge = Judge(shipped("default"))
    yield judge
    judge.close()


def parameter(story: Story) -> Any:
    """Return the story, marked where the book is known to decide it wrong."""
    why = WRONG_TODAY.get(story.summary)
    marks = [pytest.mark.xfail(strict=True, reason=why)] if why else []
    return pytest.param(story, marks=marks, id=story.summary)


@pytest.mark.parametrize("story", [parameter(one) for one in STORIES])
def test_a_story_of_another_trade_is_decided_as_a_pm_would(story: Story, judge: Judge) -> None:
    row = {"summary": story.summary, "description": story.description, **story.more}
    found = judge.assess(issue_from_row(row), NOW)
    fired = [firing.rule for firing in found.firings]
    assert (found.classification.kind, found.decision.verdict) == story[:2], (story.why, fired)
