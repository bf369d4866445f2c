"""Rule files: what a good one becomes, and everything that is wrong with a bad one, at once."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.assess.judge import Judge
from rules.facts.catalog import FIELDS, FIXED
from rules.rulebook.load import load, parse_book, shipped
from rules.rulebook.rulebook import Rulebook, RulebookError, say
from tests.work import calls

BOOKS = Path(__file__).parents[3] / "rules" / "books"

GOOD = """\
book: mine
fields: {Team Name: name, Release: date}
measures:
  pain: {weight: 2, max: 5}
bands:
  - {from: 0, priority: Low}
  - {from: 50.5, priority: High}
rules:
  - id: debt
    when: labels = debt
    because: {en: A label., zh: 标签。}
    class: {tech_debt: 3}
  - id: hurts
    when: class = tech_debt and "team name" = core
    because: It hurts.
    points: {pain: 3}
  - id: later
    when: score < 20 or pain < 1
    because: Not now.
    gate: defer
    ask: {zh: 为什么？}
"""


RULE = """\
rules:
  - {id: debt, when: type = Bug, class: {tech_debt: 3}, because: A bug.}
"""


def book(text: str = GOOD) -> Rulebook:
    return parse_book(text.encode(), "b.yaml")


def problems(text: str | bytes) -> list[tuple[int, str | None, str]]:
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    with pytest.raises(RulebookError) as caught:
        parse_book(raw, "b.yaml")
    assert all(problem.file == "b.yaml" for problem in caught.value.problems)
    return [(problem.line, problem.rule, problem.message) for problem in caught.value.problems]


def with_rule(rule: str) -> str:
    return f"{GOOD}{rule}"


def test_a_rule_belongs_to_the_stage_of_its_effect() -> None:
    assert [(rule.id, rule.stage, rule.line) for rule in book().rules] == [
        ("debt", "class", 9),
        ("hurts", "points", 13),
        ("later", "gate", 17),
    ]


def test_an_effect_that_is_left_blank_does_not_count() -> None:
    text = GOOD.replace("points: {pain: 3}", "points: {pain: 3}\n    gate:\n    class: null")
    assert [rule.stage for rule in book(text).rules] == ["class", "points", "gate"]
    asks = text.replace("class = tech_debt and", "score > 3 and")
    assert "has no value yet at the points stage" in problems(asks)[0][2]


@pytest.mark.parametrize("section", ["fields: {Votes: name}", "measures: {votes: {}}"])
def test_a_book_keeps_its_own_field_or_measure_where_sluice_brings_one_of_that_name(
    section: str,
) -> None:
    found = parse_book(f"book: ours\n{section}\n{RULE}".encode(), "ours.yaml")
    own = found.vocabulary("gate").fields["votes"]
    assert own.about != FIELDS["votes"].about
    assert own.type == ("name" if found.custom else "number")


@pytest.mark.parametrize("name", sorted(FIXED))
def test_no_book_may_take_the_name_of_what_sluice_itself_reads_or_decides(name: str) -> None:
    for section in (f"fields: {{{name}: name}}", f"measures: {{{name}: {{}}}}"):
        with pytest.raises(RulebookError, match="is already a built-in field"):
            parse_book(f"book: ours\n{section}\n{RULE}".encode(), "ours.yaml")


def test_two_measures_or_a_field_and_a_measure_may_not_share_a_name() -> None:
    both = f"book: ours\nfields: {{Pain: name}}\nmeasures: {{pain: {{}}}}\n{RULE}"
    with pytest.raises(RulebookError, match='"pain" is already used under fields'):
        parse_book(both.encode(), "ours.yaml")


def test_a_score_has_the_priority_of_the_highest_band_below_it() -> None:
    found = book()
    assert [found.priority(score) for score in (0, 50.4, 50.5, 100)] == [
        "Low",
        "Low",
        *["High"] * 2,
    ]
    assert book(re.sub(r"bands:\n.*\n.*\n", "", GOOD)).priority(50) is None


def test_words_come_in_the_language_or_english_or_what_there_is() -> None:
    words = {"en": "A label.", "zh": "标签。"}
    assert [say(words, language) for language in ("zh", "en", "fr")] == [
        "标签。",
        *["A label."] * 2,
    ]  # type: ignore[arg-type]
    assert say({"zh": "为什么？"}, "en") == "为什么？"
    assert (say("plain", "zh"), say(None, "en")) == ("plain", "")


def test_the_digest_changes_with_what_could_change_a_decision_and_with_nothing_else() -> None:
    same = GOOD.replace("\n  - id: hurts", "\n\n  # note\n  - id: hurts").replace("\n", "\r\n")
    assert book(same).digest == book().digest
    for old, new in (("weight: 2", "weight: 3"), ("= debt", "= dept"), ("Low", "Lowest")):
        assert book(GOOD.replace(old, new)).digest != book().digest


def test_every_shipped_book_is_without_problems() -> None:
    for name in ("default", "minimal"):
        assert shipped(name).rules


def test_a_book_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(RulebookError, match='did you mean "default"'):
        shipped("defualt")


def test_a_file_that_can_not_be_read_is_a_problem_of_the_file(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(RulebookError, match="can't be read"):
            load(path)


BAD = """\
book: My Book
abuot: x
classify: {doubt: -1}
base: high
fields:
  Team: words
  created: date
