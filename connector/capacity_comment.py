"""Write the weekly capacity comment in wiki markup, in the project's language. Pure: no I/O."""

from __future__ import annotations

from connector.messages import messages
from connector.messages.message_table import CapacityTexts, Messages
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
    if learned is None or not any(learned.counted.values()):
        return []
    texts, training = words.learning, learned.training
    counted = {
        "corrections": _corrections(learned, words),
        "fields": words.list_comma.join(_fields(learned, words)),
    }
    if training:
        return ["", _of_training(training, words).format(**counted, **_right(training))]
    line = texts.since.format(**counted, since=f"{learned.since:%Y-%m-%d}")
    end = texts.next.format(count=learned.next_at) if learned.next_at else texts.end
    return ["", line + end]


def _corrections(learned: Learned, words: Messages) -> str:
    count = sum(learned.counted.values())
    texts = words.learning
    return texts.correction if count == 1 else texts.corrections.format(count=count)


def _fields(learned: Learned, words: Messages) -> list[str]:
    named = {
        "kind": words.learning.of_class,
        "verdict": words.learning.of_gate,
        "priority": words.learning.of_priority,
    }
    counts = [(name, learned.counted.get(name, 0)) for name in TAUGHT]
    return [named[name].format(count=count) for name, count in counts if count]


def _of_training(training: Training, words: Messages) -> str:
    texts = words.learning
    if training.right is None:
        return texts.learned if training.taken else texts.tried
    return texts.learned_right if training.taken else texts.tried_right


def _right(training: Training) -> dict[str, float]:
    """Return the shares of right decisions in percent."""
    before, after = training.right or (0.0, 0.0)
    return {"before": 100 * before, "after": 100 * after}
