"""What a condition can ask of an issue: the fields by their JQL names, and their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from rules.derived import DERIVED, derive
from rules.issue import Fact
from rules.reading import READ, Reading, read
from rules.text import Text

FieldType = Literal["text", "name", "names", "number", "date", "rank"]
Stage = Literal["class", "points", "gate"]


@dataclass(frozen=True)
class Field:
    """A field that conditions may name; it is known from stage `since` on."""

    name: str
    type: FieldType
    about: str
    since: Stage = "class"


CURRENT_USER = (
    "the account that Sluice signs in with, as `currentUser()` means it; examples and backtests "
    "of a file have none unless they give it: then `= currentUser()` and `!=` are both false"
)
GROWTH = (
    "percent by which its points, else its description, grew since the gate first accepted it, "
    "or since a person last did; 0 if unknown"
)

FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("text", "text", "summary and description together"),
        Field("summary", "text", "the title"),
        Field("description", "text", "the description"),
        Field("key", "name", "the issue's key, such as SHOP-12"),
        Field("project", "name", "the project's key"),
        Field("type", "name", "the issue type's name"),
        Field("status", "name", "the status' name"),
        Field("statuscategory", "name", '"To Do", "In Progress" or "Done"'),
        Field("resolution", "name", "the resolution's name; empty while open"),
        Field("priority", "rank", "the priority that a person chose; Highest is more than High"),
        Field("labels", "names", "the labels"),
        Field("component", "names", "the components' names"),
        Field("fixversion", "names", "the names of the versions that it is meant for"),
        Field("reporter", "name", "account id or name of who reported it"),
        Field("assignee", "name", "account id or name of who works on it"),
        Field("currentuser", "name", CURRENT_USER),
        Field("creator", "name", "account id or name of who created it"),
        Field("parent", "name", "the key of its epic or parent"),
        Field("epic link", "name", "the key of its epic, where the site has that field"),
        Field("sprint", "names", "the names of its sprints, past ones too"),
        Field("affectedversion", "names", "the names of the versions that it was seen in"),
        Field("environment", "text", "the environment"),
        Field("level", "name", "the security level's name"),
        Field("projecttype", "name", "software, service_desk or business"),
        Field("created", "date", "when it was created"),
        Field("updated", "date", "when somebody other than Sluice last touched it"),
        Field("due", "date", "the due date"),
        Field("resolved", "date", "when it was resolved"),
        Field("statuscategorychangeddate", "date", "when its status category last changed"),
        Field("timespent", "number", "minutes of work logged"),
        Field("originalestimate", "number", "minutes that it was to take at first"),
        Field("remainingestimate", "number", "minutes that are still to come"),
        Field("workratio", "number", "percent of the original estimate that is spent"),
        Field("votes", "number", "how many people voted for it"),
        Field("watchers", "number", "how many people watch it"),
        Field("comments", "number", "how many comments it has, Sluice's not counted"),
        Field("attachments", "number", "how many files are attached"),
        Field("links", "number", "how many other issues it is linked to"),
        Field("points", "number", "story points"),
        Field("linked", "names", "of each link: its type, its phrase, the other issue's type"),
        Field("age", "number", "days since it was created"),
        Field("idle", "number", "days since somebody last touched it"),
        Field("reopened", "number", "how often its status left one that means done"),
        Field("growth", "number", GROWTH),
        Field("customers", "number", "how many links lead to customers"),
        Field("tickets", "number", "how many links lead to support tickets"),
        Field("incidents", "number", "how many links lead to incidents"),
        Field("duplicates", "number", "how many issues are linked as duplicates of it"),
        Field("description.length", "number", "how many characters the description has"),
        Field("has acceptance criteria", "name", "yes or no: the description says when it is done"),
        Field("users", "number", "people touched, as the text says it: 300 users, 300 名用户"),
        Field("frequency", "number", "times a month, from the text: twice a week, 每天 3 次"),
        Field("hours", "number", "hours a month, from the text: 2 hours a day, 每周 3 小时"),
        Field("cost", "number", "money a month or once, from the text: $5k a month, 3 万元"),
        Field("share", "number", "percent of users or requests, from the text: 12 % of users"),
        Field("latency", "number", "milliseconds today, from the text: p95 latency is 800 ms"),
        Field("limits", "number", "how many numeric limits the text sets: must be ≤ 300 ms"),
        Field("limits exceeded", "number", "how many of them today's numbers are beyond"),
        Field("has fallback", "name", "yes or no: the text names a fallback, 降级 or 兜底"),
        Field("experiment", "name", "yes or no: the text has an experiment's sample or lift"),
        Field("sample", "number", "its sample, from the text: n = 4,200"),
        Field("lift", "number", "its lift in percent: lift of 6 %; below 0 where it got worse"),
        Field("class", "name", "tech_debt, business_need, exploration or undecided", "points"),
        Field("confidence", "number", "how sure the class is, 0 to 1", "points"),
        Field("score", "number", "the score, 0 to 100", "gate"),
        Field("quadrant", "name", "quick win, big bet, fill-in or money pit", "gate"),
    )
}

ALIASES = {
    "issuetype": "type",
    "issuekey": "key",
    "issue": "key",
    "components": "component",
    "category": "statuscategory",
    "resolutiondate": "resolved",
    "duedate": "due",
    "createddate": "created",
    "updateddate": "updated",
    "story points": "points",
    "kind": "class",
    "label": "labels",
    "type of issue": "type",
    "issuelinktype": "linked",
    "timeestimate": "remainingestimate",
    "timeoriginalestimate": "originalestimate",
}

RANKS: dict[str, int] = {
    name: rank
    for rank, names in enumerate(
        (
            ("none", "trivial", "lowest", "最低"),
            ("low", "minor", "低"),
            ("medium", "normal", "major", "中", "中等"),
            ("high", "critical", "高"),
            ("highest", "blocker", "urgent", "最高", "紧急"),
        )
    )
    for name in names
}
"""Jira's priority schemes, Cloud's and the older Server's, lowest first, in English and Chinese."""


