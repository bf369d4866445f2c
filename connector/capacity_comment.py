"""Write the weekly capacity comment in wiki markup, in the project's language. Pure: no I/O."""

from __future__ import annotations

from connector.messages import messages
from connector.messages.message_table import CapacityTexts, LearningTexts, Messages
from connector.triage_comment import capitalized, escape
from rules.capacity.capacity_report import CapacityReport, Shares
from rules.capacity.learned import TAUGHT, Learned, Training

MARKER = "Sluice capacity · "
"""Followed by project and week: a second report of the same week edits the comment."""


def marker(report: CapacityReport) -> str:
    """Return the text by which Sluice finds the comment of this project and week."""
    return f"{MARKER}{report.project} {report.week}"


def report_comment(report: CapacityReport, language: str = "en") -> str:
    """Return the shares against the targets, then the best issues of the class furthest below."""
    words = messages(language)
    texts = words.capacity
    unit = texts.points if report.unit == "points" else texts.count
    lines = [
        f"h4. {_title(report, texts)}",
        texts.span.format(until=f"{report.until:%Y-%m-%d %H:%M %Z}", unit=unit),
        *_table(report, words),
        *([texts.nothing] if not report.done.issues else []),
        *_left_out(report, texts),
        *_advice(report, words),
        *_learned(report.learned, words),
        f"{{color:#6b778c}}{marker(report)}{{color}}",
    ]
    return "\n".join(lines)


def _title(report: CapacityReport, texts: CapacityTexts) -> str:
    # Dates rather than a week's number: on Monday morning that is the number of the new week.
    since, until = f"{report.since:%Y-%m-%d}", f"{report.until:%Y-%m-%d}"
    return texts.title.format(project=report.project, since=since, until=until)


def _table(report: CapacityReport, words: Messages) -> list[str]:
    texts = words.capacity
    rows = [texts.head]
    for kind in report.classes:
        cells = [_percent(s, kind) for s in (report.done, report.doing)]
        target = report.targets.get(kind, 0)
        rows.append(f"|{_name(kind, words)}|{target:.0f} %|{cells[0]}|{cells[1]}|")
    totals = [
        texts.issues.format(total=s.total, issues=s.issues) for s in (report.done, report.doing)
    ]
    return [*rows, f"|{texts.total}| |{totals[0]}|{totals[1]}|"]


def _name(kind: str, words: Messages) -> str:
    return capitalized(words.classes.get(kind) or escape(kind))


def _percent(shares: Shares, kind: str) -> str:
    return f"{shares.percent.get(kind, 0.0):.0f} %" if shares.total else "–"


def _left_out(report: CapacityReport, texts: CapacityTexts) -> list[str]:
    unclassed = report.done.unclassed + report.doing.unclassed
    unsized = report.done.unsized + report.doing.unsized
    if not unclassed + unsized:
        return []
    return [texts.unclassed.format(count=unclassed, unsized=unsized)]


def _advice(report: CapacityReport, words: Messages) -> list[str]:
    texts = words.capacity
    if report.under is None:
        return [texts.even] if report.done.total else []
    kind = _name(report.under, words)
    if not report.best:
        return [texts.none.format(kind=kind)]
    best = [
        f"# {issue.key} {escape(issue.summary)}"
        + texts.score.format(score=issue.managed.score or 0)
        for issue in report.best
    ]
    return [texts.under.format(kind=kind), *best]


def _learned(learned: Learned | None, words: Messages) -> list[str]:
    """Return the line on what people corrected and what was learned from it; none for nothing.

    An empty line ends the list before it.
    """
    if learned is None or not any(learned.corrections.values()):
        return []
    texts, count = words.learning, sum(learned.corrections.values())
    corrections = texts.correction if count == 1 else texts.corrections.format(count=count)
    fields = words.list_comma.join(_fields(learned, words))
    if learned.training:
        start = texts.learned.format(corrections=corrections, fields=fields)
        return ["", start + _figures(learned.training, texts)]
    since = f"{learned.since:%Y-%m-%d}"
    start = texts.since.format(corrections=corrections, fields=fields, since=since)
    return ["", start + _next(count, learned.next_at, texts)]


def _fields(learned: Learned, words: Messages) -> list[str]:
    named = {
        "kind": words.learning.of_class,
        "verdict": words.learning.of_gate,
        "priority": words.learning.of_priority,
    }
    counts = [(name, learned.corrections.get(name, 0)) for name in TAUGHT]
    return [named[name].format(count=count) for name, count in counts if count]


def _figures(training: Training, texts: LearningTexts) -> str:
    """Return the end of the line on a training: its figures, and whether it judges."""
    end = texts.waits if training.waits else texts.end
    end = texts.taken_back if training.taken_back else end
    if training.right is None:
        return end
    before, after = training.right
    return texts.right.format(before=100 * before, after=100 * after) + end


def _next(count: int, next_at: int | None, texts: LearningTexts) -> str:
    """Return the end of the line on corrections that wait for a training."""
    if next_at is None:
        return texts.end
    return texts.next.format(count=next_at) if count < next_at else texts.enough
