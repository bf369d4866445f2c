"""Write the weekly capacity comment in wiki markup, in the project's language. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import get_args
from urllib.parse import quote

from connector.capacity.learning_line import learning_line
from connector.capacity.look_back import look_back_lines
from connector.comment.wiki_text import capitalized, escape, firm
from connector.messages import messages
from connector.messages.message_table import CapacityTexts, Messages
from rules.capacity.finished import Unit
from rules.capacity.flow import WAITING
from rules.capacity.frozen_week import FrozenWeek, missing
from rules.capacity.next_pull import Candidate
from rules.capacity.shares import furthest
from rules.capacity.week_report import WeekReport, week_of

MARKER = "Sluice capacity · "
"""Followed by project and week: a second report of the same week edits the comment."""

MOST_PULLS = 3
MOST_BUSY = 3
MOST_RULES = 3
MOST_KEYS = (200, 100, 50, 20, 0)
"""A link with more keys would be longer than browsers and servers take. A comment that is too long
has fewer keys in a link."""

MOST_CHARS = 30_000
"""The most characters of a comment. Jira refuses more than 32,767; restatements need some, too."""

A_THIRD = 100 / 3
"""An issue that took this share of a class, in percent, is named beside it."""

UNITS: tuple[Unit, ...] = get_args(Unit)


@dataclass(frozen=True)
class Reader:
    """For whom a comment is written: the site's address, its class field, names of its people."""

    url: str
    class_field: str
    language: str = "en"
    people: Mapping[str, str] = field(default_factory=dict)


def marker(project: str, week: str) -> str:
    """Return the text by which Sluice finds the comment of a project and week."""
    return f"{MARKER}{project} {week}"


def report_comment(report: WeekReport, reader: Reader, picture: str = "") -> str:
    """Return the comment: a sentence first, then the table, the trend, what to pull, the rest.

    `picture` is the name of the attached picture, if there is one.
    """
    body = ""
    for most in MOST_KEYS:
        body = firm("\n".join(Comment(report, reader, most).lines(picture)))
        if len(body) <= MOST_CHARS:
            break
    return body


