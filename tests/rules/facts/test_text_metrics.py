"""What the reader of free text must read, and what it must leave alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.assess.judge import Judge
from rules.facts.catalog import FIELDS
from rules.facts.jsonl import issue_from_row
from rules.facts.statements.reader import read_statements
from rules.facts.text_metrics import READ, Reading
from rules.facts.text_metrics import read as read_metrics
from rules.rulebook.load import parse_book


def read(text: str) -> Reading:
    return read_metrics(read_statements("", text))


NOTHING = {"limits": 0.0, "limits exceeded": 0.0, "experiment": "no", "has fallback": "no"}

SAID: list[tuple[str, dict[str, object]]] = [
    # How many people.
    ("It affects 300 users", {"users": 300}),
    ("About 1,200 customers are affected", {"users": 1200}),
    ("Hits 2k users in Europe", {"users": 2000}),
    ("2 million users see it", {"users": 2_000_000}),
    ("5 of our enterprise customers complain", {"users": 5}),
    ("Hundreds of customers complain", {"users": 100}),
    ("3 customers, among them one with 40,000 users", {"users": 40_000}),
    ("影响 300 名用户", {"users": 300}),
    ("约3万用户无法登录", {"users": 30_000}),
    ("数百名客户投诉", {"users": 100}),
    ("有 12 家企业客户受影响，3000 多名员工", {"users": 3000}),
    ("两家客户提出", {"users": 2}),
    # Which share.
    ("12% of users cannot log in", {"share": 12}),
    ("0.5 % of all requests fail", {"share": 0.5}),
    ("1 in 5 users sees an error", {"share": 20}),
    ("This affects all users", {"share": 100}),
    ("影响 30% 的用户", {"share": 30}),
    ("三成用户下单失败", {"share": 30}),
    ("影响所有用户", {"share": 100}),
    ("3 out of 10 users abandon the form", {"share": 30}),
    ("Two in five customers give up", {"share": 40}),
    ("每 10 个用户就有 3 个放弃", {"share": 30}),
    ("每5个客户有两个打电话来问", {"share": 40}),
    # How often.
    ("The import fails 3 times a day", {"frequency": 63}),
    ("It crashes twice a week", {"frequency": 8.6}),
    ("The job crashes every day", {"frequency": 21}),
    ("We restart it by hand each week", {"frequency": 4.3}),
    ("It fails daily", {"frequency": 21}),
    ("The sync breaks every 2 hours", {"frequency": 84}),
    ("导入每天失败 3 次", {"frequency": 63}),
    ("每周两次导入失败", {"frequency": 8.6}),
    ("每天都会卡死", {"frequency": 21}),
    ("每月崩溃10次", {"frequency": 10}),
    # How many hours.
    ("It costs us 12 hours a week", {"hours": 51.6}),
    ("Support loses 30 minutes per day on this", {"hours": 10.5}),
    ("财务每周花 3 小时手动对账", {"hours": 12.9}),
    ("每次手动处理 20 分钟，每天 5 次", {"hours": 35, "frequency": 105}),
    (
        "Each restart takes 30 minutes. It crashes 4 times a week.",
        {"hours": 8.6, "frequency": 17.2},
    ),
    # What it costs.
    ("It costs us $5,000 a month", {"cost": 5000}),
    ("We lost 20k EUR", {"cost": 20_000}),
    ("Refunds of €120,000 per year", {"cost": 10_000}),
    ("每月损失 3 万元", {"cost": 30_000}),
    ("一年要多花 12 万元", {"cost": 10_000}),
    # Latency, limits, and whether they hold.
    ("p95 latency is 800 ms", {"latency": 800}),
    ("The page load time is 4.2 seconds", {"latency": 4200}),
    ("响应时间 2 秒", {"latency": 2000}),
    ("Latency must be ≤ 300 ms", {"limits": 1}),
    ("It must answer within 300 ms", {"limits": 1}),
    ("Uptime has to be at least 99.9%", {"limits": 1}),
    ("Memory must not exceed 2 GB and latency must stay below 50 ms", {"limits": 2}),
    ("必须在 300 毫秒内返回", {"limits": 1}),
    ("错误率不超过 1%", {"limits": 1}),
    (
        "Latency must be ≤ 300 ms. Today latency is 800 ms.",
        {"limits": 1, "limits exceeded": 1, "latency": 800},
    ),
    ("Latency must be ≤ 300 ms. Today latency is 120 ms.", {"limits": 1, "latency": 120}),
    ("Uptime is 99.2%, but must be at least 99.9%", {"limits": 1, "limits exceeded": 1}),
    ("响应时间不超过 300 毫秒，目前 800 毫秒", {"limits": 1, "limits exceeded": 1}),
    ("We exceed the memory limit", {"limits exceeded": 1}),
    # A way out.
    ("With a fallback to yesterday's prices", {"has fallback": "yes"}),
    ("It degrades gracefully", {"has fallback": "yes"}),
    ("超时后降级到缓存", {"has fallback": "yes"}),
    ("There is no fallback", {"has fallback": "no"}),
    ("没有降级方案", {"has fallback": "no"}),
    # Experiments.
    (
        "Fake door test (n = 4,200): lift of 6 %",
        {"experiment": "yes", "sample": 4200, "lift": 6},
    ),
    ("The A/B test showed a 3% increase", {"experiment": "yes", "lift": 3}),
    ("In the experiment conversion fell by 2%", {"experiment": "yes", "lift": -2}),
    ("The pilot had no significant effect", {"experiment": "yes", "lift": 0}),
    ("A/B 实验 n=4200，转化率提升 6%", {"experiment": "yes", "sample": 4200, "lift": 6}),
    ("实验样本量 900，没有明显提升", {"experiment": "yes", "sample": 900, "lift": 0}),
]

GONE_THERE = [
    ("p99 latency went from 1.2 s to 3.4 s after the release", 3400),
    ("Latency rose from 200 ms to 900 ms", 900),
    ("Latency should go from 900 ms to 200 ms", 900),
    ("p95 延迟从 200ms 涨到 900ms", 900),
    ("p95 延迟要从 900ms 降到 200ms", 900),
]


@pytest.mark.parametrize(("text", "today"), GONE_THERE)
def test_where_a_metric_went_already_it_stands_today(text: str, today: float) -> None:
    assert read(text).facts["latency"] == today


@pytest.mark.parametrize(
    ("text", "beyond"),
    [
        ("API latency SLA is 300 ms, we're at 450 ms at p95", 1),
        ("Latency budget: 300 ms. Latency is 200 ms.", 0),
        ("Uptime SLO is 99.9 %, uptime is 99.5 %", 1),
        ("延迟指标 300ms，目前延迟为 450ms", 1),
    ],
)
def test_an_agreed_level_is_a_limit_and_not_what_is_measured(text: str, beyond: int) -> None:
    facts = read(text).facts
    assert (facts["limits"], facts["limits exceeded"]) == (1, beyond)


LEFT_ALONE = [
    "Upgrade to version 2.0.28 by 2026-01-31",
    "HTTP 404 errors on port 8080, see SHOP-123",
    "User 404 cannot log in",
    "At 10:30:15 the job started with id 8839201",
    "The price shows $0.00 instead of $12.50",
    "A ticket costs nothing",
    "We need 2 engineers for 3 weeks",
    "A team of 8 people",
    "Supports up to 500 users",
    "最多支持 500 个用户",
    "Search is open 24 hours a day",
    "Send a report every day at 9:00",
    "The daily report has a typo",
    "We should run an A/B test",
    "Deliver within 2 weeks",
    "Roll out to 5 % of users",
    "灰度到 5% 的用户",
    "Discount of 20 %",
    "第二天再看",
    "Add a field for the number of users",
    "Rename the column to n",
    "10.0.0.1 and 192.168.0.1/24 answer",
    "{code}latency is 800 ms for 300 users{code}",
    "See https://example.com/300 users",
    "",
]


def _said(text: str) -> dict[str, object]:
    return {k: v for k, v in read(text).facts.items() if NOTHING.get(k) != v}


@pytest.mark.parametrize(("text", "facts"), SAID, ids=[text for text, _ in SAID])
def test_reads_what_is_plainly_said(text: str, facts: dict[str, object]) -> None:
    wanted = {k: v for k, v in facts.items() if NOTHING.get(k) != v}
    # A sentence may say something else by the way, but of its own subject just this.
    assert {k: v for k, v in _said(text).items() if k in facts} == wanted
    assert set(_said(text)) <= {*facts, "latency", "frequency", "outcome"}


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_leaves_alone_what_only_looks_like_it(text: str) -> None:
    assert _said(text) == {}


@pytest.mark.parametrize(
    ("text", "metric", "before", "after", "now"),
    [
        ("p95 latency 800 → 300 ms", "latency", "800 ms", "300 ms", None),
        ("Cut p95 latency from 800 ms to 300 ms", "latency", "800 ms", "300 ms", None),
        ("接口响应时间从 800ms 降到 300ms", "latency", "800ms", "300ms", None),
        ("Build time went from 20 to 8 minutes", "build time", "20 minutes", "8 minutes", None),
        ("Raise test coverage from 40% to 70%", "coverage", "40%", "70%", None),
        ("覆盖率从 40% 提升到 70%", "coverage", "40%", "70%", None),
        ("Error rate -> see below: 5% -> 1%", "error rate", "5%", "1%", None),
        ("The page load time is 4.2 s", "page load", None, None, "4.2 s"),
        ("Throughput is 300 req/s", "throughput", None, None, "300 req/s"),
        ("内存占用 6 GB", "memory", None, None, "6 GB"),
        ("可用性 99.2%", "uptime", None, None, "99.2%"),
    ],
)
def test_a_metric_is_read_with_what_it_was_and_what_it_is_to_be(
    text: str, metric: str, before: str | None, after: str | None, now: str | None
) -> None:
    (change,) = read(text).changes
    shown = [str(one) if one else None for one in (change.before, change.after, change.now)]
    assert (change.metric, *shown) == (metric, before, after, now)


def test_a_range_is_no_change() -> None:
    assert not [c for c in read("Latency of 300 ms to 800 ms").changes if c.before]


def test_every_fact_of_the_text_is_a_field_of_conditions() -> None:
    assert set(READ) <= set(FIELDS)


@given(st.text(max_size=400))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert set(read(text).facts) <= set(READ)


_PIECES = st.sampled_from(
    [
        *["3", "1,234", "0.5", "%", " ", "users", "每", "天", "次", "ms", "→", "to", "from", "五"],
        *["≤", "n=", "lift", "a/b", "$", "万", "元", "a week", "of", "not", ".", "\n", "-", "p95"],
    ]
)


@given(st.lists(_PIECES, max_size=60))
def test_any_row_of_its_own_words_is_read_without_an_error(pieces: list[str]) -> None:
    facts = read("".join(pieces)).facts
    numbers = [value for value in facts.values() if isinstance(value, float)]
    assert all(value == value and abs(value) != float("inf") for value in numbers)


@pytest.mark.parametrize(
    "piece",
    [
        *["1", "a", " ", "1 ", "1,111", "every ", "每", "3 users ", "from 3 to ", "{code:a}", "-"],
        *["latency ", "not exceed the ", "of our ", "100 % of all our the ", "\n1", "n = ", "$1 "],
    ],
)
def test_a_long_hostile_text_is_read_to_its_end(piece: str) -> None:
    assert set(read(piece * (32_767 // len(piece))).facts) <= set(READ)


BOOK = """
book: said
words:
  latency:
    changed: {en: "People wait {after} instead of {before}.", zh: "从 {before} 到 {after}"}
    now: "Today people wait {value}."
