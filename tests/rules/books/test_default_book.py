"""The default book, told by examples: what it makes of issues as people write them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.facts.issue import Issue
from rules.facts.jsonl import issue_from_row, read_rows
from rules.facts.text_metrics.metric_names import METRICS
from rules.rulebook.load import shipped
from rules.rulebook.rulebook import Rulebook
from rules.vocabulary.classes import KINDS
from rules.vocabulary.verdicts import VERDICTS

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DEMO = Path(__file__).parents[3] / "cli" / "demo_run" / "issues.jsonl"


class Example(NamedTuple):
    """An issue as it could be written, and what the book is to say of it."""

    kind: str
    verdict: str
    summary: str
    description: str = ""
    more: dict[str, Any] = {}  # noqa: RUF012 - nobody writes to it


WRONG_TODAY = {
    "支持手机号登录": "signal.security takes a sign-in without a password for an exposure",
}
"""Examples that the book decides wrong, and why. The test fails once it decides one right."""


def bug(**more: Any) -> dict[str, Any]:
    return {"type": "Bug", **more}


STEPS = "Steps: open the page, press Save. Expected: saved. Actual: nothing happens."
STEPS_ZH = "步骤：打开页面，点击保存。预期结果：保存成功。实际结果：没有反应。"

EXAMPLES = [
    # technical debt
    Example("tech_debt", "accept", "Tidy the invoice code", "Each change takes days and is "
            "error prone: 12 hours a week by hand.", {"labels": ["tech-debt"]}),
    Example("tech_debt", "accept", "Refactor the tax tables", "Legacy code, part of two "
            "incidents this year; we correct 40 orders a month manually."),
    Example("tech_debt", "accept", "Upgrade the message queue", "Our version is at end of life "
            "and no longer supported; the last outage took production down."),
    Example("tech_debt", "accept", "Unit tests for the discount rules", "Errors slip through "
            "every week and we repair the orders of customers by hand."),
    Example("tech_debt", "accept", "Move helper classes to another folder", "It is neater there."),
    Example("tech_debt", "defer", "Rewrite the admin pages", "They are old. We would start from "
            "scratch.", {"type": "Technical Debt", "points": 21}),
    Example("tech_debt", "accept", "Invoice mail fails for long names", STEPS, bug()),
    Example("tech_debt", "accept", "App freezes on start", "Since the last release it hangs every "
            "time. Steps: start the app.", bug(labels=["regression"])),
    Example("tech_debt", "accept", "Report is slow", "It takes 40 seconds each time when opened, "
            "for 25 users.", bug()),
    Example("tech_debt", "accept", "拆分订单服务的公共模块", "逻辑写死在两处，今年出过三次事故，"
            "每次要人工补单。"),
    Example("tech_debt", "accept", "保存按钮报错", STEPS_ZH, bug()),
    Example("tech_debt", "accept", "升级后列表页崩溃", "每次打开都闪退。" + STEPS_ZH, bug()),
    Example("tech_debt", "accept", "整理命名", "看着乱。", {"labels": ["技术债"]}),
    # business needs
    Example("business_need", "accept", "Allow pick-up in the shop", "As a customer I want to "
            "collect my order on the way home, so that I pay no postage."),
    Example("business_need", "accept", "Add a loyalty card", "Customers ask for it. A survey of "
            "300 customers: 62 percent would use one; it could reduce churn.",
            {"type": "New Feature"}),
    Example("business_need", "accept", "Show the stock of each branch", "Sales team loses orders "
            "because nobody can see it: 80 lost orders a month.", {"type": "Story"}),
    Example("business_need", "accept", "Invoices come without the order number", "Customers "
            "complain, 50 support tickets a month. " + STEPS, bug()),
    Example("business_need", "accept", "Integrate a second mail provider", "The contract ends in "
            "March; our clients need their invoices.", {"type": "New Feature"}),
    Example("business_need", "accept", "支持手机号登录", "作为用户，我希望不用记密码，"
            "这样就能直接下单。", {"type": "Story"}),
    Example("business_need", "accept", "新增发票抬头管理",
            "客户要求很久了，每月 90 张工单都是改抬头。", {"type": "New Feature"}),
    Example("business_need", "accept", "提供夜间配送",
            "访谈了 20 位用户，15 位愿意多付 5 元，预计提升复购。"),
    Example("business_need", "defer", "Snowflakes on the start page", "Nice to have in winter.",
            {"type": "Story"}),
    Example("business_need", "defer", "首页加个彩蛋", "锦上添花，不着急。", {"type": "Story"}),
    Example("business_need", "accept", "Offer gift cards", "For our regular customers.",
            {"type": "New Feature", "votes": 24, "watchers": 30}),
    # needs that want a word more
    Example("business_need", "needs_info", "Chat", "", {"type": "Story"}),
    Example("business_need", "needs_info", "Add a dashboard", "TBD", {"type": "Story"}),
    Example("business_need", "needs_info", "Add a calendar", "A calendar with months and weeks.",
            {"type": "New Feature"}),
    Example("business_need", "needs_info", "One app for everything", "A new platform for all our "
            "customers, built by several teams.", {"type": "Epic"}),
    Example("business_need", "needs_info", "新增数据看板", "待补充", {"type": "Story"}),
    Example("business_need", "needs_info", "全新会员体系", "给客户用的，要跨团队从零做。",
            {"type": "New Feature"}),
    # explorations
    Example("exploration", "accept", "Which map service should we use?", "Question: can one of "
            "three services find 98 percent of addresses? Two days, then we decide.",
            {"type": "Spike"}),
    Example("exploration", "accept", "Evaluate cheaper hosting", "Goal: find out whether we can "
            "halve the bill. Time box: 3 days."),
    Example("exploration", "accept", "Choose a library for charts", "Compare two with pros and "
            "cons, two days at most."),
    Example("exploration", "accept", "调研：语音客服是否可行",
            "要回答的问题：能否接住三成来电？时间盒 3 天。"),
    Example("exploration", "needs_info", "Research chat bots", "Everybody has one."),
    Example("exploration", "accept", "Spike on caching", "Find out whether it helps.",
            {"type": "Spike"}),
    Example("exploration", "needs_info", "预研大模型", "先看看。", {"labels": ["调研"]}),
    # defects that nobody can repeat
    Example("tech_debt", "needs_info", "Login is broken", "It is just broken!!", bug()),
    Example("tech_debt", "needs_info", "导出失败", "急，快看看！", bug()),
    # unclear
    Example("undecided", "needs_info", "Header", "About the header of the pages."),
    Example("undecided", "needs_info", "会员页", "会员页的事，你懂的。"),
    # what must not come in
    Example("undecided", "reject", "Test ticket", "one two three"),
    Example("undecided", "reject", "Greetings", "Cheap backlinks, write to us."),
    Example("undecided", "reject", "代办业务", "代开发票，加微信。"),
    Example("tech_debt", "reject", "Crash on save", STEPS, bug(labels=["duplicate"])),
    # somebody must look first
    Example("tech_debt", "review", "Names are cut off", "This is a duplicate of the one of last "
            "week. " + STEPS, bug()),
    Example("business_need", "review", "Add birthdays to profiles", "Marketing wants the date of "
            "birth of all users for a campaign.", {"type": "Story"}),
    Example("business_need", "review", "Support orders from clinics", "Doctors would like to order "
            "with the prescriptions of their patients.", {"type": "New Feature"}),
    Example("tech_debt", "review", "Log holds card numbers", "The error log prints the card number "
            "of customers. " + STEPS, bug()),
    Example("tech_debt", "review", "Search box runs scripts", "Vulnerability: XSS when a name "
            "holds a tag. " + STEPS, bug()),
    Example("business_need", "review", "支持实名认证", "商户希望在线提交身份证。",
            {"type": "Story"}),
    # nobody has asked in a long time
    Example("business_need", "defer", "Add a wish list", "As a user I want to keep what I like, so "
            "that I find it again.", {"created": "2025-01-15", "updated": "2026-02-01"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return shipped("default")


@pytest.fixture(scope="module")
def judge(book: Rulebook) -> Iterator[Judge]:
    judge = Judge(book)
    yield judge
    judge.close()


def issue(example: Example) -> Issue:
    return issue_from_row(
        {"summary": example.summary, "description": example.description, **example.more}
    )


def demo_issues() -> list[Issue]:
    """The demo's issues as Jira would hand them over, with the category of their status."""
    found = []
    for number, row in enumerate(read_rows(DEMO)):
        plain = issue_from_row(row, number)
        fields = {**plain.fields, "statuscategory": row["status"]}
        found.append(Issue(plain.id, plain.key, plain.project, fields))
    return found


