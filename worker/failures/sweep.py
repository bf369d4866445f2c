"""Sweep in a thread of each worker: queue the issues again whose task died with another one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection

from rules.vocabulary.plural import many
from worker.store.redis import StoreDown
from worker.store.work_queue import Store

SWEEP_S = 1.0

log = logging.getLogger("sluice")


class Sweeper:
    """Sweeps the sites again and again. It needs no beat, and no worker that is free.

    `queue` queues an issue: site, issue id. A store that queues by itself does not need it.
    """

    def __init__(self, stores: Collection[Store], queue: Callable[[str, str], None]) -> None:
        self._stores, self._queue = stores, queue
        self._over = threading.Event()
        self._adopted: set[str] = set()
        self._thread = threading.Thread(target=self._go, name="sweep", daemon=True)

    def start(self) -> None:
        """Begin to sweep."""
        self._thread.start()

    def stop(self) -> None:
        """End it."""
        self._over.set()

    def _go(self) -> None:
        while not self._over.wait(SWEEP_S):
            for store in self._stores:
                try:
                    self._adopt(store)
                    sweep(store, self._queue)
                except StoreDown as down:  # the worker's own connection says so loudly
                    log.debug("%s is swept later: %s", store.site, down)
                except Exception:
                    log.exception("%s could not be swept", store.site)

    def _adopt(self, store: Store) -> None:
        """List once what an older version left."""
        if store.site not in self._adopted:
            if found := store.lost.adopt():
                log.warning("%s: %s of an older version found", store.site, many(found, "mark"))
            self._adopted.add(store.site)


def sweep(store: Store, queue: Callable[[str, str], None]) -> list[str]:
    """Queue the issues of a site again whose task was lost. Return them."""
    lost = store.lost.sweep()
    if not store.queues:
        for issue_id in lost:
            queue(store.site, issue_id)
    if lost:
        log.warning("%s: %s queued again", store.site, many(len(lost), "lost issue"))
    return lost
