"""The `sluice` command as a person types it: what it prints, what it writes, how it fails."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.cli.shell import Shell
from tests.live import environment
from worker.store.work_queue import DeadLetter

STORY = "As a shopper I want to pay by invoice so that I can order. 40 customers ask."
DEBT = "Refactor the payment module: technical debt"


def test_triage_writes_once_and_then_has_nothing_to_write(shell: Shell) -> None:
    issue = shell.person.create("Pay by invoice", STORY)
    said = shell.does("triage", "DEMO-2")
    assert (
        said.startswith("DEMO-2  Pay by invoice\n  class     business_need") and "Written:" in said
    )
    assert shell.person.see(issue)["class"] == "Business need"
    assert "Nothing to write" in shell.does("triage", issue)
    assert shell.requests("PUT") == 1


def test_a_dry_run_shows_what_would_change_and_writes_nothing(shell: Shell) -> None:
    issue = shell.person.create("Pay by invoice", STORY)
    said = shell.does("triage", "DEMO-2", "--dry-run")
    assert "Sluice Class: empty → Business need" in said and "comment, new:" in said
    said = shell.does("triage", "DEMO-2", "--dry-run", "--json")
    assert set(json.loads(said)) == {"fields", "update", "properties"}
    assert shell.person.see(issue)["gate"] is None
    assert shell.requests("PUT") + shell.requests("POST") == 0


def test_explain_names_the_rules_that_fired_and_writes_nothing(shell: Shell) -> None:
    shell.person.create(DEBT, STORY)
    said = shell.does("explain", "DEMO-2")
    assert "Rules that fired:" in said and "tech_debt" in said and "did not fire" not in said
    assert shell.requests("PUT") + shell.requests("POST") == 0
    told = json.loads(shell.does("explain", "DEMO-2", "--json"))
    assert (told["key"], told["class"]) == ("DEMO-2", "business_need")
    assert "learned" not in told


def test_half_an_emoji_in_a_title_stops_neither_triage_nor_explain_nor_report(shell: Shell) -> None:
    issue = shell.person.create("Pay by invoice", STORY)
    stored = shell.jira.model.keys["DEMO-2"].values
    stored |= {"summary": "Pay by invoice \ud83d", "description": f"{STORY} \ude00"}
    assert "Pay by invoice \ufffd" in shell.does("triage", issue)
    assert shell.person.see(issue)["class"] == "Business need"
    assert "Nothing to write" in shell.does("triage", issue)
    assert "Pay by invoice \ufffd" in shell.does("explain", issue, "--why-not")
    assert json.loads(shell.does("explain", issue, "--json"))["key"] == "DEMO-2"
    assert shell.does("report")
    assert "comment added on DEMO-1" in shell.does("report", "--post")


def test_explain_why_not_names_the_clause_and_the_value_it_saw(
    shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text(
        """\
book: mine
about: {en: For a test}
classify: {}
measures:
  pain: {about: {en: Pain}, weight: 10}
rules:
  - id: hurts
    when: labels = outage and summary ~ payment
    points: {pain: 5}
    because: {en: It hurts}
  - id: said-so
    when: summary ~ "refactor*"
    class: {tech_debt: 5}
    because: {en: It says so}
