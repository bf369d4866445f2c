"""The weekly comment, as a lead reads it: a sentence first, then the table, all of it true."""

from __future__ import annotations

import html
import re
import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connector.capacity.comment import MOST_CHARS, Reader, marker, report_comment
from connector.capacity.restatement import restatement
from rules.capacity.capacity_rules import CapacityRules
from rules.capacity.frozen_week import FrozenWeek
from rules.capacity.week_report import WeekReport, week_report
from rules.capacity.work_history import Span, WorkItem
from sandbox.render.wiki import to_html
from tests.rules.capacity.histories import CALENDAR, at, item

UNTIL = at("2026-11-30 09:00")
TARGETS = {"tech_debt": 20.0, "business_need": 70.0, "exploration": 10.0}
DOING, DONE, TODO = "In Progress", "Done", "To Do"


def reported(*items: WorkItem, before: list[FrozenWeek] | None = None, **rules: Any) -> WeekReport:
    how = CapacityRules(rules.pop("targets", TARGETS), CALENDAR, **rules)
    return week_report("SHOP", items, how, UNTIL, before or [])


def said(*items: WorkItem, language: str = "en", **more: Any) -> str:
    reader = Reader("https://jira.example.com", "Sluice Class", language, {"ann": "Ann Lee"})
    return report_comment(reported(*items, **more), reader)


def debt(number: int = 1, *moves: tuple[str, str], **more: Any) -> WorkItem:
    moves = moves or (("2026-11-23", DOING), ("2026-11-27 16:00", DONE))
    return item(f"SHOP-{number}", *moves, kind="tech_debt", summary=f"Debt {number}", **more)


def need(number: int = 2, *moves: tuple[str, str], **more: Any) -> WorkItem:
    moves = moves or (("2026-11-23", DOING),)
    return item(f"SHOP-{number}", *moves, kind="business_need", summary=f"Need {number}", **more)


def test_the_first_sentence_names_the_class_that_is_furthest_off_and_its_largest_issue() -> None:
    lines = said(debt(1), debt(3, ("2026-11-26", DOING), who="cem"), need(who="bo")).split("\n")
    assert lines[0] == "h4. How the capacity was used: SHOP, 2026-11-23 to 2026-11-30"
    assert lines[1] == (
        "*Tech debt* took 58 % of 12 person-days, 38 points over its target of 20 %. "
        "71 % of it was [SHOP-1|https://jira.example.com/browse/SHOP-1] Debt 1."
    )


def test_within_the_tolerance_nothing_is_over_or_under() -> None:
    even = {"tech_debt": 48.0, "business_need": 52.0}
    lines = said(debt(), need(who="bo"), targets=even).split("\n")
    assert lines[1] == ("Of 10 person-days, every class took its target share, to within 5 points.")


def test_the_table_has_the_change_on_the_week_before() -> None:
    before = [FrozenWeek("2026-W47", "person_days", {"tech_debt": 1.0, "business_need": 3.0})]
    body = said(debt(), need(who="bo"), before=before)
    assert "|Tech debt|20 %|50 % (5 person-days)|+25|[1 issue|" in body
    assert "Shares of the last 2 weeks: Tech debt 25 · 50 %; Business need 75 · 50 %" in body


def test_a_week_by_another_unit_is_no_week_to_compare_with() -> None:
    before = [FrozenWeek("2026-W47", "points", {"tech_debt": 1.0})]
    body = said(debt(), before=before)
    assert "|Tech debt|20 %|100 % (5 person-days)|–|" in body
    assert "Shares of the last" not in body


def test_a_week_in_which_nothing_happened_says_so_and_shows_no_percentages() -> None:
    body = said(need(1, ("2026-11-20", TODO)))
    assert "No work was seen in this time." in body
    assert "%" not in body


def test_a_unit_that_most_of_the_work_lacks_is_not_used_in_silence() -> None:
    sized = debt(1, points=1.0)
    others = [debt(n) for n in range(2, 11)]
    body = said(sized, *others, unit="points")
    assert "100 % of 10 issues" in body
    assert (
        "Counted by number of issues, not by story points: only 1 of 10 finished issues have that."
    ) in body


