"""Give conditions the values of one issue, by their JQL names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property

from rules.facts.catalog import AS_WRITTEN, EVERYTHING, LINKED
from rules.facts.derived import DERIVED, OF_THE_TEXT, derive
from rules.facts.issue import Fact
from rules.facts.jira_json.custom_fields import as_numbers
from rules.facts.named import Named
from rules.facts.searchable_text import Text
from rules.facts.statements.reader import read_statements
from rules.facts.statements.statement import Statements
from rules.facts.text_metrics import READ, Reading, read


class Facts:
    """The facts of one issue at one time; texts and folded names are prepared once.

    Names are folded to lower case here, since JQL ignores case. With the facts `before` the gate,
    answers in comments count as part of the text, and the description stays as it is. `numbers` are
    the fields that a rulebook declares as numbers: on the site they may be texts. `texts` are those
    that it declares as texts: they are part of `text`, as in Jira.
    """

    def __init__(
        self,
        values: Mapping[str, Fact],
        now: datetime,
        before: Facts | None = None,
        numbers: Iterable[str] = (),
        texts: Iterable[str] = (),
    ) -> None:
        self.now = now
        self._more = tuple(dict.fromkeys(("environment", *texts)))
        self._values = {**values, **as_numbers(values, numbers)}
        self._before = before
        self._answers = str(values.get("answers") or "") if before else ""
        self._derived: dict[str, Fact] = {}
        self._texts: dict[str, Text] = {}
        self._shared: dict[str, Text] = {}
        self._folded: dict[str, str | frozenset[str] | None] = {}
        self._names: dict[str, frozenset[str]] = {}

    def get(self, name: str) -> Fact:
        """Return the value from Jira, or the value derived from other fields, or None."""
        if self._before and name in _DESCRIPTION:
            return self._before.get(name)
        if name in _WRITTEN:
            return self._written(name)
        if name == EVERYTHING:
            return self._written(f"text{AS_WRITTEN}") or self._values.get("answers")
        if name == "denied":
            return self.statements.denied or None
        if name == "description.length":
            return self._values.get(name, float(self.statements.length))
        value = self._values.get(name)
        if name not in self._values and (name in DERIVED or name.startswith(LINKED)):
            # A custom field with the name of a derived one is always in the values, also if empty.
            return self._derive(name)
        return self.reading.facts.get(name) if value is None and name in READ else value

    def _derive(self, name: str) -> Fact:
        """Return a derived fact; keep it, since a rulebook reads the same fact many times."""
        if name not in self._derived:
            told = self._answers and name in OF_THE_TEXT
            values = {**self._values, "description": self._described()} if told else self._values
            self._derived[name] = derive(name, values, self.now)
        return self._derived[name]

    @cached_property
    def reading(self) -> Reading:
        """Return the metrics that were read from the text."""
        return read(self.statements)

    @cached_property
    def statements(self) -> Statements:
        """Return what the title and the description state, with marks."""
        return read_statements(str(self._values.get("summary") or ""), self._described())

    def text(self, name: str) -> Text:
        """Return the value as a searchable text: of title and description what they affirm."""
        if self._before and name in _DESCRIPTION:
            return self._before.text(name)
        if name not in self._texts and name in _WRITTEN:
            self._texts[name] = self._said(name)
        if name not in self._texts and name == EVERYTHING:
            parts = (f"text{AS_WRITTEN}", "answers")
            self._texts[name] = Text.joined(tuple(map(self.text, parts)))
        if name not in self._texts:
            value = self.get(name)
            joined = " ".join(map(plain, value)) if isinstance(value, tuple) else plain(value)
            self._texts[name] = Text(joined)
        return self._texts[name]

    def _said(self, name: str) -> Text:
        """Prepare title, description or both; equal texts are prepared once."""
        if name.startswith("text"):
            parts = (name.replace("text", part) for part in ("summary", "description"))
            # At the gate the description alone is without the answers, and the text has them.
            of_part = self._said if self._before else self.text
            more = (self.text(one) for one in self._more if self._values.get(one))
            return Text.joined((*map(of_part, parts), *more))
        said, is_title = self.statements, name.startswith("summary")
        stated = self._prepared(said.title if is_title else said.body)
        if name.endswith(AS_WRITTEN):
            return self._prepared(plain(self._values.get(name.removesuffix(AS_WRITTEN))))
        affirmed = said.affirmed_title if is_title else said.affirmed_body
        return stated if affirmed == stated.raw else Text(affirmed, stated)

    def _prepared(self, raw: str) -> Text:
        return self._shared.setdefault(raw, Text(raw))

    def folded(self, name: str) -> str | frozenset[str] | None:
        """Return a name, or the set of names of a list, in lower case; None if it is empty."""
        if name not in self._folded:
            self._folded[name] = fold(self.get(name))
        return self._folded[name]

    def names(self, name: str) -> frozenset[str]:
        """Return all names of a value or list in lower case, ids too; empty if it has no value."""
        if name not in self._names:
            self._names[name] = all_names(self.get(name))
        return self._names[name]

    def add(self, more: Mapping[str, Fact]) -> None:
        """Add the results of one stage for the next stage."""
        self._values.update(more)

    def with_answers(self) -> Facts:
        """Return the facts for the gate, where answers in comments count; itself without any."""
        return (
            Facts(self._values, self.now, self, texts=self._more)
            if self._values.get("answers")
            else self
        )

    def _described(self) -> str:
        parts = (self._values.get("description"), self._answers)
        return "\n".join(str(part) for part in parts if part)

    def _written(self, name: str) -> Fact:
        """Return a text as written; None if a description states nothing, as an empty template."""
        parts = {"summary": self._values.get("summary")}
        if name.endswith(AS_WRITTEN) or self.statements.length:
            parts["description"] = self._described()
        return _whole(name.removesuffix(AS_WRITTEN), parts) or None


_DESCRIPTION = frozenset(("description", f"description{AS_WRITTEN}"))
_WRITTEN = frozenset(
    f"{name}{suffix}" for name in ("text", "summary", "description") for suffix in ("", AS_WRITTEN)
)


def _whole(name: str, parts: Mapping[str, Fact]) -> str:
    """Return the title, the description, or both together as text."""
    wanted = ("summary", "description") if name == "text" else (name,)
    return "\n".join(str(part) for one in wanted if (part := parts.get(one)))


def plain(value: object) -> str:
    """Return a value as text: a whole number without decimals, None as an empty text."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def all_names(value: Fact) -> frozenset[str]:
    """Return the names by which conditions know a value, in lower case, with its state."""
    values = value if isinstance(value, tuple) else (value,)
    return frozenset(name for one in values for name in _names_of(one))


def _names_of(value: object) -> list[str]:
    if isinstance(value, Named):
        states = [state_name(value.state)] if value.state else []
        return [value.lower(), *map(str.lower, value.also), *states] if value else []
    return [shown.lower()] if (shown := plain(value)) else []


def state_name(state: str) -> str:
    """Return the name of all values in a state, such as released; nothing else is called so."""
    return f"\x00{state}"


def fold(value: Fact) -> str | frozenset[str] | None:
    """Return a value for comparing names: lower case, a list as a set, empty as None."""
    if isinstance(value, tuple):
        return frozenset(plain(name).lower() for name in value) or None
    return plain(value).lower() or None
