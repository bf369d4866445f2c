"""A team with a rule file of its own, for the tests of books that change."""

from __future__ import annotations

from pathlib import Path

from tests.desk import Desk
from tests.live import CONFIG
from worker import tasks
from worker.settings.load import load
from worker.store.rollout_state import Standing

BOOK = """\
book: team
base: {base}
rules:
  - {{id: story, when: type = Task, class: {{business_need: 3}}, because: A task.}}
"""


class Team:
    """A desk whose project has a rule file of its own."""

    def __init__(self, desk: Desk, file: Path) -> None:
        self.desk, self.file = desk, file
        self.issues: list[str] = []

    def write(self, text: str) -> None:
        """Save the rule file, and let the next triage look at it at once."""
        self.file.write_text(text, "utf-8")
        tasks.this_process().rulebooks.hurry()

    def configure(self, more: str, book: str = "team.yaml") -> None:
        """Give the project more lines in `sluice.yaml`, and start anew."""
        jira = self.desk.jira
        kind = "cloud" if jira.deployment == "cloud" else "datacenter"
        text = CONFIG.format(url=jira.url, kind=kind, book=book, start="now") + more
        (self.file.parent / "sluice.yaml").write_text(text, "utf-8")
        tasks.this_process().close()
        tasks.configure(load())

    def judged(self) -> str:
        """A new issue, triaged."""
        issue = self.desk.issue()
        self.desk.triage(issue)
        return issue

    def score(self) -> float:
        """The score of a new issue."""
        return self.score_of(self.judged())

    def score_of(self, issue: str) -> float:
        return float(self.desk.sluice.person.see(issue)["score"] or -1)

    def standing(self) -> Standing:
        return self.desk.store.ledger.standing("DEMO")
