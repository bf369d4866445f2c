"""Questions: asked once, ticked when the text has the answer, heard when a comment replies."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from rules.assess.asks import ask_digest
from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.facts.issue import Answer, Issue, Managed, Record
from rules.rulebook.load import parse_book
from tests.rules.jql.random_conditions import NOW

BOOK = parse_book(
    """\
book: b
rules:
  - {id: who, when: text !~ nurses, because: b, gate: needs_info, ask: {en: Who?, zh: 谁？}}
  - {id: often, when: text !~ weekly, because: b, gate: needs_info, ask: How often?}
  - {id: data, when: text ~ leak, because: b, gate: review, ask: Which data?}
  - {id: tell, when: text ~ leak, because: b, gate: review, ask: Tell security., urgent: true}
  - {id: spam, when: summary ~ spam, because: b, gate: reject, ask: Is it spam?}
""".encode(),
    "b.yaml",
)
DIGESTS = {rule.id: ask_digest(rule) for rule in BOOK.rules}
LONG_AGO = NOW - timedelta(days=2)


def judged(
    description: str = "We need the lists.",
    *replies: str,
    asked: tuple[str, ...] = (),
    at: datetime = LONG_AGO,
    replied_at: datetime | None = None,
    kept: Managed = Managed(),  # noqa: B008
    language: str = "en",
    **fields: Any,
) -> Assessment:
    record = Record(Managed(), "d", asks={DIGESTS[id]: at for id in asked})
    answers = tuple(Answer(replied_at or at + timedelta(hours=1), text) for text in replies)
    values = {"summary": "Lists", "description": description, **fields}
    values["answers"] = "\n".join(replies) or None
    issue = Issue("1", "A-1", "A", values, kept=kept, record=record, answers=answers)
    with closing(Judge(BOOK, language)) as judge:
        return judge.assess(issue, NOW)


def test_a_question_is_asked_and_kept_as_a_digest() -> None:
    asks = judged().decision.asks
    assert asks.open == ("Who?", "How often?")
    assert asks.made == (DIGESTS["who"], DIGESTS["often"])
    assert all(len(digest) == 8 for digest in asks.made)


@pytest.mark.parametrize("where", ["description", "comment"])
def test_a_question_is_ticked_when_text_or_comment_has_the_answer(where: str) -> None:
    answer = "The nurses."
    asked = ("who", "often")
    found = (
        judged(f"We need the lists. {answer}", asked=asked)
        if where == "description"
        else judged("We need the lists.", answer, asked=asked)
    )
    assert found.decision.verdict == "needs_info"
    assert found.decision.asks.open == ("How often?",)
    assert found.decision.asks.ticked == ("Who?",)
    assert set(found.decision.asks.made) == {DIGESTS["who"], DIGESTS["often"]}


def test_when_all_are_answered_the_verdict_moves_on_and_nothing_is_kept() -> None:
    found = judged("We need the lists.", "The nurses, weekly.", asked=("who", "often"))
    assert found.decision.verdict == "accept"
    asks = found.decision.asks
    assert (asks.open, asks.ticked, asks.heard, asks.made) == ((), (), (), ())


REPLY = "It is for the whole ward, and they use it all the time."


def test_a_reply_that_the_rules_do_not_recognise_goes_to_a_person() -> None:
    found = judged("We need the lists.", REPLY, asked=("who", "often"))
    assert found.decision.verdict == "review"
    assert found.decision.asks.heard == ("Who?", "How often?")
    assert found.decision.asks.open == ()
    assert found.proposed.verdict == "review"


@pytest.mark.parametrize(
    ("reply", "heard"),
    [
        ("Done.", False),
        ("Any news on this one, please? It is still open, is it not?", False),
        ("For the ward on floor three, of course.", True),
        ("About 300.", True),
        ("给三楼病房的同事用，他们都在等这个功能。", True),
        ("好的，谢谢。", False),
        ("", False),
    ],
)
def test_a_reply_has_some_words_or_a_number(reply: str, heard: bool) -> None:
    found = judged("Weekly lists.", *filter(None, [reply]), asked=("who",))
    assert (found.decision.verdict == "review") is heard
    assert (found.decision.asks.heard == ("Who?",)) is heard


def test_one_short_reply_does_not_answer_two_questions() -> None:
    found = judged("We need the lists.", "For the whole ward, really.", asked=("who", "often"))
    assert found.decision.asks.open == ("Who?", "How often?")
    later = judged("We need the lists.", REPLY, "Each day.", asked=("who", "often"))
    assert later.decision.asks.open == ()


def test_a_comment_from_before_the_question_is_no_reply_to_it() -> None:
    early = LONG_AGO - timedelta(hours=1)
    found = judged("We need the lists.", REPLY, asked=("who", "often"), replied_at=early)
    assert found.decision.asks.open == ("Who?", "How often?")


def test_a_question_that_was_never_asked_is_not_answered_by_a_reply_to_another() -> None:
    found = judged("We need the lists.", REPLY, asked=("who",))
    assert found.decision.verdict == "needs_info"
    assert found.decision.asks.heard == ("Who?",)
    assert found.decision.asks.open == ("How often?",)


def test_a_reply_does_not_lift_a_stricter_verdict() -> None:
    found = judged("Nurses, weekly.", REPLY, asked=("spam",), summary="spam")
    assert found.decision.verdict == "reject"
    assert found.decision.asks.open == () and found.decision.asks.heard == ("Is it spam?",)


def test_what_is_urgent_is_apart_from_the_questions() -> None:
    asks = judged("A leak. Nurses, weekly.").decision.asks
    assert asks.urgent == ("Tell security.",) and asks.open == ("Which data?",)


def test_under_a_persons_verdict_the_questions_in_the_record_stay_there() -> None:
    found = judged(asked=("who", "often"), kept=Managed(verdict="accept"))
    assert found.decision.asks.open == ()
    assert set(found.decision.asks.made) == {DIGESTS["who"], DIGESTS["often"]}


@pytest.mark.parametrize(
    ("description", "project", "question"),
    [
        ("我们需要清单，每周一次都很麻烦", "en", "谁？"),
        ("We need the lists.", "zh", "Who?"),
        ("Liste", "zh", "谁？"),
    ],
)
def test_the_reporter_is_asked_in_the_language_of_the_text_or_else_the_projects(
    description: str, project: str, question: str
) -> None:
    assert judged(description, language=project).decision.asks.open[0] == question


def test_a_question_keeps_its_digest_in_another_language_and_not_with_other_words() -> None:
    who, often = BOOK.rules[:2]
    assert ask_digest(replace(who, id="renamed")) == ask_digest(who) != ask_digest(often)