LINKED = "linked "


def dynamic(name: str) -> Field | None:
    """A field with a part that the author chooses: `"linked Blocks"` counts links of that kind."""
    kind = name.removeprefix(LINKED).strip()
    if not name.startswith(LINKED) or not kind:
        return None
    return Field(f"{LINKED}{kind}", "number", f'how many links are "{kind}"')


class Facts:
    """The facts of one issue at one time, as conditions see them; texts are prepared once.

    `names` of lists and single values are folded to lower case here, since JQL ignores case.
    """

    def __init__(self, values: Mapping[str, Fact], now: datetime) -> None:
        self.now = now
        self._values = dict(values)
        self._texts: dict[str, Text] = {}
        self._folded: dict[str, str | frozenset[str] | None] = {}

    def get(self, name: str) -> Fact:
        """The value as Jira holds it, or what follows from others; else None."""
        if name == "text":
            return self._whole_text()
        value = self._values.get(name)
        if value is None and (name in DERIVED or name.startswith(LINKED)):
            # Kept: a book asks for the same fact again and again.
            value = self._values[name] = derive(name, self._values, self.now)
        return self.reading.facts.get(name) if value is None and name in READ else value

    @cached_property
    def reading(self) -> Reading:
        """What the text says in numbers."""
        return read(self._whole_text())

    def text(self, name: str) -> Text:
        """The value as a searchable text."""
        if name not in self._texts:
            value = self.get(name)
            joined = " ".join(map(plain, value)) if isinstance(value, tuple) else plain(value)
            self._texts[name] = Text(joined)
        return self._texts[name]

    def folded(self, name: str) -> str | frozenset[str] | None:
        """A name, or the set of names of a list, in lower case; None when empty."""
        if name not in self._folded:
            self._folded[name] = fold(self.get(name))
        return self._folded[name]

    def add(self, more: Mapping[str, Fact]) -> None:
        """Hand the outcome of one stage to the next."""
        self._values.update(more)

    def _whole_text(self) -> str:
        parts = (self._values.get("summary"), self._values.get("description"))
        return "\n".join(str(part) for part in parts if part)


def plain(value: object) -> str:
    """A value as text: a whole number without its point, no value as an empty text."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def fold(value: Fact) -> str | frozenset[str] | None:
    """A value as names compare: lower case, a list as a set, an empty one as None."""
    if isinstance(value, tuple):
        return frozenset(plain(name).lower() for name in value) or None
    return plain(value).lower() or None


def fields_table() -> str:
    """The built-in fields as a table in Markdown, with their other names."""
    other: dict[str, list[str]] = {}
    for alias, name in ALIASES.items():
        other.setdefault(name, []).append(f"`{alias}`")
    rows = ["| field | type | what it is | also |", "|---|---|---|---|"]
    rows += [
        f"| `{f.name}` | {f.type} | {f.about} | {', '.join(other.get(f.name, []))} |"
        for f in FIELDS.values()
    ]
    linked = "how many links are X: a type, a phrase or the other issue's type"
    return "\n".join([*rows, f'| `"linked X"` | number | {linked} |  |'])
