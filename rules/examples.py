"""Examples beside the rules and test files of a book: run for real, and which rules they reach."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from rules import yamlfile
from rules.assess import Judge
from rules.bookmodel import Example, FieldName, Id, Language
from rules.explain import why_not
from rules.issue import Assessment, Issue, Kind, Problem, Quadrant, Verdict
from rules.rows import issue_from_row, moment
from rules.rulebook import Rule, Rulebook, RulebookError, find
from rules.saying import nearest

NOW = datetime(2026, 1, 15, 12, tzinfo=timezone.utc)
"""When examples are judged unless a test file says otherwise: results must not age."""

_SCORE = re.compile(r"\s*(<=|>=|<|>|=)?\s*(\d{1,3}(?:\.\d+)?)\s*")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ExpectModel(_Strict):
    """What an issue should come to; `score` is a number or a limit such as ">= 60"."""

    class_: Kind | None = Field(None, alias="class")
    verdict: Verdict | None = None
    priority: str | None = None
    score: float | Annotated[str, StringConstraints(pattern=_SCORE.pattern + "$")] | None = None
    quadrant: Quadrant | None = None
    fires: list[Id] = []
    silent: list[Id] = []


class CaseModel(_Strict):
    """One issue and what it should come to."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    issue: Example
    expect: ExpectModel


class TestsModel(_Strict):
    """A `*_test.yaml` as it is written."""

    __test__ = False  # the name is no test of pytest's

    book: FieldName
    now: Any = None
    language: Language = "en"
    tests: Annotated[list[CaseModel], Field(min_length=1, max_length=2000)]


@dataclass(frozen=True)
class Result:
    """One example or test: where it stands, what it is about, and what was wrong with it."""

    file: str
    line: int
    name: str
    wrong: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.name}: {'; '.join(self.wrong) or 'passed'}"


@dataclass(frozen=True)
class Run:
    """All results of a book or a test file; `fired` are the rules that were seen to fire."""

    book: Rulebook
    results: tuple[Result, ...]
    fired: frozenset[str]


def run_examples(book: Rulebook, now: datetime = NOW) -> Run:
    """The examples that stand beside the rules of a book."""
    fired: set[str] = set()
    judge = Judge(book)
    try:
        results = [r for rule in book.rules for r in _beside(judge, rule, now, fired)]
    finally:
        judge.close()
    return Run(book, tuple(results), frozenset(fired))


def _beside(judge: Judge, rule: Rule, now: datetime, fired: set[str]) -> Iterator[Result]:
    for wanted, examples in ((True, rule.examples.fires), (False, rule.examples.silent)):
        for example in examples:
            found = judge.assess(_issue(example), now)
            if wanted:
                fired.update({firing.rule for firing in found.firings} & {rule.id})
            wrong = _firing(judge.book, found, rule.id, wanted, now)
            name = f"rule {rule.id}: {'fires' if wanted else 'silent'} on {_told(example)}"
            yield Result(rule.file, rule.line, name, tuple(wrong))


def run_tests(path: Path) -> Run:
    """The tests of a `*_test.yaml`; RulebookError with all that is wrong with it or its book."""
    document, model = _read(path)
    book = find(model.book, path.parent)
    now = _now(document, model)
    _known(document, model, book)
    fired: set[str] = set()
    judge = Judge(book, model.language)
    try:
        results = [
            _case(judge, case, now, fired, path, document.line(("tests", index)))
            for index, case in enumerate(model.tests)
        ]
    finally:
        judge.close()
    return Run(book, tuple(results), frozenset(fired))


def unreached(runs: Iterable[Run]) -> tuple[int, list[Rule]]:
    """How many rules stand in the books' own files, and those of them that nothing made fire."""
    rules: dict[tuple[str, str], Rule] = {}
    fired: set[tuple[str, str]] = set()
    for run in runs:
        for rule in _own(run.book):
            rules[rule.file, rule.id] = rule
            if rule.id in run.fired:
                fired.add((rule.file, rule.id))
    return len(rules), [rule for key, rule in rules.items() if key not in fired]


def without_examples(book: Rulebook) -> list[Problem]:
    """The rules of a book's own file that have no example beside them."""
    wrong = "no example: write examples: with an issue under fires: and one under silent:"
    return [Problem(r.file, r.line, wrong, r.id) for r in _own(book) if not r.examples.fires]


