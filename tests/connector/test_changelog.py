"""What Jira's changelog tells: how often work was taken up again, and the earlier versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connector.calls import whole as door
from connector.changelog import Followed, Statuses, read_history, reopened
from connector.client import Account, JiraBusy, Site
from connector.layout.field_mapping import needs
from rules.facts.issue import History
from rules.rulebook.load import parse_book
from sandbox import Sandbox
from sandbox.operations.create import transition
from sandbox.operations.edit import set_values
from tests.connector.test_client import NAMES
from tests.live import environment
from worker.settings.load import load
from worker.settings.settings import WORDS
from worker.triage.site_triage import open_site_triage

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)

STATUSES = Statuses.of(
    [
        {"id": "1", "name": "Open", "statusCategory": {"key": "new"}},
        {"id": "6", "name": "Shipped", "statusCategory": {"key": "done"}},
        {"id": "7", "name": "Verified", "statusCategory": {"key": "done"}},
        {"id": "8", "name": "Closed", "statusCategory": {"key": "indeterminate"}},
    ]
)
QUIET = "rules: [{id: a, when: votes > 1, gate: review, because: b}]"
TO_DO, DONE = {"transition": {"id": "11"}}, {"transition": {"id": "31"}}


def move(*sides: str | None, **more: Any) -> dict[str, Any]:
    names = dict(zip(("from", "fromString", "to", "toString"), sides, strict=True))
    return {"field": "status", "fieldtype": "jira", "fieldId": "status", **names, **more}


def count(*items: dict[str, Any]) -> float:
    return reopened({"changelog": {"histories": [{"items": [item]} for item in items]}}, STATUSES)


def test_leaving_a_done_status_for_one_that_is_not_is_a_reopening() -> None:
    back = move("6", "Shipped", "1", "Open")
    assert count(move("1", "Open", "6", "Shipped"), back, back) == 2
    assert count(move("6", "Shipped", "7", "Verified")) == 0


def test_the_sites_own_word_on_a_status_counts_more_than_its_name() -> None:
    assert count(move("8", "Closed", "1", "Open")) == 0
    assert count(move("99", "Shipped", "1", "Open")) == 1


@pytest.mark.parametrize("name", ["Done", "RESOLVED", "已完成", "已关闭"])
def test_a_status_that_is_gone_is_told_by_its_name(name: str) -> None:
    assert count(move("99", name, "1", "Open")) == 1
    assert count(move("99", name, "98", "Cancelled by magic")) == 1
    assert count(move("99", "Somewhere", "1", "Open")) == 0


def test_a_status_field_with_a_name_in_another_language_is_known_by_its_values() -> None:
    local = move("6", "Shipped", "1", "Open", field="Статус")
    del local["fieldId"]
    assert count(local) == 1


def test_other_changes_are_none_even_with_like_values() -> None:
    assert count(move("6", "Shipped", "1", "Open", field="resolution", fieldId="resolution")) == 0
    priority = move("6", "Highest", "1", "Low", field="priority")
    del priority["fieldId"]
    assert count(priority) == 0


@pytest.mark.parametrize(
    "odd", [{}, {"changelog": None}, {"changelog": {"histories": [None, {"items": [5, {}]}]}}]
)
def test_an_odd_changelog_tells_of_no_reopening(odd: dict[str, Any]) -> None:
    assert reopened(odd, STATUSES) == 0


def reading(jira: Sandbox, deployment: Any = "cloud", *, asked: bool = True) -> Site:
    account = Account(jira.url, deployment, "token-sluice", "sluice@example.com")
    return Site(account, NAMES, WORDS, ["reopened"] if asked else [])


def reopened_issue(jira: Sandbox, changes: int = 0) -> str:
    """An issue that was reopened twice, and then changed so many times."""
    model = jira.model
    person = model.accounts.by_name["pm"]
    issue = model.insert(model.projects["DEMO"], {"summary": "Again"}, person)
    for step in (DONE, TO_DO, DONE, TO_DO):
        transition(model, issue, step, person)
    for number in range(changes):
        set_values(model, issue, {"summary": f"Again {number}"}, person)
    return issue.key


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
@pytest.mark.parametrize("changes", [0, 95, 97, 250])
def test_the_whole_changelog_is_read_opened_or_found(deployment: Any, changes: int) -> None:
    with Sandbox(deployment=deployment) as jira:
        key = reopened_issue(jira, changes)
        site = reading(jira, deployment)
        assert site.open(key).fields["reopened"] == 2
        (found,) = site.search(f"key = {key}")
        assert found.fields["reopened"] == 2


def test_one_get_stays_one_get_where_no_book_asks() -> None:
    with Sandbox() as jira:
        key = reopened_issue(jira, 250)
        site = reading(jira, asked=False)
        _ = site.layout
        since = jira.log.last_seq()
        assert "reopened" not in site.open(key).fields
        assert jira.log.count(account="sluice", since=since) == 1
        assert jira.log.count(path="/status", account="sluice") == 0


def test_of_a_huge_changelog_the_newest_part_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MAX_OLDER", 100)
    with Sandbox() as jira:
        key = reopened_issue(jira, 300)
        assert reading(jira).open(key).fields["reopened"] == 0
        assert jira.log.count(path="changelog", account="sluice") == 1


def test_a_changelog_that_takes_too_long_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "PAST_S", -1.0)
    with Sandbox() as jira, pytest.raises(JiraBusy, match="changelog took more than") as raised:
        reading(jira).open(reopened_issue(jira, 300))
    assert raised.value.scope == "issue"


@pytest.mark.parametrize(
    "asking",
    [
        "rules: [{id: a, when: reopened >= 2, gate: review, because: b}]",
        "rules: [{id: a, when: Reopened >= 2, gate: review, because: b, shadow: true}]",
        "measures: {pain: {from: [{field: reopened, times: 2}]}}\n" + QUIET,
    ],
)
def test_a_rule_a_measure_or_a_shadow_can_ask(asking: str) -> None:
    book = parse_book(f"book: ours\nfields: {{Tier: name}}\n{asking}\n".encode(), "ours.yaml")
    assert {name.lower() for name in needs(book)} == {"reopened", "tier"}


def test_other_books_cost_no_request_more() -> None:
    assert needs(parse_book(f"book: ours\n{QUIET}\n".encode(), "ours.yaml")) == set()


def test_a_triage_judges_by_reopenings_and_growth_and_then_writes_no_more(
    redis_url: str, tmp_path: Path
) -> None:
    rules = """book: ours
