"""Know custom fields by short names: some exports call them `cf_sev` or `cf_sp`, and tell no names.

A short name stands for a field if it is the field's name, its beginning or the initials of its
words, and if it is so of no other field.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

SHORT = "cf_"


def by_short_name(columns: Iterable[str], fields: Collection[str]) -> Mapping[str, str]:
    """Return the column of each field, in lower case, that exactly one short name stands for."""
    short = [column for column in columns if column.lower().startswith(SHORT)]
    exact = {field: column for column in short for field in fields if _name(column) == field}
    left = [column for column in short if column not in exact.values()]
    open_fields = [field for field in fields if field not in exact]
    fits = {column: [one for one in open_fields if _fits(_name(column), one)] for column in left}
    meant = {column: them[0] for column, them in fits.items() if len(them) == 1}
    claimed = [*meant.values()]
    return exact | {one: column for column, one in meant.items() if claimed.count(one) == 1}


def _name(column: str) -> str:
    return column[len(SHORT) :].lower().replace("_", " ").strip()


def _fits(short: str, field: str) -> bool:
    initials = "".join(word[0] for word in field.split())
    return bool(short) and (field.startswith(short) or initials == short)
