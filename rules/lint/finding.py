"""What lint says of a book: where, what and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rules.problem import Problem
from rules.rulebook.rulebook import Rule

Severity = Literal["warning", "hint"]


@dataclass(frozen=True)
class Finding:
    """Something that a book says and hardly can mean. `code` stays the same between versions.

    A warning is certain to be of no use as it stands; a hint may well be meant.
    """

    code: str
    problem: Problem
    severity: Severity = "warning"

    def __str__(self) -> str:
        return f"{self.problem} [{self.code}{', hint' if self.severity == 'hint' else ''}]"

    def as_json(self) -> dict[str, object]:
        """The finding as machines read it."""
        found = self.problem
        return {
            "file": found.file,
            "line": found.line,
            "rule": found.rule,
            "severity": self.severity,
            "code": self.code,
            "message": found.message,
        }


def of_rule(rule: Rule, code: str, message: str, severity: Severity = "warning") -> Finding:
    """A finding on a rule, at the line where it begins."""
    return Finding(code, Problem(rule.file, rule.line, message, rule.id), severity)


def shown(text: object) -> str:
    """A part of a condition as a message can quote it."""
    words = " ".join(str(text).split())
    return words if len(words) <= 80 else f"{words[:79]}…"
