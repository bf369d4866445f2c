"""Examples beside rules and in test files: what holds, what does not and why, what they reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.rulebook.load import load, parse_book
from rules.rulebook.rulebook import RulebookError
from rules.testing.run_examples import run_examples, run_tests, unreached, without_examples

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


def test_what_a_book_includes_is_tested_where_it_stands(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "ours.yaml").write_text("book: ours\ninclude: team.yaml\nrules:\n"
        "  - {id: need, examples: {fires: [{summary: x, type: Story}]}}\n")  # fmt: skip
    run = run_examples(load(tmp_path / "ours.yaml"))
    assert len(run.results) == 1 and unreached([run]) == (1, [])
    assert without_examples(run.book) == []


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
        ('score: ">= 60"', "score: 59", "score should be 59, is 60"),
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


@pytest.mark.parametrize(
    ("issue", "told"),
    [
        ("{sumary: x}", 'unknown field "sumary": did you mean "summary"?'),
        ("{summary: x, votes: many}", '"votes" can\'t be many'),
        ("{summary: x, created: soon}", '"created" can\'t be soon'),
        ("{summary: x, pain: 3}", '"pain" is computed from other fields: remove it'),
    ],
)
def test_a_field_that_an_example_can_not_have_is_told(
    tmp_path: Path, issue: str, told: str
) -> None:
    wrong = BOOK.replace("silent: [The app is slow]", f"silent: [{issue}]")
    written(tmp_path, book=wrong)
    *_, last = run_examples(load(tmp_path / "team.yaml")).results
    assert last.wrong == (told,)


@pytest.mark.parametrize(
    "issue",
    [
        "{summary: x, components: [a], labels: [b], Customer Tier: Gold, id: 7}",
        "{summary: x, votes: 3, age: 400, linked: [Blocks], linked Blocks: 2, due: 2026-02-01}",
        "{Summary: x, Issuetype: Bug, description: ''}",
    ],
)
def test_an_example_can_have_every_field_that_a_condition_can_ask_for(
    tmp_path: Path, issue: str
) -> None:
    book = BOOK.replace("base: 40", "base: 40\nfields: {Customer Tier: name}")
    written(tmp_path, book=book.replace("silent: [The app is slow]", f"silent: [{issue}]"))
    *_, last = run_examples(load(tmp_path / "team.yaml")).results
    assert last.wrong == ()


def test_a_class_and_a_score_that_are_given_count_as_if_a_person_had_set_them(
    tmp_path: Path,
) -> None:
    late = (
        "  - {id: late, when: class = exploration and score > 90, gate: defer, because: b,\n"
        "     examples: {fires: [{summary: x, class: exploration, score: 95}], silent: [x]}}\n"
    )
    written(tmp_path, book=BOOK + late)
    assert not any(r.wrong for r in run_examples(load(tmp_path / "team.yaml")).results)


def test_rules_in_shadow_fire_in_tests_but_decide_nothing(tmp_path: Path) -> None:
    shadow = "  - {id: no, when: type = Story, gate: reject, because: b, shadow: true}\n"
    shadow = shadow.replace("id: no", "id: never")
    tests = TESTS.replace("fires: [need]", "fires: [never]")
    (result,) = run_tests(written(tmp_path, tests, BOOK + shadow)).results
    assert result.wrong == ()


def test_measures_can_be_expected(tmp_path: Path) -> None:
    tests = TESTS.replace("fires: [need]", 'measures: {pain: "> 9"}')
    assert run_tests(written(tmp_path, tests)).results[0].wrong == ()
    wrong = tests.replace("> 9", "< 9")
    assert "pain should be < 9, is 10" in str(run_tests(written(tmp_path, wrong)).results[0])


def test_every_mistake_of_a_test_file_is_told_at_once(tmp_path: Path) -> None:
    tests = TESTS.replace("fires: [need]", "fires: [neeed], silent: [crsh], measures: {pian: 1}")
    tests = tests.replace("priority: High", "priority: Hihg") + "    expects: {}\n"
    with pytest.raises(RulebookError) as form:
        run_tests(written(tmp_path, tests))
    assert [p.line for p in form.value.problems] == [6]
    with pytest.raises(RulebookError) as error:
        run_tests(written(tmp_path, tests.replace("    expects: {}\n", "")))
    told = [p.message for p in error.value.problems]
    assert [message.partition("did you mean ")[2] for message in told[:3]] == [
        '"need"?',
        '"crash"?',
        '"pain"?',
    ]
    assert told[3] == 'no band gives the priority "Hihg": write one of High, Low'


def test_results_do_not_change_with_the_calendar(tmp_path: Path) -> None:
    book = BOOK.replace("type = Story", "created >= -10d")
    tests = TESTS.replace("type: Story", "created: 2026-01-10")
    assert run_tests(written(tmp_path, tests, book)).results[0].wrong == ()
    later = tests.replace("tests:", "now: 2026-03-01\ntests:")
    assert "need did not fire" in str(run_tests(written(tmp_path, later, book)).results[0])


def test_an_example_can_say_who_sluice_signs_in_as_and_else_nobody_is() -> None:
    book = """book: b
rules:
  - id: own
    when: reporter = currentUser()
    gate: review
    because: b
    examples:
      fires: [{summary: a, reporter: ann, currentuser: Ann}]
      silent: [{summary: a, reporter: ann, currentuser: bob}, {summary: a, reporter: ann}]
  - id: foreign
    when: reporter != currentUser()
    gate: review
    because: b
    examples:
      fires: [{summary: a, reporter: ann, currentuser: bob}]
      silent: [{summary: a, reporter: ann, currentuser: Ann}, {summary: a, reporter: ann}]
"""
    results = run_examples(parse_book(book.encode(), "b.yaml")).results
    assert [str(result).rpartition(": ")[2] for result in results] == ["passed"] * 6


@pytest.mark.parametrize(
    ("field", "when", "fires", "silent"),
    [
        ("has fallback", '"has fallback" = no', "no", "yes"),
        ("has fallback", '"has fallback" = no', "false", "true"),
        ("has acceptance criteria", '"has acceptance criteria" = yes', "Yes", "No"),
        ("experiment", "experiment = yes", "true", "false"),
        ("Tier", "Tier = 1", "1", "2"),
        ("Tier", "Tier = yes", "yes", "no"),
        ("Tier", "Tier = Off", "off", "on"),
        ("Tier", 'Tier = "true"', "true", "false"),
        ("labels", "labels = no", "[no, 7]", "[yes]"),
        ("labels", "labels = 7", "7", "8"),
        ("Launch", 'Launch < "2026-02-01"', "2026-01-31", "2026-02-02"),
    ],
)
def test_a_value_in_an_example_is_what_it_looks_like_without_quotes(
    tmp_path: Path, field: str, when: str, fires: str, silent: str
) -> None:
    path = tmp_path / "team.yaml"
    path.write_text(
        f"book: team\nfields: {{Tier: name, Launch: date}}\nrules:\n"
        f"  - id: a\n    when: {when!r}\n    gate: review\n    because: b\n    examples:\n"
        f"      fires: [{{summary: x, {field}: {fires}}}]\n"
        f"      silent: [{{summary: x, {field}: {silent}}}]\n",
        "utf-8",
    )
    assert [result.wrong for result in run_examples(load(path)).results] == [(), ()]
