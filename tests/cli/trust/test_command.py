"""`sluice trust` as an admin types it: the table, the change of the book, and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner

from cli import main
from rules.rulebook.load import load
from tests.cli.trust.conftest import Trust
from tests.cli.trust.upgrades import decided, upgrades
from tests.desk import Desk
from worker import tasks
from worker.settings.load import load as load_settings

Rows = Callable[..., Path]


def test_a_file_of_decisions_gives_the_table_without_a_jira(trust: Trust, rows: Rows) -> None:
    said = trust("--issues", rows([*decided(30), {"summary": "Refactor the login"}]))
    assert said.exit_code == 0, said.output
    assert "decided.jsonl: 31 issues. People decided 30 values on 30 of them" in said.output
    assert "Class: people agreed 0 of 30 times (0%)" in said.output
    (line,) = (one for one in said.output.splitlines() if "class: tech_debt +2  " in one)
    assert line.split()[-2:] == ["need", "30"] and "0% to 11%" in line
    assert "Gate: nobody decided one." in said.output
    assert "An issue that nobody decided counts neither as right nor as wrong." in said.output


def test_few_decisions_are_said_to_be_few(trust: Trust, rows: Rows) -> None:
    said = trust("--issues", rows(decided(5))).output
    assert "(few)" in said and "Changes of the rulebook" not in said


def test_json_has_all_of_it(trust: Trust, rows: Rows) -> None:
    told = json.loads(trust("--issues", rows(decided(30, gate="Accept")), "--json").output)
    assert (told["version"], told["book"], told["decisions"]) == (1, "default", 60)
    (row,) = told["class"]["rows"]
    assert (row["name"], row["contradicted"], row["few"]) == ("tech_debt", 30, False)
    assert told["gate"]["confusion"] == [{"proposed": "accept", "decided": "accept", "count": 30}]
    (change,) = told["suggested"]["changes"]
    assert change["rule"] == "debt-of-moving-house"
    assert (change["right_before"], change["right_after"], change["of"]) == (0, 15, 15)


def test_the_suggested_book_is_valid_formatted_and_right_more_often(
    trust: Trust, rows: Rows, tmp_path: Path
) -> None:
    file = rows(decided(30))
    said = trust("--issues", file, "--patch", "shop.yaml")
    assert said.exit_code == 0 and "Written: shop.yaml" in said.stderr
    for words in (["check", "shop.yaml"], ["fmt", "--check", "shop.yaml"], ["lint", "shop.yaml"]):
        result = CliRunner().invoke(main, ["rules", *words])
        assert result.exit_code == 0, result.output
    after = trust("--issues", file, "--book", "shop.yaml")
    assert "Class: people agreed 30 of 30 times (100%)" in after.output
    assert "chosen on the" not in after.output


def test_the_other_kinds_of_issues_that_can_t_be_read_are_told_in_a_line(
    trust: Trust, rows: Rows, tmp_path: Path
) -> None:
    said = trust("--issues", rows([{"summary": "a", "cls": "bug"}]))
    assert said.exit_code == 1 and 'row 1: "cls" has to be one of' in said.stderr
    assert trust().exit_code == 1 and "name a project" in trust().stderr
    (tmp_path / "bad.jsonl").write_text("no json\n")
    said = trust("--issues", "bad.jsonl")
    assert said.exit_code == 1 and "not JSON" in said.stderr
    said = trust("--issues", rows([]), "--book", "none")
    assert said.exit_code == 1 and "no shipped rulebook has this name" in said.stderr


def test_nothing_decided_is_said_and_no_patch_is_written(
    trust: Trust, rows: Rows, tmp_path: Path
) -> None:
    said = trust("--issues", rows([{"summary": "Refactor it"}]), "--patch", "shop.yaml")
    assert said.exit_code == 0 and "Class: nobody decided one." in said.stdout
    assert "no patch is written" in said.stderr and not (tmp_path / "shop.yaml").exists()


def overrule(desk: Desk, count: int) -> None:
    """Create issues, let Sluice judge them, and set the class by hand."""
    for title, text in upgrades(count):
        issue = desk.sluice.person.create(title, text)
        desk.store.admit(issue)
        desk.triage(issue)
        assert desk.sluice.person.see(issue)["class"] == "Tech debt"
        desk.sluice.person.set(issue, **{"class": "Business need"})


def test_a_team_in_jira_sees_the_table_applies_the_patch_and_sees_it_right(
    desk: Desk, trust: Trust, tmp_path: Path
) -> None:
    overrule(desk, 30)
    before = trust("DEMO", "--patch", "books")
    assert before.exit_code == 0, before.output
    assert "DEMO: 30 issues. 1 person decided 30 values on 30 of them" in before.output
    assert "Class: people agreed 0 of 30 times (0%)" in before.output
    assert "right 0 of 15 → 15 of 15 on decisions that it was not chosen on" in before.output
    assert "sluice trust DEMO --book books/demo.yaml" in before.stderr
    tried = trust("DEMO", "--book", "books/demo.yaml")
    assert "Class: people agreed 30 of 30 times (100%)" in tried.output
    settings = tmp_path / "sluice.yaml"
    settings.write_text(settings.read_text("utf-8").replace("book: default", "book: demo"), "utf-8")
    tasks.this_process().close()
    tasks.configure(load_settings())
    after = trust("DEMO")
    assert "Compared with what the rulebook demo@" in after.output
    assert "Class: people agreed 30 of 30 times (100%)" in after.output
    assert "Changes of the rulebook" not in after.output


def test_decisions_before_the_days_do_not_count(desk: Desk, trust: Trust) -> None:
    overrule(desk, 2)
    assert "1 person decided 2 values" in trust("DEMO", "--days", "1").output
    said = trust("NONE")
    assert said.exit_code == 1 and "no project NONE: sluice.yaml has DEMO" in said.stderr


def test_a_file_can_be_judged_by_the_book_of_a_project(
    desk: Desk, trust: Trust, rows: Rows, tmp_path: Path
) -> None:
    (tmp_path / "team.yaml").write_text("book: team\ninclude: [minimal]\n", "utf-8")
    settings = tmp_path / "sluice.yaml"
    text = settings.read_text("utf-8").replace("book: default", "book: team.yaml")
    settings.write_text(text, "utf-8")
    tasks.configure(load_settings())
    said = trust("DEMO", "--issues", rows(decided(10)))
    assert said.exit_code == 0, said.output
    assert f"the rulebook team@{load(tmp_path / 'team.yaml').digest}" in said.output
