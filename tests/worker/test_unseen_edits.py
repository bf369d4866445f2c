"""A person edits between Sluice's reading and its write: the person's value comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.desk import Desk
from worker.tasks import this_process


def triaged_meanwhile(desk: Desk, issue: str, *edits: dict[str, Any]) -> None:
    """Read and plan; let a person edit; then write what was planned before."""
    site = this_process().site_triage("main")
    planned = site.plan(site.site.open(issue), datetime.now(UTC))
    for edit in edits:
        desk.sluice.person.set(issue, **edit)
    site.apply(planned)


@pytest.mark.parametrize(
    ("edits", "name", "value"),
    [
        (({"gate": "Reject"},), "gate", "Reject"),
        (({"gate": "Reject"}, {"gate": "Defer"}), "gate", "Defer"),
        (({"class": "Tech debt"},), "class", "Tech debt"),
        (({"score": 12.0},), "score", 12.0),
        (({"priority": "Lowest"},), "priority", "Lowest"),
    ],
)
def test_a_value_that_a_person_set_before_the_write_is_back_after_the_next_triage(
    desk: Desk, edits: tuple[dict[str, Any], ...], name: str, value: object
) -> None:
    issue = desk.issue()
    triaged_meanwhile(desk, issue, *edits)
    desk.store.admit(issue)
    desk.triage(issue)
    assert desk.sluice.person.see(issue)[name] == value
    desk.sluice.person.set(issue, description="Something else, which nobody has asked for.")
    desk.store.requeue(issue)
    desk.triage(issue)
    assert desk.sluice.person.see(issue)[name] == value


def test_a_verdict_that_is_given_back_is_told_with_the_name_of_who_set_it(desk: Desk) -> None:
    issue = desk.issue()
    triaged_meanwhile(desk, issue, {"gate": "Reject"})
    for _ in range(2):
        desk.store.requeue(issue)
        desk.triage(issue)
        (comment,) = desk.sluice.person.see(issue)["comments"]
        assert "by Ada PM" in comment and "by hand)" not in comment


def test_a_value_that_was_not_touched_stays_sluices_own(desk: Desk) -> None:
    issue = desk.issue()
    triaged_meanwhile(desk, issue, {"score": 12.0})
    desk.store.admit(issue)
    desk.triage(issue)
    record = desk.sluice.person.see(issue)["record"]
    assert record["kept"] == {"score": 12.0}
