"""Books that include others, measures fed by fields, formulas, quadrants, shadows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.facts.jsonl import issue_from_row
from rules.jql.syntax_tree import QueryError
from rules.rulebook import score_formula
from rules.rulebook.load import find, load, parse_book
from rules.rulebook.rulebook import Rulebook, RulebookError
from rules.vocabulary.quadrants import QUADRANTS

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
BASE = """\
book: base
fields: {Customer Tier: name}
measures:
  reach: {weight: 2, min: 0, max: 10}
base: 20
bands: [{from: 50, priority: High}, {from: 0, priority: Low}]
rules:
  - id: crash
    when: text ~ "crash*"
    points: {reach: 5}
    because: It crashes.
    examples: {fires: [It crashes], silent: [It does not]}
  - id: title
    when: description is empty
    gate: needs_info
    because: Only a title.
    ask: What happens?
"""


def team(folder: Path, text: str, base: str = BASE, name: str = "team.yaml") -> Path:
    """A base book and a book beside it."""
    (folder / "base.yaml").write_text(base, "utf-8")
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(RulebookError) as error:
        load(path)
    return [str(p).replace(f"{path.parent}/", "") for p in error.value.problems]


def book(text: str) -> Rulebook:
    return parse_book(text.encode(), "book.yaml")


def assess(found: Rulebook, **row: Any) -> Assessment:
    judge = Judge(found)
    try:
        return judge.assess(issue_from_row({"summary": "x", "description": "y", **row}), NOW)
    finally:
        judge.close()


def test_a_book_takes_over_what_it_includes(tmp_path: Path) -> None:
    found = load(team(tmp_path, "book: team\ninclude: base.yaml\nbase: 30\nrules: []\n"))
    assert [rule.id for rule in found.rules] == ["crash", "title"]
    assert found.base == 30 and found.priority(60) == "High" and found.measures["reach"].weight == 2
    assert found.rules[0].file.endswith("base.yaml") and found.rules[0].line == 8
    assert {Path(name).name for name in found.files} == {"base.yaml", "team.yaml"}


def test_a_rule_of_the_same_id_changes_only_what_it_says(tmp_path: Path) -> None:
    text = "book: team\ninclude: [base.yaml]\nrules:\n  - {id: crash, points: {reach: 8}}\n"
    found = {rule.id: rule for rule in load(team(tmp_path, text)).rules}
    assert found["crash"].points == {"reach": 8} and found["crash"].when == 'text ~ "crash*"'
    assert found["crash"].examples.fires == ["It crashes"]
    assert found["crash"].file.endswith("team.yaml") and found["crash"].line == 4


def test_another_effect_takes_the_place_of_the_included_one(tmp_path: Path) -> None:
    text = "book: team\ninclude: [base.yaml]\nrules:\n  - {id: title, points: {reach: -1}}\n"
    (title,) = (rule for rule in load(team(tmp_path, text)).rules if rule.id == "title")
    assert title.gate is None and title.ask is None and title.points == {"reach": -1}


@pytest.mark.parametrize("word", ["true", "yes", "on"])
def test_an_included_rule_can_be_switched_off(tmp_path: Path, word: str) -> None:
    text = f"book: team\ninclude: [base.yaml]\nrules:\n  - {{id: crash, off: {word}}}\n"
    found = load(team(tmp_path, text))
    assert [rule.id for rule in found.rules] == ["title"]
    assert found.digest != load(tmp_path / "base.yaml").digest


@pytest.mark.parametrize(
    ("rule", "hint"),
    [
        ("crush", ': did you mean "crash"? A rule of your own needs when: and because:'),
        ("weather", ": a rule of your own needs when: and because:"),
    ],
)
def test_a_rule_that_no_book_has_is_a_slip_or_needs_all_its_parts(
    rule: str, hint: str, tmp_path: Path
) -> None:
    text = f"book: team\ninclude: [base.yaml]\nrules:\n  - {{id: {rule}, off: true}}\n"
    told = problems(team(tmp_path, text))
    assert told == [f'team.yaml:4: rule {rule}: no included rulebook has the rule "{rule}"{hint}']


def test_a_wrong_included_book_is_told_with_its_own_line(tmp_path: Path) -> None:
    wrong = BASE.replace('text ~ "crash*"', "texd = 1")
    told = problems(team(tmp_path, "book: team\ninclude: [base.yaml]\nrules: []\n", wrong))
    assert told[0].startswith('base.yaml:9: rule crash: when, column 11: unknown field "texd"')
    assert told[1:] == ['team.yaml:2: include: "base.yaml" can\'t be used']


def test_books_that_include_each_other_are_told_as_a_circle(tmp_path: Path) -> None:
    base = BASE.replace("book: base\n", "book: base\ninclude: [team.yaml]\n")
    told = problems(team(tmp_path, "book: team\ninclude: [base.yaml]\nrules: []\n", base))
    around = "team.yaml includes base.yaml includes team.yaml"
    assert f"base.yaml:2: include: the includes are circular: {around}" in told


def test_a_shipped_book_is_included_by_its_name(tmp_path: Path) -> None:
    found = load(team(tmp_path, "book: team\ninclude: [minimal]\nrules: []\n"))
    assert [r.id for r in found.rules] == [r.id for r in find("minimal").rules]


def test_a_missing_include_is_reported_at_the_line_that_names_it(tmp_path: Path) -> None:
    text = "book: team\ninclude: [gone.yaml, minimall]\nrules: []\n"
    first, second = problems(team(tmp_path, text))
    assert first == 'team.yaml:2: include: "gone.yaml": can\'t be read: No such file or directory'
    assert second.startswith('team.yaml:2: include: "minimall": no shipped rulebook has this name')
    assert 'did you mean "minimal"?' in second


@pytest.mark.parametrize("name", ["../base.yaml", "teams/base.yaml"])
def test_an_include_of_another_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "here" / "teams").mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "here" / "teams"):
        (folder / "base.yaml").write_text(BASE, "utf-8")
    (told,) = problems(team(tmp_path / "here", f"book: team\ninclude: [{name}]\nrules: []\n"))
    assert told == f'team.yaml:2: include: "{name}" is in another folder: put it beside this file'


@pytest.mark.parametrize(
    "name", ["nowhere.yaml", "/etc/hosts.yaml", "defualt", ".yaml", "x\0.yaml"]
)
def test_an_include_that_leads_nowhere_is_one_of_the_problems(tmp_path: Path, name: str) -> None:
    text = f"book: team\ninclude: [{name!r}]\nrules: []\n"
    assert problems(team(tmp_path, text.replace("'x\\x00.yaml'", '"x\\0.yaml"')))


FED = """\
book: fed
fields: {Customer Tier: name}
measures:
  reach:
    default: 1
    from:
      - {field: votes, scale: {5: 2, 20: 5}}
      - {field: Customer Tier, table: {Gold: 5, Silver: 2}}
  size: {from: [{field: points, times: 0.5}], default: 1}