measures:
  pain: {min: 5, max: 0, wieght: 3}
  Big One: {}
bands:
  - {from: 0, priority: Low}
  - {from: 0, priority: ""}
rules:
  - id: Rule One
    when: votes > 3
    because: true
    class: {tech_det: 3}
  - id: two
    when: |
      votes > 3 and
        lables = x and
      summary ~ "-foo"
    because: {fr: Bonjour}
    points: {pian: "ten"}
  - id: two
    when: >-
      votes > 3 and
      description = "it's"
    because:
    gate: accpt
    ask: ""
  - id: three
    when: 'votes >
       3 and ((labels = "x"'
  - just words
  - id: four
    when: 5
    because: [a]
    gate: accept
    points: {}
  - id: five
    id: six
    when: created < -99999y
    because: !!binary aGk=
    points: {pain: 1000}
    ask: why?
"""

EXPECTED = [
    (1, None, '"book" is My Book: use small letters, digits and -'),
    (2, None, 'unknown key "abuot": did you mean "about"?'),
    (3, None, '"classify.doubt" has to be 0 or more, it is -1'),
    (4, None, '"base" has to be a number, it is high'),
    (6, None, 'unknown type of field "words": write one of text, name, names, number, date'),
    (7, None, '"created" is already a built-in field: choose another name'),
    (9, None, 'unknown key "wieght": did you mean "weight"?'),
    (9, None, '"min" of "pain" is above its "max": swap them'),
    (10, None, '"Big One": use small letters, digits and -'),
    (13, None, '"priority" is empty: write a text or remove the line'),
    (13, None, "two bands begin at 0: keep one"),
    (15, "Rule One", '"id" is Rule One: use small letters, digits and -'),
    (17, "Rule One", '"because" has to be text, it is true: put it in quotes'),
    (18, "Rule One", 'unknown class "tech_det": did you mean "tech_debt"?'),
    (22, "two", 'when, column 9: unknown field "lables": did you mean "labels"? Declare custom '
     "fields under fields:"),
    (23, "two", 'when, column 7: "-foo" leaves out issues with a word: write and not … ~ after '
     "the search"),
    (24, "two", 'unknown language "fr": write one of en, zh'),
    (25, "two", '"points.pian" has to be a number, it is "ten"'),
    (25, "two", 'unknown measure "pian": did you mean "pain"?'),
    (26, "two", "line 19 already has this id: choose another"),
    (29, "two", 'when, column 7: "description" is a text: use ~ instead of ='),
    (30, "two", '"because" is empty: write a value or remove the line'),
    (31, "two", 'unknown verdict "accpt": did you mean "accept"?'),
    (32, "two", '"ask" is empty: write a text or remove the line'),
    (33, "three", '"because" is missing'),
    (33, "three", "a rule needs an effect: write one of class:, points: or gate:"),
    (35, "three", "when, column 28: the condition ends too early: a value or a ) is missing"),
    (36, None, '"rules, entry 5" has to hold lines such as name: value, it is just words'),
    (37, "four", "a rule can have one effect, this has points: and gate: make a rule for each"),
    (38, "four", '"when" has to be text, it is 5: put it in quotes'),
    (39, "four", '"because" has to be text, it is a list'),
    (41, "four", '"points" is empty: write at least one entry under it'),
    (43, "five", 'the key "id" is here twice: keep one'),
    (44, "five", 'when, column 11: "-99999y" is more than 1,000 years away: write a nearer date'),
    (45, "five", '"!!binary" is not allowed here: remove it'),
    (46, "five", '"points.pain" has to be 100 or less, it is 1000'),
    (47, "five", "ask: works with gate: only; remove it"),
]  # fmt: skip


def test_a_bad_file_shows_all_of_its_problems_with_line_and_rule_in_one_go() -> None:
    found = problems(BAD)
    assert sorted(found, key=str) == sorted(EXPECTED, key=str)
    assert [line for line, _, _ in found] == sorted(line for line, _, _ in found)


def test_no_message_speaks_to_programmers() -> None:
    said = "\n".join(message for _, _, message in problems(BAD))
    jargon = r"rules\.\d|\[key\]|[Ii]nput should|\^\[|string_|type=|None|\bdict|str\b|True|validat"
    assert not re.search(jargon, said)


def test_a_problem_prints_as_file_line_rule_and_message() -> None:
    with pytest.raises(RulebookError) as caught:
        parse_book(
            with_rule("  - {id: x, when: a b, because: c, gate: accept}\n").encode(), "b.yaml"
        )
    assert str(caught.value).startswith("b.yaml:22: rule x: when, column 21: did not expect")


def test_all_clauses_of_a_condition_are_looked_at() -> None:
    text = with_rule("  - {id: x, when: 'foo1 = 1 or votes ~ x', because: c, gate: accept}\n")
    found = problems(text)
    assert [line for line, _, _ in found] == [22, 22]


def test_rules_whose_condition_would_stand_for_too_much_are_refused() -> None:
    wide = " and ".join(f"(votes={n} or points={n})" for n in range(9))
    text = with_rule(f"  - {{id: x, when: '{wide}', because: c, gate: accept}}\n")
    assert "more than 32 alternatives" in problems(text)[0][2]


def test_a_measure_can_not_take_the_name_of_a_field() -> None:
    text = GOOD.replace("  pain:", "  Release-x: {}\n  release: {}\n  score: {}\n  pain:")
    lines = [line for line, _, _ in problems(text)]
    assert lines == [4, 5, 6]


@pytest.mark.slow
def test_two_thousand_rules_are_read_and_no_more() -> None:
    rule = (
        "  - {{id: r{0}, when: votes > {0} or text ~ x{0}, because: B., class: {{tech_debt: 1}}}}"
    )
    rule += "\n"
    text = "book: big\nrules:\n" + "".join(rule.format(n) for n in range(2000))
    assert len(book(text).rules) == 2000
    assert "more than 2000 entries" in problems(text + rule.format(2000))[0][2]


FULL_OF_MISTAKES = {
    "keys that stand twice": lambda n: "book: x\nrules:\n- id: a\n" + "  id: b\n" * n,
    "keys that are not known": lambda n: "".join(f"k{i}: 1\n" for i in range(n)),
    "conditions": lambda n: "book: x\nrules:\n" + "- {id: a, when: b c d, gate: no}\n" * n,
    "clauses": lambda n: "book: x\nrules:\n- when: >\n" + "    votes ~ x or\n" * n + "    a = b\n",
}


@pytest.mark.parametrize("what", FULL_OF_MISTAKES)
def test_the_work_on_a_file_full_of_mistakes_grows_with_the_file(what: str) -> None:
    """Four times the mistakes: four times the work, sixteen times within one condition."""

    def work(mistakes: int) -> int:
        text = FULL_OF_MISTAKES[what](mistakes)
        return calls(lambda: problems(text))

    work(5)  # what is made ready once
    few, many = work(60), work(240)
    assert many < (18 if what == "clauses" else 5) * few


SHAPES = [
    "", "null", "5", "[]", "- a", "book", "book: x", "{}", "rules: []", "book: x\nrules: {}",
    "book: x\nrules: [[[]]]", "book: x\nrules: [null, 5, {}, []]", "book: [x]\nrules: 7",
    "1: 2\nnull: 3\ntrue: x\n? \n: y", "book: x\nrules:\n- when: '\\'\n", "book: .nan\nbase: .inf",
    "book: x\nmeasures: [a]\nfields: 5\nbands: {a: b}\nclassify: x\nrules: [{id: {}}]",
    "book: x\nmeasures: {a: {min: x, max: []}}\nbands: [{from: []}, {from: {}}]\nrules: [{}]",
    "book: x\nfields: {a: [], b: {}, c: null}\nrules: [{when: a = 1, points: [x], class: 5}]",
    "book: 😀\nrules: [{id: 😀, when: 😀 = 1}]", 'book: "\\ud800"', 'book: x\n"\\ud800": y',
    "book: x\nrules: [{id: 2026-01-01, when: 12:30, because: on, gate: no}]", "a: *b", "\ufeff",
    "book: x\nbook: y\nrules: [{id: a, id: b}]", "%YAML 9.9\n---\n", "!!set {a}", "<<: {a: b}",
    "book: x\nrules: [{class: {1: 2, null: 3}}]", "\0", "book: x\r\rrules: |\r  x\r",
    'book: x\nrules: [{id: a, when: "votes\\u2028> x", because: b, gate: accept}]',
]  # fmt: skip


@pytest.mark.parametrize("text", SHAPES, ids=[repr(text)[:40] for text in SHAPES])
def test_a_file_of_any_other_shape_has_problems_and_nothing_worse(text: str) -> None:
    for line, _, message in problems(text):
        assert 1 <= line <= len(re.split(r"\r\n|[\n\r\x85\u2028\u2029]", text))
        assert "\n" not in message
        message.encode()


def _book_or_problems(raw: bytes) -> None:
    try:
        found = parse_book(raw, "b.yaml")
    except RulebookError as error:
        assert error.problems
        str(error).encode()
    else:
        Judge(found).close()


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace")))
@settings(max_examples=150)
def test_random_bytes_are_a_book_or_problems(raw: bytes) -> None:
    _book_or_problems(raw)


def mutated(raw: bytes, seed: int) -> bytes:
    """A file after a few slips: bytes changed, lines exchanged, doubled, dropped or shifted."""
    rng = random.Random(seed)
    for _ in range(rng.randint(1, 4)):
        lines = raw.split(b"\n")
        one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        slip = rng.randrange(6)
        if slip == 0:
            at = rng.randrange(len(raw))
            raw = (
                raw[:at]
                + bytes([rng.choice((*b"\t'\"{}[]:-#&*!|>%@`,~ \n", rng.randrange(256)))])
                + raw[at + 1 :]
            )
            continue
        if slip == 1:
            lines[one], lines[other] = lines[other], lines[one]
        elif slip == 2:
            lines.insert(one, lines[other])
        elif slip == 3:
            del lines[one]
        elif slip == 4:
            lines[one] = b"  " + lines[one]
        else:
            words = lines[one].split(b" ")
            rng.shuffle(words)
            lines[one] = b" ".join(words)
        raw = b"\n".join(lines) or b"x"
    return raw


@pytest.mark.parametrize("seed", range(60))
def test_a_mutated_book_is_a_book_or_problems(seed: int) -> None:
    _book_or_problems(mutated((BOOKS / "minimal.yaml").read_bytes(), seed))


@pytest.mark.parametrize(
    "seed", [*range(8), *(pytest.param(n, marks=pytest.mark.slow) for n in range(8, 60))]
)
def test_a_mutated_default_book_is_a_book_or_problems(seed: int) -> None:
    _book_or_problems(mutated((BOOKS / "default.yaml").read_bytes(), seed))


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, 10_000, 500))
def test_ten_thousand_mutated_books_are_books_or_problems(start: int) -> None:
    raw = (BOOKS / "minimal.yaml").read_bytes()
    for seed in range(start, start + 500):
        _book_or_problems(mutated(raw, seed))
