"""CONTRIBUTING, "How to add a metric": done with an invented one, how often Jira was busy."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.howto.copy_of_sluice import CopyOfSluice
from tests.live import Person, environment

pytestmark = pytest.mark.slow

SCRAPE = """
from webhooks.app import create_app
print(create_app().test_client().get("/metrics").text)
"""

TRIAGE = """
import sys
from worker.settings.load import load
from worker.tasks import configure, this_process, triage

configure(load())
this_process().store("main").requeue(sys.argv[1])
print(triage("main", sys.argv[1]))
"""


def add_metric(copy: CopyOfSluice) -> None:
    """Add the metric as the how-to says: count it where it happens, show it."""
    counted = '        self.store.count(f"busy_{busy.scope}")'
    copy.insert("worker/failures/attempt.py", "self.store.ended(", counted)
    shown = """\
        about = "Triages that were put off because Jira was busy"
        yield _counter("sluice_put_off", about, "scope", _named(counts, "busy_"))
"""
    copy.insert("webhooks/metrics.py", "yield from self._books()", shown.rstrip())


def test_a_metric_takes_two_files_and_counts_what_happens(
    copy: CopyOfSluice, sandbox: Sandbox, redis_url: str, tmp_path: Path
) -> None:
    add_metric(copy)
    assert copy.touched == {"worker/failures/attempt.py", "webhooks/metrics.py"}
    told = environment(sandbox, redis_url, tmp_path, book="minimal")
    issue = Person(sandbox).create("Add gift cards")
    sandbox.faults.set(rate_429=1.0, times=1, only={"path": "/issue/"})

    assert copy.run(TRIAGE, issue, **told) == "busy\n"
    scraped = copy.run(SCRAPE, **told).splitlines()
    assert "# TYPE sluice_put_off_total counter" in scraped
    counts = [line for line in scraped if line.startswith("sluice_put_off_total{")]
    assert len(counts) == 1 and 'site="main"' in counts[0] and counts[0].endswith("} 1.0")
