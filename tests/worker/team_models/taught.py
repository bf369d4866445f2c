"""A board with a team's model: issues in its words, and models that decide them otherwise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from click.testing import CliRunner, Result

from cli import main
from rules.text_model.features import TITLE
from rules.text_model.team.classes import ClassHead
from rules.text_model.team.model import TeamModel
from rules.text_model.team.seal import Seal
from rules.vocabulary.classes import KINDS
from tests.live import MODEL_KEY
from tests.worker.team import Team
from worker import tasks

KEY = MODEL_KEY.encode()
NAME = "models/demo.npz"
OURS = f"    model: {NAME}\n"
WORDS = ("weed", "peel", "polish")


def taught(
    kind: str = "tech_debt", words: tuple[str, ...] = ("weed",), odds: float = 40.0
) -> TeamModel:
    """A model for which some words mean a class."""
    seal = Seal(KEY)
    weights = np.zeros((len(words), len(KINDS)), np.float32)
    weights[:, KINDS.index(kind)] = odds
    head = ClassHead(KINDS, tuple(seal.name(TITLE, word) for word in words), weights)
    return TeamModel(seal, head)


class Board:
    """The issues of a project whose team has a model. Every third has the word "weed"."""

    def __init__(self, team: Team) -> None:
        self.team, self.desk = team, team.desk
        self.file: Path = team.file.parent / NAME
        self.issues: list[str] = []

    def fill(self, count: int) -> None:
        """Add issues that the book has decided."""
        for n in range(count):
            issue = self.desk.issue(f"{WORDS[n % 3]} the heron of pier {n}")
            self.desk.triage(issue)
            self.issues.append(issue)

    def put(self, model: TeamModel) -> None:
        """Put a model on disk, as an admin would."""
        self.file.parent.mkdir(exist_ok=True)
        model.save(self.file)
        tasks.this_process().rulebooks.hurry()

    def classes(self) -> list[str]:
        see = self.desk.sluice.person.see
        return [str(see(issue)["class"]) for issue in self.issues]

    def judged_by(self) -> set[str | None]:
        """The digests that the properties name."""
        see = self.desk.sluice.person.see
        return {see(issue)["record"]["team"] for issue in self.issues}

    def run(self) -> list[str]:
        """Work on all that is queued. Return the outcomes."""
        queued = [issue for issue, _, _ in self.desk.queued]
        self.desk.queued.clear()
        return [self.desk.triage(issue) for issue in queued]

    def writes(self) -> int:
        """Count the writes on issues that people see: the property alone is none."""
        return self.desk.jira.log.count(method="PUT", account="sluice")

    def command(self, *words: str) -> Result:
        return CliRunner().invoke(main, ["model", *words])
