"""Findings of lint: each is certain, says where, and a book that makes sense has none."""

from __future__ import annotations

import random
from contextlib import closing

import pytest

from rules.assess.judge import Judge
from rules.facts.issue import Issue
from rules.lint.finding import Finding
from rules.lint.lint import lint
from rules.lint.score_bounds import measure_ranges, score_range
from rules.rulebook.load import parse_book, shipped, shipped_names
from rules.rulebook.rulebook import Rulebook
from tests.rules.jql import random_conditions as some

HEAD = """\
book: b
measures:
  pain: {min: 0, max: 10, weight: 2}
bands: [{from: 50, priority: High}, {from: 0, priority: Low}]
base: 40
rules:
  - {id: debt, when: type = Bug, class: {tech_debt: 3}, because: b}
  - {id: need, when: type = Story, class: {business_need: 3}, because: b}
  - {id: try, when: type = Spike, class: {exploration: 3}, because: b}
  - {id: hurts, when: 'text ~ crash', points: {pain: 10}, because: b}
"""
_QUIET = {"no-example", "unreachable-verdict"}


def book_of(*rules: str, head: str = HEAD) -> Rulebook:
    lines = (f"  - {{{rule}, because: b}}\n" for rule in rules)
    return parse_book((head + "".join(lines)).encode(), "b.yaml")


def found(*rules: str, head: str = HEAD) -> list[Finding]:
    """The findings, without those that every small book has."""
    findings = lint(book_of(*rules, head=head), lambda path: ("b.yaml", 1 + len(path)))
    return [one for one in findings if one.code not in _QUIET]


def codes(*rules: str, head: str = HEAD) -> list[str]:
    return [one.code for one in found(*rules, head=head)]


def test_a_book_that_makes_sense_has_no_findings() -> None:
    assert (
        found("id: a, when: score < 50, gate: defer", "id: b, when: pain > 5, gate: review") == []
    )


def test_a_finding_says_where_what_and_its_code() -> None:
    (one,) = found("id: a, when: votes > 5 and votes < 3, gate: review")
    assert str(one) == (
        'b.yaml:11: rule a: can never fire: "votes > 5" and "votes < 3" exclude each other; '
        "change the condition [never-true]"
    )
    assert one.as_json()["severity"] == "warning"


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("pain > 10", '"pain > 10", but pain is between 0 and 10'),
        ("score < 40", '"score < 40", but score is between 40 and 60'),
        ("labels = x and (type = A and type = B)", '"type = A" and "type = B" exclude each other'),
        (
            "votes > 3 and (votes < 1 or votes = 2)",
            '"votes > 3" and "votes < 1 or votes = 2" exclude each other',
        ),
        ("class = tech_debt and not class = tech_debt", "exclude each other"),
        ("description is empty and description ~ x", "exclude each other"),
    ],
)
def test_a_rule_that_can_never_fire_is_told_why(when: str, why: str) -> None:
    (one,) = found(f"id: a, when: '{when}', gate: review")
    assert one.code == "never-true"
    assert one.problem.message.endswith(f"{why}; change the condition")


def test_a_part_that_can_never_be_true_is_told_by_itself() -> None:
    (one,) = found("id: a, when: votes > 5 or (votes > 4 and votes < 2), gate: review")
    assert one.code == "never-true-part" and '"votes > 4 and votes < 2"' in str(one)


def test_a_rule_that_fires_on_every_issue_is_told() -> None:
    assert codes("id: a, when: summary is empty or summary is not empty, gate: review") == [
        "always-true"
    ]
    assert codes("id: a, when: score >= 0, gate: review") == ["always-true"]
    assert codes("id: a, when: votes >= 0, gate: review") == []  # the field may be empty


def test_the_same_condition_twice_is_told_to_the_later_rule() -> None:
    same = "id: a, when: 'type in (B, a)', points: {pain: 1}"
    assert codes(same, "id: b, when: 'issuetype in (A, b)', points: {pain: 1}") == ["duplicate"]
    (one,) = found(same, "id: b, when: 'not type not in (A, b)', points: {pain: 2}")
    assert "same condition as rule a (line 11): merge the two rules" in str(one)


