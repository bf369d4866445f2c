"""The first contact with a site: old issues wait until a backfill, which writes each once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from connector.client import JiraRefused
from rules.facts.times import moment
from sandbox import Sandbox
from tests.live import Live, calls, environment, live
from tests.waiting import until
from tests.worker.jobs.old_issues import old_issues
from tests.worker.processes import ROOT
from worker import tasks
from worker.jobs import bulk
from worker.jobs.backfill import Plan, backfill, count, preview, projects_of
from worker.jobs.bulk_work import Leased, Shown, Stopped, Tally, Write
from worker.jobs.pace import Pace
from worker.jobs.undo import Undo, undo
from worker.process import Process
from worker.settings.load import load
from worker.store.broker import QUEUE
from worker.store.leases import LEASE_S
from worker.store.site.first_contact import EVER
from worker.store.work_queue import Store


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "ROUND_S", 0.1)


@pytest.fixture
def new_site(sandbox: Sandbox, redis_url: str, tmp_path: Path) -> Iterator[Live]:
    """A site with ten old issues. Sluice's web process has just started on it."""
    old_issues(sandbox, 11)  # the first one takes the reports
    with live(sandbox, redis_url, tmp_path, start="when told") as found:
        yield found


def plan(**more: object) -> Plan:
    return Plan("main", projects_of(tasks.this_process().site_triage("main")), **more)  # type: ignore[arg-type]


def run(a_plan: Plan, pace: float = 1000.0) -> Tally:
    return backfill(tasks.this_process(), a_plan, Pace(pace), Shown())


def puts(jira: Sandbox) -> int:
    return jira.log.count(method="PUT", account="sluice")


def triaged(sluice: Live, issue: str) -> str:
    sluice.store.admit(issue)
    return str(tasks.triage("main", issue))


def test_on_a_new_site_old_issues_wait_and_new_ones_are_triaged(new_site: Live) -> None:
    done = tasks.reconcile_site("main")
    assert (done.read, done.queued, done.waiting) == (11, 0, 10)
    assert triaged(new_site, "10001") == "left alone", "an event on an old issue"
    assert calls(new_site.jira, "10001") == (1, 0)
    assert triaged(new_site, new_site.person.create("Pay by invoice")) == "written"
    assert puts(new_site.jira) == 1


def test_health_tells_who_waits_and_what_to_say(new_site: Live) -> None:
    assert "backfill" not in requests.get(f"{new_site.web}/health", timeout=60).json()
    tasks.reconcile_site("main")
    told = requests.get(f"{new_site.web}/health", timeout=60).json()
    assert told["backfill"] == {"main": "10 issues wait: sluice backfill"}
    run(plan())
    assert "backfill" not in requests.get(f"{new_site.web}/health", timeout=60).json()


def test_a_backfill_writes_each_old_issue_once_with_one_get_and_one_put(new_site: Live) -> None:
    assert run(plan()) == Tally(written=10, unchanged=1)
    ids = list(new_site.jira.model.issues)[1:]
    assert [calls(new_site.jira, one) for one in ids] == [(1, 1)] * 10
    assert all(new_site.person.see(one)["gate"] for one in ids)
    assert run(plan()).written == 0, "and nothing is left for another one"


def test_after_a_backfill_of_everything_all_issues_are_kept_up(new_site: Live) -> None:
    run(plan(jql="key = DEMO-2"))
    assert tasks.reconcile_site("main").waiting == 9
    run(plan())
    assert new_site.store.contact.start("DEMO") == EVER
    (late,) = old_issues(new_site.jira, 1)
    assert triaged(new_site, late) == "written"


def test_a_query_narrows_a_backfill_and_never_leaves_the_projects(new_site: Live) -> None:
    new_site.jira.model.add_project("OTHER")
    new_site.person.create("Not ours", project="OTHER")
    wide = plan(jql="summary ~ invoice OR project = OTHER ORDER BY created DESC")
    assert count(tasks.this_process().site_triage("main"), wide) == 4
    assert run(wide) == Tally(written=3, unchanged=1)


def test_a_limit_bounds_the_writes(new_site: Live) -> None:
    assert run(plan(limit=3)).written == 3
    assert puts(new_site.jira) == 3
    assert run(plan(limit=3)).written == 3


