"""`python -m worker.rulebooks.smoke_test FILE`: build a rulebook and judge one issue with it.

A worker runs this in a process of its own when a rule file changed, so that a file that hangs or
crashes harms no triage. If the file can't be used: exit status 1, and the problems as a JSON array
on stdout.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from rules.assess.judge import Judge
from rules.facts.jsonl import issue_from_row
from rules.rulebook.load import load
from rules.rulebook.rulebook import RulebookError

PROBE = {"summary": "A probe", "description": "Crash after update. 支付失败。", "type": "Bug"}


def main(file: str) -> int:
    """Check one rule file and return the exit status."""
    try:
        book = load(Path(file))
    except RulebookError as error:
        sys.stdout.write(json.dumps([problem.to_json() for problem in error.problems]))
        return 1
    judge = Judge(book)
    judge.assess(issue_from_row(PROBE), datetime.now(UTC))
    judge.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
