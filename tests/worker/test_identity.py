"""Whose a value is, after Jira renamed, renumbered, translated, copied or replaced what it can.

No value that Sluice wrote may count as a person's, and none of a person's as Sluice's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rules.assess.judge import Judge
from rules.facts.issue import Issue
from rules.learning.evidence.feedback import lessons_of
from sandbox import Sandbox
from sandbox.operations.site_changes import copy_issue, rename_project, renumber
from tests.live import Person
from worker.settings.load import load
from worker.triage.site_triage import Outcome, SiteTriage, open_site_triage

JUDGES: dict[tuple[object, ...], Judge] = {}

CONFIG = """\
sites:
  main:
    url: {url}
    kind: {kind}
    email: {email}
    {more}
projects:
  DEMO: {{}}
"""

STORIES = (
    "As a shopper I want to pay by invoice so that I can order for my company. 40 customers ask.",
    "Technical debt everywhere in the payment module. It costs our team 4 hours weekly.",
    "The shop is down for all customers since 9:00, and nobody can order. We lose 4,000 EUR a day.",
    "We need to know whether the new search engine is fast enough. Result: a table and a decision.",
    "",
)


def do_nothing(person: Person, issue: str) -> set[str]:
    return set()


def set_priority(person: Person, issue: str) -> set[str]:
    there = person.see(issue)["priority"]
    person.set(issue, priority="Low" if there != "Low" else "High")
    return {"priority"}


def set_class(person: Person, issue: str) -> set[str]:
    there = person.see(issue)["class"]
    person.set(issue, **{"class": "Exploration" if there != "Exploration" else "Tech debt"})
    return {"kind"}


def set_gate(person: Person, issue: str) -> set[str]:
    there = person.see(issue)["gate"]
    person.set(issue, gate="Reject" if there != "Reject" else "Accept")
    return {"verdict"}


def set_score(person: Person, issue: str) -> set[str]:
    person.set(issue, score=3)
    return {"score"}


def confirm_class(person: Person, issue: str) -> set[str]:
    ours = person.see(issue)["class"]
    person.set(issue, **{"class": "Exploration" if ours != "Exploration" else "Tech debt"})
    person.set(issue, **{"class": ours})
    return {"kind"}


ACTS: tuple[Callable[[Person, str], set[str]], ...] = (
    *(do_nothing, do_nothing, set_priority, set_class, set_gate, set_score, confirm_class),
)


class Board:
    """A sandbox with issues that Sluice triaged and that people then changed, and what is theirs.

    `theirs` names by number of the issue the managed fields that a person set.
    """

    def __init__(self, jira: Sandbox, folder: Path, size: int) -> None:
        self.jira, self.folder, self.person = jira, folder, Person(jira)
        self.theirs: dict[int, set[str]] = {}
        gate = self.open()
        for number in range(size):
            given = self._given(number)
            issue = self.person.create(f"Issue {number}", STORIES[number % len(STORIES)], **given)
            self.triage(gate, issue)
            if not given:
                by_hand = ACTS[number % len(ACTS)](self.person, issue)
                self.theirs[self._number(issue)] = by_hand
                self.triage(gate, issue)
            else:
                named = {"class": "kind", "gate": "verdict"}
                self.theirs[self._number(issue)] = {named.get(name, name) for name in given}

    def _given(self, number: int) -> dict[str, Any]:
        """What a person gives on the create screen: on each fifth issue something."""
        if number % 5 != 4:
            return {}
        some: tuple[dict[str, Any], ...] = (
            {"class": {"value": "Exploration"}},
            {"priority": "Highest"},
            {"gate": {"value": "Defer"}, "priority": "Low"},
        )
        return some[number // 5 % len(some)]

    def _number(self, issue: str) -> int:
        return int(self.person.ask("GET", f"issue/{issue}?fields=summary")["key"].split("-")[1])

    def open(self, token: str = "token-sluice", more: str = "") -> SiteTriage:
        """A process that begins now."""
        file = self.folder / "sluice.yaml"
        email = token.removeprefix("token-") + "@example.com"
        file.write_text(
            CONFIG.format(url=self.jira.url, kind=self.jira.deployment, email=email, more=more),
            encoding="utf-8",
        )
        secrets = {"SLUICE_MAIN_TOKEN": token, "SLUICE_MAIN_SECRET": "a secret of tests"}
        found = load({"SLUICE_CONFIG": str(file), **secrets})
        gate = open_site_triage(found.sites["main"], found.of_site("main"))
        gate._judges = JUDGES  # one process would have them, too
        return gate

    def triage(self, gate: SiteTriage, issue: str) -> Outcome:
        return gate.apply(gate.plan(gate.site.open(issue), datetime.now(UTC)))

    def ids(self) -> list[str]:
        return [*self.jira.model.issues]


def wrong(board: Board, read: list[Issue], theirs: dict[int, set[str]]) -> dict[str, list[str]]:
    """The values that are taken for those of the wrong side, in either direction."""
    found: dict[str, list[str]] = {"for a person's": [], "for Sluice's": []}
    for issue in read:
        there, right = set(issue.kept.filled()), theirs[int(issue.key.split("-")[1])]
        found["for a person's"] += [f"{issue.key} {name}" for name in there - right]
        found["for Sluice's"] += [f"{issue.key} {name}" for name in right - there]
    return found


RIGHT: dict[str, list[str]] = {"for a person's": [], "for Sluice's": []}


@pytest.fixture(params=["cloud", "datacenter"])
def jira(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(deployment=request.param) as found:
        yield found


@pytest.fixture(params=[15, pytest.param(200, marks=pytest.mark.slow)])
def board(jira: Sandbox, tmp_path: Path, request: pytest.FixtureRequest) -> Board:
    return Board(jira, tmp_path, request.param)


def test_nothing_happened(board: Board) -> None:
    gate = board.open()
    assert wrong(board, [gate.site.open(one) for one in board.ids()], board.theirs) == RIGHT
    assert settled(board, gate) == []


def test_a_renamed_project_goes_on(board: Board) -> None:
    rename_project(board.jira.model, "DEMO", "SHOP")
    gate = board.open()
    read = [gate.site.open(one) for one in board.ids()]
    assert {issue.project for issue in read} == {"SHOP"}
    assert wrong(board, read, board.theirs) == RIGHT
    assert settled(board, gate) == []
    assert gate.places.renamed() == [("DEMO", "SHOP")]


@pytest.mark.parametrize("keep", [True, False], ids=["with properties", "without properties"])
def test_a_migration_renumbers_issues_and_comments(board: Board, keep: bool) -> None:
    renumber(board.jira.model, keep_properties=keep)
    gate = board.open()
    assert wrong(board, [gate.site.open(one) for one in board.ids()], board.theirs) == RIGHT
    again(board, gate)
    assert all(len(issue.comments) == 1 for issue in board.jira.model.issues.values())
    assert settled(board, gate) == []


def test_the_account_reads_german(board: Board) -> None:
    board.jira.model.accounts.speak("sluice", "de")
    gate = board.open()
    assert wrong(board, [gate.site.open(one) for one in board.ids()], board.theirs) == RIGHT
    assert settled(board, gate) == []


@pytest.mark.parametrize("also", ["nothing", "migrated", "record lost", "account", "language"])
def test_an_admin_renames_the_options(board: Board, also: str) -> None:
    model, token = board.jira.model, "token-sluice"
    for name in ("Sluice Class", "Sluice Gate"):
        for option in model.must_field(name).options:
            option["value"] = f"{option['value']} (ours)"
    if also in ("migrated", "record lost"):
        renumber(model, keep_properties=also == "migrated")
    elif also == "account":
        model.accounts.replace("sluice", "sluice2", "Triage bot")
        token = "token-sluice2"
    elif also == "language":
        model.accounts.speak("sluice", "de")
    gate = board.open(token)
    assert wrong(board, [gate.site.open(one) for one in board.ids()], board.theirs) == RIGHT
    found = [one for one in gate.site.search("project = DEMO") if one.record is not None]
    assert wrong(board, found, board.theirs) == RIGHT
    for _ in range(3):
        again(board, gate)
    assert wrong(board, [gate.site.open(one) for one in board.ids()], board.theirs) == RIGHT
    assert settled(board, gate) == []


@pytest.mark.parametrize("may_edit", [True, False])
def test_the_account_is_replaced(board: Board, may_edit: bool) -> None:
    board.jira.model.accounts.replace("sluice", "sluice2", "Triage bot")
    if not may_edit:
        board.jira.model.take_right("sluice2", "EDIT_ALL_COMMENTS")
    gate = board.open("token-sluice2")
    assert wrong(board, [gate.site.open(one) for one in board.ids()], board.theirs) == RIGHT
    for words in ("It is urgent now", "Once more", "The service is down for all customers"):
        again(board, gate, words)
        comments = {len(issue.comments) for issue in board.jira.model.issues.values()}
        assert comments <= ({1} if may_edit else {1, 2})
    assert settled(board, gate) == []


@pytest.mark.parametrize("properties", [True, False], ids=["with property", "without property"])
def test_a_copy_is_triaged_afresh_and_keeps_what_a_person_sets_on_it(
    board: Board, properties: bool
) -> None:
    model = board.jira.model
    account = model.accounts.by_name["pm" if properties else "robot"]
    copies = [copy_issue(model, one, account, properties=properties) for one in board.ids()]
    gate = board.open()
    read = [gate.site.open(one.id) for one in copies]
    assert wrong(board, read, {one.number: set() for one in copies}) == RIGHT
    theirs = {}
    for number, one in enumerate(copies):
        if number % 2:
            board.triage(gate, one.id)
        theirs[one.number] = ACTS[number % (len(ACTS) - 1)](board.person, one.id)
    read = [gate.site.open(one.id) for one in copies]
    assert wrong(board, read, theirs) == RIGHT
    for one in copies:
        board.triage(gate, one.id)
    assert {len(one.comments) for one in copies} == {1}
    read = [gate.site.open(one.id) for one in copies]
    assert wrong(board, read, theirs) == RIGHT
    assert all(one.record and one.record.issue == one.id for one in read)


def test_a_person_who_sets_sluices_value_has_confirmed_it_and_teaches_it(
    jira: Sandbox, tmp_path: Path
) -> None:
    board = Board(jira, tmp_path, 0)
    gate, person = board.open(), board.person
    issue = person.create("Refactor the payment module", STORIES[1], labels=["tech-debt"])
    board.triage(gate, issue)
    assert person.see(issue)["class"] == "Tech debt"
    confirm_class(person, issue)
    board.triage(gate, issue)
    (found,) = gate.site.search(f"id = {issue}", changelog=True)
    lessons = lessons_of(found, gate.site.priorities.ranks)
    assert [(one.field, one.value, one.by) for one in lessons] == [
        ("kind", "tech_debt", "confirmation")
    ]
    record = person.see(issue)["record"]
    assert record["kept"] == {"kind": "tech_debt"} and record["wrote"]["kind"] == "tech_debt"
    person.set(issue, labels=[], summary="As a shopper I want to pay by invoice")
    board.triage(gate, issue)
    assert person.see(issue)["class"] == "Tech debt"


def again(
    board: Board, gate: SiteTriage, words: str = "It is urgent now: all customers wait."
) -> None:
    """Change the text of every issue, so that Sluice has to write."""
    for issue in board.ids():
        board.person.set(issue, description=f"{words} Refactor it, 30 users ask.")
        board.triage(gate, issue)


def settled(board: Board, gate: SiteTriage) -> list[str]:
    """The issues on which a second triage would write."""
    for issue in board.ids():
        board.triage(gate, issue)
    plans = (gate.plan(gate.site.open(issue), datetime.now(UTC)) for issue in board.ids())
    return [plan.issue.key for plan in plans if plan.update]
