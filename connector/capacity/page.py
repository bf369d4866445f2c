"""Write a week's report as one HTML page that needs nothing else, and prints well."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from connector.capacity.comment import Comment, Reader, percent
from rules.capacity.week_report import WeekReport

_LINK = re.compile(r"\[([^|\]]+)\|([^\]\s]+)\]")
_ESCAPED = re.compile(r"\\([\\{}\[\]*_^~+|!#-])")


class Part(NamedTuple):
    """A piece of a line: a text, and the address of a link or an empty text."""

    text: str
    url: str = ""


def page(report: WeekReport, reader: Reader, picture: bytes | None) -> str:
    """Return the page. Titles of issues are escaped, and its policy blocks all other content."""
    one = Comment(report, reader)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            language=reader.language,
            words=one.words,
            texts=one.words.page,
            title=one.title(),
            headline=" ".join(plain(line) for line in (*one.headline(), *one.other_unit())),
            picture=base64.b64encode(picture).decode() if picture else "",
            classes=[*_classes(one)],
            notes=[[*parts(line.removeprefix("* "))] for line in one.notes()],
            look_back=[[*parts(line.removeprefix("* "))] for line in [*one.look_back()][1:]],
            weeks=[*_weeks(one)],
            pulls=[*_pulls(one)],
            pulls_title=one.pulls_title(),
            issues=[*_issues(one)],
        )
    )


def parts(line: str) -> Iterator[Part]:
    """Yield the texts and links of a line of wiki markup."""
    at = 0
    for link in _LINK.finditer(line):
        yield Part(plain(line[at : link.start()]))
        yield Part(plain(link[1]), link[2] if link[2].startswith(("http://", "https://")) else "")
        at = link.end()
    yield Part(plain(line[at:]))


def plain(line: str) -> str:
    """Return a line of wiki markup as text: without bold and links, escapes undone."""
    text = _LINK.sub(lambda link: link[1], line)
    text = re.sub(r"(?<!\\)\*|\{\{|\}\}", "", text)
    return _ESCAPED.sub(r"\1", text).strip("\n")


def _classes(one: Comment) -> Iterator[dict[str, str]]:
    for standing in one.report.standings:
        yield {
            "name": one.kind(standing.kind),
            "target": percent(standing.target),
            "actual": percent(standing.actual),
            "amount": one.amount(one.report.work.of(standing.kind)),
        }


def _weeks(one: Comment) -> Iterator[dict[str, Any]]:
    for week in one.weeks():
        shares = [percent(week.percent(standing.kind)) for standing in one.report.standings]
        yield {"week": week.week, "shares": shares, "amount": one.amount(week.total)}


def _pulls(one: Comment) -> Iterator[dict[str, str]]:
    for chosen in one.report.pull.chosen if one.report.pull else ():
        yield {**_issue(one, chosen.key), "reason": one.pull_reason(chosen)}


def _issues(one: Comment) -> Iterator[dict[str, str]]:
    work = one.report.work
    for kind, sizes in [*work.parts.items(), ("", work.unplaced)]:
        for key, size in sizes.items():
            amount = {"kind": one.kind(kind) if kind else "–", "amount": one.amount(size)}
            yield {**_issue(one, key), **amount}


def _issue(one: Comment, key: str) -> dict[str, str]:
    item = one.report.items.get(key)
    url = f"{one.reader.url}/browse/{key}"
    return {"key": key, "url": url, "summary": item.summary if item else ""}


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("connector", "capacity"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