class Comment:
    """The parts of the comment on a week, each as lines of wiki markup."""

    def __init__(self, report: WeekReport, reader: Reader, most_keys: int = MOST_KEYS[0]) -> None:
        self.report, self.reader, self.most_keys = report, reader, most_keys
        self.words: Messages = messages(reader.language)
        self.texts: CapacityTexts = self.words.capacity

    def lines(self, picture: str = "") -> Iterator[str]:
        """Yield all lines, in the order of the comment."""
        yield f"h4. {self.title()}"
        yield from self.headline()
        yield from self.other_unit()
        if self.report.work.total:
            yield from self._table()
        yield from self._trend()
        yield from self._pulls()
        yield ""  # two lists, one after the other, would become one
        yield from self.notes()
        yield ""  # or Jira shows what follows within the last point of the list
        yield from learning_line(self.report.learned, self.words)
        if picture:
            yield f"!{picture}|width=600!"
        if self.report.look_back:
            yield from self.look_back()
            yield ""
        yield f"{{color:#6b778c}}{marker(self.report.project, self.report.week)}{{color}}"

    def look_back(self) -> Iterator[str]:
        """Yield the look back on two weeks, every second week."""
        if self.report.look_back:
            yield from look_back_lines(self, self.report.look_back)

    def title(self) -> str:
        """Return the heading: the project and the days."""
        since, until = (f"{one:%Y-%m-%d}" for one in (self.report.since, self.report.until))
        return self.texts.title.format(project=self.report.project, since=since, until=until)

    def headline(self) -> Iterator[str]:
        """Yield the class furthest from its target, and the issue that took most of it."""
        report, texts = self.report, self.texts
        if not report.work.total:
            yield texts.nothing
            return
        total = self.amount(report.work.total)
        off = furthest(report.standings)
        if off is None:
            tolerance = f"{report.tolerance:g}"
            yield texts.even.format(total=total, tolerance=tolerance)
            return
        text = texts.over if off.gap > 0 else texts.under
        shares = {"share": percent(off.actual), "target": percent(off.target)}
        gap = f"{abs(off.gap):.0f}"
        line = text.format(kind=self.kind(off.kind), total=total, gap=gap, **shares)
        parts = report.work.parts.get(off.kind, {})
        key, size = next(iter(parts.items()), ("", 0.0))
        share = 100 * size / report.work.of(off.kind) if parts else 0.0
        if off.gap > 0 and len(parts) > 1 and share >= A_THIRD:
            most = texts.most_of_it.format(share=percent(share), issue=self._named(key))
            line = f"{line}{self.words.space}{most}"
        yield line

    def other_unit(self) -> Iterator[str]:
        """Yield that the unit is another one than was asked for, and why."""
        found = self.report.measured
        if found.unit != found.asked:
            unit, asked = (self.texts.units[UNITS.index(u)] for u in (found.unit, found.asked))
            numbers = {"sized": found.sized, "issues": found.issues}
            yield self.texts.other_unit.format(unit=unit, asked=asked, **numbers)

    def _table(self) -> Iterator[str]:
        report = self.report
        last = week_of(report.since - timedelta(days=1))
        same = (one for one in report.before if one.unit == self._unit and one.week == last)
        before = next(same, None)
        yield self.texts.head
        for one in report.standings:
            change = "–"
            if before and before.total:
                moved = round(one.actual - before.percent(one.kind))
                change = f"{moved:+d}" if moved else "0"
            actual = f"{percent(one.actual)} ({self.amount(report.work.of(one.kind))})"
            keys = report.work.parts.get(one.kind, {})
            cells = (self.kind(one.kind), percent(one.target), actual, change, self.issues(keys))
            yield f"|{'|'.join(cells)}|"
        every = [key for part in report.work.parts.values() for key in part]
        total = self.amount(report.work.total)
        yield f"|{self.texts.total}| |{total}| |{self.issues(every)}|"

    def weeks(self) -> list[FrozenWeek]:
        """Return the weeks of the trend, this one last; none if there is nothing to compare."""
        same = [one for one in self.report.before if one.unit == self._unit and one.total]
        return [*same, self.report.frozen()] if same and self.report.work.total else []

    def _trend(self) -> Iterator[str]:
        weeks = self.weeks()
        if not weeks:
            return
        trends = (
            f"{self.kind(one.kind)} " + " · ".join(f"{w.percent(one.kind):.0f}" for w in weeks)
            for one in self.report.standings
        )
        listed = self.words.semicolon.join(f"{trend} %" for trend in trends)
        line = self.texts.trend.format(weeks=len(weeks), trends=listed)
        if gone := missing([*self.report.before, self.report.frozen()]):
            not_posted = self.texts.not_posted.format(weeks=self.words.list_comma.join(gone))
            line = f"{line}{self.words.space}{not_posted}"
        yield line

    def pulls_title(self) -> str:
        """Return the heading of the next issues to pull."""
        pull = self.report.pull
        capacity = self.amount(pull.capacity if pull else 0.0)
        if (weeks := len(self.weeks())) > 1:
            return self.texts.pulls_of.format(capacity=capacity, weeks=weeks)
        return self.texts.pulls.format(capacity=capacity)

    def pull_reason(self, one: Candidate) -> str:
        """Return why an issue is to be pulled: its class, its size and its score."""
        kind, size = self.kind(one.kind), self.amount(one.size)
        return self.texts.pull.format(kind=kind, size=size, score=one.score)

    def _pulls(self) -> Iterator[str]:
        pull = self.report.pull
        if pull is None:
            return
        if not pull.chosen:
            yield self.texts.no_pull
            return
        yield self.pulls_title()
        for one in pull.chosen[:MOST_PULLS]:
            yield f"# {self._named(one.key)} ({self.pull_reason(one)})"

    def notes(self) -> Iterator[str]:
        """Yield what is beside the table: what has no class, what waits, what was closed."""
        report, texts, days = self.report, self.texts, self.report.days
        if unplaced := report.work.unplaced:
            amount, issues = self.amount(sum(unplaced.values())), self.issues(unplaced)
            field_name = {"class": escape(self.reader.class_field)}
            yield "* " + texts.unplaced.format(amount=amount, issues=issues, **field_name)
        if report.measured.unit == "person_days":
            if idle := sum(days.idle.values()):
                whole = self.days(days.total)
                yield "* " + texts.idle.format(days=self.days(idle), total=whole)
            if days.nobody:
                lost = self.days(sum(days.nobody.values()))
                yield "* " + texts.nobody.format(days=lost, issues=self.issues(days.nobody))
        measured = report.measured
        if measured.without and measured.unit == measured.asked:
            unit = texts.units[UNITS.index(measured.unit)]
            yield "* " + texts.without.format(unit=unit, issues=self.issues(measured.without))
        if report.done.closed:
            yield "* " + texts.closed.format(issues=self.issues(report.done.closed))
        if report.unplanned >= 1:
            yield "* " + texts.unplanned.format(
                share=percent(report.unplanned), issues=self.issues(report.unplanned_work)
            )
        yield from self._flow()

    def _flow(self) -> Iterator[str]:
        flow, texts = self.report.flow, self.texts
        steps = {
            "created": flow.created,
            "accepted": flow.accepted,
            "started": flow.started,
            "done": self.report.done.work,
        }
        if any(steps.values()):
            yield "* " + texts.flow.format(**{n: self.count(k) for n, k in steps.items()})
        for verdict in WAITING:
            waits = [one for one in flow.waiting if one.verdict == verdict]
            if waits:
                named = self.words.verdicts.get(verdict)
                days = round(waits[0].days)
                line = texts.waiting.format(
                    verdict=capitalized(named.name if named else verdict),
                    issues=self.issues(one.key for one in waits),
                    days=texts.day if days == 1 else texts.days.format(n=days),
                )
                yield f"* {line}"
        most = [*flow.rules.items()][:MOST_RULES]
        if most:
            listed = self.words.list_comma.join(
                f"{{{{{rule}}}}} {self.count(keys)}" for rule, keys in most
            )
            yield "* " + texts.rules.format(rules=listed)
        for person, keys in [*flow.over.items()][:MOST_BUSY]:
            name = escape(self.reader.people.get(person, person))
            limit = self.report.wip_limit
            yield "* " + texts.busy.format(person=name, issues=self.issues(keys), limit=limit)

    @property
    def _unit(self) -> Unit:
        return self.report.measured.unit

    def kind(self, kind: str) -> str:
        """Return the name of a class."""
        return capitalized(self.words.classes.get(kind) or escape(kind))

    def amount(self, size: float) -> str:
        """Return an amount of work with its unit."""
        return self._amount(size, self._unit)

    def days(self, size: float) -> str:
        """Return an amount of person-days."""
        return self._amount(size, "person_days")

    def _amount(self, size: float, unit: Unit) -> str:
        number = _number(size)
        if number == "1":
            return self.texts.single[UNITS.index(unit)]
        return str(getattr(self.texts, unit)).format(n=number)

    def _named(self, key: str) -> str:
        summary = self.report.items[key].summary if key in self.report.items else ""
        return f"[{key}|{self.reader.url}/browse/{key}] {escape(summary)}".rstrip()

    def issues(self, keys: Iterable[str]) -> str:
        """Return the number of issues as a link to them."""
        them = sorted(set(keys), key=_place)
        text = self.texts.issue if len(them) == 1 else self.texts.issues.format(n=len(them))
        return self._link(text, them)

    def count(self, keys: Iterable[str]) -> str:
        """Return a bare number of issues as a link to them."""
        them = sorted(set(keys), key=_place)
        return self._link(str(len(them)), them)

    def _link(self, text: str, keys: list[str]) -> str:
        if not 0 < len(keys) <= self.most_keys:
            return text
        jql = quote(f"key in ({', '.join(keys)})")
        return f"[{text}|{self.reader.url}/issues/?jql={jql}]"


def _place(key: str) -> tuple[str, int]:
    project, _, number = key.rpartition("-")
    return project, int(number) if number.isdigit() else 0


def percent(share: float) -> str:
    """Return a share, 0 to 100, as text."""
    return f"{share:.0f} %"


def _number(size: float) -> str:
    return f"{round(size, 1):g}" if size >= 0.05 or size <= 0 else "<0.1"