@pytest.fixture(scope="module")
def demo(judge: Judge) -> list[Assessment]:
    return [judge.assess(one, NOW) for one in demo_issues()]


def test_the_book_is_large_enough_to_help_and_small_enough_to_read(book: Rulebook) -> None:
    assert 40 <= len(book.rules) <= 130


def test_every_rule_gives_its_reason_in_english_and_chinese(book: Rulebook) -> None:
    for rule in book.rules:
        for words in (rule.because, rule.ask) if rule.ask else (rule.because,):
            assert isinstance(words, dict), rule.id
            assert set(words) == {"en", "zh"}, rule.id
            assert words["en"].isascii(), rule.id
            assert any("\u4e00" <= char <= "\u9fff" for char in words["zh"]), rule.id


def test_every_reason_is_one_short_sentence(book: Rulebook) -> None:
    for rule in book.rules:
        assert isinstance(rule.because, dict)
        english, chinese = rule.because["en"], rule.because["zh"]
        assert english.endswith(".") and english.count(". ") == 0 and len(english) <= 90, rule.id
        assert chinese.endswith("。") and chinese.count("。") == 1 and len(chinese) <= 40, rule.id


def test_whoever_is_sent_back_is_told_what_to_add(book: Rulebook) -> None:
    assert [rule.id for rule in book.rules if rule.gate == "needs_info" and not rule.ask] == []


