"""Read `*_test.yaml` files: issues with expected results. Report each mistake with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, StringConstraints, ValidationError

from rules.facts.times import moment
from rules.problem import Problem, nearest
from rules.rulebook import json_schema, yaml_source
from rules.rulebook.file_format.block import FieldName, Id, Strict
from rules.rulebook.file_format.rule import Example
from rules.rulebook.rulebook import Rulebook, RulebookError
from rules.vocabulary.classes import Kind
from rules.vocabulary.languages import DEFAULT, LANGUAGES, Language
from rules.vocabulary.quadrants import Quadrant
from rules.vocabulary.verdicts import Verdict

LIMIT = re.compile(r"\s*(<=|>=|<|>|=)?\s*(-?\d{1,12}(?:\.\d{1,6})?)\s*")
Limit = float | Annotated[str, StringConstraints(pattern=f"^{LIMIT.pattern}$")]
"""A number, or a limit such as `>= 60`."""


class ExpectModel(Strict):
    """The expected results for an issue."""

    class_: Kind | None = Field(default=None, alias="class", description="The expected class.")
    verdict: Verdict | None = Field(default=None, description="The expected verdict of the gate.")
    priority: str | None = Field(default=None, description="The expected Jira priority.")
    score: Limit | None = Field(
        default=None, description='The expected score: a number, or a limit such as ">= 60".'
    )
    quadrant: Quadrant | None = Field(
        default=None, description="The expected quadrant of value and effort."
    )
    measures: dict[str, Limit] = Field(
        default={}, description='The expected measures: a number each, or a limit such as ">= 3".'
    )
    fires: list[Id] = Field(default=[], description="Rules that should fire, by id.")
    silent: list[Id] = Field(default=[], description="Rules that should not fire, by id.")


class CaseModel(Strict):
    """One issue with its expected results."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(
        description="The name of the test; it is printed if the test fails."
    )
    issue: Example = Field(description="The issue: a text (the summary), or fields by name.")
    expect: ExpectModel = Field(
        description="The expected results; results that are not listed are not checked."
    )


class TestsModel(Strict):
    """A `*_test.yaml` as written."""

    __test__ = False  # not a test class for pytest

    book: FieldName = Field(
        description="The rulebook to test: a file in the same folder, or the name of a shipped one."
    )
    now: str | None = Field(
        default=None, description="The day on which the issues are judged, such as 2026-01-15."
    )
    language: Language = Field(
        default=DEFAULT, description=f"The language of texts: {' or '.join(LANGUAGES)}."
    )
    tests: Annotated[list[CaseModel], Field(min_length=1, max_length=2000)] = Field(
        description="Issues with their expected results."
    )


def read(path: Path) -> tuple[yaml_source.Document, TestsModel]:
    """Read a test file; raise RulebookError with all mistakes in its form."""
    document = _document(path)
    try:
        model = TestsModel.model_validate(document.data)
    except ValidationError as error:
        raise RulebookError(yaml_source.problems_of(error, document, TestsModel)) from None
    return document, model


def _document(path: Path) -> yaml_source.Document:
    try:
        with path.open("rb") as file:
            document = yaml_source.load(file.read(yaml_source.MAX_BYTES + 1), str(path))
    except OSError as error:
        raise RulebookError([Problem(str(path), 1, f"can't be read: {error.strerror}")]) from None
    except yaml_source.YamlError as error:
        raise RulebookError(error.problems) from None
    if not isinstance(document.data, dict):
        wrong = "this is not a test file: begin with book: and tests:"
        raise RulebookError([Problem(str(path), 1, wrong)])
    return document


def check(document: yaml_source.Document, model: TestsModel, book: Rulebook) -> None:
    """Raise RulebookError with all names that the rulebook lacks, and an invalid day."""
    problems = [
        Problem(document.file, document.line(path), message)
        for path, message in _unknown(model, book)
    ]
    if model.now is not None and moment(model.now) is None:
        wrong = f'"now" is {model.now[:40]}: write a day such as 2026-01-15'
        problems.insert(0, Problem(document.file, document.line(("now",)), wrong))
    if problems:
        raise RulebookError(problems)


def _unknown(model: TestsModel, book: Rulebook) -> Iterator[tuple[yaml_source.Path, str]]:
    """Yield the rules, measures and priorities in tests that the rulebook lacks."""
    ids, bands = {rule.id for rule in book.rules}, {band.priority for band in book.bands}
    for index, case in enumerate(model.tests):
        here, expect = ("tests", index, "expect"), case.expect
        if expect == ExpectModel.model_validate({}):
            yield here, "the test expects nothing: write a class, a verdict or rules that fire"
        for key, names in (("fires", expect.fires), ("silent", expect.silent)):
            for at, name in enumerate(names):
                if name not in ids:
                    yield (*here, key, at), f'the rulebook has no rule "{name}"{nearest(name, ids)}'
        for name in expect.measures:
            if name not in book.measures:
                wrong = f'the rulebook has no measure "{name}"{nearest(name, book.measures)}'
                yield (*here, "measures", name), wrong
        if expect.priority and bands and expect.priority not in bands:
            wrong = f'no band gives the priority "{expect.priority}"'
            hint = nearest(expect.priority, bands) or f": write one of {', '.join(sorted(bands))}"
            yield (*here, "priority"), wrong + hint


def tests_schema() -> dict[str, Any]:
    """Return the JSON Schema of a `*_test.yaml`."""
    about = "Issues with the results that a rulebook should give."
    return json_schema.of_model(TestsModel, "Tests of a rulebook of Sluice", about)
