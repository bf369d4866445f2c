"""List the fields that conditions can use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rules.vocabulary.classes import ALL_KINDS
from rules.vocabulary.project_types import PROJECT_TYPES
from rules.vocabulary.quadrants import QUADRANTS
from rules.vocabulary.signals import SIGNALS

FieldType = Literal["text", "name", "names", "number", "date", "rank"]


Form = Literal["", "key", "duration", "version", "sprint", "type", "time", "day", "exact words"]
"""How values are written: the key of an issue, a span of working time, a version, a sprint, an
instant, a day without a time, or a text of Sluice's own in which words are searched as written."""

Stage = Literal["class", "points", "gate"]

STAGES: tuple[Stage, ...] = ("class", "points", "gate")
"""In the order in which an issue passes through them."""


@dataclass(frozen=True)
class Field:
    """A field that conditions may use, from stage `since` on.

    `least` and `most` are the limits of a number, `choices` are all values of a name. `filled`: the
    field is never empty. `volatile`: Sluice's own write changes it, so it is not part of the digest
    of the inputs. `later`: records of earlier versions lack it, so it is part of the digest only
    where a rule reads it. `fixed`: a rulebook can't declare a field with this name, because Sluice
    itself reads or decides it. `counts`: the number counts a list, so `is empty` means 0. `form`
    tells how values are written; `exact`: names are compared whole, so `~` can't search in them.
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
    later: bool = False
    fixed: bool = False
    counts: bool = False
    form: Form = ""
    exact: bool = False


_TEXT = "summary, description, environment and the text fields of the rulebook together"


def _either(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


_PERSON = "by account id, name or mail"
_MINUTES = "in minutes, or as a span such as 2h or 1d"
PROJECT = "the project, by key, name or id"
KEY = "the issue's key, such as SHOP-12, or its id"
LINK_TYPE = "for each link: type, and the phrase in its direction"
STATUS_CATEGORY = '"To Do", "In Progress" or "Done", also by key (new, indeterminate) or id'
RESOLUTION = "the resolution, by name or id; Unresolved or empty while open"
EPIC_LINK = "the key of its epic, if the site has this field"
CATEGORY_CHANGED = "last change of the status category"

CURRENT_USER = (
    "Sluice's own account, as in `currentUser()`. Not set in examples and file backtests, unless "
    "they give it: then `= currentUser()` and `!= currentUser()` are both false"
)


GROWTH = (
    "percent by which the story points, else the description, grew since the gate first accepted "
    "it, or since a person last did; 0 if unknown"
)


PRIORITY = "the priority that a person set; Highest is more than High"
UPDATED = "time of the last change by anybody except Sluice"
ANSWERS = (
    "what people wrote in comments, the last 4,000 characters; at the gate it counts as part of "
    "`text`, `description.length`, `has acceptance criteria` and the metrics of the text"
)
COMMENTS = "number of comments, without Sluice's own"
COMMENTERS = "number of people who wrote a comment; the reporter, Sluice and apps do not count"
CRITERIA = "yes or no: the description has acceptance criteria"
DELIVERABLES = (
    "number of things that title and description promise: list items, and the parts of an "
    "enumeration; not steps, criteria, examples or logs; 0 if nothing is listed"
)
FALLBACK = "yes or no: the text mentions a fallback, 降级 or 兜底"
OUTCOME = "how the experiment or survey in the text ended: won, lost or unclear"
EXPERIMENT = "yes or no: the text gives the sample or the lift of an experiment"
CONFIDENCE = "confidence in the class, 0 to 1"
REOPENED = "number of times that it was reopened after it was done"
WORDS = "number of words in the description; three Chinese characters count as two words"
TASK = (
    "what the title asks to do: the title without words of its topic, names in quotes and purpose. "
    "It has no *spike* in Add a spike detector"
)
QUESTION = (
    "yes or no: the title is a question that the work answers, as in Which vendor fits us? No for "
    "a polite wish, as in Can we have a print button?"
)
LIMITS = "number of numeric limits in the text, such as: must be ≤ 300 ms"
URGENCY = "urgency"
URGENT = (
    "how urgent people called issues with such words, 0 to 100, 50 is usual; empty if the text has "
    "too little English"
)
YES_NO = ("yes", "no")
SIGNAL = "how likely the text states it, 0 to 1, empty below the limit of the signal"


DENIED = "what title and description deny, such as: no customer asked for it"
EVERYTHING = "text and comments"
AS_WRITTEN = " as written"
"""Ends the names of the texts in which `~` searches all words, also denied and quoted ones."""
_AFFIRMED = "; `~` searches what it affirms"


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("text", "text", f"{_TEXT}{_AFFIRMED}", fixed=True),
        Field("summary", "text", f"the title{_AFFIRMED}", fixed=True),
        Field("description", "text", f"the description{_AFFIRMED}", fixed=True),
        Field(f"text{AS_WRITTEN}", "text", "the same, each word of it", fixed=True),
        Field(f"summary{AS_WRITTEN}", "text", "the title, each word of it", fixed=True),
        Field(f"description{AS_WRITTEN}", "text", "the description, each word of it", fixed=True),
        Field(EVERYTHING, "text", "the same and the comments of people, as Jira's own text ~"),
        Field("denied", "text", DENIED, fixed=True, form="exact words"),
        Field("key", "name", KEY, filled=True, fixed=True, form="key", exact=True),
        Field("project", "name", PROJECT, filled=True, fixed=True, exact=True),
        Field("category", "name", "the name of the project's category", later=True, exact=True),
        Field("type", "name", "the issue type, by name or id", form="type"),
        Field("status", "name", "the status, by name or id", exact=True),
        Field("statuscategory", "name", STATUS_CATEGORY, fixed=True, exact=True),
        Field("resolution", "name", RESOLUTION, exact=True),
        Field("priority", "rank", PRIORITY, volatile=True, fixed=True),
        Field("labels", "names", "the labels"),
        Field("component", "names", "the components, by name or id", exact=True),
        Field("fixversion", "names", "its fix versions, by name or id", form="version"),
        Field("reporter", "name", f"the reporter, {_PERSON}"),
        Field("assignee", "name", f"the assignee, {_PERSON}"),
        Field("currentuser", "name", CURRENT_USER),
        Field("creator", "name", f"the creator, {_PERSON}"),
        Field("parent", "name", "its epic or parent, by key or id", form="key", exact=True),
        Field("epic link", "name", EPIC_LINK, form="key", exact=True),
        Field("sprint", "names", "its sprints, also past ones, by name or id", form="sprint"),
        Field("affectedversion", "names", "the affected versions, by name or id", form="version"),
        Field("environment", "text", "the environment"),
        Field("level", "name", "the security level, by name or id", exact=True),
        Field("projecttype", "name", _either(PROJECT_TYPES), choices=PROJECT_TYPES, exact=True),
        Field("created", "date", "time of creation", fixed=True, form="time"),
        Field("updated", "date", UPDATED, volatile=True, fixed=True, form="time"),
        Field("due", "date", "the due date, a day without a time", form="day"),
        Field("resolved", "date", "time of resolution", fixed=True, form="time"),
        Field("statuscategorychangeddate", "date", CATEGORY_CHANGED, form="time"),
        Field("timespent", "number", f"logged work, {_MINUTES}", least=0, form="duration"),
        Field(
            "originalestimate", "number", f"original estimate, {_MINUTES}", least=0, form="duration"
        ),
        Field(
            "remainingestimate",
            "number",
            f"remaining estimate, {_MINUTES}",
            least=0,
            form="duration",
        ),
        Field("workratio", "number", "logged work in percent of the original estimate", least=0),
        Field("votes", "number", "number of votes", least=0, counts=True),
        Field("watchers", "number", "number of watchers", least=0, counts=True),
        Field("comments", "number", COMMENTS, least=0, volatile=True, fixed=True, counts=True),
        Field("commenters", "number", COMMENTERS, least=0, volatile=True, counts=True),
        Field("answers", "text", ANSWERS, "gate", fixed=True),
        Field("attachments", "number", "number of attachments", least=0, counts=True),
        Field("links", "number", "number of links to other issues", least=0, counts=True),
        Field("points", "number", "story points", fixed=True),
        Field("linked", "names", "for each link: type, phrase, type of the other issue"),
        Field("issuelinktype", "names", LINK_TYPE, later=True),
        Field("age", "number", "days since creation"),
        Field("idle", "number", "days since the last change"),
        Field("reopened", "number", REOPENED, least=0, fixed=True),
        Field("growth", "number", GROWTH, fixed=True),
        Field("customers", "number", "number of links to customers", least=0, counts=True),
        Field("tickets", "number", "number of links to support tickets", least=0, counts=True),
        Field("incidents", "number", "number of links to incidents", least=0, counts=True),
        Field(
            "duplicates",
            "number",
            "number of issues linked as its duplicates",
            least=0,
            counts=True,
        ),
        Field(
            "description.length",
            "number",
            "number of characters of the statements in the description",
            least=0,
        ),
        Field("words", "number", WORDS, least=0),
        Field("task", "text", TASK, form="exact words"),
        Field("question", "name", QUESTION, choices=YES_NO),
        Field("has acceptance criteria", "name", CRITERIA, choices=YES_NO),
        Field("deliverables", "number", DELIVERABLES, least=0),
        Field("users", "number", "affected people, from the text: 300 users, 300 名用户"),
        Field("frequency", "number", "times a month, from the text: twice a week, 每天 3 次"),
        Field("hours", "number", "hours a month, from the text: 2 hours a day, 每周 3 小时"),
        Field("cost", "number", "money a month or once, from the text: $5k a month, 3 万元"),
        Field("share", "number", "percent of users or requests, from the text: 12 % of users"),
        Field("latency", "number", "milliseconds today, from the text: p95 latency is 800 ms"),
        Field("limits", "number", LIMITS, least=0),
        Field("limits exceeded", "number", "limits that today's numbers exceed", least=0),
        Field("has fallback", "name", FALLBACK, choices=YES_NO),
        Field("experiment", "name", EXPERIMENT, choices=YES_NO),
        Field("sample", "number", "sample of the experiment, from the text: n = 4,200"),
        Field(URGENCY, "number", URGENT, least=0, most=100),
        Field("lift", "number", "lift in percent, from the text: lift of 6 %; negative if worse"),
        *(
            Field(signal.field, "number", f"{signal.about}: {SIGNAL}", least=0, most=1)
            for signal in SIGNALS.values()
        ),
        Field("outcome", "name", OUTCOME, choices=("won", "lost", "unclear")),
        # A person may write any class in Jira, so there is no list of choices.
        Field("class", "name", _either(ALL_KINDS), "points", filled=True, fixed=True),
        Field("confidence", "number", CONFIDENCE, "points", 0, 1, filled=True, fixed=True),
        Field("score", "number", "the score, 0 to 100", "gate", 0, 100, filled=True, fixed=True),
        Field("quadrant", "name", _either(QUADRANTS), "gate", choices=QUADRANTS, fixed=True),
    )
}


PRIORITY_ORDER = "priority order"
"""The fact with the site's priorities, lowest first; absent if they are not known."""