rules:
  - {id: many, when: users >= 100, gate: review, ask: "Who?", because: Many are touched.}
"""


def _assess(row: dict[str, object], language: str = "en") -> tuple[str, tuple[str, ...]]:
    judge = Judge(parse_book(BOOK.encode(), "said.yaml"), language)
    try:
        found = judge.assess(issue_from_row(row), datetime(2026, 11, 1, tzinfo=UTC))
        return found.decision.verdict, found.metric_texts
    finally:
        judge.close()


def test_a_rule_judges_what_the_text_says() -> None:
    assert _assess({"summary": "Login fails", "description": "For 300 users."})[0] == "review"
    assert _assess({"summary": "Login fails", "description": "For 3 users."})[0] == "accept"


def test_what_a_field_says_wins_over_the_text() -> None:
    row: dict[str, object] = {"summary": "Login fails for 300 users", "users": 5}
    assert _assess(row)[0] == "accept"


def test_metrics_are_said_in_words_of_the_business() -> None:
    changed = {"summary": "Speed up: p95 latency 800 → 300 ms"}
    assert _assess(changed)[1] == ("People wait 300 ms instead of 800 ms.",)
    assert _assess(changed, "zh")[1] == ("从 800 ms 到 300 ms",)
    assert _assess({"summary": "Latency is 2 s"})[1] == ("Today people wait 2 s.",)
    assert _assess({"summary": "Error rate is 5%"})[1] == ()
