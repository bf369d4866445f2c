"""`sluice rules backtest` as a person types it: over a file, over a site, into reports."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli import main
from sandbox import Sandbox
from tests.live import Person, environment
from tests.waiting import PATIENCE_S
from worker import tasks

ROOT = Path(__file__).resolve().parents[3]
DAY = "2026-11-23"

ROWS = [
    {"key": "A-1", "summary": "App crashes", "type": "Bug", "description": "Blocked."},
    {"key": "A-2", "summary": "Add a dark theme", "type": "Story", "description": "Nice."},
    {"key": "A-3", "summary": "Something", "type": "Task"},
]

MINE = """\
book: mine
fields: {Tribe: name}
measures: {pain: {weight: 4}}
bands: [{from: 0, priority: Low}]
rules:
  - {id: debt, when: type = Bug, class: {tech_debt: 3}, because: It is broken.}
  - {id: theirs, when: Tribe = Core, gate: defer, because: The other team does it.}
  - {id: all, when: summary is not empty, gate: review, because: A person looks at all.}
"""

HOSTILE = "<script>alert(1)</script> \x1b[31mred\x1b[0m \u202eevil \ud800 {{ 7*7 }}"


def run(*arguments: str, **env: str) -> Result:
    """Run a command in this process; a traceback fails the test."""
    tasks.this_process().close()
    result = CliRunner().invoke(main, ["rules", "backtest", *arguments], env=env)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def does(*arguments: str, **env: str) -> str:
    result = run(*arguments, **env)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "issues.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in ROWS))
    return path


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(MINE)
    return path


def compare(rows: Path, mine: Path, *more: str) -> str:
    return does("--old", "minimal", "--new", str(mine), "--issues", str(rows), *more)


def test_rows_hold_what_either_book_declares_of_a_custom_field(tmp_path: Path, rows: Path) -> None:
    book = tmp_path / "launch.yaml"
    book.write_text(
        "book: launch\nfields: {Launch: date, Tier: name}\nrules:\n"
        "  - {id: a, when: Launch < 2026-12-01 and Tier = 1, gate: defer, because: b}\n"
    )
    quiet = tmp_path / "quiet.yaml"
    quiet.write_text(
        "book: quiet\nrules: [{id: b, when: votes > 9, gate: review, because: Loved.}]\n"
    )
    rows.write_text('{"summary": "x", "Launch": "2026-11-30", "Tier": 1}\n')
    for side, moves in (("--old", "defer → accept"), ("--new", "accept → defer")):
        other = "--new" if side == "--old" else "--old"
        assert moves in does(side, str(book), other, str(quiet), "--issues", str(rows))


def test_it_shows_who_moves_and_why(rows: Path, mine: Path) -> None:
    said = compare(rows, mine, "--now", DAY)
    assert said.startswith("3 issues judged\n  old  minimal@")
    assert "Verdicts: 2 of 3 change" in said
    assert "A-1  App crashes\n    verdict accept → review" in said
    assert "    + all: gate: review · A person looks at all." in said
    assert "    - hurts: points: pain +8 · It stops people at their work." in said
    assert "Rules of the new rulebook that never fire (1):\n  theirs\n" in said
    assert "Writes: about 3 issues" in said


def test_a_rule_of_both_books_that_never_fires_is_listed_once(mine: Path, rows: Path) -> None:
    said = does("--old", str(mine), "--new", str(mine), "--issues", str(rows))
    assert said.count("\n  theirs\n") == 1
    assert "Rules of both rulebooks that never fire (1):\n  theirs\n" in said
    assert "1 never fires" in said


def test_without_an_old_book_it_shows_what_the_new_one_does(rows: Path, mine: Path) -> None:
    said = does("--new", str(mine), "--issues", str(rows), "--limit", "2")
    assert said.startswith("2 issues judged\n  new  mine@")
    assert "Verdicts:\n  review  2\n" in said and "Changed issues" not in said


def test_reasons_come_in_the_language_that_is_asked_for(rows: Path, mine: Path) -> None:
    assert "它让人干不下去。" in compare(rows, mine, "--language", "zh")


def test_a_book_that_only_says_it_in_other_words_writes_the_comment_alone(
    rows: Path, mine: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(MINE.replace("A person looks at all.", "Somebody has to look."))
    said = does("--old", str(mine), "--new", str(other), "--issues", str(rows))
    assert "Changed issues: none" in said
    assert "Writes: about 3 issues, 3 of them only the comment" in said


def test_rules_in_shadow_count_only_where_that_is_asked_for(
    rows: Path, mine: Path, tmp_path: Path
) -> None:
    shadow = tmp_path / "shadow.yaml"
    shadow.write_text(MINE.replace("id: all,", "id: all, shadow: true,"))
    arguments = ("--old", str(shadow), "--new", str(shadow), "--issues", str(rows))
    assert "Changed issues: none" in does(*arguments)
    said = does(*arguments, "--with-shadow")
    assert "Verdicts: 3 of 3 change" in said and "+ all: gate: review" in said


def test_the_data_for_machines_is_one_object(rows: Path, mine: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    compare(rows, mine, "--json", str(file), "--now", DAY)
    data = json.loads(file.read_text("utf-8"))
    assert data["issues"] == 3 and data["moved"] == 2
    assert {move["key"] for move in data["moves"]} == {"A-1", "A-2"}
    assert json.loads(compare(rows, mine, "--json", "-", "--now", DAY)) == data


def test_rows_that_are_no_issues_are_told_and_the_rest_is_judged(rows: Path, mine: Path) -> None:
    rows.write_text("not json\n" + rows.read_text() + '{"key": "A-9"}\n')
    said = compare(rows, mine)
    assert said.startswith("3 issues judged, 2 could not be judged\n")
    assert f"{rows}:1: not JSON" in said and f"{rows}:5: an issue must be" in said


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "choose the issues by one of"),
        (["--issues", "{rows}", "--days", "3"], "choose the issues by one of"),
        (["--issues", "{rows}", "--now", "soon"], "--now soon is not a day or time"),
        (["--issues", "{rows}", "--html", "{rows}/no/such/folder"], "can't be written"),
        (["--issues", "{empty}"], "no issue to judge"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(
    arguments: list[str], complaint: str, rows: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    filled = [argument.format(rows=rows, empty=empty) for argument in arguments]
    result = run("--new", "minimal", *filled)
    assert result.exit_code == 1
    assert complaint in result.stderr and "Traceback" not in result.output


def test_a_bad_book_is_told_with_its_line(rows: Path, mine: Path) -> None:
    mine.write_text(MINE.replace("type = Bug", "tipe = Bug"))
    result = run("--new", str(mine), "--issues", str(rows))
    assert result.exit_code == 1 and f"{mine}:6: rule debt: " in result.stderr


def test_an_old_report_stays_where_the_new_one_fails(rows: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    report.write_text("the old one")
    result = run("--new", "nothing", "--issues", str(rows), "--html", str(report))
    assert result.exit_code == 1 and report.read_text() == "the old one"
    assert not list(tmp_path.glob(".report*"))


# ── the report to look at ──


@pytest.fixture
def page(rows: Path, mine: Path, tmp_path: Path) -> Path:
    hostile = {"key": "<b>K</b>", "summary": HOSTILE, "type": "Bug", "description": "Blocked."}
    rows.write_text(rows.read_text() + json.dumps(hostile) + "\n")
    file = tmp_path / "report.html"
    compare(rows, mine, "--html", str(file), "--now", DAY)
    return file


def test_the_report_needs_no_other_file_and_loads_none(page: Path) -> None:
    text = page.read_text("utf-8")
    assert "default-src 'none'" in text and "App crashes" in text
    assert not re.search(r"(src|href)=|@import|url\(|https?:", text)


def test_text_of_an_issue_runs_nowhere(page: Path, rows: Path, mine: Path) -> None:
    text = page.read_text("utf-8")
    assert text.count("<script") == 1 and "<b>K" not in text
    assert html.escape("<script>alert(1)</script>", quote=False) in text and "{{ 7*7 }}" in text
    said = compare(rows, mine)
    for shown in (text, said):
        assert not re.search("[\x1b\u202e\ud800]", shown)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        pytest.skip("no chromium and chromedriver on the PATH")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run")
    for flag in (*flags, "--disable-background-networking", f"--user-data-dir={tmp_path / 'b'}"):
        options.add_argument(flag)
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield started
    started.quit()


@pytest.mark.browser
def test_a_cell_of_the_matrix_shows_only_its_issues(page: Path, browser: Any) -> None:
    browser.get(page.as_uri())

    def shown() -> list[str]:
        keys = browser.find_elements("css selector", ".moves > li:not([hidden]) .key")
        return sorted(key.text for key in keys)

    assert shown() == ["<b>K</b>", "A-1", "A-2"]
    cell = "button[data-facet=verdict][data-old=defer]"
    browser.find_element("css selector", cell).click()
    assert shown() == ["A-2"]
    browser.find_element("id", "all").click()
    browser.find_element("id", "find").send_keys("app crashes")
    assert shown() == ["A-1"]
    assert [e for e in browser.get_log("browser") if e["level"] == "SEVERE"] == []


# ── over a site ──


@pytest.fixture
def env(sandbox: Sandbox, redis_url: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    found = environment(sandbox, redis_url, tmp_path, book="minimal")
    person = Person(sandbox)
    person.create("Where our capacity goes")  # takes the weekly report: it is no work
    person.create("App crashes", "The till is blocked.", type="Bug")
    person.create("Add a dark theme", "Nice to have.", type="Story")
    yield found
    tasks.this_process().close()


def writes(sandbox: Sandbox) -> int:
    return sum(sandbox.log.count(method=m, account="sluice") for m in ("PUT", "DELETE"))


def test_the_live_book_is_the_old_one_and_nothing_is_written(
    env: dict[str, str], sandbox: Sandbox, mine: Path
) -> None:
    mine.write_text(
        MINE.replace("fields: {Tribe: name}\n", "").replace("Tribe = Core", "type = Epic")
    )
    said = does("--new", str(mine), "--days", "30", **env)
    assert said.startswith("2 issues judged\n  old  minimal@")
    assert "DEMO-2  App crashes" in said and "DEMO-1" not in said
    assert "Writes: about 2 issues" in said
    assert writes(sandbox) == 0


def test_issues_that_say_so_already_need_no_write(env: dict[str, str], sandbox: Sandbox) -> None:
    for key in ("DEMO-2", "DEMO-3"):
        result = CliRunner().invoke(main, ["triage", key], env=env)
        assert result.exit_code == 0, result.output
    said = does("--new", "minimal", "--jql", "project = DEMO", "--project", "DEMO", **env)
    assert "Changed issues: none" in said and "Writes: about 0 issues" in said


def test_what_a_person_set_is_kept_by_both_books(
    env: dict[str, str], sandbox: Sandbox, mine: Path
) -> None:
    mine.write_text(
        MINE.replace("fields: {Tribe: name}\n", "").replace("Tribe = Core", "type = Epic")
    )
    Person(sandbox).set("DEMO-2", gate="Accept")
    said = does("--new", str(mine), "--days", "30", "--json", "-", **env)
    verdicts = {(c["old"], c["new"]): c["issues"] for c in json.loads(said)["matrix"]["verdict"]}
    assert verdicts["accept", "accept"] == 1


def test_fields_that_only_the_new_book_asks_for_have_to_be_on_the_site(
    env: dict[str, str], mine: Path
) -> None:
    result = run("--new", str(mine), "--days", "30", **env)
    assert result.exit_code == 1 and "tribe" in result.stderr


def test_a_query_that_jira_refuses_is_told_in_its_words(env: dict[str, str]) -> None:
    result = run("--new", "minimal", "--jql", "no such thing = 1", **env)
    assert result.exit_code == 1 and "Traceback" not in result.output
    assert "answered 400" in result.stderr


def test_a_project_that_is_not_under_the_gate_is_told(env: dict[str, str]) -> None:
    result = run("--new", "minimal", "--days", "3", "--project", "SHOP", **env)
    assert result.exit_code == 1 and "sluice.yaml has DEMO" in result.stderr


# ── as a process ──


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "cli", "rules", "backtest", *arguments]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A suite that a shell runs in the background ignores Ctrl-C, and its children would too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def test_ctrl_c_ends_it_cleanly(tmp_path: Path) -> None:
    pipe, report = tmp_path / "pipe.jsonl", tmp_path / "report.html"
    os.mkfifo(pipe)
    process = start("--new", "minimal", "--issues", str(pipe), "--html", str(report))
    with pipe.open("w") as rows:
        # A pipe holds 64 KB: once more is written, the command is in the middle of reading it.
        rows.write((json.dumps(ROWS[0]) + "\n") * 2000)
        rows.flush()
        process.send_signal(signal.SIGINT)
        said, complaint = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert "interrupted after" in complaint and "Traceback" not in said + complaint
    assert not report.exists()


@pytest.mark.slow
def test_five_thousand_issues_take_no_more_memory_than_one_thousand(
    shared: Path, tmp_path: Path
) -> None:
    """Peak memory of the process, with the issues of the backlog."""
    backlog = str(shared / "issues" / "backlog.jsonl")

    def peak(limit: int) -> int:
        code = (
            "import resource, sys\nfrom cli import main\n"
            "try: main()\nexcept SystemExit as end: assert not end.code, end.code\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
        )
        arguments = ["--old", "minimal", "--new", "default", "--issues", backlog]
        reports = ["--html", str(tmp_path / "r.html"), "--limit", str(limit)]
        done = subprocess.run(
            [sys.executable, "-c", code, "rules", "backtest", *arguments, *reports],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        return int(done.stderr.split()[-1])

    assert peak(5000) < 1.15 * peak(1000)
