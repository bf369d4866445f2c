"""Hosts whose files differ judge by one book, and nobody writes against anybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cli import main
from sandbox import Sandbox
from tests.desk import STORY
from tests.live import Live, environment, live
from tests.worker.team import BOOK
from worker.jobs.reconcile import reconcile
from worker.process import Process
from worker.rulebooks import status
from worker.rulebooks.sources import ABSENT, Seen, takes_over
from worker.settings.load import load
from worker.store.work_queue import Store

START = datetime.now(UTC)
PASSES = 11
"""Passes of 330 seconds, one each half a minute."""


class Host:
    """A host with a folder of its own: its worker's passes and triages run when a test says so."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, sluice: Live) -> None:
        self.folder, self.monkeypatch, self.sluice = folder, monkeypatch, sluice
        self.process = Process()

    def start(self) -> Host:
        self.monkeypatch.setenv("SLUICE_CONFIG", str(self.folder / "sluice.yaml"))
        self.process.begin(load())
        return self

    def write(self, base: int, newline: str = "\n") -> None:
        text = BOOK.format(base=base).replace("\n", newline)
        (self.folder / "team.yaml").write_bytes(text.encode())

    def look(self) -> str:
        self.process.rulebooks.hurry()
        self.process.look()
        return self.process.config().projects["DEMO"].book.digest

    def pass_(self, now: datetime, full: bool | None = True) -> list[str]:
        found: list[str] = []
        self.process.rulebooks.hurry()
        self.process.look()
        reconcile(self.process, "main", now, full, lambda *it: found.append(it[2]))
        return found

    def triage(self, issue: str) -> str:
        return self.process.triage("main", issue, datetime.now(UTC)).status


Pair = tuple[Host, Host, Live]


@pytest.fixture
def pair(
    sandbox: Sandbox, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Pair]:
    folders = [tmp_path / name for name in ("a", "b")]
    for folder, base in zip(folders, (40, 55), strict=True):
        folder.mkdir()
        (folder / "team.yaml").write_text(BOOK.format(base=base), "utf-8")
        for name, value in environment(sandbox, redis_url, folder, "team.yaml").items():
            monkeypatch.setenv(name, value)
    with live(sandbox, redis_url, folders[0], "team.yaml") as sluice:
        sluice.person.create("Where our capacity goes")
        one, two = (Host(folder, monkeypatch, sluice).start() for folder in folders)
        yield one, two, sluice
        one.process.close()
        two.process.close()


def writes(sluice: Live) -> int:
    return sluice.jira.log.count(method="PUT", account="sluice")


def passes(hosts: tuple[Host, ...], times: int = PASSES) -> None:
    """Passes of all hosts in turn; what one of them queues, any of them triages."""
    for number in range(times):
        now = datetime.now(UTC) + timedelta(seconds=30 * number)
        for here in hosts:
            for index, issue in enumerate(here.pass_(now)):
                hosts[(number + index) % len(hosts)].triage(issue)


def lines(sluice: Live) -> str:
    return "\n".join(status.of_site(sluice.store.ledger, ["DEMO"])["DEMO"].differ)


def six_issues(sluice: Live, *hosts: Host) -> list[str]:
    issues = [sluice.person.create("Pay by invoice", STORY) for _ in range(6)]
    for number, issue in enumerate(issues):
        hosts[number % len(hosts)].triage(issue)
    return issues


def scores(sluice: Live, issues: list[str]) -> set[float]:
    return {float(sluice.person.see(issue)["score"]) for issue in issues}


