"""The look back beneath the comment: short lines with links, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from connector.capacity.comment import Reader, report_comment
from connector.capacity.page import page
from rules.capacity.capacity_rules import CapacityRules
from rules.capacity.learned import ClassChange
from rules.capacity.week_report import WEEK, WeekReport, week_report
from rules.capacity.work_history import WorkItem, Write
from tests.rules.capacity.histories import CALENDAR, at, item

UNTIL = at("2026-11-30 09:00")  # the end of week 48
DOING, DONE = "In Progress", "Done"


def issue(number: int) -> WorkItem:
    made = (Write(at("2026-11-17"), True), *([Write(at("2026-11-18"), False)] * (number < 2)))
    day = 16 + number % 5
    return item(
        f"SHOP-{number}",
        (f"2026-11-{day}", DOING),
        ("2026-11-20 18:00", DONE),
        who=f"p{number}",
        kind="tech_debt",
        verdict="accept",
        points=9 - day % 5,
        writes=made,
        gates=[("2026-11-01", "needs_info"), ("2026-11-17", "accept")],
    )


def reported(count: int, weeks: int = 0) -> WeekReport:
    rules = CapacityRules({"tech_debt": 100.0}, CALENDAR)
    return week_report("SHOP", [issue(n) for n in range(count)], rules, UNTIL + weeks * WEEK)


def lines(count: int, language: str = "en") -> list[str]:
    reader = Reader("https://jira.example.com", "Sluice Class", language)
    body = report_comment(reported(count), reader)
    return re.sub(r"\[([^|\]]+)\|[^\]]+\]", r"<\1>", body).splitlines()


def test_it_says_what_came_of_predictions_and_decisions() -> None:
    body = lines(10)
    at = body.index("*Looking back on two weeks*")
    assert body[at + 1].startswith("* Story points against person-days spent, <10 issues>: rank ")
    assert body[at + 2 : at + 5] == [
        "* Needs info, answered: <10>. Rejected, reopened: 0.",
        "* Tech debt paid: <10>; taken on: 0.",
        "* Of <10 issues> that Sluice decided, people changed class, gate or priority of <2> "
        "(20 %).",
    ]
    assert body[at + 5] == ""
    assert body[at + 6].startswith("{color:#6b778c}Sluice capacity"), "the last line is the marker"


def test_it_says_so_where_there_is_too_little_data() -> None:
    body = "\n".join(lines(7))
    assert "too little data, <7 issues> of at least 8." in body
    assert "Sluice decided no issue for the first time." in "\n".join(lines(0))


def test_it_names_the_classes_that_people_changed() -> None:
    report = reported(3)
    assert report.look_back is not None
    classes = (ClassChange("tech_debt", "business_need", ("SHOP-1", "SHOP-2")),)
    told = replace(report, look_back=replace(report.look_back, classes=classes))
    body = report_comment(told, Reader("https://x", "Sluice Class"))
    assert "* Classes that people changed: Tech debt → Business need [2|https://x" in body
    assert told.as_json()["look_back"]["classes"][0]["theirs"] == "business_need"


def test_it_is_written_in_chinese() -> None:
    body = "\n".join(lines(10, "zh"))
    assert "*两周回顾*" in body and "故事点与实际人天，<10 个问题>：等级相关" in body
    assert "数据太少，只有 <7 个问题>，至少要 8 个。" in "\n".join(lines(7, "zh"))


@pytest.mark.parametrize(("weeks", "there"), [(0, True), (1, False), (2, True)])
def test_it_comes_every_second_week(weeks: int, there: bool) -> None:
    assert (reported(3, weeks).look_back is not None) is there


def test_the_page_has_it_too() -> None:
    reader = Reader("https://jira.example.com", "Sluice Class")
    found = page(reported(10), reader, None)
    assert "<h2>Looking back on two weeks</h2>" in found and "rank correlation" in found
    assert "Looking back" not in page(reported(10, 1), reader, None)