def test_the_next_issues_to_pull_are_accepted_open_and_free() -> None:
    ready = {"verdict": "accept", "score": 78.0}
    waiting = [
        need(5, ("2026-11-20", TODO), **ready),
        need(6, ("2026-11-20", TODO), verdict="reject"),
        need(7, ("2026-11-20", TODO), **ready, blocked=True),
        need(8, ("2026-11-20", DOING), who=None, **ready),
        need(9, ("2026-11-20", TODO), ("2026-11-30 10:00", DOING), **ready),
    ]
    body = said(debt(), *waiting)
    pulls = [line for line in body.split("\n") if line.startswith("# ")]
    assert pulls == [
        "# [SHOP-5|https://jira.example.com/browse/SHOP-5] Need 5 "
        "(Business need, 5 person-days, score 78)"
    ]


def test_what_waits_for_a_person_is_shown_with_its_age() -> None:
    asked = need(1, ("2026-11-01", TODO), gates=[("2026-11-18 09:00", "needs_info")])
    body = said(asked, debt(2))
    assert "* Needs info: [1 issue|" in body and "the longest for 12 days." in body


def test_who_has_more_in_progress_than_the_limit_is_named() -> None:
    body = said(*(debt(n, ("2026-11-23", DOING)) for n in range(1, 5)), wip_limit=3)
    assert "* Ann Lee has [4 issues|" in body and "in progress, more than 3." in body


def test_the_rules_that_decided_most_in_the_week_are_named() -> None:
    week, before = at("2026-11-24"), at("2026-11-20")
    body = said(
        debt(1, rules=("wording", "pain"), decided=week),
        debt(2, rules=("wording",), decided=week),
        debt(3, rules=("old",), decided=before),
    )
    line = next(line for line in body.split("\n") if "decided most" in line)
    assert line.startswith("* Rules that decided most: {{wording}} [2|") and "{{pain}} [1|" in line
    assert "old" not in line


def test_markup_in_a_title_stays_text() -> None:
    odd = item("SHOP-9", ("2026-11-23", DOING), kind="tech_debt", summary="{quote} *Pay*")
    body = said(odd, debt(2, ("2026-11-27", DOING), who="bo"))
    assert "\\{quote\\} \\*Pay\\*" in body


def test_it_speaks_chinese() -> None:
    body = said(debt(), language="zh")
    assert "投入去向：SHOP，2026-11-23 至 2026-11-30" in body
    assert "{*}技术债{*}占 5 人天的 100 %，比目标 20 % 多 80 个百分点。" in body


def test_the_marker_tells_weeks_and_projects_apart() -> None:
    week, later = (
        reported().week,
        week_report("SHOP", [], CapacityRules(TARGETS, CALENDAR), UNTIL + timedelta(days=7)).week,
    )
    marks = [marker("SHOP", week), marker("SHOP", later), marker("SHO", week)]
    assert (week, later) == ("2026-W48", "2026-W49")
    assert not any(a in b for a in marks for b in marks if a is not b)


def test_an_undecided_child_counts_with_its_epic() -> None:
    epic = debt(1, ("2026-11-20", TODO))
    child = item(
        "SHOP-2",
        ("2026-11-23", DOING),
        ("2026-11-27 16:00", DONE),
        parent="SHOP-1",
        kind="undecided",
    )
    assert "|Tech debt|20 %|100 % (5 person-days)|" in said(epic, child)


def test_one_person_day_is_singular() -> None:
    body = said(debt(1, ("2026-11-23", DOING), ("2026-11-24", DONE)))
    assert "100 % (1 person-day)" in body


def test_the_list_of_pulls_ends_before_the_notes_begin() -> None:
    body = said(debt(), need(5, ("2026-11-20", TODO), verdict="accept", score=78.0))
    lines = body.split("\n")
    last = max(n for n, line in enumerate(lines) if line.startswith("# "))
    assert lines[last + 1] == "" and lines[last + 2].startswith("* ")