def test_two_hosts_with_different_rule_files_write_nothing_without_an_event(
    pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    one, two, sluice = pair
    issues = six_issues(sluice, one, two)
    passes((one, two), 2)  # the first settling
    before = writes(sluice)
    passes((one, two))
    assert writes(sluice) == before
    assert len(scores(sluice, issues)) == 1, "all hosts judge by one book"
    assert "hosts have different rule files" in lines(sluice)
    assert "hosts have different rule files" in caplog.text
    health = requests.get(f"{sluice.web}/health", timeout=5).json()
    assert "hosts have different rule files" in health["status"]
    assert "hosts have different rule files" in health["books"]["main"]["DEMO"]["hosts_differ"][0]
    told = CliRunner().invoke(main, ["rules", "status"]).output
    assert "hosts have different rule files" in told and "sluice rules take DEMO" in told
    assert caplog.text.count("hosts have different rule files") <= 2, "once for each host"


def test_a_new_rule_file_that_reaches_the_hosts_one_by_one_is_taken_once(pair: Pair) -> None:
    one, two, sluice = pair
    two.write(40)
    two.start()
    issues = six_issues(sluice, one, two)
    passes((one, two), 2)
    assert lines(sluice) == ""
    one.write(70)
    passes((one, two), 2)
    assert scores(sluice, issues) == {70.0}
    before = writes(sluice)
    passes((one, two))
    two.write(70)
    passes((two, one))
    assert writes(sluice) == before
    assert lines(sluice) == ""


def test_a_host_that_comes_back_with_old_files_follows(pair: Pair) -> None:
    one, two, sluice = pair
    two.write(40)
    two.start()
    issues = six_issues(sluice, one, two)
    one.look(), two.look()
    one.write(70)
    passes((one,), 2)
    before = writes(sluice)
    two.start()  # it slept for a week
    passes((one, two))
    assert writes(sluice) == before and scores(sluice, issues) == {70.0}
    assert "hosts have different rule files" in lines(sluice)


def test_a_rule_file_that_is_put_back_on_one_host_judges_again_on_all(pair: Pair) -> None:
    one, two, _ = pair
    two.write(40)
    two.start()
    old = one.look()
    assert two.look() == old
    two.write(70)
    new = two.look()
    assert new != old and one.look() == new
    two.write(40)
    assert two.look() == old and one.look() == old


def test_a_host_that_is_behind_and_catches_up_changes_nothing(pair: Pair) -> None:
    one, two, _ = pair
    two.write(40)
    two.start()
    one.look(), two.look()
    one.write(60)
    one.look()
    one.write(70)
    newest = one.look()
    two.write(60)  # a file that the other host has left already
    assert two.look() == newest == one.look()


def test_times_and_line_endings_of_a_checkout_make_no_difference(pair: Pair) -> None:
    one, two, sluice = pair
    two.write(40, "\r\n")
    two.start()
    assert one.look() == two.look()
    assert lines(sluice) == ""


def test_after_redis_is_wiped_two_hosts_agree_again(pair: Pair, redis_url: str) -> None:
    one, two, sluice = pair
    six_issues(sluice, one, two)
    Store(redis_url, "main").ledger.connection.client.flushall()
    passes((one, two), 2)
    before = writes(sluice)
    passes((one, two))
    assert writes(sluice) == before


def test_two_hosts_with_different_settings_write_nothing_without_an_event(pair: Pair) -> None:
    one, two, sluice = pair
    two.write(40)
    config = two.folder / "sluice.yaml"
    config.write_text(config.read_text("utf-8") + "    language: zh\n", "utf-8")
    two.start()
    six_issues(sluice, one, two)
    passes((one, two), 5)
    before = writes(sluice)
    passes((one, two))
    assert writes(sluice) == before
    assert "hosts have different settings of the project in sluice.yaml" in lines(sluice)


@given(st.booleans(), st.sampled_from(["a", "b", None]))
def test_a_file_that_no_host_had_takes_over_whatever_was_there_before(
    missing: bool, before: str | None
) -> None:
    assert takes_over("new", "b", Seen(before, known=False, missing=missing))


def test_a_known_file_takes_over_by_an_act_or_if_nobody_has_what_judges() -> None:
    assert takes_over("a", "b", Seen("b", known=True, missing=False))
    assert not takes_over("a", "b", Seen("a", known=True, missing=True))
    assert not takes_over("a", "b", Seen(None, known=True, missing=True))
    assert takes_over("a", "b", Seen("a", known=True, missing=True, absent=ABSENT))
