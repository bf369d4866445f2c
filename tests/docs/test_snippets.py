"""Every command and snippet of the documents works, or is listed as one that no test runs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rules.rulebook import yaml_source
from rules.rulebook.load import parse_book
from sandbox import Sandbox
from tests import console
from tests.console import Block
from tests.docs.pages import DOCS, DOCUMENTS, ROOT, name
from tests.live import Person
from worker.settings.load import load
from worker.tasks import this_process

TUTORIAL = DOCS / "tutorial" / "practice-jira.md"  # test_tutorial.py runs it
LINT = DOCS / "reference" / "lint.md"  # test_lint_page.py runs its snippets
BLOCKS = [
    (document, block)
    for document in DOCUMENTS
    if document not in (TUTORIAL, LINT)
    for block in console.blocks(document)
]
LANGUAGES = {"yaml", "console", "shell", "jsonl", "json"}

# Each block of commands that no test runs, by its first command. Another one needs a reason here.
NOT_RUN = {
    "make demo     # watch it triage 50 issues on a practice Jira": (
        "tests/cli/demo_run/test_command.py"
    ),
    ".venv/bin/sluice demo --issues FILE.jsonl --limit 500 --exit": (
        "tests/cli/demo_run/test_command.py"
    ),
    "sluice sandbox --port 8090 --project SHOP --project PAY": "tests/cli/test_sandbox.py",
    "sluice report --project SHOP                          # the last seven days": (
        "tests/cli/test_commands.py and tests/worker/jobs/test_week.py"
    ),
    "make eval": "tests/test_make.py",
    "make model": "tests/test_make.py",
    "sluice model eval tests/rules/learning/priorities.jsonl --priorities --leave-one-out": (
        "tests/cli/model/test_eval_priorities.py"
    ),
    "sluice model eval team.jsonl --learn 0,10,25,50,100": (
        "tests/rules/learning/evaluation/test_replay.py"
    ),
    "sluice model eval team.jsonl --priorities --learn 100,200,400": (
        "tests/cli/model/test_eval_rank_history.py"
    ),
    "make signals": "tests/cli/model/test_signals.py runs its commands on a few texts",
    "make chaos                   # one seed": "tests/test_chaos.py runs a small one",
    "make bench": "tests/test_bench.py runs a part of it",
    "docker compose up": "it needs Docker",
    "# The flag is for Python 3.13 and 3.14.": "tests/test_installed.py",
    "export PATH=~/sluice/.venv/bin:$PATH": "the tutorial's test puts its own Sluice on the path",
    "sluice model train SHOP": "tests/worker/jobs/test_retrain.py",
    "sluice rules approve SHOP": "tests/cli/test_commands.py",
    "sluice model backtest SHOP": "tests/worker/team_models/test_beside.py",
    "sluice model history SHOP": "tests/worker/team_models/test_way_back.py",
    "sluice model rollback SHOP": "tests/worker/team_models/test_way_back.py",
    "sluice model forget SHOP --by 5b10ac8d82e05b22cc7d4ef5": (
        "tests/worker/team_models/test_way_back.py"
    ),
}


def of_language(*languages: str) -> list[tuple[Path, Block]]:
    return [(page, block) for page, block in BLOCKS if block.language in languages]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_fenced_block_names_a_language_that_a_test_looks_at(document: Path) -> None:
    text = document.read_text("utf-8")
    blocks = console.blocks(document)
    assert len(re.findall(r"^ *```", text, re.M)) == 2 * len(blocks)
    assert {block.language for block in blocks} <= LANGUAGES


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_commands_stand_in_fenced_blocks(document: Path) -> None:
    text = document.read_text("utf-8")
    assert not re.findall(r"^ {4,}(?:\$ |sluice |make |\.venv/).*", text, re.M)


def test_blocks_that_no_test_runs_are_listed() -> None:
    blocks = [block for document in DOCUMENTS for block in console.blocks(document)]
    skipped = {block.text.splitlines()[0] for block in blocks if block.not_run}
    assert skipped == set(NOT_RUN)
    for reason in NOT_RUN.values():
        assert not reason.startswith("tests/") or (ROOT / reason.split()[0]).exists(), reason
    for block in blocks:
        if block.not_run and block.text.startswith("make "):
            target = block.text.split()[1]
            assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.M)


def load_yaml(text: str) -> Any:
    return yaml_source.load(text.encode(), "a file").data


def kind_of(text: str) -> str:
    """Say what a YAML snippet is: settings, tests, a pipeline, or a rulebook or a part of one."""
    keys = set(load_yaml(text))
    if "sites" in keys:
        return "settings"
    if "tests" in keys:
        return "tests"
    return "pipeline" if keys & {"repos", "jobs"} or "script" in text else "book"


YAML = of_language("yaml")


def yaml_of(kind: str) -> list[tuple[Path, Block]]:
    return [(page, block) for page, block in YAML if kind_of(block.text) == kind]


@pytest.mark.parametrize(("page", "block"), yaml_of("book"), ids=name)
def test_every_piece_of_a_book_can_be_used(page: Path, block: Block, tmp_path: Path) -> None:
    text = block.text
    if block.file in ("broken.yaml", "team.zh.yaml"):
        return  # its page runs check on it
    if "book:" not in text:
        text = "book: piece\n" + ("" if "include:" in text else "include: [minimal]\n") + text
    if "rules:" not in text:
        text += "rules: []\n"
    assert parse_book(text.encode(), str(tmp_path / "piece.yaml")).rules


@pytest.mark.parametrize(("page", "block"), yaml_of("settings"), ids=name)
def test_every_settings_file_can_be_used(page: Path, block: Block, tmp_path: Path) -> None:
    (tmp_path / "sluice.yaml").write_text(block.text, "utf-8")
    (tmp_path / "books").mkdir()
    (tmp_path / "days_off.csv").write_text("person,first,last\n", "utf-8")
    for book in re.findall(r"(?:book|shadow): (\w[\w-]+)", block.text):
        if book != "default":
            text = f"book: {book}\ninclude: [default]\n"
            (tmp_path / "books" / f"{book}.yaml").write_text(text, "utf-8")
    secrets = {"SLUICE_ACME_TOKEN": "t", "SLUICE_ACME_SECRET": "s", "SLUICE_MODEL_KEY": "5e" * 32}
    settings = load({"SLUICE_CONFIG": str(tmp_path / "sluice.yaml"), **secrets})
    assert settings.projects["SHOP"].language == "en"


SETTINGS = "sites:\n  acme: {url: x, kind: cloud, email: x}\nprojects: {SHOP: {}}\n"


@pytest.fixture
def shop(tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a sluice.yaml for a practice Jira, and files of issues; SHOP-1 exists."""
    monkeypatch.chdir(tmp_path)
    learning = ROOT / "tests" / "rules" / "learning"
    shutil.copy(learning / "chinese.jsonl", tmp_path / "others.jsonl")
    shutil.copy(learning / "chinese.jsonl", tmp_path / "examples.jsonl")
    with Sandbox(projects=["SHOP"]) as jira:
        Person(jira).create("Where our capacity goes", project="SHOP")
        hook = "http://127.0.0.1:9/webhooks/acme"  # with a filter that no issue passes
        jira.webhooks.add(hook, "a-secret", jql="summary ~ zzz")
        monkeypatch.setenv("JIRA", jira.url)
        monkeypatch.setenv("SLUICE_REDIS_URL", redis_url)
        monkeypatch.setenv("SLUICE_ACME_TOKEN", "token-sluice")
        monkeypatch.setenv("SLUICE_ACME_SECRET", "a-secret")
        monkeypatch.setenv("SLUICE_MODEL_KEY", "5e" * 32)
        on_jira(
            tmp_path,
            "sites:\n  acme: {url: x, kind: cloud, email: x}\nprojects: {SHOP: {}}\n",
            jira.url,
        )
        yield tmp_path
    this_process().close()