def test_no_rule_listens_to_the_priority_that_sluice_writes(book: Rulebook) -> None:
    assert [rule.id for rule in book.rules if "priority" in rule.when] == []


def test_every_kind_and_every_strict_verdict_has_a_rule(book: Rulebook) -> None:
    voices = {kind for rule in book.rules for kind, votes in rule.votes.items() if votes > 0}
    assert voices == set(KINDS)
    assert {rule.gate for rule in book.rules if rule.gate} == set(VERDICTS)


def parameter(example: Example) -> Any:
    """Return the example, marked where the book is known to decide it wrong."""
    why = WRONG_TODAY.get(example.summary)
    marks = [pytest.mark.xfail(strict=True, reason=why)] if why else []
    return pytest.param(example, marks=marks, id=example.summary)


@pytest.mark.parametrize("example", [parameter(one) for one in EXAMPLES])
def test_an_example_gets_its_class_and_verdict(example: Example, judge: Judge) -> None:
    found = judge.assess(issue(example), NOW)
    fired = [firing.rule for firing in found.firings]
    assert (found.classification.kind, found.decision.verdict) == example[:2], fired


@pytest.mark.parametrize("name", ["default", "minimal"])
def test_every_rule_has_examples_of_both_kinds_beside_it(name: str) -> None:
    rules = shipped(name).rules
    assert [r.id for r in rules if not (r.examples.fires and r.examples.silent)] == []


@pytest.mark.parametrize("name", ["default", "minimal"])
def test_a_rule_with_chinese_words_has_a_chinese_example(name: str) -> None:
    chinese = re.compile("[\u4e00-\u9fff]")
    rules = [rule for rule in shipped(name).rules if chinese.search(rule.when)]
    assert [rule.id for rule in rules if not chinese.search(str(rule.examples.fires))] == []


@pytest.mark.parametrize("name", ["default", "minimal"])
def test_the_examples_beside_the_rules_hold(name: str) -> None:
    judge = Judge(shipped(name))
    wrong = [
        (rule.id, example)
        for rule in judge.book.rules
        for fires, given in ((True, rule.examples.fires), (False, rule.examples.silent))
        for example in given
        if (rule.id in fired(judge, example)) != fires
    ]
    judge.close()
    assert wrong == []


def fired(judge: Judge, example: Any) -> set[str]:
    row = {"summary": example} if isinstance(example, str) else example
    return {firing.rule for firing in judge.assess(issue_from_row(row), NOW).firings}


