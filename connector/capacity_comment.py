"""The weekly capacity comment in wiki markup, in the project's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from connector.triage_comment import escape
from rules.capacity.capacity_report import CapacityReport, Shares
from rules.vocabulary.classes import KINDS

MARKER = "Sluice capacity · "
"""Followed by the week: the comment that a second report of the same week edits."""

_TEXT: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Where the capacity went: {project}, {since} to {until}",
        "span": "The seven days up to {until}, by {unit}.",
        "points": "story points",
        "count": "number of issues",
        "head": "||Class||Target||Done||In progress||",
        "tech_debt": "Tech debt",
        "business_need": "Business need",
        "exploration": "Exploration",
        "total": "Total",
        "issues": "{total:g} ({issues} issues)",
        "nothing": "Nothing was finished in this time.",
        "unclassed": "{count} without a class and {unsized} without story points are not counted.",
        "under": "*{kind}* is furthest under its target. The best accepted issues to take up:",
        "none": "*{kind}* is furthest under its target, and no accepted issue of it waits.",
        "even": "Every class that has a target meets it.",
        "score": " (score {score:g})",
    },
    "zh": {
        "title": "投入去向：{project}，{since} 至 {until}",
        "span": "截至 {until} 的七天，按{unit}计算。",
        "points": "故事点",
        "count": "问题数量",
        "head": "||类别||目标||已完成||进行中||",
        "tech_debt": "技术债",
        "business_need": "业务需求",
        "exploration": "探索",
        "total": "合计",
        "issues": "{total:g}（{issues} 个问题）",
        "nothing": "这段时间没有完成任何问题。",
        "unclassed": "有 {count} 个未分类、{unsized} 个没有故事点，未计入。",
        "under": "*{kind}*离目标最远。可以优先考虑这些已接受的问题：",
        "none": "*{kind}*离目标最远，但没有已接受的问题在等待。",
        "even": "所有类别都达到了目标。",
        "score": "（评分 {score:g}）",
    },
}


def marker(report: CapacityReport) -> str:
    """What tells this week's comment from all others."""
    return f"{MARKER}{report.project} {report.week}"


def report_comment(report: CapacityReport, language: str = "en") -> str:
    """A table of shares against targets, then the five best issues of the class most under."""
    words = _TEXT[language]
    unit = words[report.unit]
    lines = [
        f"h4. {_title(report, words)}",
        words["span"].format(until=f"{report.until:%Y-%m-%d %H:%M %Z}", unit=unit),
        *_table(report, words),
        *([words["nothing"]] if not report.done.issues else []),
        *_left_out(report, words),
        *_advice(report, words),
        f"{{color:#6b778c}}{marker(report)}{{color}}",
    ]
    return "\n".join(lines)


def _title(report: CapacityReport, words: Mapping[str, str]) -> str:
    # Dates rather than a week's number: on Monday morning that is the number of the new week.
    since, until = f"{report.since:%Y-%m-%d}", f"{report.until:%Y-%m-%d}"
    return words["title"].format(project=report.project, since=since, until=until)


def _table(report: CapacityReport, words: Mapping[str, str]) -> list[str]:
    rows = [words["head"]]
    for kind in KINDS:
        cells = [_percent(s, kind) for s in (report.done, report.doing)]
        rows.append(f"|{words[kind]}|{report.targets.get(kind, 0):.0f} %|{cells[0]}|{cells[1]}|")
    totals = [
        words["issues"].format(total=s.total, issues=s.issues) for s in (report.done, report.doing)
    ]
    return [*rows, f"|{words['total']}| |{totals[0]}|{totals[1]}|"]


def _percent(shares: Shares, kind: str) -> str:
    return f"{shares.percent[kind]:.0f} %" if shares.total else "–"


def _left_out(report: CapacityReport, words: Mapping[str, str]) -> list[str]:
    unclassed = report.done.unclassed + report.doing.unclassed
    unsized = report.done.unsized + report.doing.unsized
    if not unclassed + unsized:
        return []
    return [words["unclassed"].format(count=unclassed, unsized=unsized)]


def _advice(report: CapacityReport, words: Mapping[str, str]) -> list[str]:
    if report.under is None:
        return [words["even"]] if report.done.total else []
    kind = words[report.under]
    if not report.best:
        return [words["none"].format(kind=kind)]
    best = [
        f"# {issue.key} {escape(issue.summary)}"
        + words["score"].format(score=issue.managed.score or 0)
        for issue in report.best
    ]
    return [words["under"].format(kind=kind), *best]
