"""Examples beside rules and in test files: what holds, what does not and why, what they reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.examples import run_examples, run_tests, unreached, without_examples
from rules.rulebook import RulebookError, load

BOOK = """\
book: team
base: 40
measures: {pain: {weight: 2}}
bands: [{from: 50, priority: High}, {from: 0, priority: Low}]
rules:
  - id: crash
    when: text ~ "crash*"
    points: {pain: 10}
    because: It crashes.
    examples:
      fires: [The app crashes, {summary: Login, description: It crashed}]
      silent: [The app is slow]
  - {id: need, when: type = Story, class: {business_need: 3}, because: A story.}
"""
TESTS = """\
book: team.yaml
tests:
  - name: a crash comes first
    issue: {summary: It crashes, type: Story}
    expect: {class: business_need, verdict: accept, priority: High, score: ">= 60", fires: [need]}
"""


def written(folder: Path, tests: str = TESTS, book: str = BOOK) -> Path:
    (folder / "team.yaml").write_text(book, "utf-8")
    path = folder / "team_test.yaml"
    path.write_text(tests, "utf-8")
    return path


def test_examples_beside_rules_are_run_and_counted(tmp_path: Path) -> None:
    written(tmp_path)
    run = run_examples(load(tmp_path / "team.yaml"))
    assert [result.wrong for result in run.results] == [(), (), ()]
    assert unreached([run]) == (2, [run.book.rules[1]])
    assert [problem.rule for problem in without_examples(run.book)] == ["need"]


def test_an_example_that_does_not_hold_says_which_clause_failed_and_what_it_saw(
    tmp_path: Path,
) -> None:
    wrong = BOOK.replace("The app crashes,", "The app hangs,").replace("app is slow", "crash test")
    written(tmp_path, book=wrong)
    first, _, last = run_examples(load(tmp_path / "team.yaml")).results
    assert str(first).endswith(
        'team.yaml:6: rule crash: fires on "The app hangs": '
        'crash did not fire: text ~ "crash*" saw The app hangs'
    )
    assert last.wrong == ("crash fired and should be silent",)


def test_a_test_file_states_what_an_issue_comes_to(tmp_path: Path) -> None:
    run = run_tests(written(tmp_path))
    assert [result.wrong for result in run.results] == [()]
    assert run.fired == {"crash", "need"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("class: business_need", "class: tech_debt", "class should be tech_debt, is business_need"),
        ("verdict: accept", "verdict: defer", "verdict should be defer, is accept"),
        ("priority: High", "priority: Low", "priority should be Low, is High"),
        ('score: ">= 60"', "score: 59", "score should be 59.0, is 60"),
        ('score: ">= 60"', 'score: "< 60"', "score should be < 60, is 60"),
        ("fires: [need]", "silent: [need]", "need fired and should be silent"),
    ],
)
def test_a_failed_test_says_what_came_instead(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    (result,) = run_tests(written(tmp_path, TESTS.replace(old, new))).results
    assert result.wrong[0] == told and result.line == 3
    assert result.wrong[-1] == "fired: need, crash"


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("fires: [need]", "fires: [neeed]", 5, 'did you mean "need"'),
        ("verdict: accept", "verdict: accepted", 5, 'did you mean "accept"'),
        ("expect:", "expects:", 5, 'unknown key "expects"'),
        ("book: team.yaml", "book: team.yaml\nnow: soon", 2, '"now" is soon'),
        ('">= 60"', "many", 5, '"expect.score"'),
    ],
)
def test_a_wrong_test_file_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, told: str
) -> None:
    with pytest.raises(RulebookError) as error:
        run_tests(written(tmp_path, TESTS.replace(old, new)))
    assert any(told in p.message and p.line == line for p in error.value.problems), str(error.value)


def test_results_do_not_change_with_the_calendar(tmp_path: Path) -> None:
    book = BOOK.replace("type = Story", "created >= -10d")
    tests = TESTS.replace("type: Story", "created: 2026-01-10")
    assert run_tests(written(tmp_path, tests, book)).results[0].wrong == ()
    later = tests.replace("tests:", "now: 2026-03-01\ntests:")
    assert "need did not fire" in str(run_tests(written(tmp_path, later, book)).results[0])
