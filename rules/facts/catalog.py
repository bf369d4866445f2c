"""The fields that conditions can name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rules.vocabulary.classes import ALL_KINDS
from rules.vocabulary.quadrants import QUADRANTS

FieldType = Literal["text", "name", "names", "number", "date", "rank"]


Stage = Literal["class", "points", "gate"]

STAGES: tuple[Stage, ...] = ("class", "points", "gate")
"""In the order in which an issue goes through them."""


@dataclass(frozen=True)
class Field:
    """A field that conditions may name; it is known from stage `since` on.

    `least` and `most` are the limits of a number, `choices` all the values of a name. `filled`: it
    is never empty. `volatile`: Sluice's own write changes it, so that it can't be an input that
    tells one decision from the next. `fixed`: no book may declare a field of that name, since
    Sluice itself reads or decides it.
    """

    name: str
    type: FieldType
    about: str
    since: Stage = "class"
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    filled: bool = False
    volatile: bool = False
    fixed: bool = False


CURRENT_USER = (
    "the account that Sluice signs in with, as `currentUser()` means it; examples and backtests "
    "of a file have none unless they give it: then `= currentUser()` and `!=` are both false"
)


GROWTH = (
    "percent by which its points, else its description, grew since the gate first accepted it, "
    "or since a person last did; 0 if unknown"
)


PRIORITY = "the priority that a person chose; Highest is more than High"
UPDATED = "when somebody other than Sluice last touched it"
COMMENTS = "how many comments it has, Sluice's not counted"
CRITERIA = "yes or no: the description says when it is done"
FALLBACK = "yes or no: the text names a fallback, 降级 or 兜底"
EXPERIMENT = "yes or no: the text has an experiment's sample or lift"
CONFIDENCE = "how sure the class is, 0 to 1"
REOPENED = "how often its status left one that means done"
LIMITS = "how many numeric limits the text sets: must be ≤ 300 ms"
YES_NO = ("yes", "no")


def _either(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("text", "text", "summary and description together", fixed=True),
        Field("summary", "text", "the title", fixed=True),
        Field("description", "text", "the description", fixed=True),
        Field("key", "name", "the issue's key, such as SHOP-12", filled=True, fixed=True),
        Field("project", "name", "the project's key", filled=True, fixed=True),
        Field("type", "name", "the issue type's name"),
        Field("status", "name", "the status' name"),
        Field("statuscategory", "name", '"To Do", "In Progress" or "Done"', fixed=True),
        Field("resolution", "name", "the resolution's name; empty while open"),
        Field("priority", "rank", PRIORITY, volatile=True, fixed=True),
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
        Field("created", "date", "when it was created", fixed=True),
        Field("updated", "date", UPDATED, volatile=True, fixed=True),
        Field("due", "date", "the due date"),
        Field("resolved", "date", "when it was resolved", fixed=True),
        Field("statuscategorychangeddate", "date", "when its status category last changed"),
        Field("timespent", "number", "minutes of work logged"),
        Field("originalestimate", "number", "minutes that it was to take at first"),
        Field("remainingestimate", "number", "minutes that are still to come"),
        Field("workratio", "number", "percent of the original estimate that is spent"),
        Field("votes", "number", "how many people voted for it", least=0),
        Field("watchers", "number", "how many people watch it", least=0),
        Field("comments", "number", COMMENTS, least=0, volatile=True, fixed=True),
        Field("attachments", "number", "how many files are attached", least=0),
        Field("links", "number", "how many other issues it is linked to", least=0),
        Field("points", "number", "story points", fixed=True),
        Field("linked", "names", "of each link: its type, its phrase, the other issue's type"),
        Field("age", "number", "days since it was created"),
        Field("idle", "number", "days since somebody last touched it"),
        Field("reopened", "number", REOPENED, least=0, fixed=True),
        Field("growth", "number", GROWTH, fixed=True),
        Field("customers", "number", "how many links lead to customers", least=0),
        Field("tickets", "number", "how many links lead to support tickets", least=0),
        Field("incidents", "number", "how many links lead to incidents", least=0),
        Field("duplicates", "number", "how many issues are linked as duplicates of it", least=0),
        Field("description.length", "number", "how many characters the description has", least=0),
        Field("has acceptance criteria", "name", CRITERIA, choices=YES_NO),
        Field("users", "number", "people touched, as the text says it: 300 users, 300 名用户"),
        Field("frequency", "number", "times a month, from the text: twice a week, 每天 3 次"),
        Field("hours", "number", "hours a month, from the text: 2 hours a day, 每周 3 小时"),
        Field("cost", "number", "money a month or once, from the text: $5k a month, 3 万元"),
        Field("share", "number", "percent of users or requests, from the text: 12 % of users"),
        Field("latency", "number", "milliseconds today, from the text: p95 latency is 800 ms"),
        Field("limits", "number", LIMITS, least=0),
        Field("limits exceeded", "number", "how many of them today's numbers are beyond", least=0),
        Field("has fallback", "name", FALLBACK, choices=YES_NO),
        Field("experiment", "name", EXPERIMENT, choices=YES_NO),
        Field("sample", "number", "its sample, from the text: n = 4,200"),
        Field("lift", "number", "its lift in percent: lift of 6 %; below 0 where it got worse"),
        # A person may write any class that they like, so there is no list of choices.
        Field("class", "name", _either(ALL_KINDS), "points", filled=True, fixed=True),
        Field("confidence", "number", CONFIDENCE, "points", 0, 1, filled=True, fixed=True),
        Field("score", "number", "the score, 0 to 100", "gate", 0, 100, filled=True, fixed=True),
        Field("quadrant", "name", _either(QUADRANTS), "gate", choices=QUADRANTS, fixed=True),
    )
}


VOLATILE = frozenset(field.name for field in FIELDS.values() if field.volatile)
"""Facts that Sluice's own write changes: they would make every digest differ from the last."""

FIXED = frozenset(field.name for field in FIELDS.values() if field.fixed)
"""Names that no book may take for a field of its own."""

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