def test_a_preview_shows_classes_verdicts_and_samples_and_writes_nothing(new_site: Live) -> None:
    found = preview(tasks.this_process().site_triage("main"), plan(), 100, Shown())
    assert (found.read, found.cells.total()) == (11, 10)
    assert {kind for kind, _ in found.cells} >= {"business_need", "tech_debt"}
    kinds = [one.assessment.classification.kind for one in found.samples if one.assessment]
    assert len(kinds) == 10 and len(set(kinds[:2])) == 2, "the first samples differ"
    assert puts(new_site.jira) == 0


def test_a_lost_start_makes_old_issues_wait_again_and_keeps_up_what_has_a_record(
    new_site: Live,
) -> None:
    run(plan())
    old_issues(new_site.jira, 2)
    new_site.store._redis.flushall()
    for issue in ("10001", "10002"):
        new_site.person.set(issue, summary="Refactor the payment module, which is debt")
    assert triaged(new_site, "10001") == "written", "its record says that Sluice was here"
    done = tasks.reconcile_site("main")
    assert done.waiting == 2 and done.queued == 1


def test_what_was_created_before_redis_was_lost_a_moment_ago_is_still_triaged(
    new_site: Live,
) -> None:
    issue = new_site.person.create("Pay by invoice")
    new_site.store._redis.flushall()
    assert triaged(new_site, issue) == "written"
    begun = new_site.store.contact.start("DEMO")
    created = moment(new_site.jira.model.issues[issue].values["created"])
    assert begun and created and begun < created


def test_an_installation_of_an_earlier_version_goes_on_as_before(
    sandbox: Sandbox, redis_url: str, tmp_path: Path
) -> None:
    Store(redis_url, "main")._redis.set("sluice:main:watermark", "2026-11-01T00:00:00+00:00")
    _, old = old_issues(sandbox, 2)
    with live(sandbox, redis_url, tmp_path, start="when told") as sluice:
        assert triaged(sluice, old) == "written"


def test_a_start_can_be_a_date(sandbox: Sandbox, redis_url: str, tmp_path: Path) -> None:
    _, old = old_issues(sandbox, 2)
    (later,) = old_issues(sandbox, 1, "2026-06-01T09:00:00.000+0000")
    with live(sandbox, redis_url, tmp_path, start="2026-01-01") as sluice:
        assert [triaged(sluice, one) for one in (old, later)] == ["left alone", "written"]