def test_without_the_library_that_chooses_the_report_has_no_pulls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    body = said(debt(), need(5, ("2026-11-20", TODO), verdict="accept", score=78.0))
    assert "100 % (5 person-days)" in body and "# [" not in body and "mix" not in body


def test_the_trend_says_which_weeks_were_not_posted() -> None:
    before = [
        FrozenWeek(week, "person_days", {"tech_debt": 5.0}) for week in ("2026-W44", "2026-W46")
    ]
    assert "No report was posted for 2026-W45, 2026-W47." in said(debt(), before=before)
    assert "没有发过报告的周：2026-W45、2026-W47。" in said(debt(), before=before, language="zh")
    whole = [FrozenWeek("2026-W47", "person_days", {"tech_debt": 5.0})]
    assert "No report was posted" not in said(debt(), before=whole)


def test_the_pulls_say_over_which_weeks_they_mend_the_mix() -> None:
    before = [FrozenWeek("2026-W47", "person_days", {"tech_debt": 5.0})]
    ready = need(5, ("2026-11-20", TODO), verdict="accept", score=78.0)
    assert "bring the mix of the last 2 weeks nearest" in said(debt(), ready, before=before)
    assert "bring the mix nearest to its targets" in said(debt(), ready)


def test_a_pull_is_as_long_as_finished_issues_were_and_not_as_their_last_week() -> None:
    long = debt(1, ("2026-11-16", DOING), ("2026-11-24 16:00", DONE))
    going = debt(2, ("2026-11-27", DOING), who="bo")
    ready = need(5, ("2026-11-20", TODO), verdict="accept", score=78.0)
    body = said(long, going, ready, capacity=9.0)
    assert "(Business need, 7 person-days, score 78)" in body


def test_the_comment_on_a_large_team_is_not_longer_than_jira_takes() -> None:
    week = ("2026-11-23", TODO), ("2026-11-23 08:00", DOING), ("2026-11-27", DONE)
    kinds = ("tech_debt", "business_need", "exploration", None)
    many = [
        item(
            f"LONGPROJEC-{100_000 + n}", *week, created="2026-11-23", kind=kinds[n % 4], who=f"{n}"
        )
        for n in range(4 * 190)
    ]
    parked = [
        item(f"LONGPROJEC-{200_000 + n}", ("2026-11-23", TODO), gates=[("2026-11-24", verdict)])
        for verdict in ("needs_info", "review")
        for n in range(190)
    ]
    body = said(*many, *parked)
    assert len(body) <= MOST_CHARS
    assert "|190 issues|" in body and "|Total| |" in body


def test_days_are_those_of_everybody_who_worked_on_them_whatever_the_hour_of_the_report() -> None:
    early = debt(1, ("2026-11-23 08:00", DOING), ("2026-11-23 08:48", DONE))
    after = need(2, ("2026-11-30 08:00", DOING), who="bo")
    days = reported(early, after).days
    assert days.by_issue() == {"SHOP-1": pytest.approx(0.1)}
    assert days.idle == {"ann": pytest.approx(4.9)}


def table(*weeks: tuple[int, float]) -> list[str]:
    before = [
        FrozenWeek(f"2026-W{n}", "person_days", {"tech_debt": part, "business_need": 10 - part})
        for n, part in weeks
    ]
    return said(debt(), need(who="bo"), before=before).split("\n")


def test_the_trend_has_eight_weeks_and_forgets_what_was_long_ago() -> None:
    (line,) = (one for one in table(*((n, 5) for n in range(20, 48))) if "Shares" in one)
    assert line.startswith("Shares of the last 8 weeks: Tech debt 50 · 50 · 50 · 50 · 50 · 50 · 50")
    (line,) = (one for one in table((10, 5), (46, 5)) if "Shares" in one)
    assert line.endswith("No report was posted for 2026-W47.")


def test_the_change_is_that_on_the_week_before_and_on_no_older_one() -> None:
    assert any(
        line.startswith("|Tech debt|20 %|50 % (5 person-days)|–|") for line in table((46, 9))
    )
    assert any(
        line.startswith("|Tech debt|20 %|50 % (5 person-days)|-40|") for line in table((47, 9))
    )
    tiny = table((47, 5.01))
    assert any(line.startswith("|Tech debt|20 %|50 % (5 person-days)|0|") for line in tiny)


