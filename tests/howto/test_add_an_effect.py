"""CONTRIBUTING, "How to add an effect": done with an invented one, `label`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.howto.copy_of_sluice import CopyOfSluice
from tests.live import Person, calls, environment

pytestmark = pytest.mark.slow

FILE = "rules/rulebook/effects/label.py"
TABLE = "rules/rulebook/effects/table.py"

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


TRIAGE = """
import sys
from datetime import datetime, timezone
from worker.settings.load import load
from worker.tasks import configure, this_process

configure(load())
print(this_process().triage("main", sys.argv[1], datetime.now(timezone.utc)).status)
"""


@pytest.fixture
def with_effect(copy: CopyOfSluice) -> CopyOfSluice:
    """Add the effect as the how-to says."""
    copy.create(FILE, LABEL)
    imported = "from rules.rulebook.effects.label import LABEL"
    copy.insert(TABLE, "from rules.rulebook.effects.points import", imported)
    copy.replace(TABLE, "(CLASS, POINTS, GATE)", "(CLASS, POINTS, GATE, LABEL)")
    return copy


def test_an_effect_takes_two_files_and_is_checked_described_shaped_and_completed(
    with_effect: CopyOfSluice,
) -> None:
    assert with_effect.touched == {FILE, TABLE}
    book = str(with_effect.write_book(BOOK))
    assert "3 rules" in with_effect.sluice("rules", "check", book)
    assert "it gets the label needs-triage." in with_effect.sluice("rules", "explain", book)
    with_effect.sluice("rules", "fmt", book)
    schema = json.loads(with_effect.sluice("rules", "schema"))
    rule = schema["$defs"]["RuleModel"]["properties"]["label"]
    assert rule["description"] == "Labels that the issue gets."
    assert rule["examples"] == [["needs-triage"]] and rule["items"]["type"] == "string"


def test_a_rule_with_the_effect_and_another_is_refused(with_effect: CopyOfSluice) -> None:
    book = with_effect.write_book(BOOK.replace("label:", "gate: defer\n    label:"))
    said = with_effect.sluice("rules", "check", str(book), status=1)
    assert ":3: rule sort-it: a rule can have one effect, this has gate: and label:" in said


def test_a_triage_adds_the_label_with_one_get_and_one_put_and_a_second_writes_nothing(
    with_effect: CopyOfSluice, tmp_path: Path, sandbox: Sandbox, redis_url: str
) -> None:
    told = environment(sandbox, redis_url, tmp_path, book=str(with_effect.write_book(BOOK)))
    person = Person(sandbox)
    person.create("It takes the weekly report")
    issue = person.create("The lamp is broken", labels=["hall"])

    assert with_effect.run(TRIAGE, issue, **told) == "written\n"
    assert person.ask("GET", f"issue/{issue}")["fields"]["labels"] == ["hall", "needs-triage"]
    assert "sort-it" in person.see(issue)["record"]["rules"]
    assert calls(sandbox, issue) == (1, 1)

    assert with_effect.run(TRIAGE, issue, **told) == "unchanged\n"
    assert calls(sandbox, issue) == (2, 1)