rules:
  - {id: again, when: reopened >= 2, gate: review, because: It came back twice.}
  - {id: grew, when: growth > 0, gate: needs_info, because: It grew.}
"""
    with Sandbox() as jira:
        found = load(environment(jira, redis_url, tmp_path))
        book = parse_book(rules.encode(), "ours.yaml")
        projects = {key: replace(p, book=book) for key, p in found.of_site("main").items()}
        gate = open_site_triage(found.sites["main"], projects)
        reopened_issue(jira)  # DEMO-1, which takes the reports
        outcome = gate.apply(gate.plan(gate.site.open(reopened_issue(jira)), NOW))
        assert outcome.assessment
        assert outcome.assessment.decision.verdict == "review"
        assert gate.plan(gate.site.open(outcome.issue.id), NOW).status == "unchanged"
        gate.close()


FOLLOWED = Followed(
    facts={"description": "description", "labels": "labels", "cf_4": "points", "effort": "points"},
    gate=frozenset({"cf_3", "sluice gate"}),
    accepting=frozenset({"accept"}),
    accounts=frozenset({"me"}),
)


def changed(at: int, by: str, *items: tuple[str, str | None, str | None]) -> dict[str, Any]:
    """A change as Data Center gives it: without the id of the field."""
    return {
        "id": str(at),
        "author": {"name": by, "displayName": by.title()},
        "created": f"2026-11-20T{at:02}:00:00.000+0000",
        "items": [{"field": f, "fromString": old, "toString": new} for f, old, new in items],
    }


def history_of(*changes: dict[str, Any], **facts: Any) -> History:
    return read_history({"changelog": {"histories": list(changes)}}, facts, FOLLOWED)


def test_earlier_versions_come_from_undoing_the_changes_whatever_their_order() -> None:
    found = history_of(
        changed(12, "ann", ("labels", "a b", "a"), ("Effort", "2", "5")),
        changed(11, "ann", ("description", None, "Text")),
        changed(13, "ann", ("assignee", None, "Bob")),
        description="Text",
        labels=("a",),
        points=5.0,
        created=datetime(2026, 11, 20, 10, tzinfo=UTC),
    )
    first, second = found.versions
    assert first.fields["description"] is None and second.fields["description"] == "Text"
    assert second.fields["labels"] == ("a", "b") and second.fields["points"] == 2
    hours = [(v.since and v.since.hour, v.until and v.until.hour) for v in found.versions]
    assert hours == [(10, 11), (11, 12)]
    assert (found.accepted, found.gate_by) == (None, None)


def test_the_version_at_a_persons_last_acceptance_is_known() -> None:
    found = history_of(
        changed(11, "me", ("Sluice Gate", None, "Needs info")),
        changed(12, "ann", ("Sluice Gate", "Needs info", "Accept"), ("description", "One", "Two")),
        changed(13, "bob", ("description", "Two", "Three")),
        changed(14, "me", ("Sluice Gate", "Accept", "Review")),
        description="Three",
    )
    assert found.accepted is not None and found.accepted["description"] == "Two"
    assert (found.gate_by, found.decided_by) == ("sluice", "")
    theirs = history_of(changed(12, "ann", ("Sluice Gate", None, "Reject")))
    assert (theirs.gate_by, theirs.decided_by, theirs.accepted) == ("person", "Ann", None)


@pytest.mark.parametrize(
    "odd", [None, {}, {"items": [5, {}]}, {"created": 7, "id": [], "items": 3}]
)
def test_an_odd_change_is_no_version(odd: Any) -> None:
    assert history_of(odd, description="x").versions == ()
