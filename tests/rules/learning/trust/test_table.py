"""The counts: by class, verdict, priority and rule, and few cases are called few."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.assess.judge import Judge
from rules.learning.trust.rows import lessons_of_rows
from rules.learning.trust.table import Row, Trust, trust
from rules.vocabulary.classes import KINDS
from rules.vocabulary.verdicts import VERDICTS
from tests.rules.learning.trust.decisions import BOOK, NOW, examples, row


def of(found: Trust, field: str, name: str) -> Row:
    rows = found.rules if field == "rules" else found.rows[field]  # type: ignore[index]
    return next(one for one in rows if one.name == name)


def upgrades(others: int, same: int) -> list[dict[str, object]]:
    return [
        row(n, "Upgrade it", cls="business_need" if n < others else "tech_debt")
        for n in range(others + same)
    ]


def test_agreement_is_counted_by_what_sluice_says() -> None:
    found = trust(BOOK, examples(upgrades(9, 3)))
    debt = of(found, "kind", "tech_debt")
    assert (debt.decided, debt.agreed, debt.contradicted) == (12, 3, 9)
    assert debt.chosen == {"business_need": 9}
    assert found.cells["kind"] == {("tech_debt", "tech_debt"): 3, ("tech_debt", "business_need"): 9}


def test_a_rule_is_overruled_where_people_clearly_contradict_it() -> None:
    assert of(trust(BOOK, examples(upgrades(11, 1))), "rules", "upgrade").overruled
    assert not of(trust(BOOK, examples(upgrades(7, 5))), "rules", "upgrade").overruled


def test_few_cases_are_called_few_and_never_overrule() -> None:
    few = of(trust(BOOK, examples(upgrades(7, 0))), "rules", "upgrade")
    assert few.few and not few.overruled
    assert not of(trust(BOOK, examples(upgrades(8, 0))), "rules", "upgrade").few


def test_a_decision_that_sluice_leaves_to_people_contradicts_nothing() -> None:
    rows = [row(n, "Any", "odd", cls="tech_debt", gate="accept") for n in range(10)]
    found = trust(BOOK, examples(rows))
    for field, name in (("kind", "undecided"), ("verdict", "review"), ("rules", "odd")):
        one = of(found, field, name)
        assert (one.asked, one.agreed, one.contradicted) == (10, 0, 0)
        assert one.as_json()["share_agreed"] is None


def test_issues_that_nobody_decided_are_seen_and_not_counted() -> None:
    rows = [*upgrades(2, 0), row(50, "Upgrade that"), row(51, "A wish")]
    with closing(Judge(BOOK)) as judge:
        read = [judge.assess(issue, NOW) for issue, _ in lessons_of_rows(rows, "rows", BOOK)]
    found = trust(BOOK, examples(rows), read)
    assert (found.issues, found.decided, found.decisions) == (4, 2, 2)
    assert of(found, "kind", "tech_debt").seen == 3
    assert of(found, "kind", "business_need").decided == 0


def test_what_the_book_teaches_is_no_decision() -> None:
    one, *others = examples(upgrades(3, 0))
    by_book = replace(one, lesson=replace(one.lesson, by="book"))
    assert trust(BOOK, [by_book, *others]).decisions == 2


def test_nothing_decided_is_an_empty_table() -> None:
    found = trust(BOOK, [])
    assert found.decisions == 0 and not found.rules and found.since is None
    json.dumps(found.as_json())


DECIDED = st.fixed_dictionaries(
    {},
    optional={
        "cls": st.sampled_from(KINDS),
        "gate": st.sampled_from(VERDICTS),
        "priority": st.sampled_from(["High", "Medium", "Low", "Blocker"]),
    },
)
ISSUES = st.lists(
    st.tuples(
        st.sampled_from(["Upgrade it", "A plain wish", "crash", "Any"]),
        st.lists(st.sampled_from(["later", "odd", "paid"]), max_size=2, unique=True),
        DECIDED,
    ),
    max_size=12,
)


@given(ISSUES)
@settings(max_examples=40)
def test_each_decision_is_counted_once_in_its_table(
    issues: list[tuple[str, list[str], dict[str, str]]],
) -> None:
    rows = [row(n, text, *labels, **decided) for n, (text, labels, decided) in enumerate(issues)]
    found = trust(BOOK, examples(rows))
    assert found.decisions == sum(len(decided) for _, _, decided in issues)
    for field, lines in found.rows.items():
        assert sum(one.decided for one in lines) == found.cells[field].total()
        for one in [*lines, *found.rules]:
            assert one.decided <= one.seen
            assert one.chosen.total() == one.contradicted + one.asked
