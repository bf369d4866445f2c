"""An accepted issue that grew goes back to the gate, and nothing is written twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.field_mapping import PROPERTY, Layout
from connector.plan_update import Update, plan_update
from connector.property_record import read_record
from connector.read_issue import read_issue
from connector.triage_comment import comment
from rules.assess.judge import Judge
from rules.facts.issue import Scope
from rules.rulebook.load import parse_book
from tests.connector.planned import LAYOUT, NOW, apply, issue

BOOK = b"""
book: growing
rules:
  - {id: grew, when: growth >= 50, gate: needs_info, because: It grew., ask: Say why.}
"""
JUDGE = Judge(parse_book(BOOK, "growing.yaml"))
ASKED = replace(LAYOUT, growth=True)
GATE, POINTS = "customfield_3", "customfield_4"


def plan(raw: dict[str, Any], layout: Layout = ASKED) -> tuple[str, Update | None]:
    """The verdict, and what is to be written."""
    found = JUDGE.assess(read_issue(raw, layout), NOW)
    return found.decision.verdict, plan_update(found, layout, comment(found, layout, "en"), NOW)


def triaged(raw: dict[str, Any], verdict: str, layout: Layout = ASKED) -> dict[str, Any]:
    """The issue after a triage that came to this verdict, and left nothing to write."""
    found, update = plan(raw, layout)
    assert found == verdict
    raw = apply(raw, update) if update else raw
    assert plan(raw, layout) == (verdict, None)
    return raw


def changed(raw: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {**raw, "fields": {**raw["fields"], **fields}}


def scope(raw: dict[str, Any]) -> Scope | None:
    record = read_record(raw["properties"][PROPERTY], raw["id"])
    assert record
    return record.scope


def grown(raw: dict[str, Any]) -> object:
    return read_issue(raw, ASKED).fields["growth"]


def test_an_issue_that_grew_after_acceptance_is_sent_back_and_stays_back() -> None:
    raw = triaged(issue(customfield_4=2), "accept")
    raw = triaged(changed(raw, customfield_4=5), "needs_info")
    assert grown(raw) == 150
    raw = triaged(changed(raw, customfield_4=4), "needs_info")
    assert grown(raw) == 100


def test_it_is_accepted_again_when_it_shrinks_and_cannot_creep() -> None:
    raw = triaged(issue(customfield_4=10), "accept")
    raw = triaged(changed(raw, customfield_4=16), "needs_info")
    raw = triaged(changed(raw, customfield_4=14), "accept")
    assert grown(raw) == 40
    triaged(changed(raw, customfield_4=16), "needs_info")


def test_a_person_who_accepts_it_as_it_is_ends_the_matter() -> None:
    raw = triaged(issue(customfield_4=2), "accept")
    raw = triaged(changed(raw, customfield_4=5), "needs_info")
    raw = triaged(changed(raw, **{GATE: {"value": "Accept"}}), "accept")
    assert (grown(raw), scope(raw)) == (0, Scope(5.0, 59.0, by_hand=True))
    assert grown(changed(raw, customfield_4=10)) == 100


def test_an_issue_accepted_by_hand_before_its_first_triage_counts_as_accepted() -> None:
    raw = triaged(issue(customfield_4=2, **{GATE: {"value": "Accept"}}), "accept")
    assert grown(changed(raw, customfield_4=3)) == 50


@pytest.mark.parametrize(("layout", "writes"), [(ASKED, True), (LAYOUT, False)])
def test_a_record_without_a_size_gets_one_only_where_a_book_asks(
    layout: Layout, writes: bool
) -> None:
    raw = triaged(issue(customfield_4=2), "accept")
    raw["properties"][PROPERTY].pop("scope")
    _, update = plan(raw, layout)
    assert (update is not None) is writes
    if update:
        assert set(update.body()) == {"properties"}
        assert plan(apply(raw, update)) == ("accept", None)


@pytest.mark.parametrize("odd", [None, 5, [], {}, {"length": "x"}, {"points": 3}])
def test_an_odd_size_in_the_record_is_no_size(odd: object) -> None:
    raw = triaged(issue(customfield_4=2), "accept")
    raw["properties"][PROPERTY]["scope"] = odd
    assert scope(raw) is None
    assert grown(raw) == 0


def test_the_record_names_the_book_that_decided() -> None:
    raw = triaged(issue(), "accept")
    record = read_record(raw["properties"][PROPERTY], "10001")
    assert record
    assert record.rulebook == JUDGE.book.digest


@pytest.mark.parametrize(
    ("condition", "reporter", "fires"),
    [
        ("reporter = currentUser()", {"accountId": "me"}, True),
        ("reporter = currentUser()", {"accountId": "ann"}, False),
        ("reporter != currentUser()", {"accountId": "ann"}, True),
        ("reporter != currentUser()", {"name": "me"}, False),
        ("reporter != currentUser()", None, False),
    ],
)
def test_current_user_is_the_account_that_sluice_signs_in_with(
    condition: str, reporter: object, fires: bool
) -> None:
    book = f"book: b\nrules: [{{id: r, when: '{condition}', gate: review, because: b}}]"
    found = Judge(parse_book(book.encode(), "b.yaml")).assess(
        read_issue(issue(reporter=reporter), LAYOUT), NOW
    )
    assert (found.decision.verdict == "review") is fires
