"""An accepted issue that grew goes back to the gate, whichever of its states Sluice has seen."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connector.comment.told import Told
from connector.comment.triage_comment import comment
from connector.issue.property_record import read_record
from connector.issue.read_issue import read_issue
from connector.layout.field_mapping import PROPERTY, Layout
from connector.plan_update import Update, plan_update
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
NEEDS_TEXT = Judge(
    parse_book(
        b"""
book: growing
rules:
  - {id: grew, when: growth >= 50, gate: review, because: It grew., ask: Say why.}
  - {id: thin, when: description.length < 20, gate: needs_info, because: Thin., ask: Say more.}
""",
        "growing.yaml",
    )
)
ASKED = replace(LAYOUT, growth=True)
GATE, POINTS = "customfield_3", "customfield_4"


def plan(raw: dict[str, Any], layout: Layout = ASKED) -> tuple[str, Update | None]:
    """The verdict, and what is to be written."""
    found = JUDGE.assess(read_issue(raw, layout), NOW)
    return found.decision.verdict, plan_update(
        found, layout, Told(comment(found, layout, "en")), NOW
    )


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
    record = read_record(raw["properties"][PROPERTY])
    assert record
    return record.scope


def grown(raw: dict[str, Any]) -> object:
    """The growth by which the rules judge the issue."""
    return JUDGE.assess(read_issue(raw, ASKED), NOW).issue.fields.get("growth", 0)


def edited(raw: dict[str, Any], by: str = "ann", **fields: Any) -> dict[str, Any]:
    """The issue after an edit that its changelog tells."""
    items = [
        {
            "fieldId": id,
            "field": id,
            "fromString": text(raw["fields"].get(id)),
            "toString": text(to),
        }
        for id, to in fields.items()
    ]
    known = raw.get("changelog", {}).get("histories", [])
    at = (NOW - timedelta(days=2) + timedelta(minutes=len(known))).isoformat(
        timespec="milliseconds"
    )
    author = {"accountId": by, "displayName": by.title()}
    change = {"id": str(len(known)), "author": author, "created": at, "items": items}
    return {**changed(raw, **fields), "changelog": {"histories": [change, *known]}}


def text(value: object) -> str | None:
    """A value as the changelog shows it."""
    if isinstance(value, dict):
        return str(value["value"])
    return None if value is None else str(value)


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
    raw = triaged(edited(raw, **{GATE: {"value": "Accept"}}), "accept")
    found = scope(raw)
    assert (grown(raw), found and found.points, found and found.by_hand) == (0, 5.0, True)
    assert grown(edited(raw, customfield_4=10)) == 100


def test_an_issue_accepted_by_hand_before_its_first_triage_counts_as_accepted() -> None:
    raw = triaged(issue(customfield_4=2, **{GATE: {"value": "Accept"}}), "accept")
    assert grown(edited(raw, customfield_4=3)) == 50


def test_a_persons_acceptance_counts_from_its_time_however_late_it_is_seen() -> None:
    raw = triaged(issue(customfield_4=2), "accept")
    raw = edited(raw, customfield_4=5)
    raw = edited(raw, **{GATE: {"value": "Reject"}})
    raw = edited(raw, **{GATE: {"value": "Accept"}})
    late = edited(raw, customfield_4=15)
    assert grown(late) == grown(edited(triaged(raw, "accept"), customfield_4=15)) == 200
    assert read_issue(late, ASKED).history.decided_by == "Ann"


def test_what_sluice_wrote_is_no_persons_acceptance() -> None:
    raw = edited(issue(customfield_4=2), by="me", **{GATE: {"value": "Accept"}})
    found = read_issue(raw, ASKED).history
    assert (found.accepted, found.gate_by, found.decided_by) == (None, "sluice", "")


TEXTS = [
    "Debt.",
    "Technical debt everywhere in the payment module.",
    "Technical debt everywhere in the payment module. And in the shop, the stock and the mail too.",
    "Technical debt in the payment module.",
]


def test_a_verdict_is_a_persons_also_if_sluice_wrote_the_same_before() -> None:
    raw = triaged(issue(customfield_4=2), "accept")
    for verdict in ("Reject", "Accept"):
        raw = edited(raw, **{GATE: {"value": verdict}})
    assert read_issue(raw, ASKED).kept.verdict == "accept"
    assert read_issue(edited(raw, **{GATE: None}), ASKED).kept.verdict is None


@pytest.mark.parametrize("seed", range(60))
def test_whichever_states_were_seen_the_verdict_is_the_same(seed: int) -> None:
    """One worker sees every state; to others webhooks are lost or come twice, or they die."""
    chance = random.Random(seed)
    history: list[dict[str, Any]] = []
    for _ in range(chance.randint(2, 6)):
        move = chance.choice(["description", "points", "labels", "hand", "cleared"])
        if move == "description":
            history.append({"description": chance.choice(TEXTS)})
        elif move == "points":
            history.append({POINTS: chance.choice([1.0, 2.0, 3.0, 5.0])})
        elif move == "labels":
            history.append({"labels": chance.choice([[], ["wanted"]])})
        elif move == "cleared":
            history.append({GATE: None})
        else:  # Accept alone would be no change where Sluice has written it already.
            history += [{GATE: {"value": "Reject"}}, {GATE: {"value": "Accept"}}]
    ends = {replayed(history, random.Random(f"{seed} {n}"), n > 0) for n in range(5)}
    assert len(ends) == 1, ends


def replayed(history: list[dict[str, Any]], chance: random.Random, faults: bool) -> object:
    """The verdict, the class and the growth at the end of a history of edits."""
    raw = issue(description="Debt.", customfield_4=2.0)
    raw = seen(raw, chance, faults)
    for edit in history:
        if edit == {GATE: None} and raw["fields"].get(GATE) is None:
            continue
        raw = seen(edited(raw, **edit), chance, faults)
    raw = seen(raw, chance, False)
    found = NEEDS_TEXT.assess(read_issue(raw, ASKED), NOW)
    return found.decision.verdict, found.issue.fields.get("growth", 0)


def seen(raw: dict[str, Any], chance: random.Random, faults: bool) -> dict[str, Any]:
    """The issue after its webhook: with faults it is lost, delivered twice, or its worker dies."""
    times = chance.choice([0, 0, 1, 2]) if faults else 1
    for _ in range(times):
        found = NEEDS_TEXT.assess(read_issue(raw, ASKED), NOW)
        update = plan_update(found, ASKED, Told(comment(found, ASKED, "en")), NOW)
        died = faults and chance.random() < 0.3
        if update and not died:
            wrote = {id: value for id, value in update.fields.items() if id == GATE}
            raw = apply(edited(raw, by="me", **wrote) if wrote else raw, update)
    return raw


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


@pytest.mark.parametrize(
    "odd", [None, 5, [], {}, {"length": 59.0, "points": 3}, {"statements": 5}, {"points": 3}]
)
def test_an_odd_scope_in_the_record_is_none(odd: object) -> None:
    raw = triaged(issue(customfield_4=2), "accept")
    raw["properties"][PROPERTY]["scope"] = odd
    assert scope(raw) is None
    assert grown(raw) == 0


def test_a_scope_that_the_record_lacks_is_found_again_from_the_changelog() -> None:
    raw = edited(triaged(issue(customfield_4=2), "accept"), customfield_4=5)
    kept = triaged(raw, "needs_info")
    raw["properties"][PROPERTY].pop("scope")
    assert scope(triaged(raw, "needs_info")) == scope(kept)


def test_the_record_names_the_book_that_decided() -> None:
    raw = triaged(issue(), "accept")
    record = read_record(raw["properties"][PROPERTY])
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
