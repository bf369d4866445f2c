"""The reference pages have what the code has, and each command that a document names exists."""

from __future__ import annotations

import re
import shlex
from dataclasses import fields
from pathlib import Path

import click
import pytest
import requests

from cli import main
from connector.messages import en, zh
from connector.messages.message_table import Messages
from rules.facts.catalog import fields_table
from sandbox import Sandbox
from sandbox.state.faults import Settings as Faults
from tests.docs.pages import DOCS, DOCUMENTS, ROOT, name
from tools import reference_pages
from worker.settings.file_format import ConfigModel, FieldNames, ProjectModel, SiteModel


def test_the_generated_pages_are_up_to_date() -> None:
    for path, text in reference_pages.pages().items():
        assert path.read_text("utf-8") == text, "run `make reference`"
    assert fields_table() in (DOCS / "reference" / "conditions.md").read_text("utf-8")


def test_every_setting_has_its_row() -> None:
    page = (DOCS / "reference" / "settings.md").read_text("utf-8")
    rows = set(re.findall(r"^\| `(\w+)` \|", page, re.M))
    models = (ConfigModel, SiteModel, ProjectModel)
    moved = {"by"}  # of an earlier version; its error says where it went
    assert {name for model in models for name in model.model_fields} - moved <= rows
    for default in FieldNames.model_validate({}).model_dump().values():
        assert default in page


def test_every_metric_has_its_row() -> None:
    files = ("metrics.py", "measures.py")
    code = "".join((ROOT / "webhooks" / file).read_text("utf-8") for file in files)
    page = (DOCS / "reference" / "metrics.md").read_text("utf-8")
    rows = re.findall(r"^\| `(sluice_\w+?)(?:_total)?[{`]", page, re.M)
    assert set(rows) == set(re.findall(r'"(sluice_\w+)"', code))


def test_the_practice_jira_has_the_accounts_and_routes_of_its_page() -> None:
    page = (DOCS / "how-to" / "use-a-practice-jira.md").read_text("utf-8")
    with Sandbox() as jira:
        rows = re.findall(r"^\| ([\w ]+) \| `(\S+)` \| `(\S+)` \|", page, re.M)
        accounts = jira.model.accounts.by_name.values()
        assert set(rows) == {(one.display, one.email, one.token) for one in accounts}
        for method, path in re.findall(r"^\| `(\w+) (/sandbox/\w+)` \|", page, re.M):
            answer = requests.request(method, jira.url + path, json={}, timeout=60)
            assert answer.status_code not in (404, 405), f"{method} {path}"
        told = set(re.findall(r"`(\w+)`", page)) | {
            "only_method",
            "only_path",
            "only_account",
            "seed",
        }
        assert {field.name for field in fields(Faults)} <= told
        for change in re.findall(r"^\| (`[a-z-]+`(?:, `[a-z-]+`)?) \| .*`name`|`old`", page, re.M):
            for name in re.findall(r"`([a-z-]+)`", change):
                answer = requests.post(f"{jira.url}/sandbox/site/{name}", json={}, timeout=60)
                assert answer.status_code == 400, name


def words_of(messages: Messages) -> list[str]:
    """List the words for classes, verdicts and quadrants of a language."""
    verdicts = [texts.name for texts in vars(messages.verdicts).values()]
    return [*vars(messages.classes).values(), *verdicts, *vars(messages.quadrants).values()]


def test_the_glossary_has_the_words_of_the_comment_in_both_languages() -> None:
    page = (DOCS / "glossary.md").read_text("utf-8")
    for english, chinese in zip(words_of(en.MESSAGES), words_of(zh.MESSAGES), strict=True):
        assert f"| {english} | {chinese} |" in page


def test_every_option_has_a_help_text() -> None:
    for words, command in reference_pages._commands("sluice", main):
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"{words} {option.opts[0]}"


COMMAND = re.compile(r"`(?:\.venv/bin/)?sluice ([a-z]+[^`…]*)`|^\$ sluice (.*)$", re.M)


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_command_and_option_that_a_document_names_exists(document: Path) -> None:
    text = re.sub(r" *\\\n *", " ", document.read_text("utf-8"))
    context = click.Context(main)
    for inline, typed in COMMAND.findall(text):
        words = shlex.split(inline or typed)
        command: click.Command = main
        while isinstance(command, click.Group) and words:
            found = command.get_command(context, words.pop(0).split("\\|")[0])
            assert found, f"sluice {inline or typed}"
            command = found
        options = {name for one in command.params for name in one.opts}
        used = {
            word.split("=")[0].strip("[]") for word in words if word.lstrip("[").startswith("--")
        }
        assert used <= options | {"--help"}, f"sluice {inline or typed}"
