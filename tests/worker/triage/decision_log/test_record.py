"""A record is enough to make its decision again, also where its texts are masked."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.assess.judge import Judge
from rules.capacity.capacity_rules import CapacityRules
from rules.facts.issue import Answer, History, Issue, Managed, Note, Record, Version
from rules.facts.jsonl import issue_from_row
from rules.rulebook.load import parse_book, shipped, shipped_names
from rules.rulebook.rulebook import Rulebook
from rules.text_model.model import shipped as shipped_model
from rules.text_model.team.model import TeamModel
from tests.worker.team_models.taught import taught
from worker.settings.settings import Project
from worker.triage.decision_log.issue_json import decode
from worker.triage.decision_log.record import CannotReplay, Replayed, Row, record, replay

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
SHARED = Path(__file__).resolve().parents[4] / "shared"

_RULES = [
    "{id: r%d, when: text ~ 'payment', class: {business_need: 3}, because: It says so.}",
    "{id: r%d, when: type = Bug, class: {tech_debt: 2}, because: A bug.}",
    "{id: r%d, when: text ~ 'customer' AND votes > 1, points: {value: 12}, because: Asked.}",
    "{id: r%d, when: description is EMPTY, gate: needs_info, because: Empty., ask: What is it?}",
    "{id: r%d, when: text ~ 'crash', gate: review, because: A crash., ask: Since when?}",
    "{id: r%d, when: created < -30d, points: {value: -7}, because: It is old.}",
    "{id: r%d, when: score < 40, gate: defer, because: Little.}",
    "{id: r%d, when: text ~ 'refactor', class: {tech_debt: 4}, because: It cleans up.}",
]


@st.composite
def books(draw: st.DrawFn) -> Rulebook:
    """A shipped book, or one of some rules with any base."""
    name = draw(st.sampled_from([*shipped_names(), "made up", "made up", "made up"]))
    if name != "made up":
        return shipped(name)
    chosen = draw(st.lists(st.sampled_from(_RULES), min_size=1, max_size=8))
    fed = draw(st.booleans())
    feed = ", from: [{field: votes, times: 2}]" if fed else ""
    text = f"book: random\nbase: {draw(st.integers(0, 90))}\n"
    text += f"measures: {{value: {{weight: 1{feed}}}}}\nrules:\n"
    text += "".join(f"  - {rule % number}\n" for number, rule in enumerate(chosen))
    return parse_book(text.encode(), "random.yaml")


@cache
def captured() -> list[Issue]:
    """The issues of the captured webhooks; made-up ones where these are absent."""
    found = [made_up("Refactor the payment module", "Customers see a crash. 40 ask.")]
    for file in sorted((SHARED / "payloads" / "webhooks").glob("*.json")):
        raw = json.loads(file.read_text("utf-8"))
        if isinstance(raw, dict) and isinstance(raw.get("issue"), dict):
            try:
                found.append(issue_from_row(raw["issue"]))
            except (KeyError, ValueError):
                continue
    return found


def made_up(summary: str, description: str) -> Issue:
    row = {"key": "DEMO-7", "summary": summary, "description": description, "type": "Bug"}
    return issue_from_row({**row, "votes": 3, "created": "2026-01-01"})


def with_past(issue: Issue) -> Issue:
    """The issue with all that Sluice may know of one."""
    asks = {"0123abcd": datetime(2026, 11, 1, tzinfo=UTC)}
    past = Record(Managed("tech_debt", 40.0, "accept"), "d1", seen=NOW, at=NOW, asks=asks)
    version = Version(NOW, None, {**issue.fields, "description": "An older secret."})
    return Issue(
        **{
            **vars(issue),
            "record": past,
            "kept": Managed(kind="exploration"),
            "note": Note("1", "A secret note"),
            "answers": (Answer(NOW, "It began on Monday, with release 5 of the secret tool."),),
            "history": History((version,), known=True),
            "people": ("Ada",),
            "confirmed": frozenset({"kind"}),
        }
    )


def judged(
    issue: Issue, book: Rulebook, mask: tuple[str, ...] = (), team: TeamModel | None = None
) -> Row:
    """The record of a decision, after a way through a file."""
    capacity = CapacityRules.__new__(CapacityRules)
    project = Project("DEMO", "main", book, "en", {}, capacity, None, team=team)
    judge = Judge(book.live(), "en", shipped_model(), team=team)
    row = record(project, issue, judge.assess(issue, NOW), NOW, mask=mask)
    judge.close()
    found: Row = json.loads(json.dumps(row))
    return found


def again(row: Row, book: Rulebook, **more: Any) -> Replayed:
    return replay(row, lambda _: book.text(), lambda _: pytest.fail("no team"), **more)


MASK = ("summary", "description", "comments", "people")


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_a_record_makes_its_decision_again(data: st.DataObject) -> None:
    book = data.draw(books())
    issue = data.draw(st.sampled_from(captured()))
    issue = with_past(issue) if data.draw(st.booleans()) else issue
    row = judged(issue, book)
    found = again(row, book)
    assert found.by == "facts" and found.decision == row["decision"] and not found.differs
    assert again(row, book, from_answers=True).decision == row["decision"]
    masked = judged(issue, book, MASK)
    assert again(masked, book).decision == masked["decision"] == row["decision"]


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_names())
def test_all_captured_issues_are_decided_alike_again(name: str) -> None:
    if not SHARED.exists():
        pytest.skip("the shared material is absent")
    for issue in captured():
        for mask in ((), MASK):
            row = judged(issue, shipped(name), mask)
            assert again(row, shipped(name)).differs == {}


def test_a_masked_record_has_none_of_the_texts_in_any_place() -> None:
    issue = with_past(made_up("Refactor the XYZZY module", "The XYZZY customers see a crash."))
    text = json.dumps(judged(issue, shipped("default"), MASK))
    for secret in ("XYZZY", "secret", "Ada", "Monday"):
        assert secret not in text


def test_an_unmasked_record_has_the_issue_as_it_was() -> None:
    issue = with_past(made_up("Pay", "By invoice"))
    assert decode(judged(issue, shipped("default"))["facts"]) == issue


def test_a_decision_that_differs_says_in_what() -> None:
    row = judged(made_up("Refactor", "It crashes"), shipped("default"))
    row["decision"]["score"] = 99.5
    differs = again(row, shipped("default")).differs
    assert list(differs) == ["score"] and differs["score"][0] == 99.5


@pytest.mark.parametrize("change", [{"format": 2}, {"facts": {"$": "Popen"}}, {"answers": 3, "masked": ["summary"]}, {"at": None}])  # fmt: skip  # noqa: E501
def test_what_is_no_record_is_told_in_a_line(change: Row) -> None:
    row = {**judged(made_up("Refactor", ""), shipped("default")), **change}
    with pytest.raises(CannotReplay) as told:
        again(row, shipped("default"))
    assert "\n" not in str(told.value)


def test_a_masked_field_that_feeds_the_score_can_not_be_replayed_and_says_so() -> None:
    text = "book: b\nmeasures: {v: {weight: 1, from: [{field: votes, times: 2}]}}\n"
    text += f"rules:\n  - {_RULES[1] % 1}\n"
    book = parse_book(text.encode(), "b.yaml")
    row = judged(made_up("Pay", ""), book, ("votes",))
    with pytest.raises(CannotReplay, match="the score counts votes"):
        again(row, book)


@pytest.mark.parametrize("mask", [(), MASK])
def test_what_a_team_taught_is_part_of_the_record(mask: tuple[str, ...]) -> None:
    book, issue = shipped("default"), made_up("Weed the list of heron piers", "We weed it.")
    model = taught("exploration")
    row = judged(issue, book, mask, model)
    assert row["decision"]["source"] == "team" and row["team"] == model.digest
    found = replay(row, lambda _: book.text(), lambda _: model)
    assert found.differs == {}