def test_rules_of_two_stages_may_share_a_condition() -> None:
    assert codes("id: a, when: type = Bug, points: {pain: 1}") == []


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("gate: accept", "gate: reject, ask: x", "but gives the verdict reject, not accept"),
        ("points: {pain: 3}", "points: {pain: -1}", "but gives pain -1, not +3"),
        (
            "class: {tech_debt: 3}",
            "class: {exploration: 2, tech_debt: -1}",
            "but votes for exploration, not for tech_debt",
        ),
    ],
)
def test_opposite_effects_of_one_condition_are_told(one: str, other: str, told: str) -> None:
    (finding,) = found(f"id: a, when: labels = x, {one}", f"id: b, when: labels = X, {other}")
    assert finding.code == "contradiction" and told in str(finding)


def test_a_verdict_that_a_stricter_rule_always_overrules_is_told() -> None:
    mild = "id: a, when: votes > 20, gate: defer"
    (one,) = found(mild, "id: b, when: votes > 5 or type = Bug, gate: reject, ask: x")
    assert one.code == "shadowed" and one.problem.rule == "a"
    assert "rule b (line 12) fires too, and reject is stricter than defer" in str(one)
    assert codes(mild, "id: b, when: votes > 25, gate: reject, ask: x") == []
    assert codes(mild, "id: b, when: votes > 5, gate: accept") == []


def test_a_narrower_search_is_seen_to_lie_within_a_wider_one() -> None:
    narrow = "id: a, when: 'summary ~ \"crashes\"', gate: defer"
    assert codes(narrow, "id: b, when: 'text ~ \"freeze OR crash*\"', gate: review") == ["shadowed"]


def test_what_needs_info_asks_is_not_lost_where_the_issue_goes_to_review() -> None:
    wide = "id: b, when: votes > 5, gate: review"
    assert codes("id: a, when: votes > 20, gate: needs_info, ask: x", wide) == []


def test_points_add_up_so_that_no_rule_of_points_shadows_another() -> None:
    assert codes("id: a, when: votes > 5, points: {pain: 1}",
                 "id: b, when: votes > 20, points: {pain: 1}") == []  # fmt: skip


def test_a_firm_rule_that_accepts_is_firm_for_nothing() -> None:
    assert codes("id: a, when: votes > 5, gate: accept, firm: true") == ["firm-for-nothing"]
    assert codes("id: a, when: votes > 5, gate: review, firm: true") == []


def test_effects_without_words_and_conditions_on_our_own_field_are_told() -> None:
    assert codes("id: a, when: votes > 5, gate: needs_info") == ["no-ask"]
    (one,) = found("id: a, when: votes > 5, gate: reject")
    assert (one.code, one.severity) == ("no-ask", "hint")
    assert codes("id: a, when: priority = High, gate: review") == ["asks-priority"]
    without = HEAD.replace("bands: [{from: 50, priority: High}, {from: 0, priority: Low}]", "")
    assert codes("id: a, when: priority = High, gate: review", head=without) == []


@pytest.mark.parametrize(
    ("search", "code"),
    [
        ("crash or freeze", "small-or"),
        ("crash and freeze", "small-or"),
        ("崩溃 或 卡死", "small-or"),
        ("crash, freeze", "list-in-search"),
        ("崩溃、卡死", "list-in-search"),
        ("崩溃，卡死", "list-in-search"),
        ("crash|freeze", "list-in-search"),
        ("“tech debt”", "curly-quotes"),
        ("tech debt", "words-apart"),
    ],
)
def test_searches_that_are_read_otherwise_than_they_look_are_told(search: str, code: str) -> None:
    assert codes(f"id: a, when: 'text ~ \"{search}\"', gate: review") == [code]


@pytest.mark.parametrize(
    "search", ["crash OR freeze", "crash*", "崩溃 OR 卡死", "e-mail", '\\"either or\\"', "v1.2"]
)
def test_searches_that_mean_what_they_say_are_left_alone(search: str) -> None:
    quoted = search.replace("\\", "\\\\").replace('\\\\"', '\\"')
    assert codes(f"id: a, when: 'text ~ \"{quoted}\"', gate: review") == []


