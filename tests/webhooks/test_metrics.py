"""`GET /metrics`: numbers for Prometheus, read from Redis at each scrape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from cli.demo_run.redis_server import RedisServer
from rules.problem import Problem
from sandbox import Sandbox
from tests.live import Live, live
from worker.store.rulebook_values import BookStatus
from worker.store.work_queue import DeadLetter

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
BOOK = BookStatus("team", "team.yaml", "abc", 3, False, AT)


@pytest.fixture
def door(sandbox: Sandbox, redis_url: str, tmp_path: Path) -> Iterator[Live]:
    with live(sandbox, redis_url, tmp_path) as found:
        yield found


def scraped(door: Live) -> Callable[..., float]:
    """The value of a metric by its name and all its labels' values."""
    answer = requests.get(f"{door.web}/metrics", timeout=5)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/plain")
    found = {
        (sample.name, frozenset(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    return lambda name, *labels: found[name, frozenset(labels)]


def test_work_and_dead_letters_are_counted(door: Live) -> None:
    door.store.bury(DeadLetter("7", "no", "2026-11-23T12:00:00+00:00"))
    door.store.count("kept_priority", "kept_priority")
    found = scraped(door)
    assert found("sluice_tasks_waiting") == 0
    assert found("sluice_dead_letters", "main") == 1
    assert found("sluice_triages_total", "main", "dead") == 1
    assert found("sluice_kept_values_total", "main", "priority") == 2


def test_a_bad_rule_file_is_told_with_file_line_and_reason(door: Live) -> None:
    message = 'when, column 3: unknown field "tipe": 不\\n\ud800'
    odd = Problem('books/"odd".yaml', 4, message, "a")
    other = Problem("C:\\b.yaml", 1, "x")
    door.store.ledger.report("DEMO", replace(BOOK, wrong=(odd, other)))
    found = scraped(door)
    reason = f"rule a: {message[:-1]}?"
    assert found("sluice_rulebook", "main", "DEMO", "team", "abc") == 1
    assert found("sluice_rule_file_bad", "main", "DEMO", 'books/"odd".yaml', "4", reason) == 1
    assert found("sluice_rule_file_bad", "main", "DEMO", "C:\\b.yaml", "1", "x") == 1


def test_a_stopped_book_and_what_a_shadow_would_decide_are_told(door: Live) -> None:
    ledger = door.store.ledger
    ledger.report("DEMO", BOOK)
    ledger.settle("DEMO", "abc", "{}")
    ledger.begin("DEMO", "def", "{}", datetime.now(UTC))
    ledger.spend("DEMO", "def", "1", 5)
    ledger.stop("DEMO", "def", 900)
    ledger.count_shadow("DEMO", "DEMO-1", "ghi", "accept", "reject")
    found = scraped(door)
    assert found("sluice_rulebook_stopped", "main", "DEMO") == 900
    assert found("sluice_rulebook_rewritten", "main", "DEMO") == 1
    assert found("sluice_shadow", "main", "DEMO", "ghi", "accept", "reject") == 1


def test_without_redis_there_are_no_metrics_but_a_503(sandbox: Sandbox, tmp_path: Path) -> None:
    with RedisServer(tmp_path) as redis, live(sandbox, redis.url, tmp_path) as door:
        redis.stop()
        assert requests.get(f"{door.web}/metrics", timeout=20).status_code == 503
