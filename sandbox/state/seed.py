"""Define a new sandbox: issue types, statuses, priorities, resolutions and fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ISSUE_TYPES = (
    ("10000", "Epic", False),
    ("10001", "Story", False),
    ("10002", "Task", False),
    ("10003", "Sub-task", True),
    ("10004", "Bug", False),
    ("10005", "Improvement", False),
    ("10006", "New Feature", False),
    ("10007", "Spike", False),
    ("10008", "Technical Debt", False),
    ("10009", "Technical task", True),
    ("10010", "Suggestion", False),
    ("10011", "Enhancement Request", False),
    ("10012", "Research", False),
    ("10013", "Documentation", False),
)
CATEGORIES = (
    (2, "new", "To Do", "blue-gray"),
    (4, "indeterminate", "In Progress", "yellow"),
    (3, "done", "Done", "green"),
)
STATUSES = (
    ("10000", "To Do", "new"),
    ("3", "In Progress", "indeterminate"),
    ("10001", "Done", "done"),
)
TRANSITIONS = (("11", "To Do", "10000"), ("21", "In Progress", "3"), ("31", "Done", "10001"))
PRIORITIES = (
    ("1", "Highest", "#d04437"),
    ("2", "High", "#f15c75"),
    ("3", "Medium", "#f79232"),
    ("4", "Low", "#707070"),
    ("5", "Lowest", "#999999"),
)
DEFAULT_PRIORITY = "3"
RESOLUTIONS = (
    "Done",
    "Fixed",
    "Won't Do",
    "Won't Fix",
    "Duplicate",
    "Cannot Reproduce",
    "Invalid",
    "Incomplete",
)
LINK_TYPES = (
    ("10000", "Blocks", "is blocked by", "blocks"),
    ("10001", "Cloners", "is cloned by", "clones"),
    ("10002", "Duplicate", "is duplicated by", "duplicates"),
    ("10003", "Relates", "relates to", "relates to"),
)


@dataclass
class Field:
    """A field. Its kind decides how the sandbox reads, renders and searches values."""

    id: str
    name: str
    kind: str
    clauses: tuple[str, ...] = ()
    editable: bool = False
    navigable: bool = True
    scope: str | None = None
    options: list[dict[str, Any]] = field(default_factory=list)

    @property
    def custom(self) -> bool:
        """Return whether it is a custom field."""
        return self.id.startswith("customfield_")

    @property
    def number(self) -> int:
        """Return the number of a custom field, such as 10050."""
        return int(self.id.removeprefix("customfield_"))

    def schema(self) -> dict[str, Any]:
        """Return the field's JSON type, as in GET /field."""
        kind_type, items = JSON_TYPES[self.kind]
        schema: dict[str, Any] = {"type": kind_type}
        if items:
            schema["items"] = items
        if self.custom:
            schema["custom"] = CUSTOM_TYPES[self.kind]
            schema["customId"] = self.number
        else:
            schema["system"] = self.id
        return schema

    def clause_names(self) -> list[str]:
        """Return the field's names in JQL."""
        if self.custom:
            return [f"cf[{self.number}]", self.name]
        return list(self.clauses)

    def to_json(self, deployment: str = "cloud") -> dict[str, Any]:
        """Return the field as in GET /field; on Cloud with its project, if it is of one only."""
        scope = {"type": "PROJECT", "project": {"id": self.scope}}
        more = {"scope": scope} if self.scope and deployment == "cloud" else {}
        return more | {
            "id": self.id,
            "key": self.id,
            "name": self.name,
            "custom": self.custom,
            "orderable": self.editable,
            "navigable": self.navigable,
            "searchable": bool(self.clause_names()),
            "clauseNames": self.clause_names(),
            "schema": self.schema(),
        }