def test_a_pass_with_too_many_first_writes_queues_none_of_the_old_ones(
    sandbox: Sandbox, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_issues(sandbox, 11)
    queued: list[str] = []
    monkeypatch.setattr(tasks, "enqueue", lambda _, issue, *__: queued.append(issue))
    with live(sandbox, redis_url, tmp_path) as sluice:
        config = tmp_path / "sluice.yaml"
        config.write_text(config.read_text() + "    rewrite_cap: 9\n")
        done = reconfigured(redis_url, tmp_path)
        assert queued == [] and "10 old issues" in done and "`sluice backfill`" in done
        new = sluice.person.create("Pay by invoice")
        reconfigured(redis_url, tmp_path)
        assert queued == [new], "it came after the last pass"


def reconfigured(redis_url: str, folder: Path) -> str:
    """Take what sluice.yaml says now, and reconcile. Return what was stopped."""
    env = {
        "SLUICE_CONFIG": str(folder / "sluice.yaml"),
        "SLUICE_REDIS_URL": redis_url,
        "SLUICE_MAIN_TOKEN": "token-sluice",
        "SLUICE_MAIN_SECRET": "a secret of the tests",
    }
    tasks.configure(load(env))
    return "\n".join(tasks.reconcile_site("main").stopped)


def test_noting_the_start_keeps_no_connection_open_over_the_fork_of_a_worker(
    new_site: Live,
) -> None:
    process = Process()
    process.begin(new_site.settings)
    process.begin_work()
    assert not process._stores


def test_two_backfills_of_a_site_do_not_run_at_once(new_site: Live) -> None:
    lease = new_site.store.leases.take("backfill")
    assert lease and lease.renew()
    with pytest.raises(Leased):
        run(plan())
    lease.release()
    assert run(plan()).written == 10


def test_a_busy_site_pauses_a_backfill_and_makes_no_dead_letter(new_site: Live) -> None:
    new_site.jira.faults.set(rate_503=1.0, only_path="issue/10003$", times=1)
    done = run(plan())
    assert done.written == 10 and not new_site.store.dead()


def test_what_jira_says_of_one_issue_is_a_dead_letter_and_stops_no_other(
    new_site: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, lock, once = bulk.Bulk._write, threading.Lock(), [True]

    def refuse_one(run: bulk.Bulk[object], what: Write) -> None:
        with lock:
            first, once[0] = once[0], False
        refuse() if first else write(run, what)

    monkeypatch.setattr(bulk.Bulk, "_write", refuse_one)
    assert run(plan()) == Tally(written=9, unchanged=1, dead=1)
    assert len(new_site.store.dead()) == 1


def test_events_go_first(new_site: Live) -> None:
    redis, said = new_site.store._redis, list[str]()
    redis.lpush(QUEUE, "a task")

    def say(why: str) -> None:
        said.append(why)
        if why:
            assert puts(new_site.jira) == 0
            redis.delete(QUEUE)

    backfill(tasks.this_process(), plan(), Pace(1000.0), Shown(say=say))
    assert "1 event first" in said and puts(new_site.jira) == 10


def test_refusals_of_every_issue_stop_a_backfill(
    new_site: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST_REFUSED", 3)
    tasks.this_process().site_triage("main")
    a_plan = plan()
    monkeypatch.setattr(bulk.Bulk, "_write", refuse)
    with pytest.raises(Stopped, match="in a row"):
        run(a_plan)


def refuse(*_: object) -> None:
    raise JiraRefused("https://j answered 400: no")


def test_a_value_that_a_person_set_before_sluice_came_is_kept(
    new_site: Live,
) -> None:
    new_site.person.set("10001", **{"class": "Exploration"})
    run(plan())
    assert new_site.person.see("10001")["class"] == "Exploration"


def half_a_minute_later(redis_url: str) -> None:
    """Let the lease and the locks of a killed run be over."""
    redis = Store(redis_url, "main")._redis
    for key in ("sluice:main:chore:*", "sluice:main:lock:*"):
        for one in redis.scan_iter(key):
            redis.delete(one)


@pytest.mark.parametrize(
    ("issues", "kills"), [(40, [15]), pytest.param(200, [40, 80, 120], marks=pytest.mark.slow)]
)
def test_a_backfill_that_is_killed_writes_each_issue_once(
    sandbox: Sandbox, redis_url: str, tmp_path: Path, issues: int, kills: list[int]
) -> None:
    _, *ids = old_issues(sandbox, issues + 1)
    env = {**os.environ, **environment(sandbox, redis_url, tmp_path, start="when told")}
    command = [sys.executable, "-m", "cli", "backfill", "--yes"]
    for wanted in kills:
        process = subprocess.Popen(command, cwd=ROOT, env=env)
        until(lambda wanted=wanted: puts(sandbox) >= wanted)  # type: ignore[misc]
        os.kill(process.pid, signal.SIGKILL)
        process.wait(LEASE_S)
        half_a_minute_later(redis_url)
    subprocess.run(command, cwd=ROOT, env=env, check=True, timeout=300)
    writes = [sandbox.log.stats()[one]["writes"] for one in ids]
    assert writes == [1] * issues


def test_data_center_is_counted_by_its_total_backfilled_and_undone(
    redis_url: str, tmp_path: Path
) -> None:
    with Sandbox(deployment="datacenter") as jira:
        _, *ids = old_issues(jira, 5)
        with live(jira, redis_url, tmp_path, start="when told") as sluice:
            assert count(tasks.this_process().site_triage("main"), plan()) == 5
            assert run(plan()) == Tally(written=4, unchanged=1)
            assert [calls(jira, one) for one in ids] == [(1, 1)] * 4
            back = Undo("main", ("DEMO",), datetime.now(UTC) - timedelta(hours=1))
            done, _ = undo(tasks.this_process(), back, Pace(1000.0), Shown())
            assert done.written == 4
            assert [sluice.person.see(one)["gate"] for one in ids] == [None] * 4
            assert tasks.reconcile_site("main").queued == 0
