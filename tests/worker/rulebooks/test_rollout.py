"""A new rulebook has an hour of trial: too many rewrites stop it, and a person lets it go on."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner, Result

from cli import main
from rules.problem import Problem
from rules.rulebook.load import load
from tests.worker.jobs.old_issues import old_issues
from tests.worker.team import BOOK, Team
from worker import tasks
from worker.jobs.reconcile import _is_full
from worker.process import Process
from worker.rulebooks import rollout
from worker.rulebooks.reload import RuleFiles
from worker.settings.load import load as settings
from worker.store.rollout_state import TRIAL_S, Standing

CAP = "    rewrite_cap: 2\n"


def command(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


@pytest.fixture
def capped(team: Team) -> Team:
    """A project with five issues that its first book decided; a new one may rewrite two."""
    team.configure(CAP)
    team.issues = [team.judged() for _ in range(5)]
    return team


def scores(team: Team) -> list[float]:
    return [team.score_of(issue) for issue in team.issues]


def retriage(team: Team) -> list[str]:
    for issue in team.issues:
        team.desk.store.requeue(issue)
    return [team.desk.triage(issue) for issue in team.issues]


def test_a_book_that_rewrites_too_much_is_rolled_back_to_the_one_before(
    capped: Team, caplog: pytest.LogCaptureFixture
) -> None:
    capped.write(BOOK.format(base=55))
    with caplog.at_level(logging.ERROR, "sluice"):
        retriage(capped)
    assert scores(capped) == [55, 55, 40, 40, 40]
    assert "is rolled back: more than 2 issues rewritten in its first hour" in caplog.text
    assert capped.score() == 40
    retriage(capped)
    assert scores(capped) == [40] * 5, "the active book takes back what the rolled back one did"


def test_reconciling_foresees_too_many_rewrites_and_stops_the_book_before_the_first(
    capped: Team,
) -> None:
    capped.write(BOOK.format(base=55))
    done = tasks.reconcile_site("main")
    assert (done.read, done.queued) == (6, 0)
    assert "would rewrite 5 issues, and the limit of its first hour is 2" in done.stopped[0]
    assert scores(capped) == [40] * 5
    assert retriage(capped) == ["unchanged"] * 5


def test_status_and_health_ask_and_approve_lets_the_book_go_on(capped: Team) -> None:
    capped.write(BOOK.format(base=55))
    said = command("reconcile")
    assert said.exit_code == 1 and "sluice rules approve DEMO" in said.output
    status = command("rules", "status").output
    assert (
        "is rolled back: it would rewrite at least 5 issues" in status
        and "rules approve DEMO" in status
    )
    health = requests.get(f"{capped.desk.sluice.web}/health", timeout=5).json()
    assert "a new rulebook is rolled back" in health["status"]
    assert health["books"]["main"]["DEMO"]["trial"]["stopped"] == 5
    assert command("rules", "approve", "DEMO").exit_code == 0
    tasks.this_process().rulebooks.hurry()
    assert command("reconcile").output.endswith("5 stale and queued\n")
    retriage(capped)
    assert scores(capped) == [55] * 5
    assert requests.get(f"{capped.desk.sluice.web}/health", timeout=5).json()["status"] == "ok"


def test_there_is_nothing_to_approve_where_no_book_waits(capped: Team) -> None:
    assert "no new rulebook to approve" in command("rules", "approve", "DEMO").output
    assert "no project NONE: sluice.yaml has DEMO" in command("rules", "approve", "NONE").output


def test_as_many_rewrites_as_are_allowed_stop_nothing(capped: Team) -> None:
    capped.issues = capped.issues[:2]
    capped.write(BOOK.format(base=55))
    retriage(capped)
    retriage(capped)
    assert scores(capped) == [55, 55]
    trial = capped.standing().trial
    assert trial and (trial.rewritten, trial.stopped) == (2, None)


def test_new_issues_are_no_rewrites(capped: Team) -> None:
    capped.write(BOOK.format(base=55))
    assert [capped.score() for _ in range(4)] == [55] * 4
    trial = capped.standing().trial
    assert trial and trial.rewritten == 0


def test_the_first_write_on_an_issue_that_was_there_before_a_trial_counts(capped: Team) -> None:
    desk = capped.desk
    old = old_issues(desk.jira, 4)
    capped.write(BOOK.format(base=55))
    for issue in old:
        desk.store.admit(issue)
        desk.triage(issue)
    trial = capped.standing().trial
    assert trial and trial.rewritten == 2 and trial.stopped == 3, "the limit is two"


def test_a_file_that_is_mended_has_a_trial_of_its_own(capped: Team) -> None:
    capped.write(BOOK.format(base=55))
    retriage(capped)
    capped.write(BOOK.format(base=60))
    assert capped.score() == 60
    assert capped.standing().trial and not capped.standing().stopped


def test_the_old_file_put_back_ends_the_trial(capped: Team) -> None:
    capped.write(BOOK.format(base=55))
    retriage(capped)
    capped.write(BOOK.format(base=40))
    assert capped.score() == 40
    assert capped.standing().trial is None


def test_after_an_hour_and_a_full_pass_the_new_book_is_active(capped: Team) -> None:
    capped.issues = capped.issues[:1]
    for issue in capped.desk.sluice.person.ask("GET", "search/jql?jql=project=DEMO")["issues"][1:]:
        if issue["id"] not in capped.issues:
            capped.desk.sluice.person.ask("DELETE", f"issue/{issue['id']}")
    capped.write(BOOK.format(base=55))
    assert capped.score() == 55
    begun = capped.standing()
    soon = datetime.now(UTC) + timedelta(seconds=TRIAL_S + 1)
    assert not begun.over(soon), "no pass has looked through the issues by it"
    tasks.reconcile_site("main")
    begun = capped.standing()
    assert begun.trial and begun.over(soon)
    assert not begun.over(datetime.now(UTC))
    long_ago = replace(begun.trial, since=datetime.fromtimestamp(0, UTC)).to_json()
    capped.desk.store._redis.hset("sluice:main:book:DEMO", "rollout", json.dumps(long_ago))
    tasks.this_process().rulebooks.hurry()
    assert capped.score() == 55
    assert capped.standing() == Standing(begun.trial.digest, None, begun.trial.digest)


def test_a_new_book_makes_the_next_pass_look_at_everything(capped: Team) -> None:
    tasks.reconcile_site("main")
    now, process = datetime.now(UTC), tasks.this_process()
    assert not _is_full(process, process.site_triage("main").projects["DEMO"], now)
    capped.write(BOOK.format(base=55))
    assert _is_full(process, process.site_triage("main").projects["DEMO"], now)


def test_a_process_made_anew_while_the_file_is_bad_goes_by_the_last_good_book(team: Team) -> None:
    started = settings()
    team.write(BOOK.format(base=55))
    assert team.score() == 55
    team.write("rules: [")
    assert team.score() == 55
    anew = Process(started)  # as a child that is forked from the worker's first process
    issue = team.desk.issue()
    assert anew.triage("main", issue, datetime.now(UTC)).status == "written"
    assert team.score_of(issue) == 55
    anew.close()


def test_the_last_good_book_is_not_one_that_was_rolled_back(capped: Team) -> None:
    started = settings()
    capped.write(BOOK.format(base=55))
    retriage(capped)
    capped.write("rules: [")
    anew = Process(started)
    issue = capped.desk.issue()
    anew.triage("main", issue, datetime.now(UTC))
    assert capped.score_of(issue) == 40
    anew.close()


def test_what_redis_holds_of_an_older_version_and_nobody_can_read_is_left_alone() -> None:
    assert rollout._kept("book: [") is None and rollout._kept(None) is None


def test_a_broken_include_that_is_mended_is_noticed(team: Team, tmp_path: Path) -> None:
    assert team.score() == 40
    more = tmp_path / "more.yaml"
    more.write_text("book: more\nrules: [\n", "utf-8")
    team.write("include: [more.yaml]\n" + BOOK.format(base=70))
    assert team.score() == 40
    more.write_text(BOOK.format(base=1).replace("story", "other"), "utf-8")
    tasks.this_process().rulebooks.hurry()
    assert team.score() == 70


def test_one_process_proves_a_file_for_all_and_the_others_wait(team: Team) -> None:
    ledger = team.desk.store.ledger
    proved: list[int] = []
    wrong = (Problem("team.yaml", 1, "wrong"),)

    def prove() -> tuple[Problem, ...]:
        assert ledger.check_once("contents", lambda: ()) is None, "another one is at it"
        proved.append(1)
        return wrong

    assert ledger.check_once("contents", prove) == wrong
    assert ledger.check_once("contents", prove) == wrong
    assert len(proved) == 1


def test_while_another_process_proves_the_file_the_book_stays(tmp_path: Path) -> None:
    file = tmp_path / "team.yaml"
    file.write_text(BOOK.format(base=40), "utf-8")
    book, books = load(file), RuleFiles()
    file.write_text(BOOK.format(base=55), "utf-8")
    assert books.look(file, book, lambda *_: None).book is book
    found = books.look(file, book, lambda _, prove: prove())
    assert found.book.base == 55 and found.changed
    again = books.look(file, book, lambda *_: None)
    assert again.book is found.book and not again.changed


def test_a_book_beside_the_live_one_is_counted_and_never_written(
    team: Team, tmp_path: Path
) -> None:
    rejects = "  - {id: never, when: type = Task, gate: reject, because: No.}\n"
    (tmp_path / "next.yaml").write_text(BOOK.format(base=90) + rejects, "utf-8")
    team.configure("    shadow: next.yaml\n")
    issue = team.judged()
    seen = team.desk.sluice.person.see(issue)
    assert (seen["gate"], seen["score"]) == ("Accept", 40)
    status = command("rules", "status").output
    assert "in shadow: team@" in status and "accept → reject: 1" in status
    key = team.desk.sluice.person.ask("GET", f"issue/{issue}")["key"]
    assert f"{key}: accept → reject" in status
    explained = command("explain", key).output
    assert "With the rulebook team@" in explained and "in shadow" in explained


def test_a_candidate_that_breaks_is_told_and_the_last_good_one_goes_on(
    team: Team, tmp_path: Path
) -> None:
    beside = tmp_path / "next.yaml"
    beside.write_text(BOOK.format(base=90), "utf-8")
    team.configure("    shadow: next.yaml\n")
    assert team.score() == 40
    beside.write_text("book: next\nrules: []\n", "utf-8")
    tasks.this_process().rulebooks.hurry()
    assert team.score() == 40
    assert f"{beside}:2:" in command("rules", "status").output


def test_a_book_is_found_by_its_name_in_the_folder_of_rule_files(
    team: Team, tmp_path: Path
) -> None:
    (tmp_path / "books").mkdir()
    named = tmp_path / "books" / "ours.yaml"
    named.write_text(BOOK.format(base=33), "utf-8")
    team.configure("", book="ours")
    assert team.score() == 33
    named.write_text(BOOK.format(base=34), "utf-8")
    tasks.this_process().rulebooks.hurry()
    assert team.score() == 34


def test_standing_is_empty_after_redis_was_wiped_and_the_book_goes_on(capped: Team) -> None:
    capped.write(BOOK.format(base=55))
    assert capped.score() == 55
    capped.desk.store._redis.flushall()
    assert capped.standing() == Standing()
    tasks.this_process().rulebooks.hurry()
    assert capped.score() == 55
    assert capped.standing().active and capped.standing().trial is None


def test_commands_work_while_the_rule_file_is_broken_and_name_the_book_that_judges(
    team: Team,
) -> None:
    issue = team.judged()
    key = team.desk.jira.model.issues[issue].key if hasattr(team.desk.jira, "model") else issue
    team.file.write_text("rules: [", "utf-8")
    for words in (["rules", "status"], ["dead", "list"], ["report"], ["explain", key]):
        tasks.this_process().close()
        result = command(*words)
        assert result.exit_code == 0, result.output
        assert "team.yaml:" in result.stderr and "judges" in result.stderr
    assert "no new rulebook to approve" in command("rules", "approve", "DEMO").output
    assert "a file can't be used" in command("rules", "status").output


def test_a_changed_file_is_noticed_without_an_event(team: Team) -> None:
    assert team.score() == 40
    team.write(BOOK.format(base=55))
    tasks.look()
    assert team.standing().trial is not None