def _own(book: Rulebook) -> list[Rule]:
    """The rules that stand in the book's file itself: what it includes is tested where it is."""
    *_, file = book.files
    return [rule for rule in book.rules if rule.file == file]


def _read(path: Path) -> tuple[yamlfile.Document, TestsModel]:
    try:
        document = yamlfile.load(path.read_bytes(), str(path))
    except OSError as error:
        raise RulebookError([Problem(str(path), 1, f"can't be read: {error.strerror}")]) from None
    except yamlfile.YamlError as error:
        raise RulebookError(error.problems) from None
    if not isinstance(document.data, dict):
        wrong = "is no test file: begin with book: and tests:"
        raise RulebookError([Problem(str(path), 1, wrong)])
    try:
        return document, TestsModel.model_validate(document.data)
    except ValidationError as error:
        raise RulebookError(yamlfile.problems_of(error, document, TestsModel)) from None


def _now(document: yamlfile.Document, model: TestsModel) -> datetime:
    if model.now is None:
        return NOW
    found = moment(str(model.now))
    if found is None:
        wrong = f'"now" is {str(model.now)[:40]}: write a day such as 2026-01-15'
        raise RulebookError([Problem(document.file, document.line(("now",)), wrong)])
    return found


def _known(document: yamlfile.Document, model: TestsModel, book: Rulebook) -> None:
    """Every rule that a test names has to be one of the book."""
    ids = {rule.id for rule in book.rules}
    problems = []
    for index, case in enumerate(model.tests):
        for key in ("fires", "silent"):
            for name in set(getattr(case.expect, key)) - ids:
                line = document.line(("tests", index, "expect", key))
                wrong = f'the book has no rule "{name}"{nearest(name, ids)}'
                problems.append(Problem(document.file, line, wrong))
    if problems:
        raise RulebookError(problems)


def _case(
    judge: Judge, case: CaseModel, now: datetime, fired: set[str], path: Path, line: int
) -> Result:
    found = judge.assess(_issue(case.issue), now)
    fired.update(firing.rule for firing in found.firings)
    wrong = [*_decided(case.expect, found)]
    for wanted, names in ((True, case.expect.fires), (False, case.expect.silent)):
        for name in names:
            wrong += _firing(judge.book, found, name, wanted, now)
    if wrong:
        wrong.append(f"fired: {', '.join(f.rule for f in found.firings) or 'none'}")
    return Result(str(path), line, case.name, tuple(wrong))


def _decided(expect: ExpectModel, found: Assessment) -> Iterator[str]:
    got: dict[str, object] = {
        "class": found.classification.kind,
        "verdict": found.decision.verdict,
        "priority": found.decision.priority,
        "quadrant": found.quadrant,
    }
    wanted = expect.model_dump(by_alias=True, include={"class_", "verdict", "priority", "quadrant"})
    for name, value in wanted.items():
        if value is not None and value != got[name]:
            yield f"{name} should be {value}, is {got[name]}"
    if expect.score is not None and not _scored(str(expect.score), found.score):
        yield f"score should be {expect.score}, is {found.score:g}"


def _scored(wanted: str, score: float) -> bool:
    match = _SCORE.fullmatch(wanted)
    sign, limit = (match.group(1) or "=", float(match.group(2))) if match else ("=", float(wanted))
    below, above = score < limit, score > limit
    return {
        "<": below,
        "<=": not above,
        ">": above,
        ">=": not below,
        "=": not (below or above),
    }[sign]


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


def _issue(example: str | Mapping[str, Any]) -> Issue:
    row = {"summary": example} if isinstance(example, str) else {"summary": "", **example}
    return issue_from_row(row, 1)


def _told(example: str | Mapping[str, Any]) -> str:
    text = example if isinstance(example, str) else str(example.get("summary") or dict(example))
    words = " ".join(text.split())
    return f'"{words}"' if len(words) <= 60 else f'"{words[:59]}…"'


def tests_in(folder: Path) -> Sequence[Path]:
    """The test files in a folder, in order."""
    return sorted((*folder.glob("*_test.yaml"), *folder.glob("*_test.yml")))