CUSTOM_PREFIX = "com.atlassian.jira.plugin.system.customfieldtypes:"
CUSTOM_KINDS = {
    "option": "select",
    "checkboxes": "multicheckboxes",
    "number": "float",
    "line": "textfield",
    "text": "textarea",
    "labels": "labels",
    "date": "datepicker",
    "time": "datetime",
    "user": "userpicker",
}
CUSTOM_TYPES = {kind: CUSTOM_PREFIX + name for kind, name in CUSTOM_KINDS.items()} | {
    "points": "com.pyxis.greenhopper.jira:jsw-story-points",
    "sprint": "com.pyxis.greenhopper.jira:gh-sprint",
    # Whatever JSON is written is kept, for the shapes of apps: request types, assets, SLAs.
    "any": "com.atlassian.servicedesk:vp-origin",
}
JSON_TYPES: dict[str, tuple[str, str | None]] = {
    "option": ("option", None),
    "checkboxes": ("array", "option"),
    "any": ("any", None),
    "number": ("number", None),
    "points": ("number", None),
    "line": ("string", None),
    "summary": ("string", None),
    "text": ("string", None),
    "labels": ("array", "string"),
    "sprint": ("array", "json"),
    "components": ("array", "component"),
    "versions": ("array", "version"),
    "date": ("date", None),
    "time": ("datetime", None),
    "user": ("user", None),
    "project": ("project", None),
    "type": ("issuetype", None),
    "status": ("status", None),
    "category": ("statusCategory", None),
    "priority": ("priority", None),
    "resolution": ("resolution", None),
    "parent": ("issuelink", None),
    "comments": ("comments-page", None),
    "attachments": ("array", "attachment"),
    "links": ("array", "issuelinks"),
    "votes": ("votes", None),
    "watches": ("watches", None),
    "progress": ("progress", None),
    "timetracking": ("timetracking", None),
    "worklog": ("array", "worklog"),
}


def system_fields() -> list[Field]:
    """Return the system fields, in the order of GET /issue."""
    return [
        Field("issuetype", "Issue Type", "type", ("issuetype", "type"), True),
        Field("project", "Project", "project", ("project",)),
        Field("parent", "Parent", "parent", ("parent",), True),
        Field("summary", "Summary", "summary", ("summary",), True),
        Field("status", "Status", "status", ("status",)),
        Field("priority", "Priority", "priority", ("priority",), True),
        Field("resolution", "Resolution", "resolution", ("resolution",)),
        Field("assignee", "Assignee", "user", ("assignee",), True),
        Field("reporter", "Reporter", "user", ("reporter",), True),
        Field("creator", "Creator", "user", ("creator",)),
        Field("labels", "Labels", "labels", ("labels",), True),
        Field("components", "Components", "components", ("component",), True),
        Field("fixVersions", "Fix versions", "versions", ("fixVersion",), True),
        Field("versions", "Affects versions", "versions", ("affectedVersion",), True),
        Field("environment", "Environment", "text", ("environment",), True),
        Field("description", "Description", "text", ("description",), True),
        Field("duedate", "Due date", "date", ("due", "duedate"), True),
        Field("created", "Created", "time", ("created", "createdDate")),
        Field("updated", "Updated", "time", ("updated", "updatedDate")),
        Field("resolutiondate", "Resolved", "time", ("resolved", "resolutiondate")),
        Field("statuscategorychangedate", "Status Category Changed", "time", ()),
        Field("lastViewed", "Last Viewed", "time", ()),
        Field("workratio", "Work Ratio", "number", ()),
        Field("timespent", "Time Spent", "number", ()),
        Field("timeestimate", "Remaining Estimate", "number", ()),
        Field("timeoriginalestimate", "Original estimate", "number", ()),
        Field("progress", "Progress", "progress", ()),
        Field("votes", "Votes", "votes", ("votes",)),
        Field("watches", "Watchers", "watches", ("watchers",)),
        Field("issuelinks", "Linked Issues", "links", (), False, True),
        Field("subtasks", "Sub-tasks", "links", (), False, True),
        Field("attachment", "Attachment", "attachments", (), False, False),
        Field("timetracking", "Time tracking", "timetracking", (), False, False),
        Field("comment", "Comment", "comments", ("comment",), True, False),
        Field("worklog", "Log Work", "worklog", (), False, False),
    ]


CLASSES = ("Tech debt", "Business need", "Exploration", "Undecided")
GATES = ("Accept", "Needs info", "Defer", "Reject", "Review")
SPRINT_FIELD = "customfield_10020"
STARTING_FIELDS = (
    ("customfield_10001", "Team", "line", ()),
    ("customfield_10016", "Story Points", "number", ()),
    (SPRINT_FIELD, "Sprint", "sprint", ()),
    ("customfield_10050", "Sluice Class", "option", CLASSES),
    ("customfield_10051", "Sluice Score", "number", ()),
    ("customfield_10052", "Sluice Gate", "option", GATES),
)
