"""`sluice rules explain` as a person types it: a book, an issue of a file, an issue of the site."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from tests.cli.shell import Shell
from tests.cli.test_commands import DEBT

BOOK = """\
book: ours
fields: {Customer Tier: name}
measures: {pain: {weight: 2}}
bands: [{from: 0, priority: Low}]
base: 40
rules:
  - {id: gold, when: '"Customer Tier" = Gold', points: {pain: 9}, because: A gold customer.}
  - {id: debt, when: 'type = Bug or labels = debt', class: {tech_debt: 3}, because: {zh: 债。}}
  - {id: old, when: 'created < "2026-01-01"', gate: defer, because: It is old.}
  - {id: quiet, when: 'summary ~ "refactor*"', gate: review, because: Look., shadow: true}
"""
ISSUES = """\
{"key": "SHOP-1", "summary": "Login fails", "type": "Bug"}
{"key": "SHOP-2", "summary": "Invoices", "created": "2025-12-30"}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ours.yaml"
    path.write_text(BOOK, "utf-8")
    (tmp_path / "issues.jsonl").write_text(ISSUES)
    return path


def run(*arguments: str | Path, status: int = 0) -> str:
    """Run a command that has to end with this status. Return its output."""
    result = CliRunner().invoke(main, ["rules", "explain", *map(str, arguments)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == status, result.output
    return result.stdout if status == 0 else result.stderr


def test_a_book_is_explained_in_plain_words(file: Path) -> None:
    said = run(file)
    assert "If Customer Tier is Gold,\n     pain gets +9." in said
    assert "3. Does it pass the gate?" in said and "quiet  (shadow rule: it does not count)" in said
    assert "Reason: 债。" in run(file, "--language", "zh")
    assert max(map(len, said.splitlines())) <= 100


def test_an_issue_on_the_command_line_is_judged_by_the_book(file: Path) -> None:
    said = run(file, "--summary", "Tidy", "--type", "Task", "--label", "debt", "--why-not")
    assert "class     tech_debt" in said and "rulebook  ours@" in said
    assert "  old\n" in said.partition("Rules that did not fire:")[2]


def test_an_issue_of_a_file_is_found_by_number_or_key(file: Path) -> None:
    issues = file.with_name("issues.jsonl")
    assert run(file, "--issue", f"{issues}#1").startswith("SHOP-1  Login fails\n")
    said = run(file, "--issue", f"{issues}#SHOP-2", "--now", "2026-02-01")
    assert "gate      defer" in said
    assert "has no issue 3" in run(file, "--issue", f"{issues}#3", status=1)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--issue", "issues.jsonl"), "write file#number or file#key"),
        (("--issue", "no.jsonl#1"), "no.jsonl: can't be read"),
        (("--issue", "a#1", "--summary", "b"), "not both"),
        (("--type", "Bug"), "need --summary"),
        (("--book", "default"), "need the key of an issue"),
        (("--summary", "a", "--now", "soon"), "--now soon is not a day"),
    ],
)
def test_what_does_not_go_together_is_told(
    file: Path, arguments: tuple[str, ...], told: str
) -> None:
    assert told in run(file, *arguments, status=1)


def test_an_unknown_book_is_told_in_a_line() -> None:
    assert 'did you mean "default"?' in run("defualt", status=1)


def test_a_live_issue_is_judged_by_another_book_and_nothing_is_written(
    shell: Shell, file: Path
) -> None:
    shell.person.create("Refactor all", DEBT)
    assert (
        "the site has no field" in shell.fails("rules", "explain", "DEMO-2", "--book", str(file))[0]
    )
    file.write_text(
        BOOK.replace("fields: {Customer Tier: name}\n", "").replace('"Customer Tier"', "type")
    )
    said = shell.does("rules", "explain", "DEMO-2", "--book", str(file))
    assert "rulebook  ours@" in said and "With the rules in shadow:" in said
    assert said.index("gate      accept") < said.index("gate      review")
    live = shell.does("rules", "explain", "DEMO-2")
    assert live == shell.does("explain", "DEMO-2") and "ours@" not in live
    assert shell.requests("PUT") == 0
    shell.jira.model.add_project("NONE")
    shell.person.create("Refactor all", DEBT, project="NONE")
    (line,) = shell.fails("rules", "explain", "NONE-1", "--book", "default")
    assert "its project is not in sluice.yaml" in line


def test_the_text_models_votes_and_words_are_shown() -> None:
    words = ["rules", "explain", "default", "--summary", "Refactor the duplicated retry loop"]
    said = CliRunner().invoke(main, words).output
    assert "by rules and text)" in said and "\n  model     " in said
    assert "  text      tech_debt +" in said and "Words that suggest this class: " in said
    assert "refactor" in said.split("Words that suggest this class: ")[1].splitlines()[0]