score: reach * 10 / size
quadrant: {value: {measure: reach, from: 3}, effort: {measure: size, from: 2}}
rules:
  - {id: loud, when: text ~ loud, points: {reach: 1}, because: It is loud.}
  - {id: win, when: quadrant = "quick win", gate: review, because: A quick win.}
"""


@pytest.mark.parametrize(
    ("row", "reach", "size"),
    [
        ({}, 1, 1),
        ({"votes": 4}, 0, 1),
        ({"votes": 5}, 2, 1),
        ({"votes": 400, "points": 8}, 5, 4),
    ],
)
def test_fields_feed_measures_and_a_default_stands_where_none_does(
    row: dict[str, Any], reach: float, size: float
) -> None:
    assert assess(book(FED), **row).measures == {"reach": reach, "size": size}


def test_the_score_follows_the_formula_and_a_reason_is_worth_what_it_would_lack() -> None:
    found = assess(book(FED), summary="so loud", votes=20, points=4)
    assert found.score == 30 and found.proposed.score == 30
    assert {f.rule: f.points for f in found.firings} == {"loud": 5.0}


@pytest.mark.parametrize(
    ("votes", "points", "where"),
    list(zip((20, 20, 5, 5), (2, 8, 2, 8), QUADRANTS, strict=True)),
)
def test_value_against_effort_gives_a_quadrant_that_the_gate_can_ask_for(
    votes: int, points: int, where: str
) -> None:
    found = assess(book(FED), votes=votes, points=points)
    assert found.quadrant == where
    assert (found.decision.verdict == "review") is (where == "quick win")


def test_a_rule_in_shadow_is_in_the_book_and_not_in_what_counts() -> None:
    found = book(FED.replace("because: It is loud.", "because: It is loud., shadow: true"))
    assert found.shadowed and not found.live().shadowed
    assert [rule.id for rule in found.live().rules] == ["win"]
    assert found.digest != found.live().digest
    assert not book(FED).shadowed and book(FED).live().digest == book(FED).digest


def test_what_people_only_read_beside_the_rules_changes_no_digest() -> None:
    said = FED.replace("because: It is loud.}", "because: It is loud., examples: {fires: [loud]}}")
    assert book(said).digest == book(FED).digest
    assert book(FED.replace("reach: 1}, because", "reach: 2}, because")).digest != book(FED).digest


WRONG = [
    ("{field: votes, scale: {5: 2, 20: 5}}", "{field: votes}", "it has none"),
    ("{field: votes, scale: {5: 2, 20: 5}}", "{field: votez, times: 1}", 'did you mean "votes"'),
    ("scale: {5: 2, 20: 5}", "table: {a: 1}", '"votes" is a number, table does not work with it'),
    ("table: {Gold: 5, Silver: 2}", "times: 2", "use a table"),
    ("field: points, times: 0.5", "field: created, times: 0.5", "choose a number or a name"),
    ("field: points, times: 0.5", "field: score, times: 0.5", "has no value yet"),
    ("scale: {5: 2, 20: 5}", "scale: {5: 2}, above: 3", "above works with times only"),
    ("scale: {5: 2, 20: 5}", "scale: {five: 2}", '"five" under "scale" has to be a number'),
    ("score: reach * 10 / size", "score: reech * 10", 'did you mean "reach"'),
    ("score: reach * 10 / size", "score: reach *", "ends too early"),
    ("value: {measure: reach", "value: {measure: rich", 'unknown measure "rich"'),
    ("rules:", "words: {latencey: {now: x}}\nrules:", 'did you mean "latency"'),
    ("rules:", "words: {latency: {now: 'it is {before}'}}\nrules:", "{value}"),
]


@pytest.mark.parametrize(("old", "new", "told"), WRONG)
def test_what_is_wrong_with_measures_is_told_with_its_line(old: str, new: str, told: str) -> None:
    assert old in FED
    text = FED.replace(old, new)
    with pytest.raises(RulebookError) as error:
        book(text)
    line = next(n for n, row in enumerate(text.splitlines(), 1) if new.split("\n")[0] in row)
    assert [p.line for p in error.value.problems if told in p.message] == [line]


names = st.sampled_from(["a", "b", "c"])
terms = st.recursive(
    names | st.integers(0, 9).map(str),
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner)
        | st.builds("min({}, {})".format, inner, inner)
        | st.builds("-{}".format, inner)
    ),
    max_leaves=8,
)


@given(terms, st.tuples(*[st.integers(-9, 9)] * 3))
def test_a_formula_gives_what_arithmetic_gives(text: str, values: tuple[int, int, int]) -> None:
    measures = dict(zip("abc", map(float, values), strict=True))
    expected = eval(text, {"min": min}, measures)
    assert score_formula.parse(text, measures).evaluate(measures) == pytest.approx(expected)


@given(st.text(max_size=60) | st.text('abc()+-*/, 0123456789"minaxclp', max_size=60))
def test_any_text_is_a_formula_or_an_error_with_its_place(text: str) -> None:
    try:
        found = score_formula.parse(text, ("a", "b"))
    except QueryError as error:
        assert error.line >= 1 and error.column >= 1
    else:
        assert -1e12 <= found.evaluate({"a": 0.0, "b": 3.0}) <= 1e12


def test_dividing_by_nothing_gives_nothing() -> None:
    assert score_formula.parse("a / b", ("a", "b")).evaluate({"a": 5.0, "b": 0.0}) == 0.0
