"""What is counted, and that dashboard and alerts ask for metrics that are there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from rules.problem import Problem
from sandbox import Sandbox
from tests.live import Live, live
from tests.webhooks.test_metrics import BOOK
from webhooks.measures import MOST_RULES, of_work
from worker.running.health.heartbeat import Pulse
from worker.store.trouble.signs import Signs
from worker.store.work_queue import Store

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


@pytest.fixture
def door(sandbox: Sandbox, redis_url: str, tmp_path: Path) -> Iterator[Live]:
    with live(sandbox, redis_url, tmp_path) as found:
        yield found


def names_in(queries: str) -> set[str]:
    found = set(re.findall(r"\bsluice_[a-z_]+", queries))
    return {name.removesuffix("_bucket") for name in found}


def test_dashboard_and_alerts_ask_for_metrics_that_exist(door: Live) -> None:
    Pulse(door.settings.redis_url, "web").beat(Signs(door.settings.redis_url))
    store = door.store
    store.ledger.report("DEMO", BOOK)
    store.count("kept_priority", "triage_written")
    store.tally.add("delivery_queue", "jira_200_ok", "retry_site", "buried_bug", "fired_DEMO:a")
    store.tally.note("triage")
    store.tally.flush()
    store.deliveries.refuse("malformed")
    store.deliveries.flush()
    store.passes.note_short("DEMO", datetime.now(UTC))
    text = requests.get(f"{door.web}/metrics", timeout=60).text
    there = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    dashboard = json.loads((DEPLOY / "grafana" / "sluice.json").read_text("utf-8"))
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    alerts = (DEPLOY / "prometheus" / "alerts.yml").read_text("utf-8")
    exprs = [line for line in alerts.splitlines() if "expr:" in line]
    asked = names_in(" ".join([*queries, *exprs]))
    assert len(asked) > 12 and asked <= there


def test_the_alerts_do_as_their_tests_say() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("no promtool on the PATH: apt-get install prometheus")
    for command in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"]):
        done = subprocess.run(
            [promtool, *command], cwd=DEPLOY / "prometheus", capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_each_metric_has_its_row_in_the_reference(door: Live) -> None:
    door.store.ledger.report("DEMO", replace(BOOK, wrong=(Problem("a", 1, "b"),)))
    text = requests.get(f"{door.web}/metrics", timeout=60).text
    there = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
    page = (ROOT / "docs" / "reference" / "metrics.md").read_text("utf-8")
    assert not {name for name in there if f"`{name}" not in page}


def test_of_many_rules_those_that_fired_most_are_kept(redis_url: str) -> None:
    store = Store(redis_url, "main")
    store.tally.add("fired_DEMO:often", "fired_DEMO:often")
    store.tally.add(*(f"fired_DEMO:r{number}" for number in range(MOST_RULES + 50)))
    store.tally.flush()
    rows = next(one.rows for one in of_work({"main": store}) if one.name == "sluice_rule_firings")
    assert len(rows) == MOST_RULES and rows and (("main", "DEMO", "often"), 2.0) in rows