def test_a_quadrant_that_the_book_does_not_define_is_told() -> None:
    asked = "id: a, when: 'quadrant = \"quick win\"', gate: review"
    assert codes(asked) == ["no-quadrant"]
    axes = "quadrant: {value: {measure: pain, from: 3}, effort: {measure: pain, from: 5}}\n"
    assert codes(asked, head=HEAD.replace("rules:", f"{axes}rules:")) == []


def test_a_class_that_no_rule_votes_for_is_told() -> None:
    head = HEAD.replace("{exploration: 3}", "{tech_debt: 1, exploration: -1}")
    (one,) = found(head=head)
    assert one.code == "no-rule-for-class" and "no rule votes for exploration" in str(one)


def test_lint_asks_only_for_classes_that_are_used() -> None:
    book = book_of(head=HEAD.replace("{exploration: 3}", "{tech_debt: 1}"))
    two = lint(book, lambda path: ("b.yaml", 1), ["tech_debt", "business_need"])
    assert "no-rule-for-class" not in {one.code for one in two}


@pytest.mark.parametrize("own", ["fields: {Votes: number}", "measures: {votes: {}}"])
def test_a_field_of_the_book_that_hides_a_built_in_one_is_a_hint(own: str) -> None:
    head = f"{own}\n{HEAD}" if own.startswith("fields") else HEAD.replace("pain:", "votes:", 1)
    head = head.replace("points: {pain", "points: {votes") if "measures" in own else head
    (one,) = (f for f in lint(book_of(head=head), places) if f.code == "hides-a-field")
    assert one.severity == "hint" and "number of votes" in str(one)


def places(path: tuple[str | int, ...]) -> tuple[str, int]:
    return "b.yaml", 1


def test_verdicts_that_no_rule_gives_and_missing_examples_are_hints() -> None:
    findings = lint(book_of(), lambda path: ("b.yaml", 1))
    hints = [one for one in findings if one.severity == "hint"]
    assert [one.code for one in hints] == ["unreachable-verdict", "no-example"]
    assert "4 of 4 rules have no example" in str(hints[1]) and str(hints[1]).endswith(", hint]")


def test_measures_that_cannot_change_anything_are_told() -> None:
    more = "measures:\n  idle-one: {}\n  flat: {min: 3, max: 3}\n  mute: {weight: 0}\n"
    head = HEAD.replace("measures:\n", more)
    rules = "id: a, when: type = Bug, points: {flat: 1, mute: 1}"
    assert codes(rules, head=head) == ["unfed-measure", "constant-measure", "unused-measure"]
    assert "duplicate" not in codes(rules, "id: c, when: mute > 1, gate: review", head=head)
    assert "unused-measure" not in codes(rules, "id: c, when: mute > 0, gate: review", head=head)


def test_a_measure_that_a_field_feeds_is_not_called_unfed() -> None:
    head = HEAD.replace("weight: 2}", "weight: 2}\n  reach: {from: [{field: votes, times: 1}]}")
    assert codes(head=head) == []


def test_a_band_that_no_score_reaches_is_told() -> None:
    head = HEAD.replace("from: 50", "from: 70")
    (one,) = found(head=head)
    assert one.code == "unreachable-band" and "no score reaches 70" in str(one)
    assert "the highest score is 60" in str(one) and one.problem.line == 3
    head = HEAD.replace("{from: 50", "{from: 30, priority: Low}, {from: 50")
    head = head.replace("{from: 0, priority: Low}", "{from: 0, priority: Lowest}")
    (one,) = found(head=head)
    assert "no score is low enough for Lowest: the lowest score is 40" in str(one)


def formula(text: str, **limits: str) -> list[Finding]:
    measures = "".join(f"  {name}: {{{value}}}\n" for name, value in limits.items())
    head = HEAD.replace("measures:\n", f"score: '{text}'\nmeasures:\n{measures}")
    given = ", ".join(f"{name}: 1" for name in limits)
    return found(f"id: a, when: labels = x, points: {{{given}}}", head=head)


