"""The fields that conditions can name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FieldType = Literal["text", "name", "names", "number", "date", "rank"]


Stage = Literal["class", "points", "gate"]

STAGES: tuple[Stage, ...] = ("class", "points", "gate")
"""In the order in which an issue goes through them."""


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
