"""Run the examples and test files of a rulebook, and list the rules that fire in them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from rules.assess.assessment import Assessment
from rules.assess.explain import why_not
from rules.assess.judge import Judge
from rules.facts.catalog import ALIASES, dynamic
from rules.facts.issue import Issue, Managed
from rules.facts.jira_json.rows import FromJira, as_row
from rules.facts.jsonl import issue_from_row
from rules.facts.times import moment
from rules.problem import Problem, nearest
from rules.rulebook.file_format.rule import Example
from rules.rulebook.load import find
from rules.rulebook.rulebook import Rule, Rulebook
from rules.testing import test_file
from rules.testing.test_file import LIMIT, CaseModel, ExpectModel, Limit

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
"""The time for examples, unless a test file sets another: it is fixed, so results are stable."""

_NEAR = 1e-9


@dataclass(frozen=True)
class Result:
    """The result of one example or test: its place, its name, and its failures."""

    file: str
    line: int
    name: str
    wrong: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.name}: {'; '.join(self.wrong) or 'passed'}"


@dataclass(frozen=True)
class Run:
    """All results of a rulebook or a test file; `fired` has the rules that fired."""

    book: Rulebook
    results: tuple[Result, ...]
    fired: frozenset[str]


def run_examples(book: Rulebook, now: datetime = NOW) -> Run:
    """Run the examples in a rulebook's own file, including those of shadow rules."""
    fired: set[str] = set()
    with closing(Judge(book)) as judge:
        results = [r for rule in book.own_rules() for r in _beside(judge, rule, now, fired)]
    return Run(book, tuple(results), frozenset(fired))


def _beside(judge: Judge, rule: Rule, now: datetime, fired: set[str]) -> Iterator[Result]:
    for wanted, examples in ((True, rule.examples.fires), (False, rule.examples.silent)):
        for example in examples:
            issue, wrong = issue_of(example, judge.book)
            found = judge.assess(issue, now)
            fired.update(firing.rule for firing in found.firings)
            wrong += _firing(judge.book, found, rule.id, wanted, now)
            name = f"rule {rule.id}: {'fires' if wanted else 'silent'} on {_shown(example)}"
            yield Result(rule.file, rule.line, name, tuple(wrong))


def run_tests(path: Path) -> Run:
    """Run a `*_test.yaml`; raise RulebookError with all problems of the file or its rulebook."""
    document, model = test_file.read(path)
    book = find(model.book, path.parent)
    test_file.check(document, model, book)
    now = (model.now and moment(model.now)) or NOW
    with closing(Judge(book, model.language)) as whole, closing(_live(whole)) as live:
        bench = _Bench(whole, live, now)
        results = [
            bench.run(case, str(path), document.line(("tests", index)))
            for index, case in enumerate(model.tests)
        ]
    return Run(book, tuple(results), frozenset(bench.fired))


def _live(judge: Judge) -> Judge:
    """Return a judge without the shadow rules, as in real use."""
    return Judge(judge.book.live(), judge.language)


def unreached(runs: Iterable[Run]) -> tuple[int, list[Rule]]:
    """Return the number of rules in the rulebooks' own files, and the rules that never fired."""
    rules: dict[tuple[str, str], Rule] = {}
    fired: set[tuple[str, str]] = set()
    for run in runs:
        for rule in run.book.own_rules():
            rules[rule.file, rule.id] = rule
            if rule.id in run.fired:
                fired.add((rule.file, rule.id))
    return len(rules), [rule for key, rule in rules.items() if key not in fired]


def without_examples(book: Rulebook) -> list[Problem]:
    """Return the rules in a rulebook's own file without an example under `fires:`."""
    wrong = "no example: add examples: with an issue under fires: and one under silent:"
    return [Problem(r.file, r.line, wrong, r.id) for r in book.own_rules() if not r.examples.fires]


