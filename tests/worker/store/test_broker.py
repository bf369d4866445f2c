"""The door to the queue: in the store's own Redis or in another one, with real processes."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from cli import main
from cli.demo_run.processes import Children
from cli.demo_run.redis_server import free_port
from sandbox import Sandbox
from tests.desk import STORY
from tests.live import SECRET, Person, environment
from tests.waiting import until
from tests.worker.processes import worker
from worker import tasks
from worker.store.broker import Broker
from worker.store.work_queue import Store

Env = dict[str, str]


@pytest.fixture
def broker_url(redis_url: str) -> str:
    """The address of another database than the store's."""
    return redis_url.removesuffix("/0") + "/1"


@pytest.fixture
def env(sandbox: Sandbox, redis_url: str, broker_url: str, tmp_path: Path) -> Env:
    """Give the environment of a process whose queue and store are in two Redis servers."""
    Person(sandbox).create("Where our capacity goes")
    return {**environment(sandbox, redis_url, tmp_path), "SLUICE_BROKER_URL": broker_url}


@contextmanager
def web(env: Env, folder: Path) -> Iterator[str]:
    """A `sluice web` process that answers; gives its address."""
    with Children(folder) as children:
        url = f"http://127.0.0.1:{(port := free_port())}"
        children.start("web", ["-m", "cli", "web", "--port", str(port)], {**os.environ, **env})

        def answers() -> bool:
            children.check()
            try:
                return bool(requests.get(f"{url}/nothing", timeout=2).status_code)
            except requests.ConnectionError:
                return False

        until(answers)
        yield url


def post(web: str, issue: str) -> requests.Response:
    """A signed event of an issue, as Jira sends it."""
    body = json.dumps({"webhookEvent": "jira:issue_updated", "issue": {"id": issue}}).encode()
    signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature": signature, "X-Atlassian-Webhook-Identifier": os.urandom(8).hex()}
    return requests.post(f"{web}/webhooks/main", body, headers=headers, timeout=20)


def pending(store: Store) -> list[str]:
    return list(store._redis.scan_iter("sluice:main:pending:*"))


def test_what_waits_in_a_queue_of_its_own_is_counted_there_and_triaged_by_a_worker(
    sandbox: Sandbox, env: Env, redis_url: str, broker_url: str, tmp_path: Path
) -> None:
    person, store = Person(sandbox), Store(redis_url, "main")
    issues = [person.create("Pay by invoice", STORY) for _ in range(3)]
    with web(env, tmp_path) as url:
        assert [post(url, issue).text for issue in issues] == ["queued\n"] * 3
        assert post(url, issues[0]).text == "queued already\n"
        assert (Broker(broker_url).waiting(), Broker(redis_url).waiting()) == (3, 0)
        assert requests.get(f"{url}/health", timeout=5).json()["waiting"] == 3
        assert "\nsluice_tasks_waiting 3.0\n" in requests.get(f"{url}/metrics", timeout=5).text
        with worker(env, tmp_path / "log"):
            until(lambda: not pending(store))
            assert [person.see(issue)["gate"] for issue in issues] == ["Accept"] * 3
            # A second event waits for the cool-down: this task is one that Celery delays.
            person.set(issues[0], gate="Defer")
            assert post(url, issues[0]).text == "queued\n"
            until(lambda: not pending(store))
            until(lambda: Broker(broker_url).waiting() == 0)
        assert store.health()["kept_verdict"] == 1 and store.dead() == []
    assert Broker(redis_url).waiting() == 0


def test_where_the_queue_alone_is_away_nothing_is_taken_and_check_names_the_variable(
    env: Env, redis_url: str, tmp_path: Path
) -> None:
    away = {**env, "SLUICE_BROKER_URL": f"redis://127.0.0.1:{free_port()}/0"}
    with web(away, tmp_path) as url:
        assert post(url, "10001").status_code == 503
        assert pending(Store(redis_url, "main")) == [], "the mark is taken back"
        assert requests.get(f"{url}/health", timeout=20).status_code == 503
    said = CliRunner().invoke(main, ["doctor"], env=away)
    tasks.this_process().close()
    assert said.exit_code == 1
    assert "sluice: SLUICE_BROKER_URL: Redis does not answer" in said.output


def test_what_a_worker_has_taken_and_not_confirmed_counts_as_waiting(redis_url: str) -> None:
    store = Store(redis_url, "main", tasks.message("main"))
    tasks.submit(store, "main", "10001")
    assert Broker(redis_url).waiting() == 1
    with tasks.app.connection_for_read(redis_url) as connection:
        taken = connection.default_channel.basic_get("sluice")
        assert json.loads(taken.body)[0] == ["main", "10001", 1]
        assert store._redis.llen("sluice") == 0 and Broker(redis_url).waiting() == 1
        taken.ack()
        assert Broker(redis_url).waiting() == 0
