"""Find the text field *Sluice Why*, which a site may have."""

from __future__ import annotations

from dataclasses import replace

from connector.layout.site_fields import LayoutError, SiteFields, custom_type_of, ids_of, type_of
from connector.layout.slots import Slot

WHY = "Sluice Why"
"""The name of the field, unless `fields:` in sluice.yaml has another under `why`."""

_ONE_LINE = "textfield"


def why_slot(fields: SiteFields, name: str) -> Slot | None:
    """Return the field; None if the site lacks it. Raise LayoutError if it can't be used.

    A site needs no such field, unless sluice.yaml names one.
    """
    name = name or WHY
    found = fields.find(name, ("string",))
    if not found:
        if name == WHY:
            return None
        raise LayoutError(
            f"the site has no field {fields.hinted(name)}: correct `why` under `fields` in "
            "sluice.yaml, or remove it"
        )
    if len(found) > 1:
        raise LayoutError(
            f"several fields have the name {name!r}: use the id of one of them ({ids_of(found)})"
        )
    kind = type_of(found[0])
    if kind not in (None, "string"):
        raise LayoutError(f"{name!r} has the type {kind}, but why needs a text")
    return replace(fields.slot(name, ("string",)), line=custom_type_of(found[0]) == _ONE_LINE)
