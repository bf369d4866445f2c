"""Comments as people read them: verdict, who does what, reasons, kept values; en and zh."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from connector.comment.triage_comment import comment
from connector.issue.read_issue import MARKER, find_note
from connector.layout.field_mapping import Layout, Slot
from connector.messages import messages
from rules.assess.asks import Asks
from rules.assess.assessment import Assessment, Classification, Decision, Evidence, Firing
from rules.assess.score import Level, Score, Term
from rules.facts.issue import History, Issue, Managed
from rules.text_model.model import shipped
from worker.settings.settings import WORDS

LAYOUT = Layout(
    kind=Slot("customfield_1", "Sluice Class", option=True),
    score=Slot("customfield_2", "Sluice Score"),
    verdict=Slot("customfield_3", "Sluice Gate"),
    words=WORDS,
    account="me",
)
UNTIL = datetime(2026, 11, 23, 9, tzinfo=UTC)
TARGETS = {"tech_debt": 20.0, "business_need": 70.0, "exploration": 10.0}


def assessment(verdict: str = "accept", kind: str = "tech_debt", **more: Any) -> Assessment:
    evidence = more.pop("evidence", ())
    proposed = Managed(kind, 72.0, verdict, "High")
    history = History(gate_by="person", decided_by=more.pop("decided_by", ""))
    kept = more.pop("kept", Managed())
    issue = Issue("1", "SHOP-1", "SHOP", {"summary": "x"}, kept=kept, history=history)
    because = more.pop("because", (Firing("r1", "pain +3", "It hurts each week", 12.0),))
    return Assessment(
        issue=issue,
        classification=Classification(kind, 0.8, "rules", evidence),
        scored=more.pop("scored", Score(72.0)),
        score=72.0,
        decision=Decision(verdict, "High", because, Asks(**more)),
        firings=(),
        rulebook="0123",
        proposed=proposed,
    )


@pytest.mark.parametrize(
    ("verdict", "language", "headline", "step"),
    [
        ("accept", "en", "(/) *Accepted* — tech debt, priority High", "planned"),
        ("needs_info", "en", "(?) *Needs info* — tech debt", "say more in the description or"),
        ("defer", "en", "(i) *Deferred* — tech debt,", "Not planned for now"),
        ("review", "en", "(!) *Needs a review* — tech debt,", "set Sluice Gate by hand"),
        ("reject", "en", "(x) *Rejected* — tech debt,", "close it"),
        ("accept", "zh", "(/) *接受* — 技术债，优先级 High", "可以排期了"),
        ("needs_info", "zh", "(?) *需要补充信息* — 技术债", "请在描述或评论中补充"),
        ("defer", "zh", "(i) *暂缓* — 技术债，", "暂不安排"),
        ("review", "zh", "(!) *需要人工评审* — 技术债，", "请手动设置 Sluice Gate"),
        ("reject", "zh", "(x) *拒绝* — 技术债，", "请关闭"),
    ],
)
def test_the_verdict_comes_first_and_then_what_to_do(
    verdict: str, language: str, headline: str, step: str
) -> None:
    lines = comment(assessment(verdict), LAYOUT, language).split("\n")
    assert lines[0].startswith(headline)
    reporter, manager = ("*致提出人：*", "*致排期负责人：*")
    if language == "en":
        reporter, manager = ("*For the reporter:*", "*For whoever plans the work:*")
    theirs = verdict in ("needs_info", "defer")
    assert lines[1].startswith(reporter if theirs else manager) and step in lines[1]
    assert MARKER in lines[-1]


@pytest.mark.parametrize(
    ("verdict", "person", "language", "headline"),
    [
        ("reject", "Ann Example", "en", "(x) *Rejected* by Ann Example — tech debt,"),
        ("reject", "", "en", "(x) *Rejected* (set by hand) — tech debt,"),
        ("needs_info", "Ann", "en", "(?) *Sent back for info* by Ann — tech debt"),
        ("review", "Ann", "en", "(!) *Sent to a review* by Ann — tech debt,"),
        ("accept", "王小明", "zh", "(/) {*}接受{*}（由 王小明 决定） — 技术债，"),
        ("accept", "", "zh", "(/) {*}接受{*}（由人设置） — 技术债，"),
        ("Parked", "Ann", "en", "(i) Parked by Ann — tech debt,"),
        ("Parked", "", "zh", "(i) Parked（由人设置） — 技术债，"),
    ],
)
def test_under_a_persons_verdict_stands_that_person_and_no_reason_against_it(
    verdict: str, person: str, language: str, headline: str
) -> None:
    kept = Managed(verdict=verdict)
    body = comment(assessment(verdict, kept=kept, decided_by=person), LAYOUT, language)
    lines = body.split("\n")
    assert lines[0].startswith(headline)
    assert "It hurts each week" not in body and "Why" not in body and "理由" not in body
    assert "set Sluice Gate" not in body.rsplit("\n", 1)[0], "who just did needs no advice to"
    assert sum("rules say" in line or "规则建议" in line for line in lines) == 0


def test_the_rules_other_view_of_a_persons_verdict_is_one_line() -> None:
    decided = replace(assessment("reject", kept=Managed(verdict="reject")))
    decided = replace(decided, proposed=replace(decided.proposed, verdict="accept"))
    lines = comment(decided, LAYOUT).split("\n")
    assert lines[1:-1] == ["*Set by a person and kept:* Sluice Gate Reject (the rules say Accept)"]


def test_a_class_in_a_persons_own_words_is_told_as_it_is() -> None:
    assert " — Chores, priority" in comment(assessment(kind="Chores"), LAYOUT)


def test_a_language_that_sluice_does_not_speak_is_answered_in_english() -> None:
    assert comment(assessment(), LAYOUT, "xx") == comment(assessment(), LAYOUT, "en")
    assert messages("xx") is messages("en")


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("Tidy up the legacy loop", "en", "* Tech debt: Words that suggest this class: {}, {}."),
        ("清理重复的旧代码", "zh", "* 技术债：支持此类别的用词：{}、{}、{}。"),
        ("", "en", "* Tech debt: The text as a whole suggests this class."),
    ],
)
def test_the_text_models_words_are_said_in_the_language_of_the_project(
    text: str, language: str, said: str
) -> None:
    evidence = Evidence("text model", "tech_debt", 2.0, seen=shipped().look(text))
    assert all(word in text.lower() for word in evidence.words)
    expected = said.format(*evidence.words)
    assert expected in comment(assessment(evidence=(evidence,)), LAYOUT, language)


def test_questions_stand_before_reasons() -> None:
    said = comment(assessment("needs_info", open=("Who needs it?", "How often?")), LAYOUT)
    asks, reasons = said.index("* Who needs it?\n* How often?"), said.index("*Why:*")
    assert asks < reasons < said.index("* (+) It hurts each week")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_comment_names_no_number_of_the_score(language: str) -> None:
    told = comment(assessment(scored=SUM), LAYOUT, language)
    moved = replace(assessment(scored=SUM), score=31.0)
    assert comment(moved, LAYOUT, language) == told
    assert not any(number in told for number in ("72", "36", "40", "+30"))


def test_urgent_first_then_the_reporter_then_whoever_plans_the_work() -> None:
    said = comment(
        assessment(
            "review",
            "undecided",
            urgent=("Tell security today.",),
            open=("Which data is it?",),
            ticked=("Who needs it?",),
            heard=("How often?",),
        ),
        LAYOUT,
    )
    assert said.split("\n")[1:8] == [
        "*At once:* Tell security today.",
        "*For the reporter:* Please answer in the description or in a comment. Sluice looks at it "
        "again as soon as you do.",
        "* Which data is it?",
        "* ✓ Who needs it?",
        "*For whoever plans the work:* A person has to decide: please set Sluice Gate by hand. "
        "No class has enough reasons. Please set Sluice Class by hand. "
        "Answered in a comment, please look:",
        "* How often?",
        "*Why:*",
    ]


def test_when_every_question_is_answered_the_reporter_is_asked_nothing() -> None:
    said = comment(assessment("review", heard=("How often?",), ticked=("Who?",)), LAYOUT)
    assert "For the reporter" not in said and "✓" not in said
    assert "Answered in a comment, please look:\n* How often?" in said


def test_the_reporter_is_asked_in_the_reporters_language_and_others_read_the_projects() -> None:
    asked = assessment("needs_info", "undecided", open=("谁需要？",), language="zh")
    lines = comment(asked, LAYOUT, "en").split("\n")
    assert lines[0].startswith("(?) *Needs info* — class undecided")
    assert lines[1] == "*致提出人：* 请在描述或评论中回答下面的提问，回答后会立即重新评估。"
    assert lines[2] == "* 谁需要？"
    assert lines[3].startswith("*For whoever plans the work:* No class")


SUM = Score(
    72.0,
    levels={"pain": Level(8, name="pain"), "effort": Level(2, name="effort")},
    terms=(
        Term("", "base", 40.0),
        Term("effort", "points", -4.0, "Estimated at 5 story points."),
        Term("pain", "hurts", 30.0, "It hurts."),
        Term("pain", "daily", 6.0, "It happens daily."),
    ),
)


def test_three_reasons_are_given_and_no_more() -> None:
    because = tuple(Firing(f"r{n}", "", f"Reason {n}.", gate="review") for n in range(1, 5))
    evidence = (Evidence("a", "tech_debt", 2.0, "It is old."),)
    said = comment(assessment("review", because=because, evidence=evidence, scored=SUM), LAYOUT)
    assert said.split("\n")[-5:-1] == [
        "*Why:*",
        "* Reason 1.",
        "* Reason 2.",
        "* (+) Pain: It hurts. It happens daily.",
    ]


def test_an_issue_that_can_not_be_judged_yet_has_no_priority_in_its_headline() -> None:
    assert "priority" not in comment(assessment("needs_info"), LAYOUT).split("\n")[0]


def test_an_undecided_issue_gets_the_question_which_of_two_classes_it_is() -> None:
    evidence = (
        Evidence("a", "tech_debt", 2.0, "x"),
        Evidence("b", "exploration", 2.0, "y"),
        Evidence("c", "business_need", 0.0, "z"),
    )
    undecided = assessment("review", "undecided", evidence=evidence)
    english = comment(undecided, LAYOUT)
    assert "class undecided" in english
    assert "Unclear: exploration or tech debt? Please set Sluice Class by hand." in english
    chinese = comment(undecided, LAYOUT, "zh")
    assert (
        "请手动设置 Sluice Gate。类别不明确：探索还是技术债？请手动设置 Sluice Class。" in chinese
    )
    silent = comment(assessment("review", "undecided"), LAYOUT)
    assert "No class has enough reasons. Please set Sluice Class by hand." in silent


def test_a_chinese_comment_has_chinese_punctuation_only() -> None:
    kept = Managed("exploration", 3.0)
    because = (Firing("g", "", "没有说明谁需要。", gate="needs_info"),)
    asked = assessment("needs_info", kept=kept, open=("谁需要？",), because=because)
    body = comment(asked, LAYOUT, "zh")
    assert "*理由：*\n* 没有说明谁需要。" in body
    assert "Sluice Class Exploration（规则建议 Tech debt）；Sluice Score 3" in body
    assert not any(mark in body for mark in (":*", " (s", "; ", ", "))


def test_the_footer_names_the_fields_as_the_site_calls_them() -> None:
    layout = Layout(Slot("1", "类别"), Slot("2", "评分"), Slot("3", "关口"), WORDS, "me")
    last = comment(assessment(), layout, "zh").split("\n")[-1]
    assert "手动设置的 类别、关口、评分 或优先级都会保留。" in last


@pytest.mark.parametrize(
    ("language", "line", "priority"),
    [
        (
            "en",
            "*Set by a person and kept:* Sluice Class Exploration (the rules say Tech debt)",
            "priority Lowest (the rules say High)",
        ),
        (
            "zh",
            "*由人设置并保留：* Sluice Class Exploration（规则建议 Tech debt）",
            "优先级 Lowest（规则建议 High）",
        ),
    ],
)
def test_a_kept_value_stands_beside_what_the_rules_say(
    language: str, line: str, priority: str
) -> None:
    kept = Managed("exploration", 3.0, priority="Lowest")
    said = comment(assessment(kept=kept), LAYOUT, language)
    assert line in said and "Sluice Score 3" in said and priority in said


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_a_person_wrote_in_a_field_is_no_markup(language: str) -> None:
    theirs = "{color:red}*no*{color}\n[~admin] {0} {gate} |x| !img.png! {code}"
    kept = Managed(kind=theirs, verdict=theirs, priority="{quote}")
    own = assessment(theirs, theirs, kept=kept, decided_by=theirs)
    lines = comment(own, LAYOUT, language).split("\n")
    for line in lines[:-1]:
        for mark in ("{", "}", "[", "|", "!"):
            positions = [i for i, letter in enumerate(line) if letter == mark]
            assert all(line[i - 1] == "\\" for i in positions), line


def test_field_names_with_braces_do_not_break_the_sentence() -> None:
    layout = Layout(
        Slot("1", "Class {0}"), Slot("2", "Score {x}"), Slot("3", "{gate}"), WORDS, "me"
    )
    said = comment(assessment("review", "undecided"), layout)
    assert "set \\{gate\\} by hand" in said and "set Class \\{0\\} by hand" in said


def test_the_longest_comment_fits_and_is_still_found_as_ours() -> None:
    because = tuple(Firing(f"r{n}", "", "word " * 200, 1.0) for n in range(60))
    body = comment(assessment(because=because), LAYOUT)
    assert len(body) < 32_767
    raw = [{"id": "7", "author": {"accountId": "me"}, "body": body}]
    note = find_note(raw, {"me"}, MARKER)
    assert note is not None and note.id == "7"


def test_the_same_decision_has_the_same_words() -> None:
    assert comment(assessment(), LAYOUT) == comment(assessment(), LAYOUT)