def test_every_metric_of_the_reader_has_words_in_both_languages(book: Rulebook) -> None:
    assert set(book.words) == set(METRICS)
    for words in book.words.values():
        assert isinstance(words.changed, dict)
        assert isinstance(words.now, dict)
        assert set(words.changed) == set(words.now) == {"en", "zh"}


def test_the_demo_shows_every_verdict_every_class_and_every_band(
    book: Rulebook, demo: list[Assessment]
) -> None:
    assert {one.decision.verdict for one in demo} == set(VERDICTS)
    assert {one.classification.kind for one in demo} == {*KINDS, "undecided"}
    assert {one.decision.priority for one in demo} == {band.priority for band in book.bands}


def test_the_demo_has_work_done_this_week_for_the_capacity_comment() -> None:
    rows = [json.loads(line) for line in DEMO.read_text(encoding="utf-8").splitlines()]
    assert Counter(row["status"] for row in rows).keys() == {"To Do", "In Progress", "Done"}
    assert all(row["resolved"] for row in rows if row["status"] == "Done")
    assert {row["project"] for row in rows} == {"SHOP", "PAY"}


def test_work_under_way_is_not_put_off(judge: Judge) -> None:
    little = "A typo in a name, not urgent, nobody asked for it."
    idle = issue_from_row({"summary": "Rename tables", "description": little})
    busy = Issue("1", "X-1", "X", {**idle.fields, "statuscategory": "In Progress"})
    verdicts = [judge.assess(one, NOW).decision.verdict for one in (idle, busy)]
    assert verdicts == ["defer", "accept"]


@pytest.mark.parametrize(
    ("bare", "hurting"),
    [
        ("Move helper classes to another folder", "Refactor the tax tables"),
        ("整理命名", "拆分订单服务的公共模块"),
    ],
)
def test_a_debt_of_which_nothing_is_known_ranks_below_one_that_costs_every_month(
    judge: Judge, bare: str, hurting: str
) -> None:
    by_summary = {example.summary: issue(example) for example in EXAMPLES}
    low, high = (judge.assess(by_summary[one], NOW).score for one in (bare, hurting))
    assert low + 5 < high


def test_an_exploration_without_an_end_is_accepted_and_asked_for_a_limit(judge: Judge) -> None:
    row = {
        "summary": "Spike on caching",
        "type": "Spike",
        "description": "Find out whether it helps.",
    }
    found = judge.assess(issue_from_row(row), NOW)
    assert found.decision.verdict == "accept"
    assert any("How many days" in ask for ask in found.decision.asks.open)


def test_an_old_issue_that_somebody_touched_is_not_put_off(judge: Judge) -> None:
    story = {"summary": "Add a wish list", "description": "As a user I want one, so that I buy."}
    touched = (NOW - timedelta(days=20)).isoformat()
    row = {**story, "created": "2025-01-15T00:00:00+00:00", "updated": touched}
    assert judge.assess(issue_from_row(row), NOW).decision.verdict == "accept"


def test_a_label_of_the_author_outweighs_the_words(judge: Judge) -> None:
    row = {
        "summary": "Add support for a new option",
        "description": "It would be nice.",
        "labels": ["tech-debt"],
    }
    assert judge.assess(issue_from_row(row), NOW).classification.kind == "tech_debt"


def test_the_same_defect_scores_more_when_it_hurts_more(judge: Judge) -> None:
    plain = issue_from_row({"summary": "List is empty", "description": STEPS, "type": "Bug"})
    text = f"It crashes every time, for all users. {STEPS}"
    worse = issue_from_row({"summary": "List is empty", "description": text, "type": "Bug"})
    assert judge.assess(worse, NOW).score > judge.assess(plain, NOW).score + 20


def test_the_starter_book_is_small_and_works() -> None:
    book = shipped("minimal")
    judge = Judge(book)
    row = {"summary": "Add gift cards", "description": "Customers ask for them.", "type": "Story"}
    found = judge.assess(issue_from_row(row), NOW)
    judge.close()
    assert len(book.rules) <= 9
    assert (found.classification.kind, found.decision.verdict) == ("business_need", "accept")


def test_red_lines_are_firm_and_nothing_else_is() -> None:
    gated = [rule for rule in shipped("default").rules if rule.gate]
    lines = {rule.id for rule in gated if rule.id.startswith("redline-")}
    assert {rule.id for rule in gated if rule.firm} == lines
