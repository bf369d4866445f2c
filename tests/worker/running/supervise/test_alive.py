"""Whether the loop of a process turns."""

from __future__ import annotations

import time

from worker.running.supervise import alive


def test_a_process_consumes_from_its_first_turn_until_it_stands_still_or_stops() -> None:
    alive.stop()
    assert not alive.is_consuming()
    alive.turn()
    assert alive.is_consuming()
    assert not alive.is_consuming(lambda: time.monotonic() + alive.SILENT_S + 1)
    alive.stop()
    assert not alive.is_consuming()
