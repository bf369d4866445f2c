"""The how-to "add an effect" of CONTRIBUTING.md, done with an invented one: `label`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.live import Person, calls, environment

ROOT = Path(__file__).parents[2]
PACKAGES = ("cli", "connector", "rules", "sandbox", "webhooks", "worker")

LABEL = '''\
"""`label: [later]`: the rule adds labels to the issue."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rules.rulebook.effects.effect import Effect, joined

Labels = list[str]
Label = Annotated[str, Field(pattern=r"^\\\\S+$", max_length=255)]

LABEL: Effect[Labels] = Effect(
    key="label",
    stage="gate",
    type=Annotated[list[Label], Field(min_length=1)],
    about="Labels that the issue gets.",
    examples=(["needs-triage"],),
    explained=", ".join,
    in_words=lambda labels: f"it gets the label {joined(labels)}",
    writes=lambda labels: {"labels": [{"add": label} for label in labels]},
)
'''.replace("\\\\", "\\")

EDITS = {
    "rules/rulebook/effects/table.py": [
        (
            "from rules.rulebook.effects.points import POINTS\n",
            "from rules.rulebook.effects.label import LABEL\n"
            "from rules.rulebook.effects.points import POINTS\n",
        ),
        ("(CLASS, POINTS, GATE)", "(CLASS, POINTS, GATE, LABEL)"),
    ]
}

BOOK = """\
book: ours
rules:
  - id: sort-it
    when: text ~ lamp
    label: [needs-triage]
    because: Nobody has looked at it.
  - {id: is-debt, when: text ~ lamp, class: {tech_debt: 3}, because: Lamps are debt.}
  - {id: bright, when: text ~ nothing, gate: review, because: It is bright.}
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of Sluice with the files of the how-to."""
    copy = tmp_path / "house"
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, copy / package, ignore=ignored)
    (copy / "rules/rulebook/effects/label.py").write_text(LABEL, "utf-8")
    for name, edits in EDITS.items():
        text = (copy / name).read_text("utf-8")
        for old, new in edits:
            assert text.count(old) == 1, (name, old)
            text = text.replace(old, new)
        (copy / name).write_text(text, "utf-8")
    (tmp_path / "ours.yaml").write_text(BOOK, "utf-8")
    return copy


TRIAGE = """
import sys
from datetime import datetime, timezone
from worker.settings.load import load
from worker.tasks import configure, this_process

configure(load())
print(this_process().triage("main", sys.argv[1], datetime.now(timezone.utc)).status)
"""


def ran(house: Path, *command: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a program in the copy."""
    return subprocess.run(
        command,
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house), **env},
        capture_output=True,
        text=True,
        timeout=300,
    )


def sluice(house: Path, *words: str) -> str:
    """Run `sluice` of the copy; return what it prints."""
    done = ran(house, sys.executable, "-m", "cli", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_an_effect_is_one_file_and_a_line_of_the_table() -> None:
    assert len({"rules/rulebook/effects/label.py", *EDITS}) <= 3


def test_a_rule_file_with_the_effect_is_checked_described_shaped_and_completed(
    house: Path, tmp_path: Path
) -> None:
    book = str(tmp_path / "ours.yaml")
    assert "3 rules" in sluice(house, "rules", "check", book)
    assert "it gets the label needs-triage." in sluice(house, "rules", "explain", book)
    sluice(house, "rules", "fmt", book)
    rule = json.loads(sluice(house, "rules", "schema"))["$defs"]["RuleModel"]["properties"]["label"]
    assert rule["description"] == "Labels that the issue gets."
    assert rule["examples"] == [["needs-triage"]] and rule["items"]["type"] == "string"

    (tmp_path / "ours.yaml").write_text(BOOK.replace("label:", "gate: defer\n    label:"), "utf-8")
    wrong = ran(house, sys.executable, "-m", "cli", "rules", "check", book)
    assert wrong.returncode == 1
    assert ":3: rule sort-it: a rule has one effect, this has gate: and label:" in wrong.stderr


def test_a_triage_adds_the_label_with_one_get_and_one_put_and_a_second_writes_nothing(
    house: Path, tmp_path: Path, sandbox: Sandbox, redis_url: str
) -> None:
    env = environment(sandbox, redis_url, tmp_path, book=str(tmp_path / "ours.yaml"))
    person = Person(sandbox)
    person.create("It takes the weekly report")
    issue = person.create("The lamp is broken", labels=["hall"])
    triage = (sys.executable, "-c", TRIAGE, issue)

    assert ran(house, *triage, **env).stdout == "written\n"
    assert person.ask("GET", f"issue/{issue}")["fields"]["labels"] == ["hall", "needs-triage"]
    assert "sort-it" in person.see(issue)["record"]["rules"]
    assert calls(sandbox, issue) == (1, 1)

    assert ran(house, *triage, **env).stdout == "unchanged\n"
    assert calls(sandbox, issue) == (2, 1)
