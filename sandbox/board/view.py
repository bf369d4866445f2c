"""Build the board's contents from the model: cards in columns, and the page of one issue."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from sandbox.operations.field_values import id_and_text
from sandbox.render.wiki import to_html
from sandbox.state.model import Model
from sandbox.state.records import Issue, Json
from sandbox.state.seed import CLASSES

COLUMN_LIMIT = 100
WAITING_LIMIT = 12
UNDECIDED = CLASSES[-1]


@dataclass(frozen=True)
class Card:
    """One issue on the board. `tone` is the colour class of its gate."""

    id: str
    key: str
    summary: str
    type: str
    priority: str
    score: float | None
    gate: str
    tone: str
    status: str
    comment: Markup
    commented_at: str


@dataclass(frozen=True)
class Column:
    """The cards of one class. `more` counts the issues beyond the limit."""

    name: str
    slug: str
    total: int
    cards: list[Card]
    more: int


@dataclass(frozen=True)
class Filter:
    """A filter of the board: project, text, and whether to include done issues."""

    project: str = ""
    text: str = ""
    done: bool = False

    def keeps(self, issue: Issue) -> bool:
        """Return whether the filter includes the issue."""
        if self.project and issue.project.key != self.project:
            return False
        if not self.done and issue.values["status"]["statusCategory"]["key"] == "done":
            return False
        text = self.text.lower()
        return not text or text in f"{issue.key} {issue.values['summary']}".lower()


@lru_cache(maxsize=4096)
def wiki(markup: str, images: tuple[tuple[str, str], ...] = ()) -> Markup:
    """Return wiki markup as safe HTML. Cached, since each refresh draws all cards again."""
    return Markup(to_html(markup, dict(images)))  # noqa: S704 - to_html escapes its input


def columns(model: Model, wanted: Filter) -> tuple[list[Column], Column]:
    """Return a column for each class, and the issues without a class."""
    field = model.field_named("Sluice Class")
    classes = [o["value"] for o in (field.options if field else ()) if o["value"] != UNDECIDED]
    groups: dict[str, list[Issue]] = {name: [] for name in (*classes, "")}
    for issue in model.issues.values():
        if wanted.keeps(issue):
            name = _named(model, issue, "Sluice Class")
            groups[name if name in groups else ""].append(issue)
    made = [_column(model, name, groups[name], COLUMN_LIMIT) for name in classes]
    return made, _column(model, UNDECIDED, groups[""], WAITING_LIMIT)


def _column(model: Model, name: str, issues: list[Issue], limit: int) -> Column:
    issues.sort(key=lambda issue: (-(_score(model, issue) or -1e15), -int(issue.id)))
    cards = [card(model, issue) for issue in issues[:limit]]
    slug = name.lower().replace(" ", "-")
    return Column(name, slug, len(issues), cards, max(0, len(issues) - limit))


def card(model: Model, issue: Issue) -> Card:
    """Return the card of an issue."""
    comment = last_comment(issue)
    gate = _named(model, issue, "Sluice Gate")
    values = issue.values
    return Card(
        issue.id,
        issue.key,
        values["summary"],
        values["issuetype"]["name"],
        (values.get("priority") or {}).get("name", ""),
        _score(model, issue),
        gate,
        gate.lower().replace(" ", "-"),
        values["status"]["name"],
        wiki(comment["body"]) if comment else Markup(""),
        comment["created"][:16].replace("T", " ") if comment else "",
    )


def last_comment(issue: Issue) -> Json | None:
    """Return Sluice's newest comment, or None."""
    for comment in reversed(issue.comments):
        if comment["author"]["displayName"] == "Sluice":
            return comment
    return None


def _value(model: Model, issue: Issue, name: str) -> Any:
    spec = model.field_named(name)
    return issue.values.get(spec.id) if spec else None


def _named(model: Model, issue: Issue, name: str) -> str:
    value = _value(model, issue, name)
    return str(value["value"]) if isinstance(value, dict) else ""


def _score(model: Model, issue: Issue) -> float | None:
    value = _value(model, issue, "Sluice Score")
    return value if isinstance(value, float) else None


def facts(model: Model, issue: Issue) -> list[tuple[str, str]]:
    """Return (name, text) of every field that has a value."""
    skipped = ("summary", "description", "project", "workratio", "statuscategorychangedate")
    rows = [("Project", f"{issue.project.name} ({issue.project.key})")]
    for spec in model.fields.values():
        value = issue.values.get(spec.id)
        if spec.id in skipped or value in (None, []):
            continue
        if spec.kind == "parent":
            parent = model.issues.get(value["id"])
            rows.append((spec.name, parent.key if parent else value["id"]))
        else:
            text = id_and_text(value)[1] or ""
            rows.append((spec.name, text.replace("T", " ")[:16] if spec.kind == "time" else text))
    return rows


@dataclass(frozen=True)
class Control:
    """One input of the edit form: a choice if it has `options`, else a number."""

    id: str
    label: str
    value: str
    options: list[tuple[str, str]] | None


def controls(model: Model, issue: Issue) -> list[Control]:
    """Return the inputs of the edit form: class, gate, score and priority."""
    made = []
    for name in ("Sluice Class", "Sluice Gate", "Sluice Score", "Priority"):
        spec = model.field_named(name)
        if spec is None:
            continue
        value = issue.values.get(spec.id)
        if spec.kind == "number":
            text = "" if value is None else f"{value:g}"
            made.append(Control(spec.id, name, text, None))
            continue
        entries = spec.options or list(model.catalog.priorities.values())
        options = [(e["id"], str(e.get("value") or e["name"])) for e in entries]
        made.append(Control(spec.id, name, value["id"] if value else "", options))
    return made