@dataclass
class _Bench:
    """Run the tests of a file: `live` decides, `whole` also has the shadow rules."""

    whole: Judge
    live: Judge
    now: datetime
    fired: set[str] = field(default_factory=set)

    def run(self, case: CaseModel, file: str, line: int) -> Result:
        """Run one test and return its result."""
        issue, wrong = issue_of(case.issue, self.whole.book)
        decided, found = (judge.assess(issue, self.now) for judge in (self.live, self.whole))
        names = [firing.rule for firing in found.firings]
        self.fired.update(names)
        wrong += _decided(case.expect, decided)
        for wanted, asked in ((True, case.expect.fires), (False, case.expect.silent)):
            for name in asked:
                wrong += _firing(self.whole.book, found, name, wanted, self.now)
        if wrong:
            wrong.append(f"fired: {', '.join(names) or 'none'}")
        return Result(file, line, case.name, tuple(wrong))


def _decided(expect: ExpectModel, found: Assessment) -> Iterator[str]:
    wanted = {
        "class": (expect.class_, found.classification.kind),
        "verdict": (expect.verdict, found.decision.verdict),
        "priority": (expect.priority, found.decision.priority),
        "quadrant": (expect.quadrant, found.quadrant),
    }
    for name, (value, got) in wanted.items():
        if value is not None and value != got:
            yield f"{name} should be {value}, is {got or 'not set'}"
    limits = {name: (limit, found.measures[name]) for name, limit in expect.measures.items()}
    if expect.score is not None:
        limits["score"] = (expect.score, found.score)
    for name, (limit, measured) in limits.items():
        if not _within(limit, measured):
            shown = f"{limit:g}" if isinstance(limit, float) else limit.strip()
            yield f"{name} should be {shown}, is {measured:g}"


def _within(limit: Limit, value: float) -> bool:
    match = LIMIT.fullmatch(str(limit))
    sign, bound = (match.group(1) or "=", float(match.group(2))) if match else ("=", float(limit))
    compare: Mapping[str, Callable[[float, float], bool]] = {
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
        "=": lambda left, right: abs(left - right) < _NEAR,
    }
    return compare[sign](value, bound)


def _firing(
    book: Rulebook, found: Assessment, name: str, wanted: bool, now: datetime
) -> Iterator[str]:
    fired = any(firing.rule == name for firing in found.firings)
    if fired and not wanted:
        yield f"{name} fired and should be silent"
    elif wanted and not fired:
        (silence,) = (s for s in why_not(book, found, now) if s.rule == name)
        why = "; ".join(f"{clause} saw {value}" for clause, value in silence.failed)
        yield f"{name} did not fire: {why}"


def issue_of(example: Example, book: Rulebook) -> tuple[Issue, list[str]]:
    """Return the issue of an example, and messages about unusable fields.

    A class or a score in an example counts as set by a person.
    """
    given = {"summary": example} if isinstance(example, str) else as_row(example)
    issue = issue_from_row(given, 1, book.custom)
    # The columns of Jira's JSON are the site's: none is misspelt.
    checked = {} if isinstance(given, FromJira) else given
    problems = (_unusable(name, value, issue, book) for name, value in checked.items())
    kind, score = issue.fields.get("class"), issue.fields.get("score")
    kept = Managed(
        kind=str(kind) if kind else None, score=score if isinstance(score, float) else None
    )
    return replace(issue, kept=kept), [problem for problem in problems if problem]


def _unusable(name: str, value: object, issue: Issue, book: Rulebook) -> str:
    """Return the reason why an example can't set a field, or an empty text."""
    asked = ALIASES.get(name.lower(), name.lower())
    known = book.vocabulary("gate").fields
    if asked in book.measures or asked in ("confidence", "quadrant", "text"):
        return f'"{name}" is computed from other fields: remove it'
    if asked not in known and asked != "id" and not dynamic(asked):
        return f'unknown field "{name}"{nearest(asked, {*known, *ALIASES})}'
    if value not in (None, "", []) and asked != "id" and issue.fields.get(asked) in (None, ()):
        return f'"{name}" can\'t be {" ".join(str(value).split())[:40]}'
    return ""


def _shown(example: Example) -> str:
    text = example if isinstance(example, str) else str(example.get("summary") or dict(example))
    words = " ".join(text.split())
    return f'"{words}"' if len(words) <= 60 else f'"{words[:59]}…"'


def tests_in(folder: Path) -> Sequence[Path]:
    """Return the test files in a folder, sorted by name."""
    return sorted((*folder.glob("*_test.yaml"), *folder.glob("*_test.yml")))