""",
        encoding="utf-8",
    )
    shell.env = environment(shell.jira, shell.env["SLUICE_REDIS_URL"], tmp_path, book="mine.yaml")
    shell.person.create(DEBT, labels=["backend"])
    silent = shell.does("explain", "DEMO-2", "--why-not").partition("Rules that did not fire:")[2]
    assert "hurts" in silent and "labels = outage" in silent and "value: backend" in silent
    assert "payment" not in silent, "that clause held"
    assert "said-so" not in silent


def test_a_second_reconcile_reads_by_pages_and_writes_nothing(shell: Shell) -> None:
    path = Path(shell.env["SLUICE_CONFIG"])
    path.write_text(path.read_text("utf-8") + "    rewrite_cap: 300\n", "utf-8")
    for number in range(249):
        load(shell.jira, f"Pay by invoice {number}")
    said = shell.does("reconcile")
    assert said == "main: 250 issues read, 249 stale and queued\n"
    mark = shell.jira.log.last_seq()
    assert shell.does("reconcile", "--site", "main") == said
    assert shell.requests("GET", "search", mark) + shell.requests("POST", "search", mark) == 3
    assert shell.requests("GET", "/issue/", mark) == 1, "the id of the issue of the reports"
    assert shell.requests("PUT") == 0


def load(jira: Sandbox, summary: str) -> None:
    """Put an issue into the sandbox without HTTP: hundreds take no time."""
    model = jira.model
    project = model.projects["DEMO"]
    values = {"summary": summary, "description": STORY}
    model.insert(project, values, model.accounts.by_name["pm"])


def test_after_its_triage_an_issue_is_not_stale(shell: Shell) -> None:
    shell.person.create("Pay by invoice", STORY)
    shell.does("triage", "DEMO-2")
    assert shell.does("reconcile") == "main: 2 issues read, 0 stale and queued\n"


def test_the_report_is_shown_and_only_written_when_asked(shell: Shell) -> None:
    shown = shell.does("report")
    assert "How the capacity was used: DEMO" in shown and "No work was seen" in shown
    assert shell.requests("PUT") == 0
    assert "comment added on DEMO-1" in shell.does("report", "--post")
    assert shell.person.see("DEMO-1")["comments"][0].count("Sluice capacity") == 1
    assert "comment same on DEMO-1" in shell.does("report", "--post", "--project", "DEMO")
    assert len(shell.person.see("DEMO-1")["comments"]) == 1


def test_the_report_of_a_week_comes_as_json_page_and_picture(shell: Shell, tmp_path: Path) -> None:
    files = [str(tmp_path / name) for name in ("week.html", "week.png")]
    week = shell.does("report", "--week", "2026-W47", "--html", files[0], "--png", files[1])
    assert week == ""
    assert "2026-11-16 to 2026-11-23" in (tmp_path / "week.html").read_text("utf-8")
    assert (tmp_path / "week.png").read_bytes().startswith(b"\x89PNG")
    found = json.loads(shell.does("report", "--week", "2026-W47", "--json"))
    assert (found["week"], found["unit"], found["total"]) == ("2026-W47", "person_days", 0)
    (line,) = shell.fails("report", "--week", "W47")
    assert line == "sluice: W47 is no week: write one such as 2026-W47"
    (line,) = shell.fails("report", "--week", "2990-W02")
    assert line == "sluice: 2990-W02 is not over: its report is due on 2990-01-18 09:00"
    (line,) = shell.fails("report", "--png", str(tmp_path / "none" / "week.png"))
    assert "can't be written" in line


def test_a_project_that_fails_stops_no_other_report(shell: Shell) -> None:
    shell.jira.model.add_project("BARE")
    path = Path(shell.env["SLUICE_CONFIG"])
    more = "projects:\n  NOPE: {report: {issue: DEMO-1}}\n  BARE: {}\n"
    path.write_text(path.read_text("utf-8").replace("projects:\n", more), "utf-8")
    result = shell.run("report", "--post")
    assert result.exit_code == 1
    assert "DEMO: " in result.stdout and "comment added on DEMO-1" in result.stdout
    refused, unset = result.stderr.splitlines()
    assert refused.startswith("sluice: NOPE: http") and "'NOPE' does not exist" in refused
    assert unset == "sluice: BARE: set projects.BARE.report.issue in sluice.yaml"


def test_the_report_issue_itself_is_no_work(shell: Shell) -> None:
    (line,) = shell.fails("triage", "DEMO-1")
    assert "DEMO-1" in line and "report" in line


def test_dead_letters_are_listed_replayed_and_dropped(shell: Shell) -> None:
    assert shell.does("dead", "list") == "no dead letters\n"
    shell.store.bury(DeadLetter("7", "answered 400: no", "2026-11-23T10:00:00+00:00"))
    shell.store.bury(DeadLetter("8", "ValueError: x", "2026-11-23T11:00:00+00:00", detail="Trace"))
    assert "main 7  2026-11-23T10:00:00+00:00  answered 400: no\n" in shell.does("dead", "list")
    assert "Trace" not in shell.does("dead", "list")
    assert "Trace\n2 dead letters" in shell.does("dead", "list", "--detail")
    assert shell.does("dead", "replay", "7") == "main 7: queued\n"
    assert shell.store.begin("7").events is not None
    assert shell.does("dead", "drop", "--all") == "main 7: dropped\nmain 8: dropped\n"
    assert shell.store.dead() == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["dead", "drop"], "give issue ids"),
        (["dead", "replay", "7", "--all"], "give issue ids"),
        (["dead", "replay", "99"], "no dead letter for 99"),
        (["dead", "list", "--site", "nowhere"], "--site has to be one of: main"),
        (["triage", "DEMO-999"], "404: Issue does not exist"),
        (["explain", "DEMO-999"], "404: Issue does not exist"),
        (["triage", "../../admin"], "'../../admin' is not an issue id or key"),
        (["triage", "OTHER-1"], "its project is not in sluice.yaml"),
        (["triage", "DEMO-2", "--site", "x"], "--site has to be one of: main"),
        (["report", "--project", "NOPE"], "no project NOPE: sluice.yaml has DEMO"),
        (["rules", "check", "nowhere.yaml"], "nowhere.yaml:1: can't be read"),
    ],
)
def test_a_mistake_of_a_person_is_a_line_and_status_1(
    shell: Shell, arguments: list[str], words: str
) -> None:
    shell.jira.model.add_project("OTHER")
    shell.person.create("Elsewhere", project="OTHER")
    assert any(words in line for line in shell.fails(*arguments))


COMMANDS = [
    ["triage", "DEMO-1"],
    ["explain", "DEMO-1"],
    ["reconcile"],
    ["report"],
    ["dead", "list"],
    ["check"],
    ["worker"],
    ["beat"],
    ["web"],
]


def test_web_says_in_a_line_that_its_port_is_taken(shell: Shell) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = str(listening.getsockname()[1])
        (line,) = shell.fails("web", "--port", port)
    assert line.startswith(f"sluice: can't listen on 127.0.0.1:{port}: ") and "--port" in line


@pytest.mark.parametrize("arguments", COMMANDS)
def test_broken_settings_are_told_by_every_command(shell: Shell, arguments: list[str]) -> None:
    Path(shell.env["SLUICE_CONFIG"]).write_text("sites: {}\nprojects: 3\n", "utf-8")
    lines = shell.fails(*arguments)
    assert len(lines) >= 2 and all(line.startswith("sluice: ") for line in lines)
    assert any("sluice.yaml:2: " in line for line in lines)


@pytest.mark.parametrize("arguments", COMMANDS[:-3])
def test_without_redis_every_command_says_so_in_a_line(shell: Shell, arguments: list[str]) -> None:
    lines = shell.fails(*arguments, SLUICE_REDIS_URL="redis://127.0.0.1:1/0")
    assert len(lines) == 1 and "Redis does not answer: " in lines[0]


@pytest.mark.parametrize("arguments", [*COMMANDS[:4], ["check"]])
def test_without_jira_every_command_says_so_in_a_line(shell: Shell, arguments: list[str]) -> None:
    path = Path(shell.env["SLUICE_CONFIG"])
    path.write_text(path.read_text("utf-8").replace(shell.jira.url, "http://127.0.0.1:1"), "utf-8")
    (line,) = shell.fails(*arguments)
    assert "http://127.0.0.1:1 does not answer: Connection refused" in line


def test_a_report_is_not_posted_while_a_worker_posts(shell: Shell) -> None:
    shell.person.create("Where our capacity goes")
    with shell.store.leases.held("report") as alone:
        assert alone
        (line,) = shell.fails("report", "--post")
    assert "DEMO: a worker posts reports at the moment" in line
    assert "comment added" in shell.does("report", "--post")
