"""Find the fields of a site by name, id or `cf[…]`, as one of its projects sees them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connector.layout.slots import Slot
from rules.facts.jira_json.json_values import dict_of, list_of
from rules.problem import nearest

Field = Mapping[str, Any]
"""An entry of `GET /field`."""


class LayoutError(ValueError):
    """The site lacks fields that Sluice needs. The message names all of them."""


def folded(name: object) -> str:
    """Return a name as people read it: no case, no odd white space, no invisible characters.

    Jira keeps a space at the end of a name, and shows none.
    """
    text = unicodedata.normalize("NFKC", str(name or ""))
    seen = "".join(one for one in text if unicodedata.category(one) != "Cf")
    return " ".join(seen.split()).lower()


class SiteFields:
    """The fields of a site for one project: the site's own and the project's, but no other's.

    `project` is the project's id; without it, the fields of all projects are seen.
    """

    def __init__(self, listed: Iterable[Field], project: str = "") -> None:
        seen = [one for one in listed if not project or scope_of(one) in ("", project)]
        self.listed: Sequence[Field] = seen
        self._by_id: dict[str, Field] = {}
        self._by_name: dict[str, list[Field]] = {}
        self._by_other: dict[str, list[Field]] = {}
        for one in seen:
            self._add(one)

    def _add(self, one: Field) -> None:
        id = str(one.get("id", "")).strip().lower()
        for key in {id, re.sub(r"^customfield_(\d+)$", r"cf[\1]", id)}:
            self._by_id.setdefault(key, one)
        if number := re.fullmatch(r"customfield_(\d+)", id):
            self._by_id.setdefault(number[1], one)
        name = folded(one.get("name"))
        self._by_name.setdefault(name, []).append(one)
        # What the account reads in its own language has another name in the site's.
        others = {
            folded(n) for n in (one.get("untranslatedName"), *list_of(one.get("clauseNames")))
        }
        for other in others - {name, id, ""}:
            self._by_other.setdefault(other, []).append(one)

    def find(self, name: str, types: Sequence[str] = ()) -> list[Field]:
        """Return the fields of a name or id; none if it is unknown, several if it is ambiguous.

        A project's own field comes before one of the whole site. Of fields with the same name,
        those with one of the `types` count.
        """
        key = folded(name)
        if (by_id := self._by_id.get(key)) and not key.isdigit():
            return [by_id]
        found = self._by_name.get(key) or ([by_id] if by_id else self._by_other.get(key, []))
        found = [one for one in found if scope_of(one)] or found
        return [one for one in found if not types or type_of(one) in types] or found

    def slot(self, name: str, types: Sequence[str] = ()) -> Slot:
        """Return the field of a name as one to write."""
        found = self.find(name, types)[0]
        return Slot(str(found["id"]), str(found.get("name") or name), type_of(found) == "option")

    def hinted(self, name: str, taken: Iterable[str] = ()) -> str:
        """Return a name that is unknown, with the nearest that is known and not taken."""
        known = self._by_name.keys() | {id for id in self._by_id if not id.isdigit()}
        others = known - set(map(folded, taken))
        # A field of Jira's own, such as "due date", stands in for no field of ours.
        cutoff = 0.75 if name in taken else 0.6
        hint = nearest(folded(name), others, cutoff).removeprefix(": ")
        return f"{name!r} ({hint})" if hint else repr(name)

    def __contains__(self, name: str) -> bool:
        """Return whether there is a field of this name or id."""
        return bool(self.find(name))


def type_of(field: Field) -> str | None:
    """Return the type of a field's values, such as `option`; None if Jira does not tell."""
    found = dict_of(field.get("schema")).get("type")
    return found if isinstance(found, str) else None


def custom_type_of(field: Field) -> str:
    """Return the end of a custom field's type, such as `jsw-story-points`. It has no language."""
    return str(dict_of(field.get("schema")).get("custom", "")).rpartition(":")[2]


def scope_of(field: Field) -> str:
    """Return the id of the one project that has the field; empty for a field of the whole site.

    https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issue-fields/
    """
    scope = dict_of(field.get("scope"))
    return str(dict_of(scope.get("project")).get("id") or "") if scope else ""


def ids_of(fields: Iterable[Field]) -> str:
    """Return the ids of fields, for a sentence."""
    return ", ".join(str(one.get("id")) for one in fields)