VOLATILE = frozenset({PRIORITY_ORDER, *(f.name for f in FIELDS.values() if f.volatile)})
"""Facts that Sluice's own write changes, or that are the site's: they are no input of an issue."""

LATER = frozenset(field.name for field in FIELDS.values() if field.later)
"""Facts that records of earlier versions lack."""

FIXED = frozenset(field.name for field in FIELDS.values() if field.fixed)
"""Names that a rulebook can't give to its own fields."""

ALIASES = {
    "issuetype": "type",
    "issuekey": "key",
    "issue": "key",
    "id": "key",
    "workitem": "key",
    "workitemkey": "key",
    "space": "project",
    "worktype": "type",
    "workitemlinktype": "issuelinktype",
    "affectsversion": "affectedversion",
    "components": "component",
    "resolutiondate": "resolved",
    "duedate": "due",
    "createddate": "created",
    "updateddate": "updated",
    "story points": "points",
    "kind": "class",
    "label": "labels",
    "type of issue": "type",
    "timeestimate": "remainingestimate",
    "timeoriginalestimate": "originalestimate",
}


LINKED = "linked "


def dynamic(name: str) -> Field | None:
    """Return the field for a name with a free part, such as `"linked Blocks"`; else None."""
    kind = name.removeprefix(LINKED).strip()
    if not name.startswith(LINKED) or not kind:
        return None
    return Field(f"{LINKED}{kind}", "number", f'number of "{kind}" links', least=0, counts=True)


def fields_table() -> str:
    """Return the built-in fields as a Markdown table, with their other names."""
    other: dict[str, list[str]] = {}
    for alias, name in ALIASES.items():
        other.setdefault(name, []).append(f"`{alias}`")
    rows = ["| field | type | meaning | also |", "|---|---|---|---|"]
    rows += [
        f"| `{f.name}` | {f.type} | {f.about} | {', '.join(other.get(f.name, []))} |"
        for f in FIELDS.values()
    ]
    linked = "number of links with X: a type, a phrase, or the type of the other issue"
    return "\n".join([*rows, f'| `"linked X"` | number | {linked} |  |'])
