"""Check whether rules can read the fields of a site that a rulebook declares."""

from __future__ import annotations

from collections.abc import Iterator

from connector.layout.site_fields import SiteFields
from rules.facts.jira_json.custom_fields import unreadable
from rules.rulebook.rulebook import Rulebook


def custom_problems(book: Rulebook, site_fields: SiteFields) -> Iterator[str]:
    """Yield a line for each declared field whose values on the site have another form.

    That a field is missing or doubled is told with the layout.
    """
    for field in book.custom:
        for one in site_fields.find(field.name)[:1]:
            if why := unreadable(one, field.type):
                yield f"the field {one.get('name')!r} {why}"