def test_a_divisor_that_can_be_zero_is_told() -> None:
    (one,) = formula("pain * 10 / effort", effort="min: 0, max: 10")
    assert one.code == "divides-by-zero" and "divides by effort, but it can be 0" in str(one)
    assert formula("pain * 10 / effort", effort="min: 0.5, max: 10") == []
    assert formula("pain * 10 / max(effort, 1)", effort="min: 0, max: 10") == []
    (one,) = formula("pain * 20 / (effort - 1)", effort="min: 0.5, max: 10")
    assert one.code == "divides-by-zero"


def test_a_measure_that_the_formula_leaves_out_is_told() -> None:
    (one,) = formula("pain * 5.5", effort="min: 0")
    assert one.code == "unused-measure" and "it is not in the formula" in str(one)


def test_a_formula_bounds_the_bands() -> None:
    (one,) = formula("clamp(pain, 1, 5) * 9 - min(effort, 3)", effort="min: 0, max: 9")
    assert one.code == "unreachable-band" and "the highest score is 45" in str(one)


@pytest.mark.parametrize("name", shipped_names())
def test_the_books_that_ship_have_no_warnings(name: str) -> None:
    findings = lint(shipped(name), lambda path: (name, 1))
    assert [str(one) for one in findings if one.severity == "warning"] == []


def test_many_gate_rules_are_compared_up_to_a_limit() -> None:
    mild = [f"id: a{n}, when: votes > {n}, gate: defer" for n in range(300)]
    strict = [f"id: b{n}, when: votes > 9{n}9, gate: review" for n in range(300)]
    assert "too-many" in codes(*mild, *strict)


def _random_book(rng: random.Random) -> Rulebook:
    names = ("one", "two-b", "three")
    measures = "".join(
        f"  {name}: {{min: {rng.randint(-5, 0)}, max: {rng.randint(0, 9)}, "
        f"default: {rng.randint(-6, 9)}, weight: {rng.randint(-3, 3)}, "
        f"from: [{_feed(rng)}, {_feed(rng)}]}}\n"
        for name in names
    )
    score = f"score: '{_expression(rng, 4)}'\n" if rng.random() < 0.8 else ""
    rules = "".join(
        f"  - {{id: r{n}, when: votes > {rng.randint(-1, 4)}, because: b, "
        f"points: {{{rng.choice(names)}: {rng.randint(-5, 5)}}}}}\n"
        for n in range(5)
    )
    text = f"book: b\n{score}measures:\n{measures}rules:\n{rules}"
    return parse_book(text.encode(), "b.yaml")


def _feed(rng: random.Random) -> str:
    return rng.choice(
        (
            f"{{field: votes, scale: {{1: {rng.randint(-4, 4)}, 3: {rng.randint(-4, 4)}}}}}",
            f"{{field: points, times: {rng.choice(('0.5', '-2'))}}}",
            f"{{field: labels, table: {{a: {rng.randint(-4, 4)}, b: {rng.randint(-4, 4)}}}}}",
        )
    )


def _expression(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.2:
        return rng.choice(("one", '"two-b"', "three", str(rng.randint(0, 20)), "0.5"))
    parts = [_expression(rng, depth - 1) for _ in range(3)]
    sign = rng.choice("+-*/")
    return rng.choice(
        (
            f"({parts[0]} {sign} {parts[1]})",
            f"-{parts[0]}",
            f"{rng.choice(('min', 'max'))}({parts[0]}, {parts[1]})",
            f"clamp({parts[0]}, {parts[1]}, {parts[2]})",
        )
    )


def test_no_measure_and_no_score_leaves_its_range() -> None:
    rng = random.Random(4)
    for _ in range(60):
        book = _random_book(rng)
        ranges = measure_ranges(book)
        low, high = score_range(book, ranges)
        with closing(Judge(book)) as judge:
            for _ in range(40):
                got = judge.assess(Issue("1", "A-1", "A", some.fields(rng)), some.NOW)
                assert low <= got.score <= high, book.source.get("score")
                for name, value in got.measures.items():
                    assert ranges[name][0] - 1e-9 <= value <= ranges[name][1] + 1e-9
