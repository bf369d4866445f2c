"""Find the time of an export: that of the newest change in a file of Jira's own JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from rules.facts.times import moment

_UPDATED = re.compile(rb'"updated"\s*:\s*"([^"]{10,40})"')


def export_time(lines: Iterable[bytes]) -> datetime | None:
    """Return the newest `updated` of the issues in Jira's form; None if there is none.

    Relative dates such as `-4d` then mean what they meant when the file was written.
    """
    found = (
        moment(written.decode("ascii", "replace"))
        for line in lines
        if b'"fields"' in line
        for written in _UPDATED.findall(line)
    )
    return max(filter(None, found), default=None)