def on_jira(folder: Path, settings: str, url: str) -> None:
    """Write settings of a document into a folder, with a practice Jira in place of their site."""
    text = re.sub(r"url: [^\s,]+", f"url: {url}", settings)
    text = re.sub(r"email: [^\s,}]+", "email: sluice@example.com", text)
    (folder / "sluice.yaml").write_text(text, "utf-8")


SESSIONS = sorted({page for page, block in of_language("console")})


@pytest.mark.parametrize("page", SESSIONS, ids=name)
def test_the_commands_of_a_page_print_what_it_shows(
    page: Path, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = 0
    for block in console.blocks(page):
        if block.file == "sluice.yaml":
            if "shadow:" not in block.text:
                on_jira(shop, block.text, os.environ["JIRA"])
        elif block.file and not block.file.startswith("."):
            block.write(shop)
        for command, shown in block.commands() if block.language == "console" else ():
            printed = console.run(command)
            assert console.alike(shown, printed), f"$ {command}\n{printed}"
            ran += 1
    assert ran


@pytest.mark.parametrize(
    ("page", "block"),
    [(page, block) for page, block in of_language("shell") if not block.not_run],
    ids=name,
)
def test_shell_blocks_run_in_a_shell(page: Path, block: Block, tmp_path: Path) -> None:
    done = subprocess.run(["sh", "-eu"], input=block.text, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0


PIPELINES = [(page, block) for page, block in yaml_of("pipeline") if "sluice rules" in block.text]


@pytest.fixture
def rule_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder `books` with the guide's rule file and its tests, below the current one."""
    monkeypatch.chdir(tmp_path)
    books = tmp_path / "books"
    books.mkdir()
    for block in console.blocks(DOCS / "how-to" / "write-a-rule.md"):
        if block.file in ("team.yaml", "team_test.yaml"):
            block.write(books)
    return books


@pytest.mark.parametrize(("page", "block"), PIPELINES, ids=name)
def test_the_pipelines_check_lint_and_test(page: Path, block: Block, rule_folder: Path) -> None:
    commands = re.findall(r"- (?:run: )?(sluice .*)", block.text)
    verbs = [command.split()[2] for command in commands]
    assert verbs == ["check", "lint", "test"] and load_yaml(block.text)
    for command in commands:
        printed = console.run(command)
        assert "(status" not in printed, f"$ {command}\n{printed}"
    assert (rule_folder.parent / "rules.xml").read_text("utf-8").count("<testcase") == 3


def test_the_hooks_for_pre_commit_run_and_look_at_rule_files_only(rule_folder: Path) -> None:
    hooks = load_yaml((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    files = sorted(str(file.relative_to(rule_folder.parent)) for file in rule_folder.iterdir())
    assert {hook["entry"].split()[2] for hook in hooks} == {"check", "lint", "test", "fmt"}
    for hook in hooks:
        chosen = [f for f in files if re.search(hook["files"], f)]
        chosen = [f for f in chosen if not re.search(hook.get("exclude", "^$"), f)]
        assert chosen and not re.search(hook["files"], "src/settings.yaml")
        printed = console.run(f"{hook['entry']} {' '.join(chosen)}")
        assert "(status" not in printed, f"{hook['id']}\n{printed}"


def test_the_hooks_that_the_documents_name_exist() -> None:
    (named,) = (block for _, block in YAML if block.file == ".pre-commit-config.yaml")
    hooks = load_yaml((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    ids = {hook["id"] for hook in load_yaml(named.text)["repos"][0]["hooks"]}
    assert ids == {hook["id"] for hook in hooks}
