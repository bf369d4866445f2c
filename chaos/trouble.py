"""Make the faults of a plan happen: each lane in order, each fault when its event is done."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import redis
import requests

from chaos import faults
from chaos.faults import Fault
from chaos.house import BOOK, OTHER_BOOK, House
from chaos.people import Crowd
from chaos.plan import Plan


class Trouble:
    """The faults of a run while it runs. `said` tells when each began and ended."""

    def __init__(self, house: House, crowd: Crowd, plan: Plan) -> None:
        self.house, self.crowd, self.plan = house, crowd, plan
        self.said: list[str] = []
        self.wiped_at = 0.0
        self.ended_at = 0.0
        self._began = time.time()
        self._lock = threading.Lock()
        self._on: dict[str, Mapping[str, Any]] = {}
        self._away: set[str] = set()
        self._lanes = [threading.Thread(target=self._lane, args=(lane,)) for lane in faults.LANES]
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look)

    def __enter__(self) -> Trouble:
        self._began = time.time()
        for thread in (*self._lanes, self._watch):
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Wait until the last fault is over."""
        for thread in self._lanes:
            thread.join()
        self.ended_at = self.ended_at or time.time()
        self._over.set()
        self._watch.join()

    def _lane(self, lane: str) -> None:
        for fault in self.plan.faults:
            if fault.lane == lane:
                while self.crowd.done <= fault.after and not self._over.is_set():
                    time.sleep(0.02)
                begun = time.time()
                self._do(fault)
                self._say(fault, begun)

    def _say(self, fault: Fault, begun: float) -> None:
        with self._lock:
            now = time.time()
            self.said.append(f"{begun - self._began:6.1f} s to {now - self._began:6.1f} s: {fault}")
            self.ended_at = now if self._over.is_set() is False else self.ended_at

    def _look(self) -> None:
        """Be the supervisor that starts again what ended by itself, as systemd does."""
        while not self._over.wait(0.5):
            for name, member in self.house.members.items():
                if name not in self._away:
                    member.look()

    def _do(self, fault: Fault) -> None:
        if fault.kind in faults.JIRA or fault.kind in faults.WEBHOOKS:
            self._disturb(fault)
        elif fault.kind.startswith(("kill a pool", "kill", "restart")):
            self._kill(fault)
        elif fault.kind == "wipe redis":
            self._wipe()
        elif fault.kind == "hang redis":
            self._hang(fault)
        else:
            self.house.write_book("b", OTHER_BOOK if fault.kind == faults.RULES[0] else BOOK)

    def _disturb(self, fault: Fault) -> None:
        only = {"only": {"account": "sluice"}} if fault.lane == "jira" else {}
        wanted = {**faults.JIRA, **faults.WEBHOOKS}[fault.kind]
        self._set(fault.lane, {**only, **wanted})
        time.sleep(fault.seconds)
        self._set(fault.lane, {})

    def _set(self, lane: str, wanted: Mapping[str, Any]) -> None:
        with self._lock:
            self._on[lane] = wanted
            body = {name: value for each in self._on.values() for name, value in each.items()}
            requests.put(
                f"{self.house.jira}/sandbox/faults", json=body, timeout=30
            ).raise_for_status()

    def _kill(self, fault: Fault) -> None:
        if fault.kind.startswith("kill a pool child"):
            self._kill_child(fault.kind.rpartition(" ")[2])
            return
        what = fault.kind.partition(" ")[2]
        names = [n for n in self.house.members if n != "sandbox"] if what == "all" else [what]
        self._away.update(names)
        how = signal.SIGTERM if fault.kind.startswith("restart") else signal.SIGKILL
        for name in names:
            self.house.members[name].kill(how)
        time.sleep(fault.seconds)
        for name in names:
            self.house.members[name].start()
        self._away.difference_update(names)

    def _kill_child(self, host: str) -> None:
        # The first one may be no pool child, so the last one is taken.
        if children := self.house.members[f"worker {host}"].children():
            with suppress(ProcessLookupError):
                os.kill(children[-1], signal.SIGKILL)

    def _wipe(self) -> None:
        with redis.Redis.from_url(self.house.redis_url, socket_timeout=30) as client:
            client.flushall()
        self.wiped_at = time.time()

    def _hang(self, fault: Fault) -> None:
        self.house.members["redis"].signal(signal.SIGSTOP)
        time.sleep(fault.seconds)
        self.house.members["redis"].signal(signal.SIGCONT)