def test_a_few_minutes_of_work_are_not_shown_as_none() -> None:
    short = ("2026-11-23 08:00", DOING), ("2026-11-23 08:05", DONE)
    assert "|0 % (<0.1 person-days)|" in said(debt(1, *short), need(who="bo"))


def test_an_issue_that_waits_since_yesterday_waits_for_one_day() -> None:
    waits = debt(gates=[("2026-11-29 09:00", "review")], verdict="review")
    new = replace(waits, categories=(Span(at("2026-11-23"), TODO),))
    assert "the longest for 1 day." in said(new)
    assert "最久的已等 1 天。" in said(new, language="zh")


def test_a_restatement_of_a_week_that_kept_no_issues_names_none() -> None:
    now, reader = reported(debt(), need(who="bo")), Reader("https://j.example", "Sluice Class")
    old = FrozenWeek("2026-W48", "person_days", {"tech_debt": 3.0, "business_need": 1.0})
    assert restatement(now, old, reader, "2026-12-01") == (
        "(!) Restated on 2026-12-01: Tech debt 75 → 50 %; Business need 25 → 50 %."
    )
    same = FrozenWeek("2026-W48", "count", {"tech_debt": 1.0, "business_need": 1.0})
    assert restatement(now, same, reader, "2026-12-01") == (
        "(!) Restated on 2026-12-01: number of issues → person-days."
    )


def test_what_follows_a_list_is_not_within_its_last_point() -> None:
    lines = said(debt(), need(who="bo")).split("\n")
    listed = [number for number, line in enumerate(lines) if line.startswith(("* ", "# "))]
    assert all(lines[n + 1] == "" or n + 1 in listed for n in listed)


def test_by_points_the_issues_without_points_are_named() -> None:
    sized = [debt(number, points=2.0) for number in range(1, 8)]
    bare = [debt(number) for number in (8, 9)]
    body = said(*sized, *bare, unit="points")
    link = "https://jira.example.com/issues/?jql=key%20in%20%28SHOP-8%2C%20SHOP-9%29"
    assert f"* Finished without story points, in no share: [2 issues|{link}]." in body
    assert "in no share" not in said(*sized, unit="points")
    assert "in no share" not in said(*sized[:2], *bare, unit="points"), "issues are counted"


def test_of_many_busy_people_those_with_most_issues_are_named() -> None:
    busy = [need(10 + n, who="ann") for n in range(4)] + [need(20 + n, who="zoe") for n in range(6)]
    lines = [line for line in said(*busy).split("\n") if "in progress, more than" in line]
    assert [line.split(" has ")[0] for line in lines] == ["* zoe", "* Ann Lee"]


def test_unplanned_work_has_its_share_and_its_issues() -> None:
    body = said(debt(created="2026-11-20"), need(who="bo", unplanned=True))
    link = "https://jira.example.com/issues/?jql=key%20in%20%28SHOP-2%29"
    assert f"or an incident): 50 %, [1 issue|{link}]." in body


def test_what_was_closed_without_work_is_not_done_though_its_days_were_spent() -> None:
    report = reported(debt(resolution="Duplicate"))
    assert report.done.work == () and report.days.by_issue() == {"SHOP-1": 5.0}
    assert "Closed without any work, not counted as done: [1 issue" in said(
        debt(resolution="Duplicate")
    )


def test_a_title_stands_in_the_report_as_it_was_typed() -> None:
    title = r"(x) :) ??really?? *bold* {color:red}C:\temp\new{color} :D"
    first, rest = replace(debt(1), summary=title), debt(3, ("2026-11-26", DOING), who="cem")
    page = to_html(said(first, rest, need(who="bo")).split("\n")[1]).replace("\u2060", "")
    assert html.unescape(re.sub(r"<[^>]+>", "", page)).endswith(f"SHOP-1 {title}.")
    assert "class='icon" not in page


def test_the_class_is_bold_in_chinese_too() -> None:
    assert "<strong>技术债</strong>占" in to_html(said(debt(), language="zh").split("\n")[1])
