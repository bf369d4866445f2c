"""No event is ever lost: workers and events in any order, step by step and in threads."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator

import pytest

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
