"""Which week a report is on."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from cli.issues import _until
from worker.settings.capacity_format import DAYS
from worker.settings.file_format import ReportModel
from worker.settings.settings import Project


@pytest.mark.parametrize("day", DAYS)
def test_what_is_posted_without_a_week_is_the_last_complete_one(day: Any) -> None:
    asked = ReportModel(issue="SHOP-1", day=day)
    project = cast(Project, SimpleNamespace(report=asked, key="SHOP"))
    now = datetime.now(ZoneInfo(asked.timezone))
    until = _until(project, None, post=True)
    assert until.date() in {now.date() - timedelta(days=n) for n in range(8)}
    assert (until.weekday(), until.time()) == (asked.weekday, asked.time)
