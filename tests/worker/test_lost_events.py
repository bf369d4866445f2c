"""No event is ever lost, and one that Jira never sent changes no verdict in the end."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.desk import Desk
from tests.waiting import until
from worker.store.work_queue import DeadLetter, Store

AT = "2026-11-23T10:00:00+00:00"


class World:
    """A Jira of one number, a queue and workers that take their steps in any order.

    An event changes `truth`; a triage reads it and ends as done, dead or by the worker's death.
    """

    def __init__(self, store: Store, chance: random.Random) -> None:
        self.store, self.chance = store, chance
        self.truth = self.seen = 0
        self.tasks = 0
        self.running: list[Iterator[None]] = []

    def event(self) -> None:
        self.truth += 1
        if self.store.admit("1")[0] == "queue":
            self.tasks += 1

    def again_by_hand(self) -> None:
        self.store.requeue("1")
        self.tasks += 1

    def start(self) -> None:
        if self.tasks:
            self.tasks -= 1
            self.running.append(self.work())

    def step(self) -> None:
        if self.running:
            worker = self.chance.choice(self.running)
            if next(worker, self) is self:
                self.running.remove(worker)

    def work(self) -> Iterator[None]:
        token = str(self.chance.random())
        begun = self.store.begin("1", token)
        events = begun.events
        yield
        if events is None:
            return
        if begun.locked:
            self.tasks += 1
            return
        yield
        read = self.truth
        yield
        self.seen = max(self.seen, read)
        yield
        fails = self.chance.random() < 0.2
        letter = DeadLetter("1", "refused", AT)
        bury, done = self.store.bury, self.store.done
        if not (bury(letter, events, token) if fails else done("1", events, token)):
            self.tasks += 1


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_order_the_last_event_is_followed_by_a_triage(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    world = World(store, chance)
    moves = [world.event, world.start, world.step, world.step, world.step]
    for _ in range(40):
        for _ in range(chance.randint(5, 25)):
            chance.choice([*moves, world.again_by_hand] if chance.random() < 0.3 else moves)()
        while world.tasks or world.running:
            world.start()
            world.step()
        assert world.seen == world.truth
        assert store.begin("1").events is None


def test_threads_that_admit_and_triage_at_once_lose_no_event(store: Store) -> None:
    truth, seen, tasks, mutex = [0], [0], [0], threading.Lock()
    over = threading.Event()

    def admit() -> None:
        for _ in range(150):
            with mutex:
                truth[0] += 1
            if store.admit("1")[0] == "queue":
                with mutex:
                    tasks[0] += 1

    def triage() -> None:
        while not over.is_set() or tasks[0]:
            with mutex:
                mine = tasks[0] > 0
                tasks[0] -= mine
            if not mine:
                time.sleep(0.001)
                continue
            events = store.begin("1").events
            if events is None:
                continue
            read = truth[0]
            with mutex:
                seen[0] = max(seen[0], read)
            if not store.done("1", events):
                with mutex:
                    tasks[0] += 1

    workers = [threading.Thread(target=triage) for _ in range(2)]
    for worker in workers:
        worker.start()
    run([admit] * 3)
    over.set()
    for worker in workers:
        worker.join(60)
    assert seen == truth == [450]
    assert store.begin("1").events is None


def run(jobs: list) -> None:  # type: ignore[type-arg]
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


STORY = "As a shopper I want to pay by invoice. 40 customers ask."
LONGER = f"{STORY} The invoice comes by mail. A reminder follows after 30 days, then a letter."
EDITS: list[dict[str, Any]] = [
    {"description": STORY},
    {"description": LONGER},
    {"description": f"{LONGER}\n* Gift cards for shoppers\n* Vouchers\n* A shop for partners"},
    {"description": "Customers pay by invoice."},
    {"labels": ["feature"]},
    {"points": 3.0},
    {"points": 8.0},
    {"gate": "Accept"},
    {"gate": None},
]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_whichever_states_were_seen_the_verdict_is_that_of_a_calm_run(
    desk: Desk, seed: int
) -> None:
    """Webhooks are lost, come twice or late; answers of Jira are lost; a worker dies.

    The same edits of three issues: one is triaged after each edit, two meet faults.
    """
    chance = random.Random(seed)
    edits = [chance.choice(EDITS) for _ in range(chance.randint(3, 7))]
    calm, *wild = [replayed(desk, edits, random.Random(f"{seed} {n}"), n > 0) for n in range(3)]
    assert wild == [calm, calm]


def replayed(
    desk: Desk, edits: list[dict[str, Any]], chance: random.Random, faults: bool
) -> object:
    """Make an issue, edit it, and return its verdict, priority and accepted scope at the end."""
    person = desk.sluice.person
    issue = person.create("Pay by invoice", "Soon.", type="New Feature")
    triaged(desk, issue, chance, faults)
    for edit in edits:
        gate = person.see(issue)["gate"]
        if "gate" in edit and edit["gate"] is not None:
            # To accept what shows Accept already would be no edit, and no word of a person.
            person.set(issue, gate="Reject")
            person.set(issue, **edit)
        elif edit != {"gate": None} or gate is not None:
            person.set(issue, **edit)
        triaged(desk, issue, chance, faults)
    desk.store.admit(issue)
    until(lambda: desk.triage(issue) in ("written", "unchanged", "nothing to do"))
    seen = person.see(issue)
    return seen["gate"], seen["priority"], seen["class"], seen["record"]["scope"]


def triaged(desk: Desk, issue: str, chance: random.Random, faults: bool) -> None:
    """Let webhooks of an edit cause triages: one, or with faults none, one or two."""
    for _ in range(chance.choice([0, 0, 1, 2]) if faults else 1):
        desk.store.admit(issue)
        if faults and chance.random() < 0.3:
            # The GET or the PUT goes wrong: Jira has done it or not, and the worker can't know.
            fault = chance.choice(["drop_before", "drop_after"])
            desk.jira.faults.set(**{fault: 1.0}, only_path="issue/", times=chance.choice([1, 2]))
        desk.triage(issue)
        desk.jira.faults.clear()
