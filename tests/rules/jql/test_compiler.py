"""What conditions mean: JQL's rules for empty fields, names, numbers, priorities and dates."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.facts.catalog import FIELDS, Field
from rules.facts.facts import Facts
from rules.jql.compiler import Predicate, atom, clauses, compile_condition, vocabulary
from rules.jql.parser import parse
from rules.jql.syntax_tree import And, Node, Not, Or, QueryError
from tests.rules.jql import naive
from tests.rules.jql.compile_tree import compile_tree
from tests.rules.jql.random_conditions import NOW, fields, tree

CUSTOM = (
    Field("team", "name", ""),
    Field("teams", "names", ""),
    Field("effort", "number", ""),
    Field("release", "date", ""),
    Field("notes", "text", ""),
)


def holds(condition: str, now: datetime = NOW, **values: Any) -> bool:
    node = parse(condition)
    return compile_tree(node, vocabulary(CUSTOM))(Facts({"class": "", **values}, now))


EMPTY = [
    ("votes = 3", False),
    ("votes != 3", False),
    ("votes not in (3)", False),
    ("labels != a", False),
    ("labels not in (a)", False),
    ("summary ~ a", False),
    ("summary !~ a", False),
    ("text !~ a", False),
    ("created < now()", False),
    ("created != now()", False),
    ("priority < High", False),
    ("priority != High", False),
    ("not (votes = 3)", False),
    ("not labels = a", False),
    ("labels is empty", True),
    ("labels is not empty", False),
    ("text is empty", True),
    ("type in (empty, Bug)", True),
    ("type not in (empty, Bug)", False),
    ("type != empty", False),
    ("labels in (a, empty)", True),
    ("votes = empty", True),
    ("votes != empty", False),
    ("votes in (empty, 3)", True),
    ("votes not in (empty, 3)", False),
    ("due = empty", True),
    ("due != empty", False),
    ("priority in (High, empty)", True),
    ("reporter = currentUser()", False),
    ("reporter != currentUser()", False),
    ("assignee in (currentUser(), empty)", True),
    ("assignee not in (currentUser(), empty)", False),
]


@pytest.mark.parametrize(("condition", "answer"), EMPTY)
@pytest.mark.parametrize("nothing", ["absent", "none"])
def test_an_empty_field_is_true_only_for_is_empty(
    condition: str, answer: bool, nothing: str
) -> None:
    values: dict[str, Any] = {} if nothing == "absent" else dict.fromkeys(FIELDS)
    assert holds(condition, **values) is answer


NAMES = [
    ("type = bug", {"type": "Bug"}, True),
    ("TYPE = BUG", {"type": "bug"}, True),
    ("issuetype = Bug", {"type": "Bug"}, True),
    ("type != Bug", {"type": "Story"}, True),
    ("type in (bug, story)", {"type": "Story"}, True),
    ("type = 缺陷", {"type": "缺陷"}, True),
    ("type ~ 'pro*'", {"type": "Production Bug"}, True),
    ("labels = A", {"labels": ("a", "b")}, True),
    ("labels != a", {"labels": ("a", "b")}, False),
    ("labels != c", {"labels": ("a", "b")}, True),
    ("labels not in (c, b)", {"labels": ("a", "b")}, False),
    ("labels ~ 'tech*'", {"labels": ("x", "tech-debt")}, True),
    ("fixVersion = 1.0", {"fixversion": ("1.0",)}, True),
    ("class = 'tech debt'", {"class": "tech_debt"}, True),
    ("class = Tech-Debt", {"class": "tech_debt"}, True),
    ("class in ('business need')", {"class": "business_need"}, True),
    ("kind = tech_debt", {"class": "tech_debt"}, True),
    ("team = 5", {"team": 5.0}, True),
    ("teams = 5", {"teams": (5.0, "x")}, True),
    ("notes ~ 5", {"notes": 5.0}, True),
]


@pytest.mark.parametrize(("condition", "values", "answer"), NAMES)
def test_names_ignore_case_and_lists_hold_any(
    condition: str, values: dict[str, Any], answer: bool
) -> None:
    assert holds(condition, **values) is answer


@pytest.mark.parametrize(
    ("condition", "votes", "answer"),
    [
        ("votes >= 5", 5, True),
        ("votes > 5", 5, False),
        ("votes = 5.0", 5, True),
        ("votes != 5", 4, True),
        ("votes in (1, 2.5)", 2.5, True),
        ("votes not in (1, 2)", 3, True),
        ("votes < 1", 0, True),
        ("votes = 0", 0, True),
        ("votes is empty", 0, True),
        ("votes <= 1", float("nan"), False),
        ("votes > 1", 10**400, False),
    ],
)
def test_numbers_compare_as_numbers(condition: str, votes: float, answer: bool) -> None:
    assert holds(condition, votes=votes) is answer


USERS = [
    ("reporter = currentUser()", "Ann", True),
    ("reporter = currentUser()", "bob", False),
    ("reporter != currentUser()", "bob", True),
    ("reporter != currentUser()", "ann", False),
    ("not reporter = currentUser()", "bob", True),
    ("reporter in (currentUser(), bob)", "bob", True),
    ("reporter in (currentUser(), empty)", "ann", True),
    ("reporter not in (currentUser(), bob)", "cy", True),
    ("reporter not in (currentUser(), bob)", "ann", False),
    ("reporter not in (currentUser(), empty)", "cy", True),
]


@pytest.mark.parametrize(("condition", "reporter", "answer"), USERS)
def test_the_current_user_is_who_sluice_signs_in_as(
    condition: str, reporter: str, answer: bool
) -> None:
    assert holds(condition, reporter=reporter, currentuser="ann") is answer


def test_while_nobody_is_known_to_be_signed_in_nobody_is_that_user() -> None:
    assert not holds("reporter = currentUser()", reporter="ann")
    assert not holds("reporter != currentUser()", reporter="ann")
    assert not holds("reporter not in (currentUser(), bob)", reporter="ann")
    assert holds("reporter in (currentUser(), bob)", reporter="bob")


def test_a_custom_field_is_found_as_the_editor_of_jira_writes_it() -> None:
    assert holds("effort[Numeric] >= 3 and 'Teams[Labels]' = x", effort=3, teams=("x",))


RANKED = ["Lowest", "最低", "Low", "低", "Medium", "中", "High", "高", "Highest", "最高"]


@pytest.mark.parametrize("limit", RANKED)
@pytest.mark.parametrize("priority", RANKED)
def test_priorities_compare_by_rank_in_both_languages(limit: str, priority: str) -> None:
    ranks = RANKED.index(priority) // 2, RANKED.index(limit) // 2
    assert holds(f"priority >= {limit}", priority=priority) is (ranks[0] >= ranks[1])
    assert holds(f"priority < {limit}", priority=priority) is (ranks[0] < ranks[1])


def test_a_priority_of_a_common_scheme_has_its_rank() -> None:
    assert holds("priority > Medium", priority="P1")
    assert holds("priority <= P3", priority="P4")
    assert holds("priority >= High", priority="2 - Critical")


def test_priorities_go_by_the_order_of_the_site() -> None:
    order = ("Kann warten", "Normal", "Eilig", "Sofort")
    site: dict[str, Any] = {"priority order": order}
    assert holds("priority > Medium", priority="Sofort", **site)
    assert not holds("priority > Medium", priority="Kann warten", **site)
    upside_down = {"priority order": ("P1", "P2", "P3")}
    assert holds("priority > P1", priority="P3", **upside_down)


def test_a_priority_of_one_s_own_scheme_compares_by_name_only() -> None:
    assert holds("priority = Pressing", priority="pressing")
    with pytest.raises(QueryError, match="has no known rank"):
        holds("priority > Pressing")


# NOW is Monday 2026-11-23 12:00 UTC.
DATES = [
    ("created < -30d", "2026-10-20 00:00", True),
    ("created < -30d", "2026-10-30 00:00", False),
    ("created >= -2h", "2026-11-23 10:00", True),
    ("created >= -2h", "2026-11-23 09:59", False),
    ("created < '-1w 2d'", "2026-11-14 11:59", True),
    ("created >= 2026-11-01", "2026-11-01 00:00", True),
    ("created < '2026-11-01 18:00'", "2026-11-01 17:59", True),
    ("created >= startOfDay()", "2026-11-23 00:00", True),
    ("created >= startOfWeek()", "2026-11-22 23:59", False),
    ("created >= startOfWeek(-1)", "2026-11-16 00:00", True),
    ("created < startOfWeek(-1)", "2026-11-15 23:59", True),
    ("created <= endOfMonth()", "2026-11-30 23:59", True),
    ("created <= endOfMonth()", "2026-12-01 00:00", False),
    ("created <= endOfMonth(-1)", "2026-10-31 23:59", True),
    ("created <= endOfMonth(-1)", "2026-11-01 00:00", False),
    ("created >= startOfMonth(3)", "2027-02-01 00:00", True),
    ("created >= startOfYear()", "2026-01-01 00:00", True),
    ("created >= startOfYear(-1)", "2025-01-01 00:00", True),
    ("created >= startOfDay('-2d')", "2026-11-21 00:00", True),
    ("created < now()", "2026-11-23 11:59", True),
    ("due <= 7d", "2026-11-30 12:00", True),
    ("due <= '+7d'", "2026-12-01 00:00", False),
]


@pytest.mark.parametrize(("condition", "value", "answer"), DATES)
def test_dates_are_relative_absolute_or_the_edge_of_a_span(
    condition: str, value: str, answer: bool
) -> None:
    moment = datetime.fromisoformat(value).replace(tzinfo=UTC)
    assert holds(condition, created=moment, due=moment) is answer


def test_a_day_begins_in_the_time_zone_of_now() -> None:
    berlin = NOW.astimezone(ZoneInfo("Europe/Berlin"))
    evening = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # 00:30 in Berlin
    assert holds("created >= startOfDay()", berlin, created=evening)
    assert not holds("created >= startOfDay()", NOW, created=evening)
    assert holds("created >= 2026-11-23", berlin, created=evening)


def test_an_hour_is_an_hour_while_the_clocks_change() -> None:
    zone = ZoneInfo("Europe/Berlin")
    now = datetime(2026, 10, 25, 0, 30, tzinfo=UTC).astimezone(zone)  # 02:30, first
    later = now + timedelta(hours=1)
    ago = (later.astimezone(UTC) - timedelta(hours=2)).astimezone(zone)
    assert holds("created >= -2h", later, created=ago)
    assert not holds("created >= -2h", later, created=ago - timedelta(minutes=1))


def test_a_time_without_a_zone_is_in_that_of_now() -> None:
    assert holds("created >= 2026-11-23", created=datetime(2026, 11, 23))  # noqa: DTZ001


REFUSED = [
    ("created < -99999y", "more than 1,000 years"),
    ("created < '-9999y -9999y'", "is not a date"),
    ("created < '9999y 9999y'", "more than 1,000 years"),
    ("created < startOfYear(-9999)", "write a number of years"),
    ("created < startOfDay('-9999y')", "write a number of days"),
    ("created < 2026-02-30", "is not a date"),
    ("created < yesterday", "is not a date"),
    ("created < 5", "is not a date"),
    ("created ~ x", "is a date"),
    ("votes > nan", "is a number"),
    ("votes > infinity", "is a number"),
    ("votes > '1_000'", "is a number"),
    (f"votes > {'9' * 400}", "too many digits"),
    ("votes ~ 3", "is a number"),
    ("labels > 3", "is a list of names"),
    ("summary = x", "use ~ instead of ="),
    ("lables = x", 'did you mean "labels"'),
    ("sprinter = x", "eclare custom fields under fields:"),
    ("text ~ '-x'", "leaves out issues with a word"),
]


@pytest.mark.parametrize(("condition", "says"), REFUSED, ids=[c[:40] for c, _ in REFUSED])
def test_a_clause_that_makes_no_sense_is_refused_when_the_book_is_read(
    condition: str, says: str
) -> None:
    with pytest.raises(QueryError) as caught:
        compile_condition(parse(f"type = x or\n {condition}"), vocabulary(CUSTOM))
    assert says in str(caught.value)
    assert (caught.value.line, caught.value.column) == (2, 2)


def test_a_stage_can_ask_only_for_what_is_known_by_then() -> None:
    for stage, condition in (("class", "class = tech_debt"), ("points", "score > 3")):
        with pytest.raises(QueryError, match="has no value yet at the"):
            atom(clauses(parse(condition))[0], vocabulary((), stage))  # type: ignore[arg-type]


CONDITIONS = [
    *(f'"{name}" is not empty' for name in FIELDS),
    "text ~ 'a*b?' and summary !~ x and description ~ 支付",
    "type = a or type not in (b, empty) or type ~ x",
    "labels = a or labels not in (b) or labels ~ x or teams = y",
    "votes > 1 or votes in (1, 2) or points != 3 or effort <= 2",
    "created < -30d or due >= startOfMonth() or release != 2026-01-01 or resolved < now()",
    "priority > High or priority = Low or class = tech_debt or score > 3 or notes ~ x or team = y",
]
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5),
    st.lists(st.one_of(st.integers(), st.text(max_size=3), st.none()), max_size=3).map(tuple),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=2), st.integers()),
    st.datetimes(), st.datetimes(timezones=st.timezones()), st.just(10**400), st.binary(max_size=3),
    st.just("\ud800"),
)  # fmt: skip


@cache
def compiled() -> list[Predicate]:
    return [compile_tree(parse(condition), vocabulary(CUSTOM)) for condition in CONDITIONS]


@given(st.fixed_dictionaries(dict.fromkeys([*FIELDS, *(f.name for f in CUSTOM)], ODD)))
@settings(max_examples=60, deadline=None)
def test_no_value_of_any_type_makes_a_judgement_fail(values: dict[str, Any]) -> None:
    for now in (NOW, NOW.astimezone(ZoneInfo("Asia/Shanghai"))):
        known = Facts(values, now)
        for condition in compiled():
            assert condition(known) in (True, False)


def agree(left: Node, right: Node, rng: random.Random) -> None:
    known = vocabulary()
    answers = compile_tree(left, known), compile_tree(right, known)
    for _ in range(5):
        facts = Facts(fields(rng), NOW)
        assert answers[0](facts) is answers[1](facts), (str(left), str(right))


@given(st.integers(0, 10**6))
@settings(max_examples=60)
def test_not_not_is_nothing_and_de_morgan_holds(seed: int) -> None:
    rng = random.Random(seed)
    one, other = tree(rng), tree(rng)
    agree(Not(Not(one)), one, rng)
    agree(Not(And((one, other))), Or((Not(one), Not(other))), rng)
    agree(Not(Or((one, other))), And((Not(one), Not(other))), rng)


def as_it_is_said(seed: int) -> None:
    rng = random.Random(seed)
    node = tree(rng)
    condition = compile_tree(node, vocabulary())
    for _ in range(5):
        values = fields(rng)
        answer = condition(Facts(values, NOW))
        assert answer is naive.holds(node, values, NOW), (str(node), values)


@given(st.integers(0, 10**9))
@settings(max_examples=200)
def test_a_condition_means_what_is_said_of_it(seed: int) -> None:
    as_it_is_said(seed)


@pytest.mark.slow
@given(st.integers(0, 10**9))
@settings(max_examples=20_000, deadline=None)
def test_twenty_thousand_conditions_mean_what_is_said_of_them(seed: int) -> None:
    as_it_is_said(seed)


def test_a_class_that_there_is_not_is_an_error_with_the_nearest_one() -> None:
    with pytest.raises(QueryError, match='unknown class "tech_det": did you mean "tech_debt"'):
        compile_condition(parse("class = tech_det"), vocabulary())
