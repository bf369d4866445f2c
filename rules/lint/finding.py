"""Define the findings of lint: the place, the problem and the fix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rules.problem import Problem
from rules.rulebook.rulebook import Rule

Severity = Literal["warning", "hint"]


@dataclass(frozen=True)
class Finding:
    """A probable mistake in a rulebook. `code` stays the same between versions.

    A warning is a part without any use; a hint can be intended.
    """

    code: str
    problem: Problem
    severity: Severity = "warning"

    def __str__(self) -> str:
        return f"{self.problem} [{self.code}{', hint' if self.severity == 'hint' else ''}]"

    def as_json(self) -> dict[str, object]:
        """Return the finding as JSON."""
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
    """Return a finding about a rule, at its first line."""
    return Finding(code, Problem(rule.file, rule.line, message, rule.id), severity)


def shown(text: object) -> str:
    """Return a part of a condition in short form, for a message."""
    words = " ".join(str(text).split())
    return words if len(words) <= 80 else f"{words[:79]}…"
